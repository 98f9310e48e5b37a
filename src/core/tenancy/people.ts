import { factOf } from "../schema/facts";
import { qualified, type SchemaModel, type Table } from "../schema/model";
import { isLogin } from "./logins";
import type { Reference, References } from "./references";
import { headNoun, isPersonNoun, referenceNoun, snake, wordsOf } from "./vocabulary";

/** Who the people are, and which tables say that a person belongs to something. */
export interface People {
	/** Tables whose rows are persons: they are rarely tenants, and often global. */
	readonly isPerson: (table: string) => boolean;
	/** Tables that people log in with: persons whose identity spans tenants unless they carry one. */
	readonly isIdentity: (table: string) => boolean;
	/** The table that joins people to rows of `table`, or null. */
	readonly membershipOf: (table: string) => string | null;
	/** Whether that table is called after `table` and says what each person may do there: `board_members` with a role. */
	readonly areJoined: (table: string) => boolean;
}

export function findPeople(model: SchemaModel, references: References): People {
	const persons = new Set<string>();
	const named = new Set<string>();
	const withLogin = new Set<string>();
	for (const table of model.tables.values()) {
		const name = qualified(table);
		if (isPersonNoun(headNoun(table.name)) && !isInvitation(table) && !joinsPeople(table, references)) named.add(name);
		const isLoggedInto = (hasCredentials(table) && !isInvitation(table)) || hasKeyOfPerson(table, references);
		if (isLoggedInto || (named.has(name) && hasLogins(name, model, references))) withLogin.add(name);
		if (named.has(name) || withLogin.has(name) || looksLikePerson(table)) persons.add(name);
	}
	// Where some people demonstrably log in, others that are only called users are the tenants' own people: their customers.
	const customers = [...named].filter((name) => withLogin.size > 0 && !withLogin.has(name) && belongsToOthers(name));
	function belongsToOthers(name: string): boolean {
		return references.of(name).some((r) => r.declared && r.notNull && r.target !== name && !persons.has(r.target));
	}
	const identities = new Set([...named, ...withLogin].filter((name) => !customers.includes(name)));
	// A table that these files do not create (`auth.users`) is judged by its name.
	const isPerson = (name: string) => persons.has(name) || (!model.tables.has(name) && isPersonNoun(headNoun(name)));
	const memberships = new Map<string, { table: string; strength: number }>();
	for (const table of model.tables.values()) {
		const name = qualified(table);
		// A table that is itself a person (an employee with a login) joins nobody to anything.
		if (table.partitionOf || identities.has(name)) continue;
		const own = references.of(name);
		const toPeople = own.filter(
			(r) => isPerson(r.target) && !customers.includes(r.target) && isPersonReference(r.columns),
		);
		const people =
			toPeople.length > 0
				? toPeople.flatMap((r) => r.columns)
				: bareUserColumns(table).filter((column) => !leadsElsewhere(column, own));
		if (people.length === 0 && !isMembership(table)) continue;
		for (const reference of own) {
			if (isPerson(reference.target) || reference.target === name) continue;
			const strength =
				people.length > 0
					? Math.max(...people.map((column) => joinStrength(table, [...reference.columns, column])))
					: reference.declared && reference.notNull
						? 1
						: 0;
			// Of two keys one may be a copy for other readers, better called or not: the one beside the table is meant.
			const near = strength > 0 && reference.target.startsWith(`${table.schema}.`) ? 2.5 : 0;
			const known = memberships.get(reference.target)?.strength ?? 0;
			if (strength + near > known) memberships.set(reference.target, { table: name, strength: strength + near });
		}
	}
	return {
		isPerson,
		isIdentity: (name) => identities.has(name),
		membershipOf: (name) => memberships.get(name)?.table ?? null,
		areJoined: (name) => {
			const membership = model.tables.get(memberships.get(name)?.table ?? "");
			return membership !== undefined && isMembership(membership) && isCalledAfter(membership, name);
		},
	};
}

