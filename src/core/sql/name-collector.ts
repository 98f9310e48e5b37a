import {
	cteKey,
	type Fields,
	isFields,
	listOf,
	lookUp,
	type NameReference,
	numberOf,
	type Scope,
	stringsOf,
	type TableName,
	visibleTables,
} from "./name-scope";
import { type NameToken, NameTokens } from "./name-tokens";

/** How the names in a node of one kind are to be read. */
export type Handler = (collector: NameCollector, fields: Fields, scope: Scope) => void;
export type Handlers = Readonly<Record<string, Handler>>;

/** Objects whose name in DROP and COMMENT ends with one of their own, behind the table's. */
const PARTS_OF_TABLES = /^OBJECT_(POLICY|TRIGGER|RULE|TABCONSTRAINT)$/;
export const RELATIONS = /^OBJECT_(TABLE|VIEW|MATVIEW|FOREIGN_TABLE)$/;

/** Gathers the names of a statement. What each kind of statement means is told by `handlers`; the rest is gone through as it comes. */
export class NameCollector {
	readonly references: NameReference[] = [];
	readonly #tokens: NameTokens;
	/** Behind the last name found in order: where the next one without a location is looked for. */
	#cursor = 0;

	readonly #handlers: Handlers;

	constructor(text: string, handlers: Handlers) {
		this.#tokens = new NameTokens(text);
		this.#handlers = handlers;
	}

	/** Goes through a part of the tree: a tagged node, a list, or fields without their tag. */
	visit(value: unknown, scope: Scope): void {
		if (Array.isArray(value)) for (const item of value) this.visit(item, scope);
		else if (isFields(value)) {
			const [tag, ...others] = Object.keys(value);
			const inner = tag !== undefined && others.length === 0 && /^[A-Z]/.test(tag) ? value[tag] : undefined;
			if (tag !== undefined && isFields(inner)) this.#node(tag, inner, scope);
			else if (typeof value.relname === "string") this.#rangeVar(value, scope);
			else if ("limitOption" in value) this.#select(value, scope);
			else this.#inside(value, scope);
		}
	}

