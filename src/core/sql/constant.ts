import { Lexer, type TokenKind } from "../text/lexer";
import type { Span } from "../text/span";
import { quoteIdentifier } from "./quote";

/** What an expression gives, once the loop variables it names have values; null where reading can't tell. */
export type Constant = (loopVariables: ReadonlyMap<string, string>) => string | null;

export interface ConstantExpression {
	readonly value: Constant;
	/** The loop variables that the value depends on. */
	readonly loopVariables: ReadonlySet<string>;
}

/** The PL/pgSQL variables of which something is known: what was last assigned, or that a loop sets them. */
export type Variables = ReadonlyMap<string, ConstantExpression>;

/**
 * A loop variable, to be bound when the expression is evaluated.
 * @param outer the variable of a loop around on which it depends what this one goes through
 */
export function loopVariable(name: string, outer?: string): ConstantExpression {
	return {
		value: (bound) => bound.get(name) ?? null,
		loopVariables: new Set(outer === undefined ? [name] : [name, outer]),
	};
}

/**
 * Reads the expressions with which dynamic SQL is put together: literals, `||`, `format`, `quote_ident`,
 * `quote_literal`, `concat`, `lower`, `upper`, `replace`, known variables, casts. Null where it holds anything else.
 * https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN
 */
export function readConstant(text: string, span: Span, variables: Variables): ConstantExpression | null {
	const reader = new ConstantReader(text, span, variables);
	const value = reader.concatenation();
	return value && reader.atEnd ? { value, loopVariables: reader.loopVariables } : null;
}

/** The strings of `ARRAY['a', 'b']` or `'{a,b}'`; null for anything else. */
export function readConstantArray(text: string, span: Span, variables: Variables): string[] | null {
	const reader = new ConstantReader(text, span, variables);
	const values = reader.array();
	const all = values?.map((value) => value(new Map())) ?? null;
	return all && reader.atEnd && all.every((value) => value !== null) ? all : null;
}

