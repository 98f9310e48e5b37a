import type { Node, RangeVar } from "@pgsql/types";
import type { DatabaseAnalysis } from "../../core/analyze";
import { joinedBy, names } from "../../core/rules/base/expressions";
import type { FunctionModel, SchemaModel, Table } from "../../core/schema/model";
import { as, constantOf, stringsOf } from "../../core/schema/tree";
import { bodyOf } from "../../core/sql/body";
import type { SqlReader } from "../../core/sql/reader";

/** Something of the session that SQL asks for: a setting, or a value within the JSON that a setting holds. */
export interface SessionValue {
	readonly setting: string;
	/** Keys from the outside in; empty where the setting is the value itself. */
	readonly path: readonly string[];
}

/** What a session's value is compared with. */
export interface Comparison {
	readonly value: SessionValue;
	/** A column; null where it is only read. */
	readonly column: { readonly table: Table; readonly name: string } | null;
	/** A constant. */
	readonly constant: string | null;
	/** Within a policy: whether the tenant is asked for as well. */
	readonly withTenant?: boolean;
}

/** What PostgREST puts a request's claims into, and the platform's functions read. */
export const CLAIMS = "request.jwt.claims";
const CLAIM_FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
	"auth.uid": ["sub"],
	"auth.role": ["role"],
	"auth.email": ["email"],
	"auth.jwt": [],
};

/** Tables by the names that a query gives them. */
interface Scope {
	readonly tables: readonly { readonly name: string; readonly table: Table }[];
	readonly outer: Scope | null;
}

/** What the database's policies, functions, views and defaults compare values of the session with. */
export function comparisonsOf(
	{ model, tenancy, files }: DatabaseAnalysis,
	expression: SqlReader["expression"],
): Comparison[] {
	const found: Comparison[] = [];
	const reading = new Reading(model, (called) => bodyNodes(files, called), found);
	for (const [key, table] of model.tables) {
		const scope: Scope = { tables: [{ name: table.name, table }], outer: null };
		const column = tenancy.tables.get(key)?.tenantColumn;
		const tenant = new Set(column ? [column] : []);
		for (const { using, check } of table.policies)
			for (const condition of [using, check].map((text) => (text === null ? null : expression(text))))
				for (const alternative of condition ? joinedBy(condition, "OR_EXPR") : []) {
					const before = found.length;
					reading.visit(alternative, scope);
					const withTenant = names(alternative, tenant);
					found.push(...found.splice(before).map((each) => ({ ...each, withTenant })));
				}
		for (const column of table.columns)
			if (column.default !== null && /current_setting|auth\./i.test(column.default)) {
				const value = reading.valueOf(expression(column.default));
				if (value) found.push({ value, column: { table, name: column.name }, constant: null });
			}
	}
	for (const called of model.functions.values()) for (const node of bodyNodes(files, called)) reading.visit(node, null);
	for (const { query } of model.views.values()) reading.visit(expression(`(${query.replace(/;\s*$/, "")})`), null);
	return found;
}

function bodyNodes(files: DatabaseAnalysis["files"], { location }: FunctionModel): Node[] {
	const statement = files
		.find(({ file }) => file === location.file)
		?.statements.find(({ span }) => span.start === location.span.start);
	const items = (statement && bodyOf(statement)?.items) ?? [];
	return items.flatMap((item) => ("statement" in item ? (item.statement.node ?? []) : []));
}

class Reading {
	readonly #model: SchemaModel;
	readonly #bodyOf: (called: FunctionModel) => readonly Node[];
	readonly #found: Comparison[];
	/** Functions whose body is being looked at. */
	readonly #open = new Set<FunctionModel>();

	constructor(model: SchemaModel, body: (called: FunctionModel) => readonly Node[], found: Comparison[]) {
		this.#model = model;
		this.#bodyOf = body;
		this.#found = found;
	}

	visit(node: unknown, scope: Scope | null): void {
		if (Array.isArray(node)) for (const each of node) this.visit(each, scope);
		if (node === null || typeof node !== "object" || Array.isArray(node)) return;
		const each = node as Node;
		const expression = as(each, "A_Expr");
		const isEqual = stringsOf(expression?.name).join() === "=" || expression?.kind === "AEXPR_NOT_DISTINCT";
		if (expression && isEqual) {
			this.#compare(expression.lexpr, expression.rexpr, scope);
			this.#compare(expression.rexpr, expression.lexpr, scope);
		}
		const value = as(each, "FuncCall") ? this.valueOf(each) : null;
		if (value) this.#found.push({ value, column: null, constant: null });
		const select = as(each, "SelectStmt");
		const inner = select?.fromClause ? { tables: this.#tablesIn(select.fromClause), outer: scope } : scope;
		for (const part of Object.values(each)) this.visit(part, inner);
	}

	#compare(side: Node | undefined, other: Node | undefined, scope: Scope | null): void {
		const value = this.valueOf(side);
		if (!value || !other) return;
		const items = as(other, "List")?.items ?? as(other, "A_ArrayExpr")?.elements ?? [other];
		for (const item of items) {
			const column = this.#columnOf(item, scope);
			const constant = constantOf(item);
			if (column || constant !== null) this.#found.push({ value, column, constant });
		}
	}

