import type { Table } from "../../schema/model";
import { snake } from "../../tenancy/vocabulary";

/** The columns of an index for a tenant's queries, and why these. */
export interface IndexChoice {
	readonly columns: readonly string[];
	/** A sentence for whoever reads the migration. */
	readonly why: string;
}

/** What lists are sorted by: when a row came about, before when it changed. */
const TIMES = [
	/(^|_)(created|inserted|occurred|happened|logged|recorded|placed|issued|posted|published)(_|$)/,
	/(^|_)(updated|modified)(_|$)/,
];

/**
 * The tenant first, then what the table itself says that its queries ask for: a foreign key that contains the tenant, else
 * the time by which lists are sorted, else the primary key.
 */
export function tenantIndexColumns(table: Table, tenant: string): IndexChoice {
	const key = table.foreignKeys.find(({ columns }) => columns.length > 1 && columns.includes(tenant));
	if (key)
		return { columns: leading(tenant, key.columns), why: `Foreign key ${key.name} looks rows up by these columns.` };
	const time = sortColumn(table);
	if (time !== undefined)
		return { columns: [tenant, time], why: `Finds a tenant's rows, and gives them in the order of ${time}.` };
	const columns = leading(tenant, table.primaryKey?.columns ?? []);
	const others = columns.length > 1 ? `, and single ones by ${columns.slice(1).join(", ")}` : "";
	return { columns, why: `Finds a tenant's rows${others}.` };
}

function leading(tenant: string, columns: readonly string[]): string[] {
	return [tenant, ...columns.filter((column) => column !== tenant)];
}

function sortColumn(table: Table): string | undefined {
	const times = table.columns.filter(({ type }) => /^(timestamp|date)/.test(type));
	for (const pattern of TIMES) {
		const found = times.filter(({ name }) => pattern.test(snake(name)));
		const indexed = found.find(({ name }) => table.indexes.some(({ columns }) => columns.includes(name)));
		if (found.length > 0) return (indexed ?? found[0])?.name;
	}
	return undefined;
}
