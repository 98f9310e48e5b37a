import type { Node } from "@pgsql/types";
import type { Problem, Span } from "../text/span";
import type { OrderedFile } from "../workspace/database";
import { explain } from "./explain";
import { parseStatements } from "./parse-statements";
import { loadPostgresParser, type ParseResult, type PostgresParser } from "./postgres-parser";
import { type Restart, restarts } from "./recover";
import { relocate } from "./relocate";
import { type Piece, Splitter, split } from "./split";
import type { SqlFile, Statement } from "./statement";

/** Reads files into statements. Trees are kept from one reading of a file to its next, so an edit costs the statement that it touches. */
export interface SqlReader {
	/** Never throws for bad SQL: a statement that PostgreSQL rejects has no node, and a problem of kind `syntax`. */
	read(file: OrderedFile): SqlFile;
	/**
	 * The tree of an expression, such as a policy's condition; null where it can't be read. Each text is parsed once.
	 * Its locations are UTF-16 offsets in the text.
	 */
	readonly expression: (sql: string) => Node | null;
	/** The statements of each text, such as the string that a program gives to its driver. Many cost little more than one. */
	readonly statements: (texts: readonly string[]) => readonly (readonly Statement[])[];
}

/** Loads PostgreSQL's parser (50 ms, once) and gives a reader with a memory of its own. */
export async function createSqlReader(): Promise<SqlReader> {
	const parser = await loadPostgresParser();
	const remembered = new Map<string, ReadonlyMap<string, ParseResult>>();
	const expressions = new Map<string, Node | null>();
	return {
		expression(sql) {
			let node = expressions.get(sql);
			if (node === undefined) {
				const text = EXPRESSION_PREFIX + sql;
				const reading = new Reading({ path: "", text }, parser, new Map());
				reading.readRange({ start: 0, end: text.length });
				node = onlyTarget(reading.statements);
				// They are UTF-16 offsets already, so they only move.
				if (node) relocate(node, EXPRESSION_PREFIX.length, "");
				expressions.set(sql, node);
			}
			return node;
		},
		statements(texts) {
			const pieces = texts.map((text) => split(text));
			const all = pieces.flatMap((each, i) => each.map(({ start, end }) => (texts[i] as string).slice(start, end)));
			const results = parseStatements(all, parser).values();
			return pieces.map((each, i) =>
				each.map(
					({ start, end, comments }): Statement => ({
						span: { start, end },
						text: (texts[i] as string).slice(start, end),
						node: results.next().value?.node ?? null,
						leadingComments: comments,
					}),
				),
			);
		},
		read(file) {
			const reading = new Reading(file, parser, remembered.get(file.path) ?? new Map());
			for (const range of file.up ?? [{ start: 0, end: file.text.length }]) reading.readRange(range);
			remembered.set(file.path, reading.results);
			const { statements, problems } = reading;
			const { path, text, includes, byHand } = file;
			return { file: path, text, statements, problems, ...(includes && { includes }), ...(byHand && { byHand }) };
		},
	};
}

/** Makes an expression a statement. */
const EXPRESSION_PREFIX = "SELECT ";

function onlyTarget([statement, ...others]: readonly Statement[]): Node | null {
	if (!statement?.node || others.length > 0 || !("SelectStmt" in statement.node)) return null;
	const [target] = statement.node.SelectStmt.targetList ?? [];
	return target && "ResTarget" in target ? (target.ResTarget.val ?? null) : null;
}

/** Behind each of so many broken statements of a file the rest is split again; a file with more is no SQL. */
const MOST_RESTARTS = 100;

class Reading {
	readonly statements: Statement[] = [];
	readonly problems: Problem[] = [];
	readonly results = new Map<string, ParseResult>();
	readonly #file: OrderedFile;
	readonly #parser: PostgresParser;
	readonly #remembered: ReadonlyMap<string, ParseResult>;
	#restarts = 0;

	constructor(file: OrderedFile, parser: PostgresParser, remembered: ReadonlyMap<string, ParseResult>) {
		this.#file = file;
		this.#parser = parser;
		this.#remembered = remembered;
	}

