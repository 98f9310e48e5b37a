import type { CommonTableExpr, Node, RangeVar, SelectStmt } from "@pgsql/types";
import { qualified, type SchemaModel, type Table, type View } from "../../schema/model";
import { as, stringsOf } from "../../schema/tree";
import type { Tenancy } from "../../tenancy/scope";
import { FIRST } from "../placeholders";
import { columnOf, factsOf, namesHole, readInside } from "./conditions";
import { type Fact, FactGraph } from "./facts";
import { columnsOf, newScope, renamed, returningOf, sharedNames, united, valuesOutput } from "./outputs";
import {
	type ColumnId,
	type Cte,
	columnId,
	type Level,
	type Output,
	type OutputColumn,
	type Relation,
	type Scope,
} from "./relation";

/** A statement with more is made by a machine; then nothing is said of it. */
const MOST_RELATIONS = 300;

/** What the schema knows, and how to read a view's query. */
export interface Surroundings {
	readonly model: SchemaModel;
	readonly tenancy: Tenancy;
	readonly parse: (sql: string) => Node | null;
}

/** An INSERT of a statement, with where its rows come from. */
export interface Insert {
	readonly target: Relation;
	/** The columns that are given, in order; null for a list that only the program knows. */
	readonly columns: readonly string[];
	/** Null for DEFAULT VALUES. */
	readonly source: Output | null;
	readonly node: Extract<Node, { readonly InsertStmt: unknown }>["InsertStmt"];
	/** Of ON CONFLICT … DO UPDATE: what its WHERE says. */
	readonly conflictFacts: readonly Fact[];
	readonly excluded: Relation | null;
}

/** A MERGE of a statement. */
export interface Merge {
	readonly target: Relation;
	readonly source: readonly Relation[];
	readonly node: Extract<Node, { readonly MergeStmt: unknown }>["MergeStmt"];
	readonly scope: Scope;
}

/** What a statement reads and writes, and what its conditions say of that. */
export interface Reading {
	readonly relations: readonly Relation[];
	readonly inserts: readonly Insert[];
	readonly merges: readonly Merge[];
	readonly graph: FactGraph;
	/** A table that the statement names outside of FROM: in TRUNCATE, COPY; null where the model has none. */
	readonly lookUp: (name: RangeVar) => Relation | null;
	/** A condition names a column that only the program knows, or there is more than can be read. */
	readonly isOpen: boolean;
}

/** Reads a statement's tree: its relations at all levels, and the facts that hold of their columns. */
export function readStatement(node: Node, surroundings: Surroundings): Reading {
	return new StatementReader(surroundings).read(node);
}

/** What an outer join's condition says once a WHERE wants its optional side to be there. */
interface Outer {
	readonly optional: ReadonlySet<number>;
	readonly facts: readonly Fact[];
}

const NOTHING: Output = { columns: [], isPartial: false };
const UNKNOWN: Output = { columns: [], isPartial: true };

class StatementReader {
	readonly #relations: Relation[] = [];
	readonly #inserts: Insert[] = [];
	readonly #merges: Merge[] = [];
	readonly #graph = new FactGraph();
	readonly #surroundings: Surroundings;
	#isOpen = false;
	/** The view that is being read, and where the statement names it. */
	#view: { readonly key: string; readonly location: number | null } | null = null;
	readonly #viewsInside: string[] = [];

	constructor(surroundings: Surroundings) {
		this.#surroundings = surroundings;
	}

	read(node: Node): Reading {
		this.#statement(node, null, "result");
		return {
			relations: this.#relations,
			inserts: this.#inserts,
			merges: this.#merges,
			graph: this.#graph,
			isOpen: this.#isOpen,
			lookUp: (name) => {
				const { table } = this.#lookUp(name);
				const level: Level = { kind: "select", node, within: "result" };
				return table && this.#ofTable(name, table, level, true);
			},
		};
	}

