import type { Node, SelectStmt } from "@pgsql/types";
import { as, stringsOf } from "../../schema/tree";
import { FIRST } from "../placeholders";
import { columnOf, factsOf, namesHole, plainValue, type ReadSubquery, readInside } from "./conditions";
import { type Fact, FactGraph } from "./facts";
import { addOuterJoins, type OuterJoin, readFrom } from "./from-clause";
import { NamedRelations } from "./named-relations";
import { columnsOf, newScope, returningOf, united, valuesOutput } from "./outputs";
import type { Insert, Merge, Reading, Surroundings } from "./reading";
import { type Level, OUTSIDE, type Output, type OutputColumn, type Relation, type Scope } from "./relation";
import { RelationList } from "./relation-list";

/** Reads a statement's tree: its relations at all levels, and the facts that hold of their columns. */
export function readStatement(node: Node, surroundings: Surroundings): Reading {
	return new StatementReader(surroundings).read(node);
}

const NOTHING: Output = { columns: [], isPartial: false };

class StatementReader {
	readonly #inserts: Insert[] = [];
	readonly #merges: Merge[] = [];
	readonly #graph = new FactGraph();
	readonly #relations: RelationList;
	readonly #named: NamedRelations;
	#isOpen = false;
	readonly #fromReader: Parameters<typeof readFrom>[3];

	constructor({ model, tenancy, parse }: Surroundings) {
		this.#relations = new RelationList(this.#graph, model, tenancy);
		const statement = this.#statement.bind(this);
		this.#named = new NamedRelations(this.#relations, parse, statement);
		this.#fromReader = {
			relations: this.#relations,
			named: this.#named,
			graph: this.#graph,
			statement,
			subquery: this.#subquery,
			open: () => {
				this.#isOpen = true;
			},
		};
	}

	read(node: Node): Reading {
		this.#statement(node, null, "result");
		return {
			relations: this.#relations.all,
			inserts: this.#inserts,
			merges: this.#merges,
			graph: this.#graph,
			isOpen: this.#isOpen || this.#relations.isFull || this.#graph.columnsOf(OUTSIDE).length > 0,
			lookUp: (name) => {
				const { table } = this.#relations.lookUp(name);
				const level: Level = { kind: "select", node, within: "result" };
				return table && this.#relations.ofTable(name, table, level, true);
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
			this.#named.declare((update ?? remove)?.withClause?.ctes, scope);
			this.#named.add((update ?? remove)?.relation, scope, level, true);
			const outerJoins = readFrom(update?.fromClause ?? remove?.usingClause, scope, level, this.#fromReader);
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
			this.#named.declare(merge.withClause?.ctes, scope);
			const target = this.#named.add(merge.relation, scope, level, true);
			const before = scope.relations.length;
			readFrom(merge.sourceRelation ? [merge.sourceRelation] : [], scope, level, this.#fromReader);
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
		this.#named.declare(insert.withClause?.ctes, scope);
		const source = insert.selectStmt ? this.#statement(insert.selectStmt, scope, "insert") : null;
		const target = this.#named.add(insert.relation, scope, level, true);
		let conflictFacts: readonly Fact[] = [];
		let excluded: Relation | null = null;
		const conflict = insert.onConflictClause;
		if (target && conflict?.action === "ONCONFLICT_UPDATE") {
			excluded = this.#relations.add({ ...target, alias: "excluded", isTarget: false, kind: "unknown", own: null });
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
		this.#named.declare(select.withClause?.ctes, scope);
		if (select.op && select.op !== "SETOP_NONE") {
			const left = select.larg ? this.#select(select.larg, scope, within) : NOTHING;
			const right = select.rarg ? this.#select(select.rarg, scope, within) : NOTHING;
			this.#named.readUnread(scope);
			// EXCEPT gives rows of its left side alone.
			return select.op === "SETOP_EXCEPT" ? left : united(left, right);
		}
		const level: Level = { kind: "select", node: { SelectStmt: select } as Node, within };
		const outerJoins = readFrom(select.fromClause, scope, level, this.#fromReader);
		this.#where(select.whereClause, scope, outerJoins);
		this.#condition(select.havingClause, scope);
		for (const each of [...(select.sortClause ?? []), ...(select.groupClause ?? []), select.limitCount])
			readInside(each, scope, this.#subquery);
		const lists = select.valuesLists ?? [];
		if (lists.length > 0) {
			for (const list of lists) readInside(list, scope, this.#subquery);
			return valuesOutput(lists, (expressions) => {
				const values = expressions.map(plainValue);
				if (values.includes(null)) return null;
				return values.length === 1 ? (values[0] as string) : "any of a list";
			});
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
			const link = as(value, "SubLink");
			const scalar =
				link?.subLinkType === "EXPR_SUBLINK" && link.subselect ? this.#subquery(link.subselect, scope) : null;
			if (!scalar) readInside(value, scope, this.#subquery);
			// What the program puts in may be any number of columns.
			if ((as(value, "ParamRef")?.number ?? 0) >= FIRST && !target?.name) isPartial = true;
			const name =
				target?.name ?? stringsOf(fields).at(-1) ?? stringsOf(as(value, "FuncCall")?.funcname).at(-1) ?? "?column?";
			const sources = scalar?.columns[0]?.sources ?? [columnOf(value, scope)];
			columns.push({ name, sources, expression: value ?? null, value: plainValue(value) });
		}
		this.#named.readUnread(scope);
		return { columns, isPartial };
	}

	readonly #subquery: ReadSubquery = (select, outer, { holds = false, compared = [] } = {}) => {
		const { floor } = this.#graph;
		if (!holds) this.#graph.floor = this.#relations.all.length;
		const output = this.#statement(select, outer, "result");
		this.#graph.floor = floor;
		compared.forEach((column, i) => {
			for (const source of output.columns[i]?.sources ?? [])
				if (column !== null && source !== null) this.#graph.lead(column, source);
		});
		return output;
	};

	#where(condition: Node | undefined, scope: Scope, outerJoins: readonly OuterJoin[]): void {
		addOuterJoins(this.#graph, outerJoins, this.#condition(condition, scope));
	}

	#condition(condition: Node | undefined, scope: Scope): readonly Fact[] {
		if (!condition) return [];
		if (namesHole(condition)) this.#isOpen = true;
		const facts = factsOf(condition, scope, this.#subquery);
		this.#graph.add(facts);
		return facts;
	}
}
