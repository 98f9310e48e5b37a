import { factOf } from "../schema/facts";
import { qualified, type SchemaModel, type Table } from "../schema/model";
import type { References } from "./references";
import { headNoun, isPersonNoun, referenceNoun, snake } from "./vocabulary";

/** Who the people are, and which tables say that a person belongs to something. */
export interface People {
	/** Tables whose rows are persons: they are rarely tenants, and often global. */
	readonly isPerson: (table: string) => boolean;
	/** Tables that people log in with: persons whose identity spans tenants unless they carry one. */
	readonly isIdentity: (table: string) => boolean;
	/** The table that joins people to rows of `table`, or null. */
	readonly membershipOf: (table: string) => string | null;
}

export function findPeople(model: SchemaModel, references: References): People {
	const persons = new Set<string>();
	const identities = new Set<string>();
	for (const table of model.tables.values()) {
		const name = qualified(table);
		const named = isPersonNoun(headNoun(table.name)) && !joinsPeople(table, references);
		if (named || hasCredentials(table)) identities.add(name);
		if (identities.has(name) || looksLikePerson(table)) persons.add(name);
	}
	// A table that these files do not create (`auth.users`) is judged by its name.
	const isPerson = (name: string) => persons.has(name) || (!model.tables.has(name) && isPersonNoun(headNoun(name)));
	const memberships = new Map<string, { table: string; strength: number }>();
	for (const table of model.tables.values()) {
		const name = qualified(table);
		// A table that is itself a person (an employee with a login) joins nobody to anything.
		if (table.partitionOf || identities.has(name)) continue;
		const own = references.of(name);
		const toPeople = own.filter((r) => isPerson(r.target) && isPersonReference(r.columns));
		const people = toPeople.length > 0 ? toPeople.flatMap((r) => r.columns) : bareUserColumns(table);
		if (people.length === 0) continue;
		for (const reference of own) {
			if (isPerson(reference.target) || reference.target === name) continue;
			const strength = Math.max(...people.map((column) => joinStrength(table, [...reference.columns, column])));
			const known = memberships.get(reference.target)?.strength ?? 0;
			if (strength > known) memberships.set(reference.target, { table: name, strength });
		}
	}
	return {
		isPerson,
		isIdentity: (name) => identities.has(name),
		membershipOf: (name) => memberships.get(name)?.table ?? null,
	};
}

/** `user_id`, `member_id`: the person whom the row is about, unlike `created_by` or `approver_id`. */
function isPersonReference(columns: readonly string[]): boolean {
	return columns.every(
		(column) =>
			/(^|_)(user|member|person|profile|identity|people|account_user)(_id|_uuid)?$/.test(snake(column)) ||
			isPersonNoun(referenceNoun(column) ?? ""),
	);
}

const bareUserColumns = factOf((table): readonly string[] =>
	table.columns.map((c) => c.name).filter((name) => isPersonNoun(referenceNoun(name) ?? "")),
);

/** `account_users` is called after users and joins them to something else. */
function joinsPeople(table: Table, references: References): boolean {
	const own = references.of(qualified(table)).filter((r) => r.target !== qualified(table));
	return own.some((r) => isPersonNoun(headNoun(r.target)) && isPersonReference(r.columns));
}

/**
 * How surely the pair says that a person belongs to something: it is a key, or the table is called so, or it has
 * a role. 0 where it doesn't: an invitation names a person who does not belong yet.
 */
function joinStrength(table: Table, columns: readonly string[]): number {
	if (/(^|_)(invite|invites|invitation|invitations|request|requests)($|_)/.test(snake(table.name))) return 0;
	const covered = (key: readonly (string | null)[]) =>
		key.length >= 2 && columns.every((c) => key.includes(c)) && key.length <= columns.length + 1;
	const keyed =
		(table.primaryKey !== null && covered(table.primaryKey.columns)) ||
		table.uniques.some((k) => covered(k.columns)) ||
		table.indexes.some((i) => i.unique && covered(i.columns));
	const named = /(^|_)(member|membership|members|memberships)($|_)/.test(snake(table.name));
	const role = table.columns.some((c) => /(^|_)(role|roles|permission|access_level)(_id)?$/.test(snake(c.name)));
	return (keyed ? 4 : 0) + (named ? 2 : 0) + (role && table.columns.length <= 12 ? 1 : 0);
}

const hasCredentials = factOf((table) => {
	const names = table.columns.map((c) => snake(c.name));
	const credential = names.some((n) =>
		/^(password|encrypted_password|password_(digest|hash)|hashed_password|passwd|email_verified(_at)?|email_confirmed_at)$/.test(
			n,
		),
	);
	return credential && names.some((n) => /^(email|email_address|username|login)$/.test(n));
});

const looksLikePerson = factOf((table) => {
	const names = new Set(table.columns.map((c) => snake(c.name)));
	const has = (...options: string[]) => options.some((option) => names.has(option));
	if (has("first_name", "firstname", "given_name") && has("last_name", "lastname", "family_name", "surname"))
		return true;
	if (has("username") && has("display_name", "avatar", "avatar_url", "bio", "email")) return true;
	return has("date_of_birth", "birth_date", "birthday");
});
