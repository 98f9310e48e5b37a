/**
 * A string between dollar quotes: a function's body, or a DO block's. The tag occurs in the string nowhere, also not together
 * with the dollar that ends the string.
 */
export function dollarQuoted(text: string): string {
	let tag = "$$";
	for (let i = 0; (text + tag).indexOf(tag) !== text.length; i++) tag = `$body${i}$`;
	return `${tag}${text}${tag}`;
}
