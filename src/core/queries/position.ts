import type { Lexer } from "../text/lexer";

/**
 * What something that a program puts into SQL is, by where it stands:
 * `value` an operand; `list` a list of values that brings its own parentheses (`IN $ids`); `literal` what PostgreSQL takes
 * only as a string (`INTERVAL …`); `condition` a whole condition; `name` of a table or column; `assignments` of SET;
 * `fragment` any part of the statement; `harmless-fragment` one where no condition and no table can stand.
 */
export type Role =
	| "value"
	| "list"
	| "literal"
	| "condition"
	| "name"
	| "assignments"
	| "fragment"
	| "harmless-fragment";

type Inside = "values" | "condition" | "columns" | "statement" | "select";

/** Words behind which an operand comes. */
const BEFORE_VALUE = new Set(
	"like ilike limit offset between then else when case is similar to escape returning select distinct by using_value".split(
		" ",
	),
);
const BEFORE_CONDITION = new Set(["where", "and", "or", "on", "not", "having", "when"]);
const BEFORE_NAME = new Set(["from", "join", "into", "update", "table", "only", "as", "truncate", "copy"]);
const BEFORE_LITERAL = new Set(["interval", "timestamp", "date", "time", "timestamptz"]);
const CLAUSES = new Set(
	"select from where set values returning having order group limit offset on using join window into conflict".split(
		" ",
	),
);
/** In these nothing can stand that adds a table or a condition. */
const HARMLESS = new Set(["select", "order", "group", "limit", "offset", "returning", "window"]);

/** Follows the tokens of a statement, as far as needed to tell what may come next. */
export class Position {
	/** How deep in `[…]`. */
	brackets = 0;
	#previous = "";
	#beforePrevious = "";
	#clause = "";
	#between = false;
	/** The statement's first word. */
	#first = "";
	readonly #stack: { readonly inside: Inside; readonly clause: string }[] = [];

	token(lexer: Lexer): void {
		const text = lexer.kind === "word" ? lexer.value().toLowerCase() : lexer.kind === "operator" ? lexer.value() : "";
		if (lexer.is("(")) this.#open();
		else if (lexer.is(")")) this.#close();
		else if (lexer.is("[")) this.brackets++;
		else if (lexer.is("]")) this.brackets = Math.max(0, this.brackets - 1);
		else if (text === "between") this.#between = true;
		else if (text === "and" && this.#between) {
			this.#between = false;
			this.#shift("between");
			return;
		}
		if (this.#first === "") this.#first = text;
		if (lexer.kind === "word" && CLAUSES.has(text) && !(text === "from" && this.#previous === "distinct"))
			this.#clause = text;
		if (lexer.is("(") || lexer.is(")") || lexer.is("[") || lexer.is(",") || lexer.is(".") || lexer.is(";"))
			this.#shift(lexer.value());
		else if (lexer.kind === "word" || lexer.kind === "operator") this.#shift(text);
		else this.#shift("operand");
		if (lexer.is(";")) {
			this.#clause = "";
			this.#first = "";
		}
	}

	/** A parameter was read. */
	operand(): void {
		this.#shift("operand");
	}

	/** @param next the first character of what comes behind */
	role(next: string): Role {
		const previous = this.#previous;
		const inside = this.#stack.at(-1)?.inside ?? "statement";
		if (previous === "" || previous === ";") return "fragment";
		if (next === "." || previous === ".") return "name";
		// `SET name = …` takes no parameters, but what a driver or program puts in.
		if (this.#first === "set") return next === "=" ? "name" : "literal";
		if (previous === "from" && this.#beforePrevious === "distinct") return "value";
		if (BEFORE_NAME.has(previous) || (previous === "using" && this.#clause === "using")) return "name";
		if (BEFORE_LITERAL.has(previous)) return "literal";
		if (previous === "in" || previous === "values") return "list";
		if (previous === "set") return next === "=" ? "name" : "assignments";
		if (BEFORE_VALUE.has(previous)) return "value";
		if (BEFORE_CONDITION.has(previous)) return "condition";
		if (previous === "(") return this.#firstInside(inside);
		if (previous === ",") return this.#further(inside, next);
		if (previous === "[") return "value";
		if (this.#isOperator()) return "value";
		return HARMLESS.has(this.#clause) ? "harmless-fragment" : "fragment";
	}

	#firstInside(inside: Inside): Role {
		if (inside === "condition") return "condition";
		if (inside === "columns") return "name";
		return inside === "values" ? "value" : "fragment";
	}

	#further(inside: Inside, next: string): Role {
		if (inside === "values") return "value";
		if (inside === "columns") return "name";
		if (this.#clause === "set") return next === "=" ? "name" : "assignments";
		if (this.#clause === "from" || this.#clause === "using") return "name";
		if (this.#clause === "values") return "list";
		return HARMLESS.has(this.#clause) ? "value" : "fragment";
	}

	/** Not the star of `SELECT *` and `count(*)`. */
	#isOperator(): boolean {
		if (!/^[~!@#^&|`?+\-*/%<>=:]$/.test(this.#previous)) return this.#previous === "between";
		return this.#previous !== "*" || !/^(?:select|\(|,|\.|distinct|)$/.test(this.#beforePrevious);
	}

	#open(): void {
		this.#stack.push({ inside: this.#insideOf(), clause: this.#clause });
	}

	#insideOf(): Inside {
		const previous = this.#previous;
		if (previous === "values" || previous === "in" || previous === "any" || previous === "all" || previous === "some")
			return "values";
		if (
			previous === "exists" ||
			previous === "as" ||
			previous === "from" ||
			previous === "join" ||
			previous === "lateral"
		)
			return "select";
		if (BEFORE_CONDITION.has(previous)) return "condition";
		if (previous === "(") return this.#stack.at(-1)?.inside ?? "statement";
		if (previous === "," && this.#clause === "values") return "values";
		if (this.#clause === "into" || this.#clause === "conflict") return "columns";
		if (this.#clause === "using" && previous === "using") return "columns";
		// A function's arguments, or an operand.
		return "values";
	}

	#close(): void {
		const top = this.#stack.pop();
		if (top) this.#clause = top.clause;
	}

	#shift(text: string): void {
		this.#beforePrevious = this.#previous;
		this.#previous = text;
	}
}
