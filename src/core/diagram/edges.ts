import { factOf } from "../schema/facts";
import { type ForeignKey, qualified, type Table } from "../schema/model";
import type { Tenancy } from "../tenancy/scope";
import type { DiagramEdge } from "./diagram";

/**
 * The foreign keys between drawn tables, in the order of the tables and of the keys' names.
 *
 * @param tables sorted by key
 * @param drawnAs for each table the one that stands for it: itself, or what it is a partition of
 */
export function drawEdges(
	tables: readonly (readonly [string, Table])[],
	drawnAs: ReadonlyMap<string, string>,
	tenancy: Tenancy,
): DiagramEdge[] {
	const edges: DiagramEdge[] = [];
	// What partitions repeat of their parent's keys is one line in the picture.
	const divided = new Set([...drawnAs].flatMap(([key, top]) => (key === top ? [] : [top])));
	const lineOf = (from: string, { columns, references, to }: ForeignKey) =>
		JSON.stringify([from, columns, drawnAs.get(qualified(references)), to]);
	const drawn = new Set(
		tables.flatMap(([key, table]) =>
			divided.has(key) ? table.foreignKeys.map((foreignKey) => lineOf(key, foreignKey)) : [],
		),
	);
	for (const [key, table] of tables) {
		const from = drawnAs.get(key) ?? key;
		for (const line of linesOf(table)) {
			const { foreignKey } = line;
			const to = drawnAs.get(line.target);
			if (to === undefined) continue;
			if (key !== from) {
				const same = lineOf(from, foreignKey);
				if (drawn.has(same)) continue;
				drawn.add(same);
			}
			edges.push(drawEdge(line, from, to, isTenantEdge(from, to, foreignKey, tenancy)));
		}
	}
	return edges;
}

/** A foreign key as its table alone says how to draw it, and the edge that it was the last time. */
interface Line {
	readonly foreignKey: ForeignKey;
	readonly id: string;
	readonly target: string;
	readonly nullable: boolean;
	last: DiagramEdge | null;
}

const linesOf = factOf((table: Table): readonly Line[] =>
	[...table.foreignKeys]
		.sort((a, b) => (a.name < b.name ? -1 : 1))
		.map((foreignKey) => ({
			foreignKey,
			id: `${qualified(table)} ${foreignKey.name}`,
			target: qualified(foreignKey.references),
			nullable: isNullable(table, foreignKey),
			last: null,
		})),
);

function drawEdge(line: Line, from: string, to: string, tenant: boolean): DiagramEdge {
	const { last, id, foreignKey, nullable } = line;
	if (last !== null && last.from === from && last.to === to && last.tenant === tenant) return last;
	const { columns, to: toColumns, onDelete } = foreignKey;
	line.last = { id, from, to, columns, toColumns, nullable, tenant, onDelete };
	return line.last;
}

/** A row with one NULL in the key references nothing (MATCH SIMPLE, PostgreSQL manual, "Foreign Keys"). */
function isNullable(table: Table, key: ForeignKey): boolean {
	return key.columns.some((name) => !table.columns.find((column) => column.name === name)?.notNull);
}

/** Keys from one root to another stay: they are few, and they are how the roots nest. */
function isTenantEdge(from: string, to: string, key: ForeignKey, tenancy: Tenancy): boolean {
	if (!tenancy.roots.includes(to) || tenancy.roots.includes(from)) return false;
	const own = tenancy.tables.get(from)?.tenantColumn ?? null;
	return key.columns.some((column) => column === own || tenancy.tenantColumns.includes(column));
}
