import type { FuncCall, Node, RangeVar, SelectStmt, TypeName } from "@pgsql/types";
import { as, constantOf, stringsOf } from "./tree";

/** What an expression or query names, as written; `resolve.ts` says what it means in a schema. */
export interface Uses {
	readonly references: readonly Reference[];
	/** What FROM, JOIN and the like read, without common table expressions. */
	readonly relations: readonly RangeVar[];
	/** Called functions, as written: `["auth", "uid"]`; and `current_user` and its like, which are called without parentheses. */
	readonly calls: readonly {
		readonly path: readonly string[];
		readonly location: number;
		readonly values: readonly Node[];
	}[];
	/** Settings that current_setting() reads. */
	readonly settings: readonly string[];
	/** What nextval() and its like name, and where that string stands. */
	readonly sequences: readonly { readonly name: string; readonly location: number }[];
	/** Types of casts. */
	readonly types: readonly TypeName[];
}

/** A column by its path: `["id"]`, `["o", "id"]`; a trailing `*` is `"*"`. */
export interface Reference {
	readonly path: readonly string[];
	readonly location: number;
	/** The query that it stands in, null outside of subqueries. */
	readonly scope: Scope | null;
}

/** What a query's FROM offers to its expressions. */
export interface Scope {
	readonly parent: Scope | null;
	readonly sources: Source[];
}

export interface Source {
	readonly name: string;
	/** Null for subqueries, functions and common table expressions. */
	readonly relation: RangeVar | null;
}

const NONE: Uses = { references: [], relations: [], calls: [], settings: [], sequences: [], types: [] };
const known = new WeakMap<object, Uses>();

/** Collects what a tree names. Cached by tree, as trees are shared between folds. */
export function usesOf(node: Node | undefined | null): Uses {
	if (!node) return NONE;
	let uses = known.get(node);
	if (!uses) {
		const collector = new Collector();
		collector.visit(node, null, null);
		uses = collector;
		known.set(node, uses);
	}
	return uses;
}

/** Names of common table expressions that hide relations, innermost last. */
type Hidden = { readonly names: ReadonlySet<string>; readonly outer: Hidden } | null;

class Collector implements Uses {
	readonly references: Reference[] = [];
	readonly relations: RangeVar[] = [];
	readonly calls: { path: string[]; location: number; values: readonly Node[] }[] = [];
	readonly settings: string[] = [];
	readonly sequences: { name: string; location: number }[] = [];
	readonly types: TypeName[] = [];

	visit(value: unknown, scope: Scope | null, hidden: Hidden): void {
		if (Array.isArray(value)) {
			for (const item of value) this.visit(item, scope, hidden);
			return;
		}
		for (const key in value as object) {
			const child = (value as Record<string, unknown>)[key];
			if (typeof child !== "object" || child === null) continue;
			switch (key) {
				case "ColumnRef":
					this.#column(child as { fields?: Node[]; location?: number }, scope);
					break;
				case "SelectStmt":
					this.#select(child as SelectStmt, scope, hidden);
					break;
				case "RangeVar":
					this.#relation(child as RangeVar, hidden);
					break;
				case "FuncCall":
					this.#call(child as FuncCall);
					this.visit(child, scope, hidden);
					break;
				case "SQLValueFunction": {
					const name = /^SVFOP_(.*(?:USER|ROLE|SCHEMA|CATALOG))$/.exec((child as { op?: string }).op ?? "")?.[1];
					if (name) this.calls.push({ path: [name.toLowerCase()], location: -1, values: [] });
					break;
				}
				case "typeName":
					this.types.push(child as TypeName);
					break;
				default:
					this.visit(child, scope, hidden);
			}
		}
	}

	#column(column: { fields?: Node[]; location?: number }, scope: Scope | null): void {
		const path = (column.fields ?? []).map((field) => as(field, "String")?.sval ?? "*");
		this.references.push({ path, location: column.location ?? 0, scope });
	}

	#call(call: FuncCall): void {
		const path = stringsOf(call.funcname);
		const name = path.at(-1) ?? "";
		this.calls.push({ path, location: call.location ?? 0, values: call.args ?? [] });
		const argument = constantOf(call.args?.[0]);
		if (argument === null) return;
		if (name === "current_setting") this.settings.push(argument);
		else if (name === "nextval" || name === "currval" || name === "setval")
			this.sequences.push({ name: argument, location: stringLocation(call.args?.[0]) });
	}

	#relation(relation: RangeVar, hidden: Hidden): void {
		if (!isHidden(relation, hidden)) this.relations.push(relation);
	}

	#select(select: SelectStmt, outer: Scope | null, hidden: Hidden): void {
		let inner = hidden;
		if (select.withClause) {
			const expressions = (select.withClause.ctes ?? []).flatMap((node) => as(node, "CommonTableExpr") ?? []);
			if (select.withClause.recursive)
				inner = { names: new Set(expressions.map((each) => each.ctename ?? "")), outer: inner };
			for (const expression of expressions) {
				this.visit(expression.ctequery ?? {}, outer, inner);
				if (!select.withClause.recursive) inner = { names: new Set([expression.ctename ?? ""]), outer: inner };
			}
		}
		if (select.larg || select.rarg) {
			if (select.larg) this.#select(select.larg, outer, inner);
			if (select.rarg) this.#select(select.rarg, outer, inner);
		}
		const scope: Scope = { parent: outer, sources: [] };
		for (const node of select.fromClause ?? []) this.#from(node, scope, inner);
		for (const key in select) {
			if (key === "withClause" || key === "larg" || key === "rarg" || key === "fromClause") continue;
			const child = (select as Record<string, unknown>)[key];
			if (typeof child === "object" && child !== null) this.visit(child, scope, inner);
		}
	}

	#from(node: Node, scope: Scope, hidden: Hidden): void {
		const relation = as(node, "RangeVar");
		if (relation) {
			const isTable = !isHidden(relation, hidden);
			scope.sources.push({
				name: relation.alias?.aliasname ?? relation.relname ?? "",
				relation: isTable ? relation : null,
			});
			if (isTable) this.relations.push(relation);
			return;
		}
		const join = as(node, "JoinExpr");
		if (join) {
			if (join.larg) this.#from(join.larg, scope, hidden);
			if (join.rarg) this.#from(join.rarg, scope, hidden);
			if (join.quals) this.visit([join.quals], scope, hidden);
			return;
		}
		const alias = (as(node, "RangeSubselect") ?? as(node, "RangeFunction") ?? as(node, "RangeTableFunc"))?.alias;
		this.visit([node], scope, hidden);
		scope.sources.push({ name: alias?.aliasname ?? "", relation: null });
	}
}

/** Where a string literal stands, under casts too. */
function stringLocation(node: Node | undefined): number {
	const cast = as(node, "TypeCast");
	return cast ? stringLocation(cast.arg) : (as(node, "A_Const")?.location ?? 0);
}

function isHidden(relation: RangeVar, hidden: Hidden): boolean {
	if (relation.schemaname) return false;
	for (let each = hidden; each; each = each.outer) if (each.names.has(relation.relname ?? "")) return true;
	return false;
}