	#inside(fields: Fields, scope: Scope): void {
		for (const key in fields) this.visit(fields[key], scope);
	}

	#node(tag: string, fields: Fields, scope: Scope): void {
		const handler = this.#handlers[tag];
		if (handler) handler(this, fields, scope);
		else if (tag === "RangeVar") this.#rangeVar(fields, scope);
		else if (tag === "SelectStmt") this.#select(fields, scope);
		else this.#inside(fields, scope);
	}

	/** Takes the fields in an order that puts the names of tables before the columns that are looked up in them. */
	inOrder(fields: Fields, scope: Scope, first: readonly string[], skip: readonly string[] = []): void {
		for (const key of first) this.visit(fields[key], scope);
		for (const key in fields) if (!first.includes(key) && !skip.includes(key)) this.visit(fields[key], scope);
	}

	#rangeVar(fields: Fields, scope: Scope, defines = false): TableName | null {
		const name = String(fields.relname);
		const schema = typeof fields.schemaname === "string" ? fields.schemaname : null;
		const alias = isFields(fields.alias) ? String(fields.alias.aliasname) : name;
		if (schema === null && lookUp(scope, cteKey(name)) === null) {
			scope.tables.set(alias, null);
			return null;
		}
		const table = { schema, name };
		scope.tables.set(alias, table);
		const token = this.#tokens.chainAt(numberOf(fields.location)).at(-1);
		if (token) this.add(token, [table], null, defines);
		return table;
	}

	/** The table that a statement is about. */
	relation(value: unknown, scope: Scope, defines = false): TableName | null {
		return isFields(value)
			? this.#rangeVar((isFields(value.RangeVar) ? value.RangeVar : value) as Fields, scope, defines)
			: null;
	}

	#select(fields: Fields, outer: Scope): void {
		const scope: Scope = { tables: new Map(), outer };
		this.withClause(fields.withClause, scope);
		this.inOrder(fields, scope, ["fromClause", "larg", "rarg"], ["withClause"]);
	}

	/** Names the CTEs before their queries are read: a recursive one reads itself. */
	withClause(value: unknown, scope: Scope): void {
		if (!isFields(value)) return;
		for (const item of listOf(value.ctes)) {
			const cte = isFields(item) && isFields(item.CommonTableExpr) ? item.CommonTableExpr : {};
			scope.tables.set(cteKey(cte.ctename), null);
		}
		this.visit(value.ctes, scope);
	}

	columnRef(fields: Fields, scope: Scope): void {
		const chain = this.#tokens.chainAt(numberOf(fields.location));
		const names = stringsOf(fields.fields);
		const last = chain[names.length - 1];
		const column = names.at(-1);
		if (!last || column === undefined) return;
		if (names.length === 1) {
			if (listOf(fields.fields).length === 1) this.add(last, visibleTables(scope), column);
			else this.#qualifier(last, scope);
			return;
		}
		const isWhole = listOf(fields.fields).length > names.length;
		const table = isWhole
			? null
			: names.length === 2
				? lookUp(scope, String(names[0]))
				: { schema: String(names.at(-3)), name: String(names.at(-2)) };
		const owner = chain[isWhole ? names.length - 1 : names.length - 2];
		if (owner) this.#qualifier(owner, scope);
		if (table) this.add(last, [table], column);
	}

	/** The table's own name before a column. An alias is no name of the table. */
	#qualifier(token: NameToken, scope: Scope): void {
		const table = lookUp(scope, token.name);
		if (table && table.name === token.name) this.add(token, [table], null);
	}

	add(token: NameToken, tables: readonly TableName[], column: string | null, defines = false): void {
		this.#cursor = Math.max(this.#cursor, token.end);
		if (tables.length > 0)
			this.references.push({ span: { start: token.start, end: token.end }, tables, column, defines });
	}

	/** Columns that the tree names without their places: they stand in order from `offset` on. */
	columns(names: readonly string[], table: TableName | null, offset = this.#cursor): void {
		let at = offset;
		for (const name of names) {
			const token = this.#tokens.take(name, at);
			if (!token) continue;
			at = token.end;
			if (table) this.add(token, [table], name);
		}
	}

	columnAt(location: unknown, name: unknown, table: TableName | null, defines = false): void {
		const token = this.#tokens.chainAt(numberOf(location)).at(0);
		if (token && table && typeof name === "string") this.add(token, [table], name, defines);
	}

	/** A constraint's columns; `table` is the one that has it. */
	constraint(fields: Fields, scope: Scope, table: TableName | null): void {
		const start = Math.max(numberOf(fields.location), 0);
		const behindName =
			typeof fields.conname === "string" ? (this.#tokens.take(fields.conname, start)?.end ?? start) : start;
		const listed = [...stringsOf(fields.keys), ...stringsOf(fields.fk_attrs)];
		if (listed.length > 0) this.columns(listed, table, this.#tokens.insideParenthesis(behindName));
		if (isFields(fields.pktable)) {
			const other: Scope = { tables: new Map(), outer: null };
			const parent = this.relation(fields.pktable, other);
			this.columns(stringsOf(fields.pk_attrs), parent, numberOf(fields.pktable.location) + 1);
		}
		if (fields.exclusions) {
			this.#cursor = Math.max(this.#cursor, this.#tokens.insideParenthesis(behindName));
			for (const item of listOf(fields.exclusions))
				this.visit(isFields(item) && isFields(item.List) ? listOf(item.List.items)[0] : item, scope);
		}
		this.columns(stringsOf(fields.including), table);
		this.inOrder(
			fields,
			scope,
			["raw_expr", "where_clause"],
			["pktable", "keys", "fk_attrs", "pk_attrs", "exclusions", "including"],
		);
	}

	/** A name with dots, as DROP and COMMENT have it: of a table, of its column, or of something that belongs to it. */
	objectName(names: readonly string[], kind: string, from: number): void {
		const chain = this.#tokens.takeChain(names, Math.max(from, this.#cursor));
		const ownPart = kind === "OBJECT_COLUMN" || PARTS_OF_TABLES.test(kind);
		const tableAt = names.length - (ownPart ? 2 : 1);
		if (!ownPart && !RELATIONS.test(kind)) return;
		const name = names[tableAt];
		if (name === undefined) return;
		const table = { schema: names[tableAt - 1] ?? null, name };
		// `DROP POLICY p ON t` says it the other way round than the tree does.
		const owner = chain[tableAt] ?? (ownPart ? this.#tokens.takeChain(names.slice(0, -1), from).at(-1) : undefined);
		if (owner) this.add(owner, [table], null);
		const column = chain.at(-1);
		if (kind === "OBJECT_COLUMN" && column) this.add(column, [table], column.name);
	}

	/** Where the word at this position of the statement ends: DROP TABLE … starts with two that are no names. */
	behindWord(count: number): number {
		return this.#tokens.tokens[count - 1]?.end ?? 0;
	}

	/** The name that a RENAME gives: the last one of the statement. */
	lastName(name: unknown): NameToken | undefined {
		const token = this.#tokens.tokens.at(-1);
		return token?.name === name ? token : undefined;
	}
}
