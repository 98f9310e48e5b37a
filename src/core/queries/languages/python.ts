import type { LanguageRules, Scanner } from "./scanner";

const PREFIX = /(?<![\w.])([rRbBuUfFtT]{0,2})('''|"""|'|")/y;

export const PYTHON: LanguageRules = {
	lineEnds: true,
	scan(scanner: Scanner): boolean {
		const { text, at } = scanner;
		const char = text[at] as string;
		if (char === "#") {
			scanner.comment(scanner.find("\n", at));
			return true;
		}
		if (char === "\\" && text[at + 1] === "\n") {
			scanner.at += 2;
			return true;
		}
		if (!/['"rRbBuUfFtT]/.test(char)) return false;
		const match = scanner.match(PREFIX);
		if (!match) return false;
		const [all, prefix = "", quote = ""] = match;
		scanner.at += all.length;
		// A raw string's backslash still keeps a quote from ending it, but stays: for SQL that is the same as an unknown escape.
		scanner.string(at, quote, "all", { hole: /[fFtT]/.test(prefix) ? "{" : null, oneLine: quote.length === 1 });
		return true;
	},
};
