/** A sentence of the analysis: what stands between backticks is a name, in the letters of code. Always text, never markup. */
export function Words({ text }: { readonly text: string }) {
	const parts = text.split("`");
	// An odd backtick belongs to a name and opens nothing.
	if (parts.length % 2 === 0) return text;
	return parts.map((part, i) => {
		const key = `${i} ${part}`;
		return i % 2 === 1 ? <code key={key}>{part}</code> : part;
	});
}

/** The same for places that take no letters of code. */
export function plainWords(text: string): string {
	return text.replaceAll("`", "");
}
