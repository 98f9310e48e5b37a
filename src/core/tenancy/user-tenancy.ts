import { type Policy, qualified, type SchemaModel, type Table } from "../schema/model";
import { escapePattern } from "../text/escape-pattern";
import { byFrequency } from "../text/most-frequent";
import { considered } from "./considered";
import { isAuditColumn } from "./logins";
import type { People } from "./people";
import type { References } from "./references";
import type { Root } from "./roots";
import { referenceNoun, snake } from "./vocabulary";

/**
 * Products in which each person is a tenant of their own: the policies compare a column with the caller's own id.
 * Only policies say this for certain; `user_id` alone is in every product.
 */
export function findUserRoot(model: SchemaModel, references: References, people: People): Root | null {
	const tables = considered(model).map((table) => comparedWithCaller(table, model, references, people));
	const kinds = new Map<string, number>();
	for (const compared of tables)
		for (const person of compared.values()) if (person !== null) kinds.set(person, (kinds.get(person) ?? 0) + 1);
	// Where people of several kinds have tables of their own, customers and staff, the caller is of the commonest.
	const [kind] = byFrequency(kinds);
	const counts = new Map<string, number>();
	const byTable: ReadonlySet<string>[] = [];
	for (const compared of tables) {
		const own = [...compared].filter(([, person]) => person === null || person === kind).map(([column]) => column);
		if (own.length > 0) byTable.push(new Set(own));
		for (const column of own) counts.set(column, (counts.get(column) ?? 0) + 1);
	}
	const columns = byFrequency(counts);
	const main = columns[0];
	if (main === undefined || byTable.length < Math.max(1, tables.length * 0.3)) return null;
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

/** The columns that a table's policies compare with the caller's own id, each with the people whose key it holds; null where only its name says that it is a person. */
function comparedWithCaller(
	table: Table,
	model: SchemaModel,
	references: References,
	people: People,
): Map<string, string | null> {
	const found = new Map<string, string | null>();
	for (const policy of table.policies) {
		if (!policy.usesFunctions.some((f) => /(^|[._])(uid|user_?id)$/i.test(f)) && policy.usesSettings.length === 0)
			continue;
		for (const column of policy.usesColumns) {
			const reference = references.of(qualified(table)).find((r) => r.columns.length === 1 && r.columns[0] === column);
			const target = reference?.target;
			// What is created elsewhere and has the caller's key holds people, whatever it is called.
			const isElsewhere = target !== undefined && !model.tables.has(target) && isCallersKey(policy, column);
			const isPerson = isElsewhere || (target !== undefined && people.isPerson(target));
			if (target === undefined ? !isCalledOwner(column) : !isPerson || isDeed(column)) continue;
			found.set(column, target === undefined ? null : sharedKey(target, model, references, people));
		}
	}
	return found;
}

/** `column = auth.uid()`, either way round. */
function isCallersKey({ using, check }: Policy, column: string): boolean {
	const name = `(?<![\\w".])(?:\\w+\\.)?"?${escapePattern(column)}"?(?![\\w"])`;
	const caller = "\\(?\\s*(?:select\\s+)?(?:\\w+\\.)?(?:uid|user_?id)\\s*\\(";
	const compared = new RegExp(`${name}\\s*=\\s*${caller}|${caller}\\s*\\)\\s*\\)?\\s*=\\s*${name}`, "i");
	return [using, check].some((condition) => condition !== null && compared.test(condition));
}

const isCalledOwner = (column: string) =>
	/^(user|owner|author|created_by|creator)$/.test(referenceNoun(column) ?? column);

/** `revoked_by`, `approved_by_user_id`: who did something; only who created a row may own it. */
const isDeed = (column: string) => isAuditColumn([column]) && !snake(column).startsWith("created_by");

/** People may be kept in two tables with one key, a profile beside the login: the table in which the key is made. */
function sharedKey(person: string, model: SchemaModel, references: References, people: People): string {
	const seen = new Set([person]);
	for (let at = person; ; ) {
		const key = model.tables.get(at)?.primaryKey?.columns;
		const next = references
			.of(at)
			.find((r) => r.columns.length === 1 && key?.length === 1 && key[0] === r.columns[0] && people.isPerson(r.target));
		if (!next || seen.has(next.target)) return at;
		at = next.target;
		seen.add(at);
	}
}
