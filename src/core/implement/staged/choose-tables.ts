import type { DatabaseAnalysis } from "../../analyze";
import { qualified, type SchemaModel, type Table } from "../../schema/model";
import { findPeople } from "../../tenancy/people";
import { collectReferences } from "../../tenancy/references";
import { isLedger } from "../../tenancy/vocabulary";
import { referencedFirst } from "../base/reference-order";

/** Which tables get the tenant column, and which do not. */
export interface Choice {
	/** Those that get it, the referenced ones first. */
	readonly tables: readonly Table[];
	/** Those that stay the same for every tenant, with the reason. */
	readonly shared: readonly { readonly table: Table; readonly why: string }[];
	/** Those that can't get it, with the reason. */
	readonly left: readonly { readonly table: Table; readonly why: string }[];
	/** Qualified keys of those that people log in with. */
	readonly logins: readonly string[];
}

/**
 * Every table holds the one tenant's data so far, so each gets the column, except where there is hard evidence that its rows
 * are the same for everybody: to share what is a tenant's own would show it to all of them.
 */
export function chooseTables({ model, tenancy }: DatabaseAnalysis): Choice {
	const references = collectReferences(model);
	const people = findPeople(model, references);
	const shared: { table: Table; why: string }[] = [];
	const left: { table: Table; why: string }[] = [];
	const tables: Table[] = [];
	for (const table of model.tables.values()) {
		// Partitions get it with their parent.
		if (table.partitionOf !== null || table.persistence === "temporary") continue;
		const key = qualified(table);
		const own = tenancy.tables.get(key);
		if (own?.override && own.scope === "shared") shared.push({ table, why: own.reason });
		else if (isLedger(table.name)) shared.push({ table, why: "A migration tool notes in it what has run." });
		else if (isFixedList(model, table) && !people.isPerson(key))
			shared.push({
				table,
				why: "The files themselves fill it with fixed rows, told apart by a code of their own, and it points at no other table.",
			});
		else if (table.kind === "foreign") left.push({ table, why: "Its rows are in another database." });
		else if (table.inherits.length > 0) left.push({ table, why: "It inherits its columns from another table." });
		else tables.push(table);
	}
	const logins = tables.map(qualified).filter((key) => people.isIdentity(key));
	return {
		tables: referencedFirst(tables, new Map(tables.map((table) => [qualified(table), table]))),
		shared,
		left,
		logins,
	};
}

/** Countries, currencies: rows that the files insert, and a key that the database does not make. */
function isFixedList(model: SchemaModel, table: Table): boolean {
	const [column, ...more] = table.primaryKey?.columns ?? [];
	const key = table.columns.find(({ name }) => name === column);
	return (
		model.seeded.has(qualified(table)) &&
		table.foreignKeys.length === 0 &&
		key !== undefined &&
		more.length === 0 &&
		key.default === null &&
		key.identity === null &&
		key.type !== "uuid"
	);
}
