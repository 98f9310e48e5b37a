import { qualified, type SchemaModel, type Table } from "../schema/model";
import { type Candidate, reach, weigh } from "./candidate";
import { considered } from "./considered";
import { isAuditColumn } from "./logins";
import type { People } from "./people";
import type { References } from "./references";
import type { Root } from "./roots";

/**
 * Products in which each person is a tenant by a row of their own that has a key of its own: a landlord, a practitioner. Each
 * login has one at most, policies show it to its login alone, and those of what hangs on it ask for it.
 */
export function findLoginRoot(model: SchemaModel, references: References, people: People): Root | null {
	const tables = considered(model);
	let best: Candidate | null = null;
	for (const table of tables) {
		if (people.isPerson(qualified(table)) || !isOfLogin(table, references, people)) continue;
		const candidate = weigh(qualified(table), model, references, people, tables.length);
		const { carriers, policed } = candidate;
		if (policed < 2 || policed < carriers.size / 2 || policed <= (best?.policed ?? 0)) continue;
		if (reach(candidate.table, references, people) >= tables.length * 0.25) best = candidate;
	}
	if (!best) return null;
	return {
		table: best.table,
		columns: best.columns,
		carriers: best.carriers.size,
		policed: best.policed,
		evidence: `${best.carriers.size} of ${tables.length} tables point at it with \`${best.columns[0]}\`; each login has at most one of its rows; policies of ${best.policed} tables check that column`,
		twins: [],
	};
}

/** Whether each of its rows is one login's, which has no other, and its policies ask for that login. */
function isOfLogin(table: Table, references: References, people: People): boolean {
	if (!table.rls.enabled) return false;
	return references.of(qualified(table)).some(
		({ declared, unique, columns, target }) =>
			declared &&
			unique &&
			columns.length === 1 &&
			people.isPerson(target) &&
			!isAuditColumn(columns) &&
			table.policies.some(({ usesColumns, usesFunctions, usesSettings }) => {
				const asks = usesFunctions.length > 0 || usesSettings.length > 0;
				return asks && usesColumns.includes(columns[0] as string);
			}),
	);
}
