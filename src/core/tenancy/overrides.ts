import { qualified, type Table } from "../schema/model";
import type { TenancyDecisions } from "./config";
import { SCOPES, type Scope } from "./scope";

/** What a person decided about a table, and where they said so. */
export interface Override {
	readonly scope: Scope | null;
	readonly tenantColumn: string | null;
	readonly why: string | null;
	readonly source: "config" | "comment";
}

/** The configuration goes before the comment: it is where a team keeps what it decided about schemas of others. */
export function overrideOf(table: Table, decisions: TenancyDecisions): Override | null {
	const entry = decisions.tables && configured(qualified(table), decisions.tables);
	if (entry)
		return {
			scope: entry.scope ?? null,
			tenantColumn: entry.tenantColumn ?? null,
			why: entry.why ?? null,
			source: "config",
		};
	return table.comment === null ? null : commented(table.comment);
}

function configured(name: string, tables: NonNullable<TenancyDecisions["tables"]>) {
	const exact = Object.hasOwn(tables, name) ? tables[name] : undefined;
	if (exact) return exact;
	// The longest pattern is the most particular one.
	const patterns = Object.keys(tables).filter((p) => p.includes("*") && matches(p, name));
	const best = patterns.sort((a, b) => b.length - a.length)[0];
	return best === undefined ? undefined : tables[best];
}

function matches(pattern: string, name: string): boolean {
	const source = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
	return new RegExp(`^${source.join(".*")}$`, "s").test(name);
}

/** `@tenancy shared` or `@tenancy tenant-scoped organization_id`, anywhere in the table's comment. */
function commented(comment: string): Override | null {
	const match = /@tenancy\s+([a-z-]+)(?:\s+by\s+"?([A-Za-z_][\w$]*)"?)?/.exec(comment);
	const scope = SCOPES.find((s) => s === match?.[1]);
	if (!match || !scope) return null;
	const why = comment.replace(match[0], "").trim();
	return { scope, tenantColumn: match[2] ?? null, why: why === "" ? null : why, source: "comment" };
}
