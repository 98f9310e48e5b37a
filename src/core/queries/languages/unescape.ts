import type { MappedText } from "../offset-map";
import { HOLE } from "../query";
import type { StringToken } from "./token";

const SIMPLE: Readonly<Record<string, string>> = {
	n: "\n",
	t: "\t",
	r: "\r",
	b: "\b",
	f: "\f",
	v: "\v",
	"0": " ",
	"\n": "",
};

/**
 * Adds what a string literal holds to a text, HOLE for each expression in it.
 *
 * @param source the file
 * @param holes gets the expressions as they stand there, `${…}` and all
 */
export function addString(out: MappedText, source: string, token: StringToken, holes: string[]): void {
	for (const part of token.parts) {
		if (part.kind === "hole") {
			holes.push(source.slice(part.start, part.end));
			out.replace(part.start, part.end, HOLE);
		} else if (part.kind === "fixed") out.replace(part.start, part.end, part.by ?? "");
		else if (token.escapes === "none") out.verbatim(part.start, part.end);
		else addEscaped(out, source, part.start, part.end, token.escapes === "all");
	}
}

function addEscaped(out: MappedText, source: string, start: number, end: number, all: boolean): void {
	let done = start;
	for (let at = source.indexOf("\\", start); at >= 0 && at < end; at = source.indexOf("\\", Math.max(at, done))) {
		out.verbatim(done, at);
		const next = source[at + 1] ?? "";
		if (!all) {
			const isEscape = next === "\\" || next === "'" || next === ")" || next === "]";
			if (isEscape) out.replace(at, at + 2, next);
			else out.verbatim(at, at + 2);
			done = at + 2;
			continue;
		}
		const code = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|U([0-9a-fA-F]{8}))/.exec(
			source.slice(at, at + 12),
		);
		const point = code && Number.parseInt(code[1] ?? code[2] ?? code[3] ?? code[4] ?? "", 16);
		if (code && point !== null && point <= 0x10ffff) {
			out.replace(at, at + code[0].length, point === 0 ? " " : String.fromCodePoint(point));
			done = at + code[0].length;
		} else {
			out.replace(at, Math.min(at + 2, end), SIMPLE[next] ?? next);
			done = at + 2;
		}
	}
	out.verbatim(Math.min(done, end), end);
}
