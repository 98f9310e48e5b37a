import type { LanguageRules, Scanner } from "./scanner";

export const GO: LanguageRules = {
	lineEnds: true,
	scan(scanner: Scanner): boolean {
		const { text, at } = scanner;
		switch (text[at]) {
			case "/":
				if (text[at + 1] === "/") scanner.comment(scanner.find("\n", at));
				else if (text[at + 1] === "*") scanner.comment(Math.min(text.length, scanner.find("*/", at + 2) + 2));
				else return false;
				return true;
			case '"':
			case "'":
				scanner.at++;
				scanner.string(at, text[at] as string, "all", { oneLine: true });
				return true;
			case "`":
				scanner.at++;
				scanner.string(at, "`", "none");
				return true;
			default:
				return false;
		}
	},
};
