import { qualified, type Table } from "../../schema/model";

/** The tables, and those of `among` that foreign keys lead to, referenced ones first; a circle is entered at its first table. */
export function referencedFirst(tables: Iterable<Table>, among: ReadonlyMap<string, Table>): Table[] {
	const order = new Set<Table>();
	const seen = new Set<Table>();
	const visit = (table: Table) => {
		if (seen.has(table)) return;
		seen.add(table);
		for (const { references } of table.foreignKeys) {
			const target = among.get(qualified(references));
			if (target) visit(target);
		}
		order.add(table);
	};
	for (const table of tables) visit(table);
	return [...order];
}
