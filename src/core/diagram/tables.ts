import { areSameNames } from "../schema/kept";
import { type ForeignKey, qualified, type Table } from "../schema/model";
import { isUnprotected } from "../tenancy/protection";
import type { TableTenancy } from "../tenancy/scope";
import { type LineIndex, placeOf } from "../text/line-index";
import type { Location, Place } from "../text/span";
import type { DiagramColumn, DiagramTable } from "./diagram";

/** All that a table in the picture is made of, beside what the schema says of it. */
interface Given {
	readonly id: string;
	readonly tenancy: TableTenancy;
	readonly partitions: readonly string[];
	readonly group: string;
	readonly findings: DiagramTable["findings"];
	readonly index: LineIndex | undefined;
}

/** What each table was drawn as the last time, and from what. */
const lastDrawn = new WeakMap<Table, Given & { readonly drawn: DiagramTable }>();

export function drawTable(table: Table, given: Given): DiagramTable {
	const { id, tenancy, partitions, group, findings, index } = given;
	const last = lastDrawn.get(table);
	if (
		last !== undefined &&
		last.id === id &&
		last.tenancy === tenancy &&
		last.group === group &&
		last.findings.error === findings.error &&
		last.findings.warning === findings.warning &&
		last.index === index &&
		areSameNames(last.partitions, partitions)
	)
		return last.drawn;
	const drawn: DiagramTable = {
		id,
		schema: table.schema,
		name: table.name,
		scope: tenancy.scope,
		reason: tenancy.reason,
		tenantColumn: tenancy.tenantColumn,
		tenantPath: (tenancy.path ?? []).map((step) => `${step.columns.join(", ")} → ${step.references}`),
		rls: {
			enabled: table.rls.enabled,
			forced: table.rls.forced,
			policies: table.policies.map((policy) => policy.name),
		},
		unprotected: isUnprotected(table, tenancy),
		columns: drawColumns(table, tenancy.tenantColumn),
		partitions,
		group,
		findings,
		place: placeIn(table.location, index),
		comment: table.comment,
	};
	lastDrawn.set(table, { id, tenancy, partitions, group, findings, index, drawn });
	return drawn;
}

export function placeIn(location: Location, index: LineIndex | undefined): Place {
	if (!index) throw new Error(`No line index for ${location.file}`);
	return placeOf(location, index);
}

/** Makes no collection that most tables would leave empty. */
function drawColumns(table: Table, tenantColumn: string | null): DiagramColumn[] {
	const keyColumns = table.primaryKey?.columns ?? [];
	const unique = (name: string) =>
		table.uniques.some(({ columns }) => columns.length === 1 && columns[0] === name) ||
		table.indexes.some(
			(index) => index.unique && index.where === null && index.columns.length === 1 && index.columns[0] === name,
		);
	return table.columns.map(({ name, type, notNull }) => ({
		name,
		type,
		notNull,
		primaryKey: keyColumns.includes(name),
		references: referenceOf(table, name),
		unique: unique(name),
		tenant: name === tenantColumn,
	}));
}

/** Of a column in several foreign keys the one that is most its own: the first of those with the fewest columns. */
function referenceOf(table: Table, column: string): string | null {
	let best: ForeignKey | null = null;
	for (const key of table.foreignKeys) {
		if (key.columns.includes(column) && (best === null || key.columns.length < best.columns.length)) best = key;
	}
	return best && qualified(best.references);
}