	#statement(node: Node, outer: Scope | null, within: Level["within"]): Output {
		const select = as(node, "SelectStmt");
		if (select) return this.#select(select, outer, within);
		const update = as(node, "UpdateStmt");
		const remove = as(node, "DeleteStmt");
		if (update || remove) {
			const scope = newScope(outer);
			const level: Level = { kind: update ? "update" : "delete", node, within };
			this.#with((update ?? remove)?.withClause?.ctes, scope);
			this.#table((update ?? remove)?.relation, scope, level, true);
			const outerJoins = this.#from(update?.fromClause ?? remove?.usingClause, scope, level);
			this.#where((update ?? remove)?.whereClause, scope, outerJoins);
			for (const each of update?.targetList ?? []) readInside(each, scope, this.#subquery);
			return this.#rest(scope, returningOf(update ?? remove));
		}
		const insert = as(node, "InsertStmt");
		if (insert) return this.#insert(insert, node, outer);
		const merge = as(node, "MergeStmt");
		if (merge) {
			const scope = newScope(outer);
			const level: Level = { kind: "merge", node, within };
			this.#with(merge.withClause?.ctes, scope);
			const target = this.#table(merge.relation, scope, level, true);
			const before = scope.relations.length;
			this.#from(merge.sourceRelation ? [merge.sourceRelation] : [], scope, level);
			this.#condition(merge.joinCondition, scope);
			if (target) this.#merges.push({ target, source: scope.relations.slice(before), node: merge, scope });
			return this.#rest(scope, returningOf(merge));
		}
		const copied =
			as(node, "CopyStmt")?.query ?? as(node, "ExplainStmt")?.query ?? as(node, "DeclareCursorStmt")?.query;
		const stored = as(node, "CreateTableAsStmt")?.query ?? as(node, "PrepareStmt")?.query;
		return copied || stored ? this.#statement((copied ?? stored) as Node, outer, within) : NOTHING;
	}

