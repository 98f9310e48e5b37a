import { type LanguageRules, mayBegin, type Scanner } from "./scanner";

const BEFORE_OPERAND = /^(?:return|if|unless|while|until|and|or|not|when|in|then|else|elsif|puts|do|yield|raise|case)$/;
const HEREDOC = /<<[~-]?(["'`]?)([A-Za-z_]\w*)\1/y;
const PERCENT = /%([qQwWiIrsx]?)([^\w\s])/y;
const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "<": ">" };

/** Ruby's rules remember where the bodies of a line's heredocs end: one set for each file. */
export function rubyRules(): LanguageRules {
	/** Behind the bodies of the heredocs that this line names; -1 where it names none. */
	let behindBodies = -1;

	function scanHeredoc(scanner: Scanner): boolean {
		const match = scanner.match(HEREDOC);
		if (!match) return false;
		const [all, quote = "", word = ""] = match;
		// `list << item` pushes; with `~`, `-` or a word in capitals it can only be a heredoc.
		if (!/^<<(?:[~-]|["'`]?[A-Z])/.test(all)) return false;
		const start = scanner.at;
		const behind = start + all.length;
		const body = behindBodies >= 0 ? behindBodies : scanner.find("\n", behind) + 1;
		const closing = new RegExp(`^[ \\t]*${word}[ \\t]*\\r?$`, "gm");
		closing.lastIndex = body;
		const found = closing.exec(scanner.text);
		scanner.at = Math.min(body, scanner.text.length);
		scanner.string(start, word, quote === "'" ? "none" : "all", {
			hole: quote === "'" ? null : "#{",
			until: found?.index ?? scanner.text.length - 1,
		});
		behindBodies = found ? found.index + found[0].length : scanner.text.length;
		scanner.at = behind;
		return true;
	}

	return {
		lineEnds: true,
		scan(scanner: Scanner): boolean {
			const { text, at } = scanner;
			switch (text[at]) {
				case "\n":
					if (behindBodies < 0) return scanBlockComment(scanner);
					scanner.push({ kind: "line-end", text: "\n", start: at, end: at + 1 });
					scanner.at = Math.max(at + 1, behindBodies);
					behindBodies = -1;
					return true;
				case "\\":
					if (text[at + 1] !== "\n") return false;
					scanner.at += 2;
					return true;
				case "#":
					scanner.comment(scanner.find("\n", at));
					return true;
				case "'":
				case '"':
				case "`":
					scanner.at++;
					scanner.string(at, text[at] as string, text[at] === "'" ? "quotes" : "all", {
						hole: text[at] === "'" ? null : "#{",
					});
					return true;
				case "<":
					return scanHeredoc(scanner);
				case "%":
					return (mayBegin(scanner.last, BEFORE_OPERAND) || isCallSpace(scanner)) && scanPercent(scanner);
				case "/":
					return mayBegin(scanner.last, BEFORE_OPERAND) && skipPattern(scanner, "/", at + 1);
				default:
					return false;
			}
		},
	};
}

function scanBlockComment(scanner: Scanner): boolean {
	if (!scanner.text.startsWith("\n=begin", scanner.at)) return false;
	scanner.comment(Math.min(scanner.text.length, scanner.find("\n=end", scanner.at + 1) + 5));
	return true;
}

function scanPercent(scanner: Scanner): boolean {
	const match = scanner.match(PERCENT);
	if (!match) return false;
	const [all, type = "", open = ""] = match;
	if (type === "" && open === "=") return false;
	const start = scanner.at;
	scanner.at += all.length;
	const close = CLOSING[open] ?? open;
	if (type === "r") return skipPattern(scanner, close, scanner.at);
	scanner.string(start, close, type === "q" || type === "w" || type === "i" ? "quotes" : "all", {
		hole: /[QW]|^$/.test(type) ? "#{" : null,
		nests: close === open ? null : open,
	});
	return true;
}

/** `execute %q(…)`: a space before the percent sign and none behind it. */
function isCallSpace({ text, at }: Scanner): boolean {
	return text[at - 1] === " " && /[qQ]/.test(text[at + 1] ?? "");
}

function skipPattern(scanner: Scanner, close: string, from: number): boolean {
	const { text } = scanner;
	for (let at = from; at < text.length && text[at] !== "\n"; at++) {
		if (text[at] === "\\") at++;
		else if (text[at] === close) {
			scanner.push({ kind: "word", text: "/", start: scanner.at, end: at + 1 });
			scanner.at = at + 1;
			return true;
		}
	}
	return false;
}
