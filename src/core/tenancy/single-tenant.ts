import { qualified, type SchemaModel, type Table } from "../schema/model";
import { byFrequency } from "../text/most-frequent";
import type { Decision } from "./classify";
import { considered } from "./considered";
import { isAuditColumn, isLogin } from "./logins";
import { nearest, ofFiles, ofGroups, ofKey, peopleElsewhere } from "./nearest";
import type { People } from "./people";
import type { Reference, References } from "./references";

/**
 * What is said of a database without a sign of tenants. Where its rows belong to people, that is said, too: no more than
 * the product's own wish tells whether people share what is there (a shop, a forum) or each is a tenant of their own.
 */
export interface SingleTenant {
	readonly decisions: Map<string, Decision>;
	readonly reason: string;
}

export function singleTenant(
	model: SchemaModel,
	{ references, people }: { references: References; people: People },
	fixed: ReadonlyMap<string, Decision>,
	decided: boolean,
): SingleTenant {
	const personal = decided ? new Map<string, Reference>() : tablesOfPeople(model, references, people);
	const decisions = [...model.tables.keys()].map((name): [string, Decision] => [
		name,
		fixed.get(name) ?? {
			scope: "shared",
			reason: reasonFor(personal.get(name)),
			tenantColumn: null,
			root: null,
			path: null,
			confidence: "likely",
		},
	]);
	return {
		decisions: new Map(decisions),
		reason: decided
			? "You said so: `mode` in `tenancy.config.json`."
			: `No sign of tenants: no table of organizations or the like that others point at as their owner, no tenant column across the tables, no schema for each tenant.${hint(model, references, people, personal)}`,
	};
}

/** The likeliest of what may be tenants all the same, for a person to decide; "" where nothing is. */
function hint(
	model: SchemaModel,
	references: References,
	people: People,
	personal: ReadonlyMap<string, Reference>,
): string {
	return (
		ofGroups(model, references, people) ||
		nearest(model, references, people) ||
		ofKey(model) ||
		ofFiles(model) ||
		ofPeople(model, personal) ||
		peopleElsewhere(model, references)
	);
}

function reasonFor(person: Reference | undefined): string {
	const nothing = "Nothing in this database says that several tenants share it, so all rows belong to its one owner.";
	if (!person) return nothing;
	return `A row belongs to a person (\`${person.columns.join(", ")}\` → \`${person.target}\`), and nothing here keeps people apart: it is taken for the data of one owner, who serves them all.`;
}

/** Of each table whose every row belongs to a person, directly or over another such table: the way. Logins are a part of every product. */
function tablesOfPeople(model: SchemaModel, references: References, people: People): Map<string, Reference> {
	const found = new Map<string, Reference>();
	const tables = considered(model).filter((table) => !people.isPerson(qualified(table)) && !isLogin(table));
	const find = (table: Table, isOwner: (r: Reference) => boolean) => {
		const way = references.of(qualified(table)).find((r) => r.notNull && isOwner(r));
		if (way) found.set(qualified(table), way);
		return way !== undefined;
	};
	let rest = tables.filter((table) => !find(table, (r) => people.isPerson(r.target) && !isAuditColumn(r.columns)));
	for (let left = -1; left !== rest.length; ) {
		left = rest.length;
		rest = rest.filter((table) => !find(table, (r) => r.declared && found.has(r.target)));
	}
	return found;
}

/** Where so many tables name a person that each person may be a tenant: what to do if they are. */
function ofPeople(model: SchemaModel, personal: ReadonlyMap<string, Reference>): string {
	const total = considered(model).length;
	if (personal.size < 3 || personal.size < total / 4) return "";
	const counts = new Map<string, number>();
	for (const { target } of personal.values())
		if (!personal.has(target)) counts.set(target, (counts.get(target) ?? 0) + 1);
	const [target = ""] = byFrequency(counts);
	const columns = [...personal.values()].find((r) => r.target === target)?.columns.join(", ");
	return ` But in ${personal.size} of ${total} tables each row belongs to a person (\`${columns}\` → \`${target}\`). If people must not see each other's rows, each person is a tenant: name \`${target}\` under "roots" in \`tenancy.config.json\`.`;
}
