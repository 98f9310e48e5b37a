import type { DatabaseAnalysis } from "../../core/analyze";
import { quoteLiteral } from "../../core/emit/identifier";
import { qualified, type Table } from "../../core/schema/model";
import type { SqlReader } from "../../core/sql/reader";
import type { FilledTenant, Target } from "../attack/target";
import type { TableFacts } from "../fill/facts";
import { CLAIMS, type Comparison, comparisonsOf, type SessionValue } from "./sources";

/** What a value of the session has to be for a tenant: the key of its row in a root, or a column of a row of its own. */
type Meaning =
	| { readonly kind: "tenant"; readonly root: string }
	| { readonly kind: "row"; readonly table: string; readonly column: string }
	| { readonly kind: "role" }
	/** What people of a tenant have, such as a role within it. */
	| { readonly kind: "had"; readonly constant: string };

/** How a session says which tenant it works for. */
export interface Binding {
	/** For sessions of a role, which claims may name: statements for a transaction. */
	bindAs(role: string): Target["bind"];
	/** What is set, as sentences. */
	readonly assumptions: readonly string[];
}

/** The model, and the tables as PostgreSQL has them: the files don't make a platform's. */
interface Subject extends Pick<DatabaseAnalysis, "model" | "tenancy"> {
	readonly facts: readonly TableFacts[];
}

interface Bound {
	readonly value: SessionValue;
	readonly meaning: Meaning;
}

/**
 * Finds out how the product binds a session to a tenant from what its policies and functions compare the session's settings
 * with: a tenant column, or a column that leads to a person, whose row the tenant has.
 *
 * @param setting the one that the configuration names
 * @param facts the tables as PostgreSQL has them
 * @param valueIn a column's value in the first row that was made for the tenant
 */
export function bindingFor(
	database: DatabaseAnalysis,
	expression: SqlReader["expression"],
	setting: string | undefined,
	facts: readonly TableFacts[],
	valueIn: (tenant: FilledTenant, table: string, column: string) => string | null,
): Binding {
	const bounds = boundValues({ ...database, facts }, comparisonsOf(database, expression), setting);
	/** What is the same for every tenant. */
	const sameForAll = ({ meaning }: Bound, role: string): string | null =>
		meaning.kind === "role" ? role : meaning.kind === "had" ? meaning.constant : null;
	const valueFor = (bound: Bound, tenant: FilledTenant, role: string): string | null => {
		const { meaning } = bound;
		if (meaning.kind === "role" || meaning.kind === "had") return sameForAll(bound, role);
		if (meaning.kind === "row") return valueIn(tenant, meaning.table, meaning.column);
		return tenant.keys.get(meaning.root) ?? tenant.keys.get("") ?? null;
	};
	const hasTenant = bounds.some(({ meaning }) => meaning.kind === "tenant");
	return {
		bindAs: (role) => (tenant) => {
			if (tenant === null) return [];
			const settings = new Map<string, unknown>();
			for (const bound of bounds) {
				const isPlaced = bound.meaning.kind === "tenant" || (!hasTenant && bound.meaning.kind === "row");
				const value =
					typeof tenant !== "string" ? valueFor(bound, tenant, role) : isPlaced ? tenant : sameForAll(bound, role);
				if (value !== null) put(settings, bound.value, value);
			}
			return [...settings].map(
				([name, value]) =>
					`SELECT set_config(${quoteLiteral(name)}, ${quoteLiteral(typeof value === "string" ? value : JSON.stringify(value))}, true)`,
			);
		},
		assumptions: bounds.map(({ value, meaning }) => {
			const what = [value.setting, ...value.path].join(" → ");
			if (meaning.kind === "had")
				return `\`${what}\` holds \`${meaning.constant}\`, for which most policies ask together with the tenant.`;
			if (meaning.kind === "role") return `The claim \`${what}\` is the role that is played.`;
			return meaning.kind === "tenant"
				? `A session works for a tenant when \`${what}\` holds ${meaning.root === "" ? "the tenant's key" : `the key of its row in \`${meaning.root}\``}.`
				: `A session works for a person: \`${what}\` holds \`${meaning.column}\` of a row of the tenant in \`${meaning.table}\`.`;
		}),
	};
}

function put(settings: Map<string, unknown>, { setting, path }: SessionValue, value: string): void {
	if (path.length === 0) {
		// A setting that holds JSON has its own values set, one by one.
		if (!settings.has(setting)) settings.set(setting, value);
		return;
	}
	const before = settings.get(setting);
	const json = typeof before === "object" && before !== null ? (before as Record<string, unknown>) : {};
	settings.set(setting, json);
	let inner = json;
	for (const key of path.slice(0, -1)) {
		const next = typeof inner[key] === "object" && inner[key] !== null ? inner[key] : {};
		inner[key] = next;
		inner = next as Record<string, unknown>;
	}
	inner[path.at(-1) ?? ""] = value;
}

