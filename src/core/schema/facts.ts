import type { Table } from "./model";

/** What a table says by itself: found out once, as an edit leaves all other tables the same objects (`kept.ts`). */
export function factOf<T>(find: (table: Table) => T): (table: Table) => T {
	const known = new WeakMap<Table, { readonly fact: T }>();
	return (table) => {
		let found = known.get(table);
		if (!found) {
			found = { fact: find(table) };
			known.set(table, found);
		}
		return found.fact;
	};
}
