import { factOf } from "../schema/facts";
import { type FunctionModel, qualified, type SchemaModel, type Table } from "../schema/model";
import { escapePattern } from "../text/escape-pattern";
import { applicationRoles } from "./enforcement";
import { isAuditColumn, isPreferred, personalEvidence } from "./logins";
import type { People } from "./people";
import { holdsContent, readOnly } from "./read-only";
import type { Reference, References } from "./references";
import type { TableTenancy } from "./scope";
import { isLedger, isReferenceNoun, snake } from "./vocabulary";

export type Evidence = Pick<TableTenancy, "reason" | "confidence">;

export interface SharedContext {
	readonly model: SchemaModel;
	readonly references: References;
	readonly people: People;
	readonly roles: readonly string[];
	/** Tables that are known to hold tenants' data. */
	readonly held: ReadonlySet<string>;
	readonly roots: readonly string[];
}

export function sharedContext(
	model: SchemaModel,
	references: References,
	people: People,
	held: ReadonlySet<string>,
	roots: readonly string[],
	configuredRoles?: readonly string[],
): SharedContext {
	return { model, references, people, held, roots, roles: applicationRoles(model, configuredRoles) };
}

/**
 * Why a table without a way to a tenant may be global on purpose, or null where nothing speaks for that.
 * To say "shared" of a tenant's data would be the worst mistake, so each kind of evidence is narrow:
 * a table that only might be global stays unscoped and a person decides.
 */
export function sharedEvidence(table: Table, context: SharedContext): Evidence | null {
	const name = qualified(table);
	if (isLedger(table.name))
		return { reason: "It is the ledger in which a migration tool notes what has run.", confidence: "certain" };
	const tenantReferences = context.references
		.of(name)
		.filter((r) => context.held.has(r.target) && !isPreferred(table, r, context));
	if (tenantReferences.length > 0 && !isMember(name, tenantReferences, context)) return null;
	const person = personalEvidence(table, context);
	if (person) return person;
	if (polymorphic(table)) return null;
	for (const look of [readOnly, seeded, lookup, processes, settings]) {
		const evidence = look(table, context);
		if (evidence) return evidence;
	}
	return null;
}

/** A login that only prefers a tenant, as `default_team_id` does, which may be NULL: another table says to which ones the person belongs. */
function isMember(name: string, toTenants: readonly Reference[], { people, roots }: SharedContext): boolean {
	const isJoined = roots.some((root) => people.membershipOf(root) !== null);
	return isJoined && people.isIdentity(name) && toTenants.every((r) => !r.notNull);
}

/**
 * A table that does nothing but pair rows of shared tables (which role has which permission): no column of it could hold
 * anything of a tenant's.
 * @param shared tables that are known to be shared
 */
export function pairsShared(table: Table, shared: ReadonlySet<string>): Evidence | null {
	const targets = table.foreignKeys.map((key) => qualified(key.references));
	if (targets.length < 2 || !targets.every((target) => shared.has(target))) return null;
	const keyed = new Set(table.foreignKeys.flatMap((key) => key.columns));
	const own = table.primaryKey?.columns.length === 1 ? table.primaryKey.columns : [];
	const isPlain = (name: string, type: string) =>
		keyed.has(name) || own.includes(name) || /^(timestamp|date|boolean|smallint)/.test(type);
	if (!table.columns.every((column) => isPlain(column.name, column.type))) return null;
	return {
		reason: `It only pairs rows of shared tables (${targets.map((target) => `\`${target}\``).join(" and ")}).`,
		confidence: "likely",
	};
}

/** A column pair such as `owner_type` and `owner_id`: whose row it is depends on the row. */
export const polymorphic = factOf((table: Table): { readonly type: string; readonly id: string } | null => {
	const byName = new Map(table.columns.map((c) => [snake(c.name), c]));
	const key = table.primaryKey?.columns.length === 1 ? table.primaryKey.columns : [];
	const taken = new Set([...table.foreignKeys.flatMap((k) => k.columns), ...key]);
	for (const [name, type] of byName) {
		const id = name.endsWith("_type") ? byName.get(`${name.slice(0, -5)}_id`) : undefined;
		// A number classifies; only a name or an enum can say which table is meant.
		const classifies = /^(smallint|integer|bigint|numeric|boolean)/.test(type.type);
		if (id && !taken.has(id.name) && !classifies) return { type: type.name, id: id.name };
	}
	return null;
});

/** Rows that the migrations themselves write are the product's own, where they have names to be found by: else they may be the first of many. */
function seeded(table: Table, { model, references }: SharedContext): Evidence | null {
	const name = qualified(table);
	if (!model.seeded.has(name) || references.of(name).some((r) => r.declared && r.target !== name)) return null;
	if (!hasOwnKey(table)) return null;
	// What triggers write comes of other tables' rows; the fixed ones may be no more than its first.
	if (triggersFill(table, model)) return null;
	return {
		reason: "The migrations themselves fill it with fixed rows, and nothing in it points at a tenant: reference data.",
		confidence: "likely",
	};
}

/** Whether something that is no number or UUID by default tells the rows apart. */
function hasOwnKey({ columns, primaryKey, uniques, indexes }: Table): boolean {
	const isGiven = (name: string) =>
		columns.some((column) => column.name === name && column.default === null && column.identity === null);
	return (
		primaryKey?.columns.some(isGiven) === true ||
		uniques.length > 0 ||
		indexes.some((i) => i.unique && i.where === null)
	);
}

function triggersFill(table: Table, model: SchemaModel): boolean {
	return [...model.functions.values()].some(
		(each) => each.returns === "trigger" && insertsInto(each).has(table.name.toLowerCase()),
	);
}

/** The names of the tables that a function's body inserts into, without their schemas. */
const insertsInto = factOf(({ body }: FunctionModel): ReadonlySet<string> => {
	const found = body.matchAll(/\binsert\s+into\s+(?:[\w"$]+\s*\.\s*)?("[^"]+"|[\w$]+)/gi);
	return new Set([...found].map((match) => (match[1] as string).replaceAll('"', "").toLowerCase()));
});

/** A list that tenants' rows choose from: others point at it, many to one, and its entries have a name or code of their own. */
function lookup(table: Table, { references, held, people }: SharedContext): Evidence | null {
	const name = qualified(table);
	if (holdsContent(table)) return null;
	const named = naturalKey(table);
	const users = references.to(name).filter((r) => r.from !== name && held.has(r.from));
	const outgoing = references.of(name).filter((r) => r.target !== name);
	if (named && users.length > 0 && users.every((r) => !r.unique) && outgoing.length === 0) {
		return {
			reason: `Rows of tenants choose from it (\`${users[0]?.from}.${users[0]?.columns.join(", ")}\`), its entries are told apart by \`${named}\`, and nothing in it points at a tenant: reference data.`,
			confidence: "likely",
		};
	}
	if (
		isReferenceNoun(table.name) &&
		outgoing.every((r) => !people.isPerson(r.target)) &&
		(named !== null || users.length > 0)
	) {
		return {
			reason: `Its name and its key${named ? ` (\`${named}\`)` : ""} are those of a list that is the same for all tenants, and nothing in it points at a tenant. Say so with \`@tenancy shared\` to be sure.`,
			confidence: "guess",
		};
	}
	return null;
}