	readRange({ start, end }: Span): void {
		let pieces = split(this.#file.text, start, end);
		this.#parse(pieces);
		for (let index = 0; index < pieces.length; index++) {
			const piece = pieces[index] as Piece;
			const result = this.#resultOf(piece);
			const restart = result.failure ? this.#restartIn(piece, piece.start + result.failure.offset, end) : null;
			if (!restart) {
				this.#add(piece, result);
				continue;
			}
			this.#restarts++;
			this.#addHead(piece, result, restart);
			pieces = this.#splitAgain(restart, end, pieces, index + 1);
			index = -1;
		}
	}

	/** Pieces from the restart to where they fall in with the known ones again, and those from there on. */
	#splitAgain(restart: Restart, end: number, known: readonly Piece[], from: number): Piece[] {
		const fresh: Piece[] = [];
		const splitter = new Splitter(this.#file.text, restart.withComments, end);
		let next = from;
		for (let piece = splitter.next(); piece; piece = splitter.next()) {
			while (next < known.length && (known[next] as Piece).start < piece.start) next++;
			if (known[next]?.start === piece.start) break;
			fresh.push(piece);
			if (piece.end >= end) next = known.length;
		}
		if (fresh.at(-1) && next < known.length && (known[next] as Piece).start < (fresh.at(-1) as Piece).end)
			next = known.length;
		this.#parse(fresh);
		return [...fresh, ...known.slice(next)];
	}

	#restartIn(piece: Piece, failedAt: number, end: number): Restart | null {
		if (this.#restarts >= MOST_RESTARTS) return null;
		for (const restart of restarts(this.#file.text, piece, failedAt)) {
			if (restart.certain) return restart;
			const next = new Splitter(this.#file.text, restart.offset, end).next();
			if (!next) continue;
			this.#parse([next]);
			if (this.#resultOf(next).node) return restart;
		}
		return null;
	}

	/** What stands before the restart: a statement by itself that only lacks its semicolon, or the broken one. */
	#addHead(piece: Piece, whole: ParseResult, restart: Restart): void {
		const { text, path } = this.#file;
		const [first] = split(text, piece.start, restart.withComments);
		const end =
			first && !first.unterminated
				? first.end
				: piece.start + text.slice(piece.start, restart.withComments).trimEnd().length;
		const head: Piece = { ...piece, end, unterminated: null };
		this.#parse([head]);
		const result = this.#resultOf(head);
		if (!result.node && whole.failure && whole.failure.offset < end - piece.start) {
			this.#add(head, { node: null, failure: whole.failure });
			return;
		}
		this.#add(head, result);
		if (!result.node) return;
		const span = { start: Math.max(head.start, end - 1), end };
		this.problems.push({
			location: { file: path, span },
			kind: "syntax",
			severity: "error",
			message:
				"A semicolon is missing here: PostgreSQL would read this statement and the next one as one, and reject both.",
		});
	}

	#add(piece: Piece, { node, failure }: ParseResult): void {
		const { text, path } = this.#file;
		const statement = {
			span: { start: piece.start, end: piece.end },
			text: text.slice(piece.start, piece.end),
			node,
			leadingComments: piece.comments,
		};
		if (failure) {
			const { span, message } = explain(statement.text, failure, this.#parser);
			this.problems.push({
				location: { file: path, span: { start: piece.start + span.start, end: piece.start + span.end } },
				kind: "syntax",
				severity: "error",
				message,
			});
		} else if (!node) {
			// Nothing but placeholders.
			this.problems.push({
				location: { file: path, span: statement.span },
				kind: "dynamic",
				severity: "info",
				message: `${statement.text} is filled in by your migration tool: what it runs can't be known from here.`,
			});
			return;
		}
		this.statements.push(statement);
	}

	#resultOf(piece: Piece): ParseResult {
		return this.results.get(this.#file.text.slice(piece.start, piece.end)) as ParseResult;
	}

	/** Sees to it that `results` has the pieces' texts. */
	#parse(pieces: readonly Piece[]): void {
		const missing: string[] = [];
		for (const { start, end } of pieces) {
			const text = this.#file.text.slice(start, end);
			if (this.results.has(text)) continue;
			const before = this.#remembered.get(text);
			this.results.set(text, before ?? PENDING);
			if (!before) missing.push(text);
		}
		parseStatements(missing, this.#parser).forEach((result, index) => {
			this.results.set(missing[index] as string, result);
		});
	}
}

const PENDING: ParseResult = { node: null, failure: null };