/** What a literal stands for; escapes of E'' are left out but for quotes and backslashes, which are what SQL in them needs. */
export function literalValue(token: string): string {
	const dollar = /^\$[^$]*\$/.exec(token);
	if (dollar) return token.slice(dollar[0].length, -dollar[0].length);
	const escapes = /^e/i.test(token);
	// Parts on several lines are one literal.
	const parts = token.slice(token.indexOf("'")).matchAll(escapes ? /'((?:[^'\\]|''|\\.)*)'/gs : /'((?:[^']|'')*)'/g);
	const content = [...parts].map(([, part = ""]) => part.replaceAll("''", "'")).join("");
	if (!escapes) return content;
	return content.replace(/\\(.)/gs, (_, char: string) => ({ n: "\n", t: "\t", r: "\r" })[char] ?? char);
}

class ConstantReader {
	readonly loopVariables = new Set<string>();
	readonly #lexer: Lexer;
	readonly #variables: Variables;
	#kind: TokenKind;

	constructor(text: string, { start, end }: Span, variables: Variables) {
		this.#lexer = new Lexer(text, start, end);
		this.#variables = variables;
		this.#kind = this.#lexer.nextCode();
	}

	get atEnd(): boolean {
		return this.#kind === "end";
	}

	concatenation(): Constant | null {
		const parts: Constant[] = [];
		do {
			const part = this.#term();
			if (!part) return null;
			parts.push(part);
		} while (this.#take("|") && this.#take("|"));
		return (bound) => joined(parts.map((part) => part(bound)));
	}

	array(): Constant[] | null {
		if (this.#kind === "string") {
			const content = /^\{([^"\\{}]*)\}$/.exec(literalValue(this.#lexer.value()));
			this.#advance();
			if (!content || !this.#casts()) return null;
			return (content[1] as string).split(",").map((item) => () => item.trim());
		}
		if (!this.#lexer.isWord("array")) return null;
		this.#advance();
		if (!this.#take("[")) return null;
		const items = this.#list("]");
		return items && this.#casts() ? items : null;
	}

	#term(): Constant | null {
		const value = this.#primary();
		return value && this.#casts() ? value : null;
	}

	#primary(): Constant | null {
		const text = this.#lexer.value();
		switch (this.#kind) {
			case "string":
			case "dollar-string": {
				const literal = literalValue(text);
				this.#advance();
				return () => literal;
			}
			case "number":
				this.#advance();
				return () => text;
			case "word":
			case "parameter":
			case "quoted-name": {
				const name = this.#kind === "quoted-name" ? text.slice(1, -1) : text.toLowerCase();
				this.#advance();
				return this.#lexer.is("(") ? this.#call(name) : this.#variable(name);
			}
			default: {
				if (!this.#take("(")) return null;
				const inner = this.concatenation();
				return inner && this.#take(")") ? inner : null;
			}
		}
	}

	#variable(name: string): Constant | null {
		const known = this.#variables.get(name);
		if (!known) return null;
		for (const variable of known.loopVariables) this.loopVariables.add(variable);
		if (!known.loopVariables.has(name) || !this.#take(".")) return known.value;
		const field = this.#lexer.value().toLowerCase();
		this.#advance();
		// A row of one column is known whatever that is called: `r.nspname`.
		return (bound) => bound.get(`${name}.${field}`) ?? known.value(bound);
	}

	#call(name: string): Constant | null {
		this.#advance();
		const values = this.#list(")");
		const apply = FUNCTIONS[name];
		if (!values || !apply) return null;
		return (bound) => {
			const given = values.map((value) => value(bound));
			return given.every((value) => value !== null) ? apply(given) : null;
		};
	}

	/** Expressions up to the closing bracket, which it takes. */
	#list(close: string): Constant[] | null {
		const items: Constant[] = [];
		if (this.#take(close)) return items;
		do {
			const item = this.concatenation();
			if (!item) return null;
			items.push(item);
		} while (this.#take(","));
		return this.#take(close) ? items : null;
	}

	/** `::text`, `::varchar(20)[]`: they don't change what stands in the text. */
	#casts(): boolean {
		while (this.#take(":")) {
			if (!this.#take(":") || this.#kind !== "word") return false;
			this.#advance();
			if (this.#take("(") && !this.#list(")")) return false;
			while (this.#take("[")) if (!this.#take("]")) return false;
		}
		return true;
	}

	#take(char: string): boolean {
		if (this.#kind === "end" || !this.#lexer.is(char)) return false;
		this.#advance();
		return true;
	}

	#advance(): void {
		this.#kind = this.#lexer.nextCode();
	}
}

const FUNCTIONS: Readonly<Record<string, (values: readonly string[]) => string | null>> = {
	format: ([template = "", ...values]) => format(template, values),
	concat: (values) => values.join(""),
	quote_ident: ([name = ""]) => quoteIdentifier(name),
	quote_literal: ([value = ""]) => literal(value),
	lower: ([value = ""]) => value.toLowerCase(),
	upper: ([value = ""]) => value.toUpperCase(),
	replace: ([value = "", from = "", to = ""]) => (from === "" ? value : value.replaceAll(from, () => to)),
};

/** https://www.postgresql.org/docs/current/functions-string.html#FUNCTIONS-STRING-FORMAT, without widths. */
function format(template: string, values: readonly string[]): string | null {
	let next = 0;
	let known = true;
	const result = template.replace(/%(?:(\d+)\$)?(.?)/gs, (_, position: string | undefined, type: string) => {
		if (type === "%") return "%";
		if (position !== undefined) next = Number(position) - 1;
		const value = values[next++];
		if (value === undefined || !"sIL".includes(type) || type === "") known = false;
		else if (type === "s") return value;
		else return type === "I" ? quoteIdentifier(value) : literal(value);
		return "";
	});
	return known ? result : null;
}

function literal(value: string): string {
	return `'${value.replaceAll("'", "''")}'`;
}

function joined(parts: readonly (string | null)[]): string | null {
	return parts.every((part) => part !== null) ? parts.join("") : null;
}
