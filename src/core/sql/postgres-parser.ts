import type { Node } from "@pgsql/types";
import { depthOf } from "./nesting";
import { relocate } from "./relocate";

/** Why PostgreSQL's grammar rejects a text. */
export interface ParseFailure {
	/** As PostgreSQL words it: `syntax error at or near "foo"`. */
	readonly message: string;
	/** Where, in UTF-16 units from the text's start; the text's length at its end. */
	readonly offset: number;
}

/** One statement's tree, or why there is none. Both null: the text holds no statement, only white space and comments. */
export interface ParseResult {
	readonly node: Node | null;
	readonly failure: ParseFailure | null;
}

export interface PostgresParser {
	/** Parses each text as one statement. The results stand in the texts' order. Never throws for bad SQL. */
	parse(texts: readonly string[]): ParseResult[];
	/** Whether the word can't be a name without quotes. */
	isReserved(word: string): boolean;
}

/** A call costs about 0.3 ms besides its statements, which cost 20 µs each. */
const BATCH_CHARACTERS = 200_000;
/** The tree of an INSERT of this size is ten times as large as text, near what a JavaScript string may hold with some nesting. */
const LONGEST_STATEMENT = 16_000_000;
/** Trees are printed by recursion: some 1,000 levels of operators overflow the WASM stack while its code is cold (measured). */
const DEEPEST_NESTING = 800;
/** A crash inside the WASM leaves its stack pointer where it was; some 25 of them use it up (measured). From here on only flat statements go in. */
const MOST_CRASHES = 5;
const DEEPEST_AFTER_CRASHES = 60;

type PgQuery = typeof import("libpg-query");

let loading: Promise<PostgresParser> | undefined;
let loaded: PostgresParser | undefined;

/** PostgreSQL's own parser as WASM, loaded by the first call and shared by all. */
export function loadPostgresParser(): Promise<PostgresParser> {
	loading ??= import("libpg-query").then(async (pgQuery) => {
		await pgQuery.loadModule();
		loaded = createParser(pgQuery);
		return loaded;
	});
	return loading;
}

/** The parser that `loadPostgresParser` loaded. Who holds a tree has loaded it. */
export function loadedPostgresParser(): PostgresParser {
	if (!loaded) throw new Error("The parser isn't loaded: await createSqlReader() first");
	return loaded;
}

