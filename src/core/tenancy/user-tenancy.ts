import { type Policy, qualified, type SchemaModel, type Table } from "../schema/model";
import { escapePattern } from "../text/escape-pattern";
import { byFrequency } from "../text/most-frequent";
import { considered } from "./considered";
import { isAuditColumn } from "./logins";
import type { People } from "./people";
import { isNotNull, type References } from "./references";
import type { Root } from "./roots";
import { referenceNoun, snake } from "./vocabulary";

/**
 * Products in which each person is a tenant of their own: the policies compare a column with the caller's own id.
 * Only policies say this for certain; `user_id` alone is in every product.
 */
export function findUserRoot(model: SchemaModel, references: References, people: People): Root | null {
	const found = considered(model).map((table) => comparedWithCaller(table, model, references, people));
	const callers = new Set(found.flatMap((each) => [...each.callers]));
	const kinds = new Map<string, number>();
	const kindOf = (person: string) => (callers.has(person) ? CALLER : person);
	for (const { columns } of found)
		for (const person of columns.values())
			if (person !== null) kinds.set(kindOf(person), (kinds.get(kindOf(person)) ?? 0) + 1);
	// Where people of several kinds have tables of their own, customers and staff, the caller is of the commonest.
	const [kind] = byFrequency(kinds);
	const counts = new Map<string, number>();
	const keptIn = new Map<string, number>();
	const byTable: { readonly table: Table; readonly own: readonly string[] }[] = [];
	for (const { table, columns } of found) {
		const own = [...columns].filter(([, person]) => person === null || kindOf(person) === kind);
		if (own.length > 0) byTable.push({ table, own: own.map(([column]) => column) });
		for (const [column, person] of own) {
			counts.set(column, (counts.get(column) ?? 0) + 1);
			if (person !== null) keptIn.set(person, (keptIn.get(person) ?? 0) + 1);
		}
	}
	const columns = byFrequency(counts);
	if (columns.length === 0 || byTable.length < Math.max(1, found.length * 0.3)) return null;
	// A table that calls its person otherwise says so in its own policies: the commonest name that it has counts.
	const named = new Set(
		byTable.map(
			({ table, own }) =>
				ownerFirst(
					table,
					[...own].sort((a, b) => columns.indexOf(a) - columns.indexOf(b)),
				)[0],
		),
	);
	const used = columns.filter((column) => named.has(column));
	// Whoever makes the key, as the service that people log in with, comes before the copy that these files create.
	const kept = byFrequency(keptIn);
	const root = kept.find((person) => callers.has(person) && !model.tables.has(person)) ?? kept[0];
	return {
		table: root ?? null,
		columns: used,
		carriers: byTable.length,
		policed: byTable.length,
		evidence: `policies of ${byTable.length} ${byTable.length === 1 ? "table" : "tables"} compare ${listed(used)} with the caller: each person is a tenant of their own`,
		twins: root === undefined ? [] : twinsOf(root, kind === CALLER ? callers : new Set(), model, references, people),
	};
}

/** The commonest names, of which there may be one for each part that a person has in the product. */
function listed(columns: readonly string[]): string {
	const shown = columns.length > 4 ? columns.slice(0, 3) : columns;
	const rest = columns.length > shown.length ? ` and ${columns.length - shown.length} more` : "";
	return `${shown.map((column) => `\`${column}\``).join(", ")}${rest}`;
}

/** The kind of all people whose key policies compare with the caller's: one key, in however many tables it is kept. */
const CALLER = "";

/** The other tables that hold the key of the people, a profile beside the login. */
function twinsOf(
	root: string,
	callers: ReadonlySet<string>,
	model: SchemaModel,
	references: References,
	people: People,
): string[] {
	const names = new Set([...callers, ...model.tables.keys()]);
	return [...names].filter(
		(name) => name !== root && (callers.has(name) || sharedKey(name, model, references, people) === root),
	);
}

interface Compared {
	/** Columns that policies compare with the caller's own id, each with the people whose key it holds; null where only its name says that it is a person. */
	readonly columns: ReadonlyMap<string, string | null>;
	readonly table: Table;
	/** Tables whose key is demonstrably the caller's. */
	readonly callers: ReadonlySet<string>;
}

function comparedWithCaller(table: Table, model: SchemaModel, references: References, people: People): Compared {
	const columns = new Map<string, string | null>();
	const callers = new Set<string>();
	const name = qualified(table);
	for (const policy of table.policies) {
		if (!policy.usesFunctions.some((f) => /(^|[._])(uid|user_?id)$/i.test(f)) && policy.usesSettings.length === 0)
			continue;
		for (const column of policy.usesColumns) {
			const target = references.of(name).find((r) => r.columns.length === 1 && r.columns[0] === column)?.target;
			// What has the caller's key holds people, whatever it is called, and names a person.
			const isCallers = isCallersKey(policy, column);
			const kept = target === undefined ? null : sharedKey(target, model, references, people);
			if (isCallers && target === undefined && isOwnKey(table, column)) {
				callers.add(name);
				continue;
			}
			const isPerson = isCallers || (target === undefined ? isCalledOwner(column) : people.isPerson(target));
			if (!isPerson || (isDeed(column) && !addsAsOwn(table, column))) continue;
			if (isCallers && kept !== null) callers.add(kept);
			columns.set(column, kept);
		}
	}
	return { table, columns, callers };
}

/**
 * Of several people whom a row names, it is theirs who added it as their own, where it always names them; who did something else
 * to it comes last. The order stays where no policy says more.
 */
export function ownerFirst(table: Table, columns: readonly string[]): readonly string[] {
	if (columns.length < 2 || !columns.some((column) => addsAsOwn(table, column))) return columns;
	const rank = (column: string) =>
		(isNotNull(table, column) ? 0 : 4) + (isDeed(column) ? 2 : 0) + (addsAsOwn(table, column) ? 0 : 1);
	return [...columns].sort((a, b) => rank(a) - rank(b));
}

/** Whether people add rows in which the column names themselves. */
function addsAsOwn({ policies }: Table, column: string): boolean {
	return policies.some(
		({ command, permissive, using, check }) =>
			permissive &&
			(command === "insert" || (command === "all" && !isDeed(column))) &&
			isCallersKey({ using: null, check: check ?? using }, column),
	);
}

const isOwnKey = ({ primaryKey }: Table, column: string) =>
	primaryKey?.columns.length === 1 && primaryKey.columns[0] === column;

/** `column = auth.uid()`, either way round. */
function isCallersKey({ using, check }: Pick<Policy, "using" | "check">, column: string): boolean {
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