/** `user_id`, `member_id`: the person whom the row is about, unlike `created_by` or `approver_id`. */
function isPersonReference(columns: readonly string[]): boolean {
	return columns.every(
		(column) =>
			/^uid$|(^|_)(user|member|person|profile|identity|people|account_user)(_id|_uuid)?$/.test(snake(column)) ||
			isPersonNoun(referenceNoun(column) ?? ""),
	);
}

const bareUserColumns = factOf((table: Table): readonly string[] =>
	table.columns.map((c) => c.name).filter((name) => isPersonNoun(referenceNoun(name) ?? "")),
);

/** Whether a column that is called after a person has a foreign key to something else: `principal_id` of a company that another sells for. */
function leadsElsewhere(column: string, own: readonly Reference[]): boolean {
	return own.some((r) => r.declared && r.columns.length === 1 && r.columns[0] === column);
}

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
	if (isInvitation(table) || /(^|_)(request|requests|mention|mentions)($|_)/.test(snake(table.name))) return 0;
	const covered = (key: readonly (string | null)[]) =>
		key.length >= 2 && columns.every((c) => key.includes(c)) && key.length <= columns.length + 1;
	const keyed =
		(table.primaryKey !== null && covered(table.primaryKey.columns)) ||
		table.uniques.some((k) => covered(k.columns)) ||
		table.indexes.some((i) => i.unique && covered(i.columns));
	const named = isCalledMembership(table);
	return (keyed ? 4 : 0) + (named ? 2 : 0) + (hasRole(table) && table.columns.length <= 12 ? 1 : 0);
}

/** `member` with a role: it says who belongs to something, whatever kind of account the people have. */
function isMembership(table: Table): boolean {
	return isCalledMembership(table) && hasRole(table);
}

function isCalledMembership(table: Table): boolean {
	return /(^|_)(member|membership|members|memberships)($|_)/.test(snake(table.name));
}

function isCalledAfter(membership: Table, name: string): boolean {
	const words = wordsOf(name.slice(name.indexOf(".") + 1));
	return words.every((word, i) => wordsOf(membership.name)[i] === word);
}

function hasRole(table: Table): boolean {
	return table.columns.some((c) => /(^|_)(role|roles|permission|access_level)(_id)?$/.test(snake(c.name)));
}

/** Who is invited does not belong yet. */
function isInvitation(table: Table): boolean {
	return /(^|_)(invite|invites|invited|invitation|invitations)($|_)/.test(snake(table.name));
}

const hasCredentials = factOf((table: Table) => {
	const names = table.columns.map((c) => snake(c.name));
	// A login to somewhere else: a mail server, a customer's database.
	if (names.some((n) => /(^|_)(host|hostname|server|smtp_server|port)$|^(url|uri|dsn|endpoint)$|^jdbc_/.test(n)))
		return false;
	const credential = names.some((n) =>
		/^(password|encrypted_password|password_(digest|hash)|hashed_password|passwd|email_verified(_at)?|email_confirmed_at)$/.test(
			n,
		),
	);
	return credential && names.some((n) => /^(email|email_address|username|login)$/.test(n));
});

/** A profile whose own key is that of a login, made elsewhere or here: the same people once more. */
function hasKeyOfPerson(table: Table, references: References): boolean {
	const [key = "", ...more] = table.primaryKey?.columns ?? [];
	if (more.length > 0 || !/^(id|uuid|guid|uid)$/.test(snake(key))) return false;
	return references
		.of(qualified(table))
		.some(({ declared, columns, target }) => declared && columns.join() === key && isPersonNoun(headNoun(target)));
}

/** Sessions, passkeys or passwords in tables of their own point at it. */
function hasLogins(name: string, model: SchemaModel, references: References): boolean {
	return references.to(name).some((r) => {
		const table = model.tables.get(r.from);
		return r.declared && r.notNull && table !== undefined && isLogin(table);
	});
}

const looksLikePerson = factOf((table: Table) => {
	const names = new Set(table.columns.map((c) => snake(c.name)));
	const has = (...options: string[]) => options.some((option) => names.has(option));
	if (has("first_name", "firstname", "given_name") && has("last_name", "lastname", "family_name", "surname"))
		return true;
	if (has("username") && has("display_name", "avatar", "avatar_url", "bio", "email")) return true;
	return has("date_of_birth", "birth_date", "birthday");
});