function createParser(pgQuery: PgQuery): PostgresParser {
	const reserved = new Map<string, boolean>();
	let crashes = 0;

	function refusal(text: string): ParseFailure | null {
		if (text.length > LONGEST_STATEMENT)
			return { message: `statement too long to read (${text.length} characters)`, offset: 0 };
		const limit = crashes < MOST_CRASHES ? DEEPEST_NESTING : DEEPEST_AFTER_CRASHES;
		// A level takes at least two characters.
		if (text.length < 2 * limit) return null;
		const depth = depthOf(text);
		return depth > limit ? { message: `statement nested too deeply to read (${depth} levels)`, offset: 0 } : null;
	}

	/** Trees of what stands in the text, or the failure with its offset in code points. */
	function call(text: string): { trees: { node: Node; byte: number }[] } | { message: string; codePoint: number } {
		try {
			const { stmts = [] } = pgQuery.parseSync(text);
			return {
				trees: stmts.flatMap(({ stmt, stmt_location = 0 }) => (stmt ? [{ node: stmt, byte: stmt_location }] : [])),
			};
		} catch (error) {
			if (pgQuery.hasSqlDetails(error))
				return { message: error.message, codePoint: error.sqlDetails?.cursorPosition ?? 0 };
			crashes++;
			return {
				message: `statement too complex to read (${error instanceof Error ? error.message : String(error)})`,
				codePoint: 0,
			};
		}
	}

	function parseOne(text: string): ParseResult {
		const refused = refusal(text);
		if (refused) return { node: null, failure: refused };
		// The line break keeps PostgreSQL from leaving out locations that are 0.
		const result = call(`\n${text}`);
		if ("message" in result)
			return { node: null, failure: { message: result.message, offset: utf16Offset(text, result.codePoint - 1) } };
		const [first, second] = result.trees;
		if (!first) return { node: null, failure: null };
		if (second)
			return { node: null, failure: { message: "more than one statement where one was expected", offset: 0 } };
		relocate(first.node, 1, text);
		return { node: first.node, failure: null };
	}

	/** Fills `results` for `texts` from `from` to `to`. */
	function parseRange(texts: readonly string[], from: number, to: number, results: ParseResult[]): void {
		let low = from;
		// Behind a culprit fewer go together: where most are broken, all that is left would be passed again for each.
		let most = to - from;
		while (low < to) {
			const end = Math.min(to, low + most);
			if (end - low === 1) {
				const result = parseOne(texts[low] as string);
				results[low] = result;
				low = end;
				most = result.failure ? 1 : 2 * most;
				continue;
			}
			const joined = `\n${texts.slice(low, end).join(";\n")}`;
			const result = call(joined);
			if ("message" in result) {
				// What stands before the culprit is fine but has no trees yet; the culprit tells its error best alone.
				const culprit = textAt(texts, low, end, result.codePoint);
				if (culprit > low) parseRange(texts, low, culprit, results);
				results[culprit] = parseOne(texts[culprit] as string);
				most = Math.max(1, culprit - low);
				low = culprit + 1;
				continue;
			}
			if (!accept(texts, low, end, result.trees, results)) {
				const middle = (low + end) >> 1;
				parseRange(texts, low, middle, results);
				parseRange(texts, middle, end, results);
			}
			low = end;
			most *= 2;
		}
	}

	return {
		parse(texts) {
			const results: ParseResult[] = new Array(texts.length);
			let from = 0;
			let size = 0;
			for (let index = 0; index < texts.length; index++) {
				const text = texts[index] as string;
				const refused = refusal(text);
				const alone = refused !== null || text.length > BATCH_CHARACTERS;
				if (alone || size + text.length > BATCH_CHARACTERS) {
					parseRange(texts, from, index, results);
					from = index;
					size = 0;
				}
				if (alone) {
					results[index] = refused ? { node: null, failure: refused } : parseOne(text);
					from = index + 1;
				} else size += text.length;
			}
			parseRange(texts, from, texts.length, results);
			return results;
		},
		isReserved(word) {
			const key = word.toLowerCase();
			let answer = reserved.get(key);
			if (answer === undefined) {
				answer = /^[a-z_]+$/.test(key) && pgQuery.scanSync(key).tokens[0]?.keywordName === "RESERVED_KEYWORD";
				reserved.set(key, answer);
			}
			return answer;
		},
	};
}

/** Gives each tree of a batch to its text, provided that there is exactly one for each and that it starts where the text does. */
function accept(
	texts: readonly string[],
	low: number,
	to: number,
	trees: readonly { node: Node; byte: number }[],
	results: ParseResult[],
): boolean {
	if (trees.length !== to - low) return false;
	const starts: number[] = [];
	let byte = 1;
	for (let index = low; index < to; index++) {
		if (trees[index - low]?.byte !== byte) return false;
		starts.push(byte);
		byte += byteLength(texts[index] as string) + 2;
	}
	for (let index = low; index < to; index++) {
		const { node } = trees[index - low] as { node: Node };
		relocate(node, starts[index - low] as number, texts[index] as string);
		results[index] = { node, failure: null };
	}
	return true;
}

/** Which of the joined texts the code point stands in; its separator counts to it. */
function textAt(texts: readonly string[], low: number, to: number, codePoint: number): number {
	let end = 1;
	for (let index = low; index < to; index++) {
		end += codePointLength(texts[index] as string) + 2;
		if (codePoint < end) return index;
	}
	return to - 1;
}

const ASCII = /^[\0-\x7f]*$/;

function byteLength(text: string): number {
	if (ASCII.test(text)) return text.length;
	let bytes = 0;
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		// Both halves of a surrogate pair make four bytes.
		bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
	}
	return bytes;
}

function codePointLength(text: string): number {
	if (ASCII.test(text)) return text.length;
	let count = 0;
	for (const _ of text) count++;
	return count;
}

function utf16Offset(text: string, codePoints: number): number {
	if (codePoints <= 0) return 0;
	if (ASCII.test(text)) return Math.min(codePoints, text.length);
	let at = 0;
	for (let count = 0; count < codePoints && at < text.length; count++)
		at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
	return at;
}
