import type { Policy, SchemaModel, Table } from "../schema/model";
import type { Candidate } from "./candidate";
import { isAuditColumn } from "./logins";
import type { People } from "./people";
import type { References } from "./references";
import { isPersonNoun, referenceNoun } from "./vocabulary";

/**
 * Whether row-level security says that a candidate's rows are what the product is about and no tenants, as the companies that a
 * CRM's one owner sells to: whoever is signed in sees all of them, no login and no member belongs to one, and the policies of
 * what hangs on them ask who calls, but not for them. Where the application filters, or some people belong to some of them,
 * this says nothing.
 */
export function isOpenList(
	{ table: name, carriers, membership, peopleCarry, policed }: Candidate,
	model: SchemaModel,
	references: References,
	people: People,
): boolean {
	const table = model.tables.get(name);
	if (!table || membership !== null || peopleCarry || policed >= carriers.size / 2) return false;
	const isOpen = table.rls.enabled && table.policies.some((policy) => showsAll(policy, table, references, people));
	if (!isOpen) return false;
	const own = [...carriers.keys()].flatMap((from) => model.tables.get(from) ?? []);
	const asking = own.filter(({ rls, policies }) => rls.enabled && policies.some((policy) => asksCaller(policy)));
	return (
		asking.length >= own.length / 2 &&
		!references.to(name).some(({ from }) => joinsPeople(from, model, references, people))
	);
}

/** Whether a policy shows rows whoever of the signed in asks, and whatever of the row but a mark like `deleted_at`. */
function showsAll(
	{ permissive, command, roles, using, usesColumns }: Policy,
	table: Table,
	references: References,
	people: People,
): boolean {
	if (!permissive || (command !== "select" && command !== "all") || using === null) return false;
	if (roles.every((role) => role === "service_role")) return false;
	const key = table.primaryKey?.columns ?? [];
	const own = references.of(`${table.schema}.${table.name}`);
	return usesColumns.every(
		(column) => !key.includes(column) && !own.some((r) => r.columns.includes(column) && people.isPerson(r.target)),
	);
}

const asksCaller = ({ usesFunctions, usesSettings }: Policy) => usesFunctions.length > 0 || usesSettings.length > 0;

/** Whether a table's rows may tie people who log in to what else they name: a profile, a member, an assignment. */
function joinsPeople(from: string, model: SchemaModel, references: References, people: People): boolean {
	const logsIn = (person: string) =>
		people.isIdentity(person) || (!model.tables.has(person) && people.isPerson(person));
	const own = references.of(from);
	if (logsIn(from) || own.some((r) => logsIn(r.target) && !isAuditColumn(r.columns))) return true;
	const bare = model.tables.get(from)?.columns.filter(({ name }) => !own.some(({ columns }) => columns.includes(name)));
	return bare?.some(({ name }) => isPersonNoun(referenceNoun(name) ?? "")) === true;
}
