import { columnList, quoteName } from "../../emit/identifier";
import { qualified, type SchemaModel, type Table } from "../../schema/model";
import type { Tenancy } from "../../tenancy/scope";
import { referencedFirst } from "../base/reference-order";
import { rowsOfTenant } from "../base/rows-of-tenant";

/** The tenant that a session of the move works on, as SQL. */
const MOVING = "current_setting('tenancy.moving')";

/** A table whose rows go with a tenant, or that those rows point at. */
export interface MovedTable {
	readonly table: Table;
	/** Of no tenant: the rows that the tenant's point at go along to a database of its own. */
	readonly isShared: boolean;
	/** The column with the tenant's key; null where it is found over other tables, or the table is shared. */
	readonly tenantColumn: string | null;
	/** Which rows, where many tenants are. */
	readonly inPool: string;
	/** Which rows, where this tenant is alone; other moved tables by their placeholders, as they are elsewhere in each place. */
	readonly alone: string;
}

export interface MovedTables {
	/** Those that conditions of others ask come first, so that rows are taken away from the last to the first. */
	readonly tables: readonly MovedTable[];
	/** What does not go along, each in a sentence. */
	readonly leftOut: readonly string[];
	/** Tables of which nothing says whose the rows are: while there are some, nobody can be moved whole. */
	readonly undecided: readonly string[];
	/** All tables there are: one that is none of them was made later. */
	readonly known: readonly Table[];
	/** What columns with a tenant's key are called, but for the tenants' own table. */
	readonly tenantColumns: readonly string[];
	/** Views that read them: they name tables by their schema, so that a tenant in a schema of its own is not in them. */
	readonly views: readonly string[];
}

/** What a move takes along, from the model alone. */
export function movedTables(model: SchemaModel, tenancy: Tenancy): MovedTables {
	const { tables, views } = model;
	const moved: MovedTable[] = [];
	const leftOut: string[] = [];
	const undecided: string[] = [];
	const whole = [...tables.values()].filter(({ partitionOf, kind }) => partitionOf === null && kind !== "foreign");
	const ranked = whole
		.map((table) => ({ table, rank: rankOf(tenancy, table) }))
		.sort((a, b) => a.rank - b.rank || (qualified(a.table) < qualified(b.table) ? -1 : 1));
	for (const { table } of ranked) {
		const own = tenancy.tables.get(qualified(table));
		if (!own || own.scope === "shared") continue;
		const inPool = rowsOfTenant(model, tenancy, table, MOVING);
		if (inPool === null) {
			undecided.push(qualified(table));
			continue;
		}
		const direct = own.root === (tenancy.roots[0] ?? null) || own.scope === "tenant-root";
		const key = table.primaryKey?.columns[0] ?? null;
		const isOutermost = own.scope === "tenant-root" && qualified(table) === tenancy.roots[0];
		const tenantColumn = isOutermost ? key : direct ? own.tenantColumn : null;
		moved.push({ table, isShared: false, tenantColumn, inPool, alone: "true" });
	}
	const shared = new Set(
		whole.filter((table) => tenancy.tables.get(qualified(table))?.scope === "shared").map(qualified),
	);
	for (const table of sharedInOrder(
		model,
		moved.map((each) => each.table),
		shared,
	)) {
		const from = moved.filter((each) => pointers(each.table, table).length > 0);
		const pointed = (side: "inPool" | "alone", place: (each: MovedTable) => string) =>
			from
				.flatMap((each) =>
					pointers(each.table, table).map(
						(key) =>
							`(${columnList(key.to)}) IN (SELECT ${columnList(key.columns)} FROM ${place(each)} WHERE ${each[side]})`,
					),
				)
				.join(" OR ");
		const inPool = pointed("inPool", (each) => quoteName(each.table));
		const alone = pointed("alone", (each) => placeholder(moved.indexOf(each)));
		moved.push({ table, isShared: true, tenantColumn: null, inPool, alone });
		shared.delete(qualified(table));
	}
	for (const key of [...shared].sort())
		leftOut.push(
			`\`${key}\`: it belongs to no tenant and no tenant's row points at it; your migrations fill it in each database`,
		);
	const names = new Set(moved.filter(({ isShared }) => !isShared).map(({ table }) => qualified(table)));
	const reading = [...views].filter(([, view]) => view.reads.some((each) => names.has(each) || views.has(each)));
	const columns = moved.flatMap(({ table, tenantColumn }) =>
		tenantColumn === null || qualified(table) === tenancy.roots[0] ? [] : [tenantColumn],
	);
	const tenantColumns = [...new Set(columns)].sort();
	return {
		tables: moved,
		leftOut,
		undecided,
		known: whole,
		tenantColumns,
		views: reading.map(([name]) => name).sort(),
	};
}

/** Stands for the table at a position, which is counted from 0 here and from 1 in the database. */
function placeholder(index: number): string {
	return `<<moved ${index + 1}>>`;
}

/** Roots from the outermost in, tables with a tenant column, then those that are further and further from one. */
function rankOf(tenancy: Tenancy, table: Table): number {
	const own = tenancy.tables.get(qualified(table));
	const level = tenancy.roots.indexOf(qualified(table));
	if (level >= 0) return level;
	return tenancy.roots.length + (own?.tenantColumn ? 0 : (own?.path?.length ?? 0));
}

function pointers(from: Table, to: Table) {
	return from === to ? [] : from.foreignKeys.filter(({ references }) => qualified(references) === qualified(to));
}

/** Shared tables that are pointed at, each after all that point at it; circles are entered anywhere. */
function sharedInOrder(model: SchemaModel, tenants: readonly Table[], shared: ReadonlySet<string>): Table[] {
	const among = new Map([...model.tables].filter(([key]) => shared.has(key)));
	return referencedFirst(tenants, among)
		.reverse()
		.filter((table) => shared.has(qualified(table)));
}