	#insert(insert: Insert["node"], node: Node, outer: Scope | null): Output {
		const scope = newScope(outer);
		const level: Level = { kind: "insert", node, within: "insert" };
		this.#with(insert.withClause?.ctes, scope);
		const source = insert.selectStmt ? this.#statement(insert.selectStmt, scope, "insert") : null;
		const target = this.#table(insert.relation, scope, level, true);
		let conflictFacts: readonly Fact[] = [];
		let excluded: Relation | null = null;
		const conflict = insert.onConflictClause;
		if (target && conflict?.action === "ONCONFLICT_UPDATE") {
			excluded = this.#add({ ...target, alias: "excluded", isTarget: false, kind: "unknown", own: null });
			const inner: Scope = { relations: [...scope.relations, excluded], ctes: new Map(), outer: scope.outer };
			conflictFacts = factsOf(conflict.whereClause, inner, this.#subquery);
			for (const each of conflict.targetList ?? []) readInside(each, inner, this.#subquery);
		}
		if (target) {
			const given = (insert.cols ?? []).flatMap((item) => as(item, "ResTarget")?.name ?? []);
			const columns = given.length > 0 ? given : (target.table?.columns.map(({ name }) => name) ?? []);
			this.#inserts.push({ target, columns, source, node: insert, conflictFacts, excluded });
		}
		return this.#rest(scope, returningOf(insert));
	}

	#select(select: SelectStmt, outer: Scope | null, within: Level["within"]): Output {
		const scope = newScope(outer);
		this.#with(select.withClause?.ctes, scope);
		if (select.op && select.op !== "SETOP_NONE") {
			const left = select.larg ? this.#select(select.larg, scope, within) : NOTHING;
			const right = select.rarg ? this.#select(select.rarg, scope, within) : NOTHING;
			this.#unreadCtes(scope);
			// EXCEPT gives rows of its left side alone.
			return select.op === "SETOP_EXCEPT" ? left : united(left, right);
		}
		const level: Level = { kind: "select", node: { SelectStmt: select } as Node, within };
		const outerJoins = this.#from(select.fromClause, scope, level);
		this.#where(select.whereClause, scope, outerJoins);
		this.#condition(select.havingClause, scope);
		for (const each of [...(select.sortClause ?? []), ...(select.groupClause ?? []), select.limitCount])
			readInside(each, scope, this.#subquery);
		const lists = select.valuesLists ?? [];
		if (lists.length > 0) {
			for (const list of lists) readInside(list, scope, this.#subquery);
			return valuesOutput(lists);
		}
		return this.#rest(scope, select.targetList ?? []);
	}

	/** What a query gives; reads its subqueries, and the CTEs that nothing reads. */
	#rest(scope: Scope, targets: readonly Node[]): Output {
		const columns: OutputColumn[] = [];
		let isPartial = false;
		for (const each of targets) {
			const target = as(each, "ResTarget");
			const value = target?.val;
			const fields = as(value, "ColumnRef")?.fields ?? [];
			if (fields.some((field) => as(field, "A_Star"))) {
				const alias = stringsOf(fields).at(-1);
				for (const relation of scope.relations) {
					if (alias !== undefined && relation.alias !== alias) continue;
					columns.push(...columnsOf(relation));
					if (relation.kind === "unknown" || relation.output?.isPartial) isPartial = true;
				}
				continue;
			}
			readInside(value, scope, this.#subquery);
			// What the program puts in may be any number of columns.
			if ((as(value, "ParamRef")?.number ?? 0) >= FIRST && !target?.name) isPartial = true;
			const name =
				target?.name ?? stringsOf(fields).at(-1) ?? stringsOf(as(value, "FuncCall")?.funcname).at(-1) ?? "?column?";
			columns.push({ name, sources: [columnOf(value, scope)], expression: value ?? null });
		}
		this.#unreadCtes(scope);
		return { columns, isPartial };
	}

	readonly #subquery = (select: Node, outer: Scope): Output => this.#statement(select, outer, "result");

	#with(ctes: readonly Node[] | undefined, scope: Scope): void {
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

	#unreadCtes(scope: Scope): void {
		for (const cte of scope.ctes.values()) if (!cte.isRead) this.#cteOutput(cte);
	}

	/** A query is read anew for each who reads it, as each may restrict it by itself; a change of rows happens once. */
	#cteOutput(cte: Cte): Output {
		if (cte.isBeingRead) return cte.output ?? UNKNOWN;
		if (cte.output && !as(cte.query, "SelectStmt")) return cte.output;
		// CTEs that each read the one before twice double with each.
		if (this.#relations.length > MOST_RELATIONS) return cte.output ?? UNKNOWN;
		cte.isRead = true;
		cte.isBeingRead = true;
		const select = as(cte.query, "SelectStmt");
		// Of WITH RECURSIVE, the first arm says what the columns are.
		const isUnion = select?.op === "SETOP_UNION" && select.larg && select.rarg;
		let output: Output;
		if (isUnion && select.larg && select.rarg) {
			const inner = newScope(cte.scope);
			this.#with(select.withClause?.ctes, inner);
			cte.output = renamed(this.#select(select.larg, inner, "result"), cte.columns);
			output = united(cte.output, this.#select(select.rarg, inner, "result"));
		} else output = this.#statement(cte.query, cte.scope, "result");
		cte.isBeingRead = false;
		cte.output = renamed(output, cte.columns);
		return cte.output;
	}

	/** The conditions of inner joins are added; those of outer joins too, as far as they restrict. */
	#from(items: readonly Node[] | undefined, scope: Scope, level: Level): Outer[] {
		const outer: Outer[] = [];
		for (const item of items ?? []) this.#fromItem(item, scope, level, outer);
		return outer;
	}

	/** Returns the relations that the item adds. */
	#fromItem(item: Node, scope: Scope, level: Level, outer: Outer[]): Relation[] {
		const name = as(item, "RangeVar");
		if (name) return [this.#table(name, scope, level, false)].filter((each) => each !== null);
		const sample = as(item, "RangeTableSample")?.relation;
		if (sample) return this.#fromItem(sample, scope, level, outer);
		const subselect = as(item, "RangeSubselect");
		if (subselect?.subquery) {
			// What is LATERAL sees what stands before it.
			const seen = subselect.lateral ? { ...scope, relations: [...scope.relations], outer: scope.outer } : null;
			const around: Scope = seen ?? { relations: [], ctes: scope.ctes, outer: scope.outer };
			const output = renamed(
				this.#statement(subselect.subquery, around, level.within),
				stringsOf(subselect.alias?.colnames),
			);
			const relation = this.#derived(subselect.alias?.aliasname ?? "", output, level, null);
			scope.relations.push(relation);
			return [relation];
		}
		const join = as(item, "JoinExpr");
		if (join?.larg && join.rarg) {
			const left = this.#fromItem(join.larg, scope, level, outer);
			const right = this.#fromItem(join.rarg, scope, level, outer);
			const inner: Scope = { ...scope, relations: [...left, ...right, ...scope.relations] };
			const facts = [
				...factsOf(join.quals, inner, this.#subquery),
				...sharedNames(join.isNatural ? null : stringsOf(join.usingClause), left, right),
			];
			if (join.quals && namesHole(join.quals)) this.#isOpen = true;
			const ids = (relations: readonly Relation[]) => new Set(relations.map(({ id }) => id));
			if (join.jointype === "JOIN_LEFT" || join.jointype === "JOIN_RIGHT") {
				const optional = ids(join.jointype === "JOIN_LEFT" ? right : left);
				this.#graph.add(facts, optional);
				outer.push({ optional, facts });
			} else if (join.jointype !== "JOIN_FULL") this.#graph.add(facts);
			return [...left, ...right];
		}
		const alias =
			as(item, "RangeFunction")?.alias ??
			as(item, "RangeTableFunc")?.alias ??
			as(item, "JsonTable")?.alias ??
			undefined;
		readInside(item, scope, this.#subquery);
		const relation = this.#derived(alias?.aliasname ?? "", UNKNOWN, level, null, "unknown");
		scope.relations.push(relation);
		return [relation];
	}

	#where(condition: Node | undefined, scope: Scope, outerJoins: readonly Outer[]): void {
		const facts = this.#condition(condition, scope);
		const wanted = new Set(
			facts
				.flatMap((fact) => (fact.kind === "value" ? [fact.column] : [fact.a, fact.b]))
				.map((id) => Number(id.split(".")[0])),
		);
		for (const { optional, facts: joined } of outerJoins)
			if ([...optional].some((id) => wanted.has(id))) this.#graph.add(joined);
	}

	#condition(condition: Node | undefined, scope: Scope): readonly Fact[] {
		if (!condition) return [];
		if (namesHole(condition)) this.#isOpen = true;
		const facts = factsOf(condition, scope, this.#subquery);
		this.#graph.add(facts);
		return facts;
	}

	#table(name: RangeVar | undefined, scope: Scope, level: Level, isTarget: boolean): Relation | null {
		if (!name?.relname) return null;
		const alias = name.alias?.aliasname ?? name.relname;
		const location = this.#view ? this.#view.location : (name.location ?? 0);
		let relation: Relation | null = null;
		if (!name.schemaname) {
			for (let current: Scope | null = scope; current && !relation; current = current.outer) {
				const cte = current.ctes.get(name.relname);
				if (cte && !isTarget) relation = this.#derived(alias, this.#cteOutput(cte), level, location);
			}
		}
		const { table, view } = relation ? { table: null, view: null } : this.#lookUp(name);
		if (view && !isTarget) relation = this.#derived(alias, this.#viewOutput(view, location), level, location);
		relation ??= this.#add(this.#ofTable(name, table, level, isTarget));
		scope.relations.push(relation);
		return relation;
	}

	#ofTable(name: RangeVar, table: Table | null, level: Level, isTarget: boolean): Relation {
		return {
			id: 0,
			alias: name.alias?.aliasname ?? name.relname ?? "",
			kind: table ? "table" : "unknown",
			key: table && qualified(table),
			table,
			own: (table && this.#surroundings.tenancy.tables.get(qualified(table))) ?? null,
			location: this.#view ? this.#view.location : (name.location ?? 0),
			view: this.#view?.key ?? null,
			output: table ? null : UNKNOWN,
			level,
			isTarget,
		};
	}

	/** The table or view that a name means: in public, or the only one of that name. */
	#lookUp({ schemaname, relname = "" }: RangeVar): { table: Table | null; view: View | null } {
		const { model } = this.#surroundings;
		const key = `${schemaname ?? "public"}.${relname}`;
		const table = model.tables.get(key) ?? null;
		const view = model.views.get(key) ?? null;
		if (table || view || schemaname) return { table, view };
		const tables = [...model.tables.values()].filter(({ name }) => name === relname);
		const views = [...model.views.values()].filter(({ name }) => name === relname);
		if (tables.length + views.length !== 1) return { table: null, view: null };
		return { table: tables[0] ?? null, view: views[0] ?? null };
	}

	#viewOutput(view: View, location: number | null): Output {
		const key = qualified(view);
		const isTooMuch = this.#viewsInside.includes(key) || this.#relations.length > MOST_RELATIONS;
		const node = isTooMuch ? null : this.#surroundings.parse(view.query);
		if (!node || view.kind === "materialized") return UNKNOWN;
		const before = this.#view;
		this.#view = { key: before?.key ?? key, location: before ? before.location : location };
		this.#viewsInside.push(key);
		const output = this.#statement(node, null, "result");
		this.#viewsInside.pop();
		this.#view = before;
		return renamed(output, view.aliases ?? []);
	}

	#derived(
		alias: string,
		output: Output,
		level: Level,
		location: number | null,
		kind: "derived" | "unknown" = "derived",
	): Relation {
		const relation = this.#add({
			id: 0,
			alias,
			kind,
			key: null,
			table: null,
			own: null,
			location,
			view: this.#view?.key ?? null,
			output,
			level,
			isTarget: false,
		});
		for (const { name, sources } of output.columns) {
			const known = sources.filter((source): source is ColumnId => source !== null);
			// An arm that gives a constant there gives nobody's rows.
			if (known.length > 0) this.#graph.union(columnId(relation, name), known);
		}
		return relation;
	}

	#add(relation: Relation): Relation {
		const added = { ...relation, id: this.#relations.length };
		this.#relations.push(added);
		if (this.#relations.length > MOST_RELATIONS) this.#isOpen = true;
		return added;
	}
}