/** A key in words: a primary key or a unique text such as `code`. */
function naturalKey(table: Table): string | null {
	const text = (column: string | undefined | null) => {
		const found = table.columns.find((c) => c.name === column);
		return (
			found !== undefined &&
			!/^(uuid|integer|bigint|smallint|numeric)/.test(found.type) &&
			/(^|_)(code|slug|name|iso|iso2|iso3|symbol|abbreviation|label|locale|lang|language|currency|country)$|^id$/.test(
				snake(found.name),
			)
		);
	};
	const keys = [
		table.primaryKey?.columns,
		...table.uniques.map((k) => k.columns),
		...table.indexes.filter((i) => i.unique && i.where === null).map((i) => i.columns),
	];
	for (const key of keys)
		if (key?.length === 1 && text(key[0]) && (key[0] !== "id" || enumLike(table))) return key[0] as string;
	return null;
}

/** A text `id` is a natural key only where the table is a short list: few columns, none of them personal. */
function enumLike(table: Table): boolean {
	return table.columns.length <= 4 && table.columns.some((c) => /^(name|label|title|description)$/.test(snake(c.name)));
}

/** Running parts of the product: they report that they live, and many tenants' rows are assigned to one of them. */
function processes(table: Table, { references }: SharedContext): Evidence | null {
	const name = qualified(table);
	const beat = table.columns.find((c) => /heart_?beat/.test(snake(c.name)));
	const assigned = references.to(name).filter((r) => r.declared && r.from !== name);
	if (!beat || assigned.length === 0 || assigned.some((r) => r.unique)) return null;
	if (references.of(name).some((r) => r.target !== name)) return null;
	return {
		reason: `Its rows are running parts of the product (\`${beat.name}\`), to which many tenants' rows are assigned (\`${assigned[0]?.from}.${assigned[0]?.columns.join(", ")}\`).`,
		confidence: "likely",
	};
}

const SETTINGS =
	/^((app|application|site|system|global|instance|server|platform)_)?(config|configs|configuration|configurations|setting|settings|feature_flags?|flags)$/;

/** One row for the whole product: a table whose key can have one value only, or that is called after the product's settings. */
function settings(table: Table, { references, people }: SharedContext): Evidence | null {
	const key = table.primaryKey?.columns.length === 1 ? (table.primaryKey.columns[0] as string) : null;
	const boolean = key !== null && table.columns.find((c) => c.name === key)?.type === "boolean";
	if (boolean || (key !== null && hasOneValue(table, key))) {
		return { reason: "Its key allows only one row, so it holds settings of the whole product.", confidence: "likely" };
	}
	const nobody = references.of(qualified(table)).every((r) => people.isPerson(r.target) && isAuditColumn(r.columns));
	if (nobody && SETTINGS.test(snake(table.name))) {
		return {
			reason:
				"It is called after the product's own settings and points at nobody. Say so with `@tenancy shared` to be sure.",
			confidence: "guess",
		};
	}
	return null;
}

/** `CHECK (id = 1)`, `CHECK (only_row)`. */
function hasOneValue(table: Table, key: string): boolean {
	const one = new RegExp(`^\\(*\\s*"?${escapePattern(key)}"?\\s*(=\\s*(1|true|'[^']*'(::\\w+)?)\\s*)?\\)*$`, "i");
	return table.checks.some((check) => one.test(check.expression.trim()));
}
