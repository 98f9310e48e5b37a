import { type LanguageRules, mayBegin, type Scanner } from "./scanner";

const BEFORE_OPERAND = /^(?:return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield|instanceof)$/;

/** TypeScript and JavaScript, with JSX as far as its text has balanced quotes. */
export const SCRIPT: LanguageRules = {
	lineEnds: false,
	scan(scanner: Scanner): boolean {
		const { text, at } = scanner;
		switch (text[at]) {
			case "/":
				if (text[at + 1] === "/") {
					scanner.comment(scanner.find("\n", at));
					return true;
				}
				if (text[at + 1] === "*") {
					scanner.comment(Math.min(text.length, scanner.find("*/", at + 2) + 2));
					return true;
				}
				return mayBegin(scanner.last, BEFORE_OPERAND) && skipPattern(scanner);
			case "'":
			case '"':
				scanner.at++;
				scanner.string(at, text[at] as string, "all", { oneLine: true });
				return true;
			case "`":
				scanner.at++;
				scanner.string(at, "`", "all", { hole: "${" });
				return true;
			default:
				return false;
		}
	},
};

/** A regular expression, which ends on its line. */
function skipPattern(scanner: Scanner): boolean {
	const { text } = scanner;
	let inClass = false;
	for (let at = scanner.at + 1; at < text.length && text[at] !== "\n"; at++) {
		if (text[at] === "\\") at++;
		else if (text[at] === "[") inClass = true;
		else if (text[at] === "]") inClass = false;
		else if (text[at] === "/" && !inClass) {
			scanner.push({ kind: "word", text: "/", start: scanner.at, end: at + 1 });
			scanner.at = at + 1;
			return true;
		}
	}
	return false;
}