function boundValues(database: Subject, comparisons: readonly Comparison[], setting: string | undefined): Bound[] {
	const { tenancy } = database;
	const byValue = groupBy(comparisons, ({ value }) => JSON.stringify(value));
	const outermost = tenancy.roots[0] ?? "";
	const bounds: Bound[] = [];
	if (setting !== undefined)
		bounds.push({ value: { setting: setting.toLowerCase(), path: [] }, meaning: { kind: "tenant", root: outermost } });
	for (const own of byValue.values()) {
		const [first] = own;
		if (!first || first.value.setting === setting?.toLowerCase()) continue;
		const { value } = first;
		// The whole token is read for the values in it.
		const holdsMore =
			value.path.length === 0 &&
			comparisons.some((each) => each.value.setting === value.setting && each.value.path.length > 0);
		if (holdsMore || (value.setting === CLAIMS && value.path.length === 0)) continue;
		const meaning = meaningOf(database, value, own);
		if (meaning) bounds.push({ value, meaning });
	}
	const claims = bounds.some(({ value }) => value.setting === CLAIMS);
	if (claims && !bounds.some(({ meaning }) => meaning.kind === "role"))
		bounds.push({ value: { setting: CLAIMS, path: ["role"] }, meaning: { kind: "role" } });
	return bounds;
}

/** What a value has to be: what most comparisons say; else what its name says. */
function meaningOf(database: Subject, value: SessionValue, comparisons: readonly Comparison[]): Meaning | null {
	const last = (value.path.at(-1) ?? value.setting.split(".").at(-1) ?? "").toLowerCase();
	if (value.setting.startsWith("request.jwt") && last === "role") return { kind: "role" };
	const votes = new Map<string, { readonly meaning: Meaning; count: number }>();
	for (const { column } of comparisons) {
		if (!column) continue;
		const meaning = meaningOfColumn(database, column.table, column.name);
		const key = JSON.stringify(meaning);
		const vote = votes.get(key) ?? { meaning, count: 0 };
		vote.count += 1;
		votes.set(key, vote);
	}
	const [best] = [...votes.values()].sort((a, b) => b.count - a.count);
	if (best) return best.meaning;
	// Switches ("is the caller an administrator?") are compared with constants alone, and stay off, unless it is a tenant's.
	if (comparisons.some(({ constant }) => constant !== null)) return hadInTenant(comparisons);
	const { model, tenancy } = database;
	const isPerson = /user|person|member|actor|sub$|profile|login|email/.test(last);
	if (!isPerson) return { kind: "tenant", root: tenancy.roots[0] ?? "" };
	const people = [...model.tables.values()].find((table) =>
		/^(users?|people|persons?|profiles?|logins?)$/i.test(table.name),
	);
	const key = people?.primaryKey?.columns[0];
	if (last === "sub" && !people) return { kind: "row", table: "auth.users", column: "id" };
	return people && key ? { kind: "row", table: qualified(people), column: last === "email" ? "email" : key } : null;
}

/** The constant for which most policies that ask for it ask together with the tenant: what the product's own staff has stands alone. */
function hadInTenant(comparisons: readonly Comparison[]): Meaning | null {
	const counts = new Map<string, { bound: number; alone: number }>();
	for (const { constant, withTenant } of comparisons) {
		if (constant === null || withTenant === undefined) continue;
		const count = counts.get(constant) ?? { bound: 0, alone: 0 };
		count[withTenant ? "bound" : "alone"] += 1;
		counts.set(constant, count);
	}
	const [best] = [...counts]
		.filter(([, { bound, alone }]) => bound > 2 * alone)
		.sort(([, a], [, b]) => b.bound - a.bound);
	return best ? { kind: "had", constant: best[0] } : null;
}

/** Follows foreign keys to where a column's values come from. */
function meaningOfColumn({ model, tenancy, facts }: Subject, table: Table, name: string): Meaning {
	let at: { table: string; column: string } = { table: qualified(table), column: name };
	for (let i = 0; i < 8; i++) {
		const own = tenancy.tables.get(at.table);
		const here = model.tables.get(at.table);
		if (own?.scope === "tenant-root" && here?.primaryKey?.columns.join() === at.column)
			return { kind: "tenant", root: at.table };
		if (own?.tenantColumn === at.column) return { kind: "tenant", root: own.root ?? "" };
		const key = facts
			.find((each) => each.key === at.table)
			?.foreignKeys.find(({ columns }) => columns.length === 1 && columns[0] === at.column);
		if (!key) break;
		at = { table: key.references, column: key.to[0] ?? "" };
	}
	return { kind: "row", ...at };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
	const groups = new Map<string, T[]>();
	for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
	return groups;
}