	/** The value of the session that an expression is, whatever it is cast to; null where it is anything else. */
	valueOf(node: Node | null | undefined): SessionValue | null {
		if (!node) return null;
		const cast = as(node, "TypeCast");
		if (cast) return this.valueOf(cast.arg);
		const coalesce = as(node, "CoalesceExpr");
		if (coalesce) return this.#first(coalesce.args ?? []);
		const query = as(as(node, "SubLink")?.subselect, "SelectStmt");
		if (query) return query.fromClause ? null : this.valueOf(as(query.targetList?.[0], "ResTarget")?.val);
		const select = as(node, "SelectStmt");
		if (select) return select.fromClause ? null : this.valueOf(as(select.targetList?.[0], "ResTarget")?.val);
		const expression = as(node, "A_Expr");
		if (expression?.kind === "AEXPR_NULLIF") return this.valueOf(expression.lexpr);
		if (expression && /^->>?$/.test(stringsOf(expression.name).join())) {
			const inner = this.valueOf(expression.lexpr);
			const key = constantOf(expression.rexpr);
			return inner && key !== null ? { ...inner, path: [...inner.path, key] } : null;
		}
		const call = as(node, "FuncCall");
		return call ? this.#called(stringsOf(call.funcname), call.args ?? []) : null;
	}

	#first(nodes: readonly Node[]): SessionValue | null {
		for (const each of nodes) {
			const value = this.valueOf(each);
			if (value) return value;
		}
		return null;
	}

	#called(path: readonly string[], args: readonly Node[]): SessionValue | null {
		const name = path.at(-1) ?? "";
		if (name === "current_setting") {
			const setting = constantOf(args[0]);
			return setting?.includes(".") ? { setting: setting.toLowerCase(), path: [] } : null;
		}
		if (/^(nullif|coalesce|btrim|lower)$/.test(name)) return this.#first(args);
		const own = this.#functionNamed(path);
		if (!own) {
			const claim = CLAIM_FUNCTIONS[path.join(".")];
			return claim ? { setting: CLAIMS, path: claim } : null;
		}
		if (this.#open.has(own)) return null;
		this.#open.add(own);
		const value = this.#returned(own);
		this.#open.delete(own);
		return value;
	}

	/** The one value of the session that a function is about, where it looks nothing up in tables. */
	#returned(called: FunctionModel): SessionValue | null {
		const values = new Map<string, SessionValue>();
		for (const node of this.#bodyOf(called)) {
			if (this.#readsTable(node)) return null;
			for (const value of this.#valuesIn(node)) values.set(JSON.stringify(value), value);
		}
		const [only, ...more] = values.values();
		return only && more.length === 0 ? only : null;
	}

	#readsTable(node: unknown): boolean {
		if (node === null || typeof node !== "object") return false;
		return "RangeVar" in node || Object.values(node).some((each) => this.#readsTable(each));
	}

	*#valuesIn(node: unknown): Iterable<SessionValue> {
		if (node === null || typeof node !== "object") return;
		const value = Array.isArray(node) ? null : this.valueOf(node as Node);
		if (value) yield value;
		else for (const each of Object.values(node)) yield* this.#valuesIn(each);
	}

	#functionNamed(path: readonly string[]): FunctionModel | undefined {
		const [name, schema] = [path.at(-1), path.at(-2)];
		return [...this.#model.functions.values()].find(
			(each) => each.name === name && (schema === undefined || each.schema === schema),
		);
	}

	#tablesIn(from: readonly Node[]): Scope["tables"] {
		return from.flatMap((each) => {
			const range = as(each, "RangeVar");
			const join = as(each, "JoinExpr");
			if (join) return this.#tablesIn([join.larg, join.rarg].filter((side) => side !== undefined));
			const table = range && this.#tableNamed(range);
			return range && table ? [{ name: range.alias?.aliasname ?? table.name, table }] : [];
		});
	}

	#tableNamed({ schemaname, relname }: RangeVar): Table | undefined {
		const { tables } = this.#model;
		if (schemaname) return tables.get(`${schemaname}.${relname}`);
		return tables.get(`public.${relname}`) ?? [...tables.values()].find(({ name }) => name === relname);
	}

	#columnOf(node: Node, scope: Scope | null): Comparison["column"] {
		const cast = as(node, "TypeCast");
		if (cast?.arg) return this.#columnOf(cast.arg, scope);
		const path = stringsOf(as(node, "ColumnRef")?.fields);
		const [name, qualifier] = [path.at(-1), path.at(-2)];
		if (name === undefined) return null;
		for (let each = scope; each; each = each.outer)
			for (const { name: called, table } of each.tables)
				if ((qualifier === undefined || qualifier === called) && table.columns.some((column) => column.name === name))
					return { table, name };
		return null;
	}
}
