import { dollarQuoted } from "../../emit/dollar-quote";

/**
 * The text as it stands, for scripts whose backslashes and dollars are meant: only `\${` and a backslash before a backtick
 * are told apart from the template's own. The line break after the opening backtick is left out.
 */
export function raw(strings: TemplateStringsArray, ...values: readonly (string | number)[]): string {
	return asWritten(strings, values).replace(/^\n/, "");
}

/** The body of a function or of a DO block as it stands, between dollar quotes that no name in it can end. */
export function routineBody(strings: TemplateStringsArray, ...values: readonly (string | number)[]): string {
	return dollarQuoted(asWritten(strings, values));
}

function asWritten(strings: TemplateStringsArray, values: readonly (string | number)[]): string {
	return strings.raw
		.map((part) => part.replaceAll("\\${", "${").replaceAll("\\`", "`"))
		.reduce((text, part, i) => text + (values[i - 1] ?? "") + part);
}
