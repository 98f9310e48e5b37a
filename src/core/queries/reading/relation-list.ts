import type { RangeVar } from "@pgsql/types";
import { qualified, type SchemaModel, type Table, type View } from "../../schema/model";
import type { Tenancy } from "../../tenancy/scope";
import { HOLE } from "../query";
import type { FactGraph } from "./facts";
import { type ColumnId, columnId, type Level, type Output, type Relation } from "./relation";

/** A statement with more is made by a machine; then nothing is said of it. */
const MOST_RELATIONS = 300;

export const UNKNOWN: Output = { columns: [], isPartial: true };

/** The view that is being read, and where the statement names it. */
interface ViewPlace {
	readonly key: string;
	readonly location: number | null;
}

/** The relations that a statement has, at all levels, in the order in which they are read. */
export class RelationList {
	readonly all: Relation[] = [];
	/** What is added now stands in this view. */
	view: ViewPlace | null = null;
	readonly #graph: FactGraph;
	readonly #model: SchemaModel;
	readonly #tenancy: Tenancy;

	constructor(graph: FactGraph, model: SchemaModel, tenancy: Tenancy) {
		this.#graph = graph;
		this.#model = model;
		this.#tenancy = tenancy;
	}

	/** There are more than can be read. */
	get isFull(): boolean {
		return this.all.length > MOST_RELATIONS;
	}

	add(relation: Relation): Relation {
		const added = { ...relation, id: this.all.length };
		this.all.push(added);
		return added;
	}

	/** The table or view that a name means: in public, or the only one of that name. */
	lookUp({ schemaname, relname = "" }: RangeVar): { readonly table: Table | null; readonly view: View | null } {
		// A schema that the program puts in tells nothing.
		if (schemaname?.includes(HOLE)) return this.lookUp({ relname });
		const key = `${schemaname ?? "public"}.${relname}`;
		const table = this.#model.tables.get(key) ?? null;
		const view = this.#model.views.get(key) ?? null;
		if (table || view || schemaname) return { table, view };
		const tables = [...this.#model.tables.values()].filter(({ name }) => name === relname);
		const views = [...this.#model.views.values()].filter(({ name }) => name === relname);
		if (tables.length + views.length !== 1) return { table: null, view: null };
		return { table: tables[0] ?? null, view: views[0] ?? null };
	}

	/** The relation that a table is, or what a name is that the model has not; not added yet. */
	ofTable(name: RangeVar, table: Table | null, level: Level, isTarget: boolean): Relation {
		return {
			id: 0,
			alias: name.alias?.aliasname ?? name.relname ?? "",
			kind: table ? "table" : "unknown",
			key: table && qualified(table),
			table,
			own: (table && this.#tenancy.tables.get(qualified(table))) ?? null,
			location: this.view ? this.view.location : (name.location ?? 0),
			view: this.view?.key ?? null,
			output: table ? null : UNKNOWN,
			level,
			isTarget,
		};
	}

	/** Adds one that is made by a query, or by what reading can't follow. */
	addDerived(
		alias: string,
		output: Output,
		level: Level,
		location: number | null,
		kind: "derived" | "unknown" = "derived",
	): Relation {
		const relation = this.add({
			id: 0,
			alias,
			kind,
			key: null,
			table: null,
			own: null,
			location,
			view: this.view?.key ?? null,
			output,
			level,
			isTarget: false,
		});
		for (const { name, sources, value } of output.columns) {
			if (value !== null) this.#graph.values.set(columnId(relation, name), value);
			const known = sources.filter((source): source is ColumnId => source !== null);
			// An arm that gives a constant there gives nobody's rows.
			if (known.length > 0) this.#graph.union(columnId(relation, name), known);
		}
		return relation;
	}
}
