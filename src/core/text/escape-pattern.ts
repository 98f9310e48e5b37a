/** A text as the part of a regular expression, with or without the flag `u`, that means just that text. */
export function escapePattern(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
