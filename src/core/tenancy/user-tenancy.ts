import { qualified, type SchemaModel } from "../schema/model";
import { byFrequency } from "../text/most-frequent";
import { considered } from "./considered";
import type { People } from "./people";
import type { References } from "./references";
import type { Root } from "./roots";
import { referenceNoun } from "./vocabulary";

/**
 * Products in which each person is a tenant of their own: the policies compare a column with the caller's own id.
 * Only policies say this for certain; `user_id` alone is in every product.
 */
export function findUserRoot(model: SchemaModel, references: References, people: People): Root | null {
	const counts = new Map<string, number>();
	const byTable: ReadonlySet<string>[] = [];
	for (const table of considered(model)) {
		const own = new Set<string>();
		for (const policy of table.policies) {
			if (!policy.usesFunctions.some((f) => /(^|[._])(uid|user_?id)$/i.test(f)) && policy.usesSettings.length === 0)
				continue;
			for (const column of policy.usesColumns)
				if (isPersonColumn(qualified(table), column, references, people)) own.add(column);
		}
		if (own.size > 0) byTable.push(own);
		for (const column of own) counts.set(column, (counts.get(column) ?? 0) + 1);
	}
	const columns = byFrequency(counts);
	const main = columns[0];
	if (main === undefined || byTable.length < Math.max(1, considered(model).length * 0.3)) return null;
	const target = considered(model)
		.flatMap((t) => references.of(qualified(t)))
		.find((r) => r.columns.length === 1 && r.columns[0] === main)?.target;
	// A table that calls its person otherwise says so in its own policies: the commonest name that it has counts.
	const named = new Set(byTable.map((own) => columns.find((column) => own.has(column)) as string));
	const used = columns.filter((column) => named.has(column));
	return {
		table: target ?? null,
		columns: used,
		carriers: byTable.length,
		policed: byTable.length,
		evidence: `policies of ${byTable.length} ${byTable.length === 1 ? "table" : "tables"} compare ${used.map((column) => `\`${column}\``).join(", ")} with the caller: each person is a tenant of their own`,
	};
}

function isPersonColumn(table: string, column: string, references: References, people: People): boolean {
	const reference = references.of(table).find((r) => r.columns.length === 1 && r.columns[0] === column);
	if (reference) return people.isPerson(reference.target);
	return /^(user|owner|author|created_by|creator)$/.test(referenceNoun(column) ?? column);
}
