/** A function's body, or a DO block's, as SQL: between dollar quotes that the body does not contain. */
export function dollarQuoted(body: string): string {
	let tag = "$$";
	for (let i = 0; body.includes(tag); i++) tag = `$body${i}$`;
	return `${tag}${body}${tag}`;
}
