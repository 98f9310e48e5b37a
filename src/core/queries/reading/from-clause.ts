import type { Node } from "@pgsql/types";
import { as, stringsOf } from "../../schema/tree";
import { factsOf, namesHole, type ReadSubquery, readInside } from "./conditions";
import { type Fact, type FactGraph, relationOf } from "./facts";
import type { NamedRelations, ReadInner } from "./named-relations";
import { renamed, sharedNames } from "./outputs";
import type { ColumnId, Level, Relation, Scope } from "./relation";
import { type RelationList, UNKNOWN } from "./relation-list";

/** What an outer join's condition says once a WHERE wants one of its sides to be there. */
export interface OuterJoin {
	/** The relations of that side. */
	readonly wanted: ReadonlySet<number>;
	readonly facts: readonly Fact[];
	/** The relations that the facts then restrict; null: all. */
	readonly only: ReadonlySet<number> | null;
}

/** How a FROM clause is read, and what it adds to. */
interface FromReader {
	readonly relations: RelationList;
	readonly named: NamedRelations;
	readonly graph: FactGraph;
	readonly statement: ReadInner;
	readonly subquery: ReadSubquery;
	/** A condition names a column that only the program knows. */
	readonly open: () => void;
}

/** Reads the items of FROM or USING into the scope. The conditions of inner joins are added; those of outer joins as far as they restrict. */
export function readFrom(
	items: readonly Node[] | undefined,
	scope: Scope,
	level: Level,
	reader: FromReader,
): readonly OuterJoin[] {
	const outer: OuterJoin[] = [];
	for (const item of items ?? []) readItem(item, scope, level, reader, outer);
	return outer;
}

/** Adds what outer joins' conditions say, where the facts of WHERE want one of their sides to be there. */
export function addOuterJoins(graph: FactGraph, joins: readonly OuterJoin[], facts: readonly Fact[]): void {
	const there = new Set(facts.flatMap(columnsOfFact).map(relationOf));
	for (const { wanted, facts: joined, only } of joins)
		if ([...wanted].some((id) => there.has(id))) graph.add(joined, only);
}

/** The columns that a row which the fact lets through has values in. */
function columnsOfFact(fact: Fact): readonly ColumnId[] {
	if (fact.kind === "same") return [fact.a, fact.b];
	return fact.kind === "value" ? [fact.column] : [];
}

/** Returns the relations that the item adds. */
function readItem(item: Node, scope: Scope, level: Level, reader: FromReader, outer: OuterJoin[]): Relation[] {
	const name = as(item, "RangeVar");
	if (name) return [reader.named.add(name, scope, level, false)].filter((each) => each !== null);
	const sample = as(item, "RangeTableSample")?.relation;
	if (sample) return readItem(sample, scope, level, reader, outer);
	const subselect = as(item, "RangeSubselect");
	if (subselect?.subquery) {
		// What is LATERAL sees what stands before it, but doesn't restrict it: there may be a LEFT JOIN around.
		const relations = subselect.lateral ? [...scope.relations] : [];
		const around: Scope = { relations, ctes: scope.ctes, outer: scope.outer };
		const { floor } = reader.graph;
		reader.graph.floor = reader.relations.all.length;
		const output = renamed(
			reader.statement(subselect.subquery, around, level.within),
			stringsOf(subselect.alias?.colnames),
		);
		reader.graph.floor = floor;
		const relation = reader.relations.addDerived(subselect.alias?.aliasname ?? "", output, level, null);
		scope.relations.push(relation);
		return [relation];
	}
	const join = as(item, "JoinExpr");
	if (join?.larg && join.rarg) {
		const left = readItem(join.larg, scope, level, reader, outer);
		const right = readItem(join.rarg, scope, level, reader, outer);
		const inner: Scope = { ...scope, relations: [...left, ...right, ...scope.relations] };
		const facts = [
			...factsOf(join.quals, inner, reader.subquery),
			...sharedNames(join.isNatural ? null : stringsOf(join.usingClause), left, right),
		];
		if (join.quals && namesHole(join.quals)) reader.open();
		const [lefts, rights] = [left, right].map((side) => new Set(side.map(({ id }) => id))) as [
			Set<number>,
			Set<number>,
		];
		if (join.jointype === "JOIN_LEFT" || join.jointype === "JOIN_RIGHT") {
			const optional = join.jointype === "JOIN_LEFT" ? rights : lefts;
			reader.graph.add(facts, optional);
			outer.push({ wanted: optional, facts, only: null });
		} else if (join.jointype === "JOIN_FULL")
			outer.push({ wanted: lefts, facts, only: rights }, { wanted: rights, facts, only: lefts });
		else reader.graph.add(facts);
		return [...left, ...right];
	}
	const alias =
		as(item, "RangeFunction")?.alias ?? as(item, "RangeTableFunc")?.alias ?? as(item, "JsonTable")?.alias ?? undefined;
	readInside(item, scope, reader.subquery);
	const relation = reader.relations.addDerived(alias?.aliasname ?? "", UNKNOWN, level, null, "unknown");
	scope.relations.push(relation);
	return [relation];
}
