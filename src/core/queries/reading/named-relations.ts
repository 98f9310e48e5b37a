import type { CommonTableExpr, Node, RangeVar } from "@pgsql/types";
import { qualified, type View } from "../../schema/model";
import { as, stringsOf } from "../../schema/tree";
import { newScope, renamed, united } from "./outputs";
import type { Surroundings } from "./reading";
import type { Cte, Level, Output, Relation, Scope } from "./relation";
import { type RelationList, UNKNOWN } from "./relation-list";

/** Reads a query that stands inside of another. */
export type ReadInner = (node: Node, outer: Scope | null, within: Level["within"]) => Output;

/** Tells what a name in FROM means: a CTE, a view, a table, or something that the model has not. */
export class NamedRelations {
	readonly #relations: RelationList;
	readonly #parse: Surroundings["parse"];
	readonly #read: ReadInner;
	readonly #viewsInside: string[] = [];

	constructor(relations: RelationList, parse: Surroundings["parse"], read: ReadInner) {
		this.#relations = relations;
		this.#parse = parse;
		this.#read = read;
	}

	/** Adds the relation that a name stands for to its scope; null where there is no name. */
	add(name: RangeVar | undefined, scope: Scope, level: Level, isTarget: boolean): Relation | null {
		if (!name?.relname) return null;
		const relations = this.#relations;
		const alias = name.alias?.aliasname ?? name.relname;
		const location = relations.view ? relations.view.location : (name.location ?? 0);
		let relation: Relation | null = null;
		if (!name.schemaname && !isTarget) {
			const cte = cteOf(name.relname, scope);
			if (cte) relation = relations.addDerived(alias, this.#cteOutput(cte), level, location);
		}
		const { table, view } = relation ? { table: null, view: null } : relations.lookUp(name);
		if (view && !isTarget) relation = relations.addDerived(alias, this.#viewOutput(view, location), level, location);
		relation ??= relations.add(relations.ofTable(name, table, level, isTarget));
		scope.relations.push(relation);
		return relation;
	}

	/** Makes the CTEs of a WITH known in a scope. */
	declare(ctes: readonly Node[] | undefined, scope: Scope): void {
		for (const each of ctes ?? []) {
			const cte = as(each, "CommonTableExpr") as CommonTableExpr | undefined;
			if (!cte?.ctename || !cte.ctequery) continue;
			scope.ctes.set(cte.ctename, {
				name: cte.ctename,
				query: cte.ctequery,
				columns: stringsOf(cte.aliascolnames),
				scope,
				output: null,
				isBeingRead: false,
				isRead: false,
			});
		}
	}

	/** Reads the CTEs of a scope that nothing else has read: a change of rows in one happens all the same. */
	readUnread({ ctes }: Scope): void {
		for (const cte of ctes.values()) if (!cte.isRead) this.#cteOutput(cte);
	}

	/** A query is read anew for each who reads it, as each may restrict it by itself; a change of rows happens once. */
	#cteOutput(cte: Cte): Output {
		if (cte.isBeingRead) return cte.output ?? UNKNOWN;
		if (cte.output && !as(cte.query, "SelectStmt")) return cte.output;
		// CTEs that each read the one before twice double with each.
		if (this.#relations.isFull) return cte.output ?? UNKNOWN;
		cte.isRead = true;
		cte.isBeingRead = true;
		const select = as(cte.query, "SelectStmt");
		// Of WITH RECURSIVE, the first arm says what the columns are.
		const isUnion = select?.op === "SETOP_UNION" && select.larg && select.rarg;
		let output: Output;
		if (isUnion && select.larg && select.rarg) {
			const inner = newScope(cte.scope);
			this.declare(select.withClause?.ctes, inner);
			cte.output = renamed(this.#read({ SelectStmt: select.larg }, inner, "result"), cte.columns);
			output = united(cte.output, this.#read({ SelectStmt: select.rarg }, inner, "result"));
		} else output = this.#read(cte.query, cte.scope, "result");
		cte.isBeingRead = false;
		cte.output = renamed(output, cte.columns);
		return cte.output;
	}

	#viewOutput(view: View, location: number | null): Output {
		const key = qualified(view);
		const relations = this.#relations;
		const isTooMuch = this.#viewsInside.includes(key) || relations.isFull;
		const node = isTooMuch ? null : this.#parse(view.query);
		if (!node || view.kind === "materialized") return UNKNOWN;
		const before = relations.view;
		relations.view = { key: before?.key ?? key, location: before ? before.location : location };
		this.#viewsInside.push(key);
		const output = this.#read(node, null, "result");
		this.#viewsInside.pop();
		relations.view = before;
		return renamed(output, view.aliases ?? []);
	}
}

function cteOf(name: string, scope: Scope): Cte | null {
	for (let current: Scope | null = scope; current; current = current.outer) {
		const cte = current.ctes.get(name);
		if (cte) return cte;
	}
	return null;
}
