import { qualified, type Table } from "../schema/model";
import type { Reference } from "./references";
import type { Evidence, SharedContext } from "./shared";
import { loginWord, snake } from "./vocabulary";

/**
 * Why a table belongs to people who are global, rather than to a tenant: it is the people, their logins, or a part
 * of each person. Null where nothing speaks for that; what people make for a tenant is the tenant's.
 */
export function personalEvidence(table: Table, context: SharedContext): Evidence | null {
	const { references, people, held } = context;
	const name = qualified(table);
	if (people.isIdentity(name)) return identity(context);
	// What tenants' rows point at may be theirs, whatever it is called: the secret of one customer's single sign-on.
	if (references.to(name).some((r) => r.from !== name && held.has(r.from))) return null;
	const own = references.of(name).filter((r) => r.target !== name);
	const isLoginTable = (target: string) => loginWord(target.slice(target.indexOf(".") + 1)) !== null;
	// What belongs to a login may do so over another such table: a refresh token over its client.
	const isPersonal = (r: Reference) =>
		people.isPerson(r.target) || isLoginTable(r.target) || isPreferred(table, r, context);
	if (own.some((r) => r.declared && !isPersonal(r))) return null;
	const person = personOf(table, context);
	const way = person ? `\`${person.columns.join(", ")}\` → \`${person.target}\`` : "";
	const login = isLogin(table);
	if (person && login) {
		return {
			reason: `It belongs to a person's login (${way}), not to a tenant, and the person is global.`,
			confidence: "likely",
		};
	}
	if (person?.declared && person.unique && person.notNull) {
		return {
			reason: `Each person has at most one row here (${way}), so it is part of the person, who is global.`,
			confidence: "likely",
		};
	}
	if (login && own.every((r) => isLoginTable(r.target)) && !belongToTenants(context) && !holdsContent(table)) {
		return {
			reason:
				"It is called and built like a part of logging in, and nothing in it points at a tenant. Say so with `@tenancy shared` to be sure.",
			confidence: "guess",
		};
	}
	return null;
}

/** The reference to the person whose row it is, if there is one. */
function personOf(table: Table, { references, people, held }: SharedContext): Reference | undefined {
	const name = qualified(table);
	return references
		.of(name)
		.find((r) => r.target !== name && !held.has(r.target) && people.isPerson(r.target) && !isAuditColumn(r.columns));
}

/** Whether a person's session only remembers by it at which tenant the person works just now: none, or another tomorrow. */
export function isPreferred(table: Table, reference: Reference, context: SharedContext): boolean {
	if (reference.notNull || !context.roots.includes(reference.target) || !isSession(table) || !isLogin(table))
		return false;
	return personOf(table, context)?.notNull === true;
}

/** Whether each of the people who log in belongs to a tenant, and is none: then nothing of a login is global by itself. */
function belongToTenants({ model, people, held, roots }: SharedContext): boolean {
	if (roots.some(people.isPerson)) return false;
	const identities = [...model.tables.keys()].filter(people.isIdentity);
	return identities.length > 0 && identities.every((name) => held.has(name));
}

/** `created_by`, `lastModifiedByUserId`: who did something, not whose it is. */
export function isAuditColumn(columns: readonly string[]): boolean {
	return columns.every((column) => /(^|_)by(_|$)/.test(snake(column)));
}

function identity({ people, roots }: SharedContext): Evidence {
	const membership = roots.map((root) => people.membershipOf(root)).find((m) => m !== null);
	const how = membership
		? `\`${membership}\` says to which tenants a person belongs`
		: "a person is the same person in every tenant";
	return {
		reason: `It holds the people who log in, and they are global: ${how}.`,
		confidence: membership ? "certain" : "likely",
	};
}

const CREDENTIAL =
	/(^|_)(token|hash|hashed|secret|expires|expires_at|expire_at|expired_at|expiry|provider|provider_id|fingerprint|ip|ip_address|user_agent)$/;

/** Whether the token leads to what somebody wrote, as a shared link does. What a session remembers is the login's own. */
function holdsContent(table: Table): boolean {
	if (loginWord(table.name) === "plain" || isSession(table)) return false;
	return table.columns.some((c) =>
		/(^|_)(data|content|contents|body|payload|message|document|file)$/.test(snake(c.name)),
	);
}

function isSession(table: Table): boolean {
	return /(^|_)sessions?(_|$)/.test(snake(table.name));
}

/** A table of logins: by a name that means nothing else, or by a name and the columns that credentials have. */
export function isLogin(table: Table): boolean {
	const word = loginWord(table.name);
	if (word !== "likely") return word === "plain";
	return table.columns.some((c) => CREDENTIAL.test(snake(c.name)));
}
