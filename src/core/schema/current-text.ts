import { quoteIdentifier, quoteQualified } from "../sql/quote";
import type { Span } from "../text/span";
import { type Expression, type Mention, nameOf } from "./expression";
import { nameParts } from "./source-text";

/** An expression's text with the names that everything has by now. */
export function currentText(expression: Expression): string {
	if (!expression.mentions.some((mention) => nameOf(mention.object) !== mention.was)) return expression.text;
	const edits = expression.mentions
		.flatMap((mention) => editOf(expression.text, mention) ?? [])
		.sort((a, b) => b.span.start - a.span.start);
	let { text } = expression;
	for (const { span, newText } of edits) text = text.slice(0, span.start) + newText + text.slice(span.end);
	return text;
}

/** What a mention's text becomes; null where the object is called as it was. */
function editOf(text: string, mention: Mention): { span: Span; newText: string } | null {
	const { object, was, role, offset } = mention;
	if (nameOf(object) === was) return null;
	if (role === "string") {
		const end = text.indexOf("'", offset + 1);
		return {
			span: { start: offset + 1, end: end < 0 ? text.length : end },
			newText: "schema" in object ? quoteQualified(object.schema, object.name) : object.name,
		};
	}
	const parts = nameParts(text, offset, mention.parts);
	const last = parts.at(-1);
	const first = parts[0];
	if (!first || !last) return null;
	if (!("schema" in object)) return { span: last, newText: quoteIdentifier(object.name) };
	const span = { start: first.start, end: last.end };
	const isQualified = parts.length > 1;
	const moved = !was.startsWith(`${object.schema}.`);
	// A qualifier without a schema means the table of FROM, whatever schema that is in.
	if (role === "qualifier" && !isQualified) return { span, newText: quoteIdentifier(object.name) };
	return {
		span,
		newText:
			isQualified || moved
				? `${quoteIdentifier(object.schema)}.${quoteIdentifier(object.name)}`
				: quoteIdentifier(object.name),
	};
}
