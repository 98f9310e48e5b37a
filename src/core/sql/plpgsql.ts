import { Lexer } from "../text/lexer";
import type { Span } from "../text/span";
import { type ConstantExpression, loopVariable, readConstant, readConstantArray } from "./constant";
import { type Branch, MOST_ITERATIONS, PlpgsqlFrames, type Turn } from "./plpgsql-frames";
import { PlpgsqlLexer } from "./plpgsql-lexer";
import { QUERIES, withoutTargets } from "./plpgsql-query";

/** What runs in a PL/pgSQL block, in the order of the text; spans in the block's text. */
export type PlpgsqlStep = PlpgsqlSql | PlpgsqlExecute;

export interface PlpgsqlSql extends Span {
	readonly type: "sql";
	/** The statement for PostgreSQL's parser, of the same length: without `INTO variable`, SELECT for PERFORM. */
	readonly sql: string;
	readonly branches: readonly Branch[];
}

export interface PlpgsqlExecute extends Span {
	readonly type: "execute";
	readonly expression: Span;
	/** Each text that it runs; null where it isn't constant. */
	readonly texts: readonly string[] | null;
	readonly branches: readonly Branch[];
}

/** Words that end one branch and begin another. */
const BRANCHES = new Set("elsif elseif else when".split(" "));

/** Statements that run no SQL of their own. */
const NO_SQL = new Set("raise exit continue get open fetch move close null assert commit rollback".split(" "));

/** A row that a query finds: its columns in their order, by name. */
export interface Row {
	readonly columns: ReadonlyMap<string, string>;
	/** It is found only where a variable, which a loop around sets, has this value. */
	readonly only?: { readonly variable: string; readonly value: string };
}
/** What the queries of FOR loops find, by their text, where it is known. */
export type Rows = ReadonlyMap<string, readonly Row[]>;

/**
 * Reads a PL/pgSQL block (https://www.postgresql.org/docs/current/plpgsql-structure.html) by its tokens. It follows the
 * control structures and leaves expressions alone, so it needs no types, and a part that it can't read costs only itself.
 *
 * @param given what the parameters of the function hold, where it is known
 */
export function readPlpgsql(
	code: string,
	given: ReadonlyMap<string, string> = new Map(),
	rows: Rows = new Map(),
): PlpgsqlStep[] {
	return new PlpgsqlReader(code, given, rows).read();
}

class PlpgsqlReader {
	readonly #code: string;
	readonly #lexer: PlpgsqlLexer;
	readonly #steps: PlpgsqlStep[] = [];
	readonly #frames = new PlpgsqlFrames();
	readonly #variables = new Map<string, ConstantExpression>();
	readonly #arrays = new Map<string, readonly string[]>();
	readonly #rows: Rows;
	/** What was assigned within control structures, and how deep. */
	#assigned: { readonly name: string; readonly depth: number }[] = [];

	constructor(code: string, given: ReadonlyMap<string, string>, rows: Rows) {
		this.#code = code;
		this.#rows = rows;
		for (const [name, value] of given) this.#variables.set(name, { value: () => value, loopVariables: new Set() });
		this.#lexer = new PlpgsqlLexer(code);
	}

	read(): PlpgsqlStep[] {
		while (this.#lexer.nextCode() !== "end") this.#statement();
		return this.#steps;
	}

	#statement(): void {
		const lexer = this.#lexer;
		const word = lexer.keyword();
		if (lexer.is("<")) lexer.toLabelEnd();
		else if (lexer.is("#")) lexer.toLineEnd();
		else if (NO_SQL.has(word)) lexer.toSemicolon();
		else if (word === "declare") this.#declarations();
		else if (word === "for" || word === "foreach") this.#for(word);
		else if (word === "execute") this.#execute(lexer.start, lexer.end);
		else if (word === "return") this.#return();
		else if (word === "perform") this.#sql("SELECT ");
		else if (!this.#control(word) && !lexer.is(";") && !this.#assignment()) this.#sql(null);
	}

	/** The words that only say what leads where. */
	#control(word: string): boolean {
		const lexer = this.#lexer;
		const frames = this.#frames;
		if (BRANCHES.has(word)) this.#leaveBranch(frames.depth);
		if (word === "begin") frames.block();
		else if (word === "if") frames.if(lexer.upTo(["then"]));
		else if (word === "elsif" || word === "elseif") frames.elsif(lexer.upTo(["then"]));
		else if (word === "else") frames.else();
		else if (word === "case") {
			lexer.upTo(["when"]);
			frames.case();
			frames.when(lexer.upTo(["then"]));
		} else if (word === "when") frames.when(lexer.upTo(["then"]));
		else if (word === "loop") frames.loop("", null);
		else if (word === "while") frames.loop(lexer.upTo(["loop"]), null);
		else if (word === "end") {
			lexer.nextCode();
			const ended = lexer.keyword();
			frames.end(ended);
			if (ended === "if" || ended === "case") this.#leaveBranch(frames.depth + 1);
			lexer.toSemicolon();
		} else return word === "exception";
		return true;
	}

