import { Lexer } from "../text/lexer";
import { MappedText, type OffsetMap } from "./offset-map";
import { Position } from "./position";
import { HOLE, type Parameter } from "./query";

/** A query's text for PostgreSQL's parser. */
export interface PreparedQuery {
	readonly text: string;
	/** Back to the text that it was made from. */
	readonly map: OffsetMap;
	readonly parameters: ReadonlyMap<number, Parameter>;
	readonly isOpen: boolean;
}

/** Parameters that are no `$n` get numbers from here on: more than a driver can bind (65,535, PostgreSQL's protocol has 16 bits for them). */
export const FIRST = 70_000;

/** Which placeholders a text may have besides `$1`, `?`, `:name` and `@name`. */
export interface PlaceholderStyle {
	/** `%s` and `%(name)s` are parameters (`driver`), or what string formatting replaces (`format`). */
	readonly percent: "driver" | "format" | "none";
}

/**
 * Puts `$n` where drivers' placeholders and the host's expressions stand as values. Where an expression stands for a name
 * it stays a name that nobody has; where it stands for a part of the statement it is left out, and the query counts as
 * open if that part may hold a condition.
 *
 * @param holes the expressions for which HOLE stands in the text, in order
 */
export function preparePlaceholders(
	text: string,
	holes: readonly string[],
	{ percent }: PlaceholderStyle,
): PreparedQuery {
	const parameters = new Map<number, Parameter>();
	const numbers = new Map<string, number>();
	const out = new MappedText(text);
	const position = new Position();
	const lexer = new Lexer(text);
	let isOpen = false;
	let done = 0;
	let next = FIRST;
	let hole = 0;

	const numberOf = (parameter: Parameter, shared: boolean): number => {
		const known = shared ? numbers.get(parameter.text) : undefined;
		if (known !== undefined) return known;
		const number = next++;
		parameters.set(number, parameter);
		numbers.set(parameter.text, number);
		return number;
	};
	const put = (end: number, by: string) => {
		out.verbatim(done, lexer.start);
		out.replace(lexer.start, end, by);
		done = end;
		lexer.seek(end);
	};
	/** Where a parameter stands as a value; false where it can't be one. */
	const putParameter = (end: number, parameter: Parameter, isHole: boolean, shared: boolean): boolean => {
		const role = position.role(nextChar(text, end));
		const number = () => `$${numberOf(parameter, shared)}`;
		if (role === "fragment" || role === "harmless-fragment") {
			if (!isHole) return false;
			if (role === "fragment") isOpen = true;
			put(end, "");
			return true;
		}
		if (role === "condition" && isHole) isOpen = true;
		if (role === "name") {
			if (!isHole) return false;
			put(end, HOLE);
		} else if (role === "assignments") put(end, isHole ? `${HOLE} = ${number()}` : number());
		else if (role === "list") put(end, `(${number()})`);
		else if (role === "literal") put(end, `'${HOLE}'`);
		else put(end, number());
		position.operand();
		return true;
	};

	for (let kind = lexer.nextCode(); kind !== "end"; kind = lexer.nextCode()) {
		const { start, end } = lexer;
		const own = ownSyntax(text, start);
		if (own !== null) {
			if (putParameter(start + own.text.length, own, own.kind === "expression", true)) continue;
		} else if (kind === "word" && lexer.value() === HOLE) {
			const of = holes[hole++] ?? "";
			if (putParameter(end, { kind: "expression", text: of }, true, true)) continue;
		} else if (kind === "placeholder") {
			if (putParameter(end, { kind: "expression", text: lexer.value() }, true, true)) continue;
		} else if (kind === "parameter") {
			const parameter: Parameter = { kind: "$n", text: lexer.value() };
			parameters.set(Number(lexer.value().slice(1)), parameter);
			if (position.role("") === "list") put(end, `(${lexer.value()})`);
			position.operand();
			continue;
		} else if (kind === "operator") {
			const named = named_(text, start, position.brackets > 0);
			if (named) {
				if (putParameter(start + named.text.length, named, false, true)) continue;
			} else if (lexer.is("?") && !/[|&]/.test(text[end] ?? "")) {
				if (putParameter(end, { kind: "?", text: "?" }, false, false)) continue;
			} else if (lexer.is("%") && percent !== "none") {
				const match = /^%(?:\((\w+)\)s|[sdvqLI]\b)/.exec(text.slice(start, start + 100));
				if (match) {
					const isHole = percent === "format";
					const kind = isHole ? "expression" : match[1] === undefined ? "%s" : "%(name)s";
					if (putParameter(start + match[0].length, { kind, text: match[0] }, isHole, match[1] !== undefined)) continue;
				}
			}
		} else hole += countHoles(lexer.value());
		if (kind === "word" && lexer.value().includes(HOLE) && lexer.value() !== HOLE) {
			// A name of which a part is put in.
			position.token(lexer);
			continue;
		}
		position.token(lexer);
	}
	out.verbatim(done, text.length);
	return { ...out.finish(), parameters, isOpen };
}

/** What sqlc, pg-promise and Sequelize write for a parameter: `sqlc.arg(name)`; `$<name>`, `$(name)`, `$[name]`, `$/name/`; `$name`. */
function ownSyntax(text: string, at: number): Parameter | null {
	const char = text[at];
	if (char === "s" && text.startsWith("sqlc.", at)) {
		const match = /^sqlc\.(?:n?arg|slice)\(\s*(?:'\w+'|\w+)\s*\)/.exec(text.slice(at, at + 200));
		return match && { kind: "@name", text: match[0] };
	}
	if (char !== "$" || !/[<([/A-Za-z_]/.test(text[at + 1] ?? "")) return null;
	const match =
		/^\$[A-Za-z_]\w*(?![\w$])/.exec(text.slice(at, at + 200)) ??
		/^\$(?:<[\w.]+(?:[:^~#]\w*)?>|\([\w.]+(?:[:^~#]\w*)?\)|\[[\w.]+(?:[:^~#]\w*)?\]|\/[\w.]+(?:[:^~#]\w*)?\/)/.exec(
			text.slice(at, at + 200),
		);
	return match && { kind: "expression", text: match[0] };
}

/** `:name` and `@name`, but no `::type`, no slice `[a:b]` and no operator such as `@>`. PgTyped's `:name!` must not be null. */
function named_(text: string, at: number, inBrackets: boolean): Parameter | null {
	const sign = text[at];
	if ((sign !== ":" && sign !== "@") || (sign === ":" && inBrackets)) return null;
	if (/[:@<>&|~=!#?*+\-/^%]/.test(text[at - 1] ?? "") && text[at - 1] !== "=") return null;
	const match = /^[:@][A-Za-z_]\w*!?/.exec(text.slice(at, at + 80));
	if (!match) return null;
	return { kind: sign === ":" ? ":name" : "@name", text: match[0] };
}

function countHoles(token: string): number {
	let count = 0;
	for (let at = token.indexOf(HOLE); at >= 0; at = token.indexOf(HOLE, at + 1)) count++;
	return count;
}

function nextChar(text: string, from: number): string {
	const lexer = new Lexer(text, from);
	lexer.nextCode();
	return text[lexer.start] ?? "";
}
