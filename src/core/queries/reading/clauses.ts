import { Lexer } from "../../text/lexer";

/** Words that end FROM and WHERE, at the depth of their query. */
const ENDS = new Set(
	"group having window union intersect except order limit offset fetch for returning when".split(" "),
);

/** Where conditions of a query stand in its text, or would. */
export interface WherePlace {
	/** Behind WHERE; null where there is none. */
	readonly behindWhere: number | null;
	/** Behind the last token of FROM or WHERE. */
	readonly end: number;
}

/** Looks from a relation's name on, to the end of its query. */
export function wherePlace(text: string, location: number): WherePlace {
	const lexer = new Lexer(text, location);
	let depth = 0;
	let end = location;
	let behindWhere: number | null = null;
	for (let kind = lexer.nextCode(); kind !== "end"; kind = lexer.nextCode()) {
		if (lexer.is("(")) depth++;
		else if (lexer.is(")") && --depth < 0) break;
		else if (depth === 0 && (lexer.is(";") || (kind === "word" && ENDS.has(lexer.value().toLowerCase())))) break;
		else if (depth === 0 && lexer.isWord("where") && behindWhere === null) behindWhere = lexer.end;
		end = lexer.end;
	}
	return { behindWhere, end };
}

/** Behind the ON of the join that brings a relation; null where it has none. */
export function behindOn(text: string, location: number): number | null {
	const lexer = new Lexer(text, location);
	let depth = 0;
	for (let kind = lexer.nextCode(); kind !== "end"; kind = lexer.nextCode()) {
		if (lexer.is("(")) depth++;
		else if (lexer.is(")") && --depth < 0) return null;
		else if (depth > 0 || kind !== "word") continue;
		else if (lexer.isWord("on")) return lexer.end;
		else if (/^(?:join|where|using|set|left|right|full|cross|inner|natural)$/i.test(lexer.value())) return null;
	}
	return null;
}