	#declarations(): void {
		const lexer = this.#lexer;
		while (lexer.nextCode() !== "end") {
			if (lexer.isWord("declare")) continue;
			if (lexer.isWord("begin")) break;
			const name = lexer.name();
			let value = -1;
			while (lexer.nextCode() !== "end" && !lexer.is(";")) {
				if (value < 0 && (lexer.isWord("default") || lexer.is("="))) value = lexer.end;
			}
			const expression = value < 0 ? null : { start: value, end: lexer.start };
			if (expression) this.#subqueries(expression);
			this.#assign(name, expression);
		}
		this.#frames.block();
	}

	/** Behind a branch, which may not have run, nothing is known of what it assigned. */
	#leaveBranch(depth: number): void {
		for (const each of this.#assigned) if (each.depth >= depth) this.#forget(each.name);
		this.#assigned = this.#assigned.filter((each) => each.depth < depth);
	}

	#assign(name: string, expression: Span | null): void {
		this.#forget(name);
		if (this.#frames.depth > 0) this.#assigned.push({ name, depth: this.#frames.depth });
		const constant = expression && readConstant(this.#code, expression, this.#variables);
		const array = expression && this.#array(expression);
		if (constant) this.#variables.set(name, constant);
		if (array) this.#arrays.set(name, array);
	}

	#forget(name: string): void {
		this.#variables.delete(name);
		this.#arrays.delete(name);
	}

	/** A constant array, written there or held by a variable. */
	#array(expression: Span): readonly string[] | null {
		const name = this.#code.slice(expression.start, expression.end).trim().toLowerCase();
		return this.#arrays.get(name) ?? readConstantArray(this.#code, expression, this.#variables);
	}

	/** `name := expression;` or with `=`; anything else is left where it is. */
	#assignment(): boolean {
		const lexer = this.#lexer;
		const { start, kind } = lexer;
		if (kind !== "word" && kind !== "quoted-name" && kind !== "parameter") return false;
		const name = lexer.name();
		let simple = true;
		for (lexer.nextCode(); lexer.is(".") || lexer.is("["); lexer.nextCode()) {
			simple = false;
			if (lexer.is("[")) lexer.toClosingBracket();
			else lexer.nextCode();
		}
		if (lexer.is(":")) lexer.nextCode();
		if (!lexer.is("=")) {
			lexer.seek(start);
			lexer.nextCode();
			return false;
		}
		const from = lexer.end;
		lexer.toSemicolon();
		this.#subqueries({ start: from, end: lexer.start });
		if (simple) this.#assign(name, { start: from, end: lexer.start });
		return true;
	}

	/** The outermost queries within an expression, `v := (SELECT …)`: each runs. */
	#subqueries({ start, end }: Span): void {
		if (!/\(\s*(?:select|with)\b/i.test(this.#code.slice(start, end))) return;
		const lexer = new PlpgsqlLexer(this.#code, start, end);
		let depth = 0;
		let query: { readonly start: number; readonly depth: number } | null = null;
		for (let isOpened = false; lexer.nextCode() !== "end"; ) {
			if (isOpened && !query && (lexer.isWord("select") || lexer.isWord("with"))) query = { start: lexer.start, depth };
			isOpened = lexer.is("(");
			if (isOpened) depth++;
			if (!lexer.is(")")) continue;
			if (query?.depth === depth) {
				this.#addSql(query.start, this.#trimmed(lexer.start), null);
				query = null;
			}
			depth--;
		}
	}

	#for(word: string): void {
		const lexer = this.#lexer;
		const from = lexer.end;
		lexer.nextCode();
		const variables = [lexer.name()];
		while (lexer.nextCode() !== "end" && !lexer.isWord("in") && !lexer.isWord("loop") && !lexer.is(";"))
			if (lexer.kind === "word" || lexer.kind === "quoted-name") variables.push(lexer.name());
		const start = lexer.end;
		if (!lexer.isWord("loop")) lexer.upTo(["loop"]);
		const header = { start, end: Math.max(start, lexer.start) };
		const values = word === "foreach" ? this.#arrayValues(header) : this.#loopValues(header);
		const rows =
			values?.map((value): Row => ({ columns: new Map([["", value]]) })) ??
			this.#rows.get(this.#code.slice(start, header.end).trim());
		if (word === "for" && !rows) this.#loopQuery(header);
		const turns = rows?.map((row) => turnOf(row, variables)) ?? null;
		this.#frames.loop(this.#code.slice(from, header.end).trim(), { variables, turns });
		for (const variable of variables) {
			this.#forget(variable);
			if (turns) this.#variables.set(variable, loopVariable(variable, turns[0]?.only?.variable));
		}
	}

	/** `ARRAY expression` of FOREACH. */
	#arrayValues({ start, end }: Span): readonly string[] | null {
		const word = /^\s*array\b/i.exec(this.#code.slice(start, end));
		return word && this.#array({ start: start + word[0].length, end });
	}

	/** A constant range of numbers, or `SELECT unnest(constant array)`. */
	#loopValues({ start, end }: Span): readonly string[] | null {
		const text = this.#code.slice(start, end);
		const range = /^\s*(-?\d+)\s*\.\.\s*(-?\d+)\s*$/.exec(text);
		if (range) {
			const [first, last] = [Number(range[1]), Number(range[2])];
			if (last < first || last - first >= MOST_ITERATIONS) return null;
			return Array.from({ length: last - first + 1 }, (_, index) => String(first + index));
		}
		const unnest = /^\s*select\s+unnest\s*\(/i.exec(text);
		const close = text.lastIndexOf(")");
		if (!unnest || !/^\)\s*(?:as\s+\w+\s*)?$/i.test(text.slice(close))) return null;
		return this.#array({ start: start + unnest[0].length, end: start + close });
	}

	/** The query of a FOR loop runs too. */
	#loopQuery({ start, end }: Span): void {
		const lexer = new PlpgsqlLexer(this.#code, start, end);
		lexer.nextCode();
		const first = lexer.start;
		while (lexer.is("(")) lexer.nextCode();
		if (QUERIES.has(lexer.keyword())) this.#addSql(first, this.#trimmed(end), null);
		else if (lexer.isWord("execute")) this.#addExecute(first, { start: lexer.end, end });
	}

	#return(): void {
		const lexer = this.#lexer;
		const { start } = lexer;
		lexer.nextCode();
		if (!lexer.isWord("query")) {
			const isLast = !lexer.isWord("next");
			const from = lexer.start;
			lexer.toSemicolon();
			this.#subqueries({ start: from, end: lexer.start });
			if (isLast) this.#frames.leave();
			return;
		}
		lexer.nextCode();
		if (lexer.isWord("execute")) this.#execute(start, lexer.end);
		else this.#sql(null);
	}

	#execute(start: number, from: number): void {
		this.#lexer.toSemicolon();
		this.#addExecute(start, { start: from, end: this.#lexer.start });
	}

	/** An EXECUTE whose expression is in `argument`, before INTO and USING. */
	#addExecute(start: number, argument: Span): void {
		const lexer = new Lexer(this.#code, argument.start, argument.end);
		let depth = 0;
		let end = argument.start;
		const targets: string[] = [];
		for (let kind = lexer.nextCode(); kind !== "end"; kind = lexer.nextCode()) {
			if (depth === 0 && (lexer.isWord("into") || lexer.isWord("using"))) break;
			if (lexer.is("(")) depth++;
			else if (lexer.is(")")) depth--;
			end = lexer.end;
		}
		if (lexer.isWord("into"))
			for (let kind = lexer.nextCode(); kind !== "end" && !lexer.isWord("using"); kind = lexer.nextCode())
				if (kind === "word") targets.push(lexer.value().toLowerCase());
		const expression = { start: argument.start, end };
		const constant = readConstant(this.#code, expression, this.#variables);
		const texts = constant && this.#frames.iterations(constant);
		this.#steps.push({ type: "execute", start, end, expression, texts, branches: this.#frames.branches });
		for (const target of targets) this.#forget(target);
	}

	/** The statement that the present token begins; `replacement` stands for its first word. */
	#sql(replacement: string | null): void {
		const { start } = this.#lexer;
		this.#lexer.toSemicolon();
		this.#addSql(start, this.#trimmed(this.#lexer.start), replacement);
	}

	#addSql(start: number, end: number, replacement: string | null): void {
		if (end <= start) return;
		const text = this.#code.slice(start, end);
		const { sql, targets } = withoutTargets(replacement === null ? text : replacement + text.slice(replacement.length));
		for (const target of targets) this.#forget(target);
		this.#steps.push({ type: "sql", start, end, sql, branches: this.#frames.branches });
	}

	#trimmed(end: number): number {
		return this.#code.slice(0, end).trimEnd().length;
	}
}

/** What a row sets: each variable a column, or one that holds the row. */
function turnOf({ columns, only }: Row, variables: readonly string[]): Turn {
	const values = [...columns.values()];
	const [first = "", ...others] = variables;
	if (others.length > 0) return { sets: new Map(variables.map((variable, i) => [variable, values[i] ?? ""])), only };
	const fields = [...columns].map(([column, value]): [string, string] => [`${first}.${column}`, value]);
	return { sets: new Map(values.length === 1 ? [[first, values[0] as string], ...fields] : fields), only };
}
