import type { Tenancy } from "../../tenancy/scope";
import type { Parameter } from "../query";
import type { ReadQuery } from "../rule";
import { tenantColumns } from "./isolation";
import { columnId, type Relation } from "./relation";

/** How a query can say which tenant it means. */
export interface TenantParameter {
	readonly sql: string;
	/** What the program has to bind besides; null where the query has the value already. */
	readonly toPass: string | null;
}

/**
 * The tenant in the style of the query's own parameters: the one that it has already, one more `:tenant_id` where it names
 * them, the next free `$n` where it numbers them. Null where only the program's author can say: positional `?` and `%s`
 * would shift the others, and a template's expression needs a variable.
 */
export function tenantParameter(read: ReadQuery, relation: Relation, tenancy: Tenancy): TenantParameter | null {
	const { query, reading } = read;
	const column = relation.own?.tenantColumn ?? `${relation.table?.name ?? "tenant"}_id`;
	const texts = new Map([...query.parameters].map(([number, parameter]) => [`$${number}`, parameter]));
	for (const other of reading.relations) {
		if (other.id === relation.id || other.own?.root !== relation.own?.root) continue;
		for (const name of tenantColumns(other, tenancy)) {
			const known = texts.get(reading.graph.values.get(columnId(other, name)) ?? "");
			if (known && isNamed(known)) return { sql: known.text, toPass: null };
		}
	}
	const all = [...query.parameters.values()];
	const same = all.find(({ kind, text }) => kind !== "expression" && bareName(text) === column);
	if (same) return { sql: same.text, toPass: null };
	const kinds = new Set(all.map(({ kind }) => kind));
	if (kinds.has("?") || kinds.has("%s") || kinds.has("expression")) return null;
	if (!/^[a-z_]\w*$/.test(column)) return null;
	if (kinds.has(":name")) return { sql: `:${column}`, toPass: column };
	if (kinds.has("@name")) return { sql: `@${column}`, toPass: column };
	if (kinds.has("%(name)s")) return { sql: `%(${column})s`, toPass: column };
	if (
		kinds.size === 0 &&
		(query.language === "python" || query.language === "ruby" || query.call?.name.startsWith("$"))
	)
		return null;
	// A tagged template has no numbers: its expressions are the parameters.
	if (query.isTagged) return null;
	const numbers = [...query.parameters.keys()].filter((number) => query.statement.text.includes(`$${number}`));
	const next = Math.max(0, ...numbers) + 1;
	return { sql: `$${next}`, toPass: `$${next}` };
}

/** Whether the parameter can be used a second time as it stands. */
function isNamed({ kind }: Parameter): boolean {
	return kind !== "?" && kind !== "%s";
}

/** `tenant_id` of `:tenant_id`, `@tenant_id`, `%(tenant_id)s` and `sqlc.arg(tenant_id)`. */
function bareName(text: string): string {
	return text.replace(/^%\(|\)s$|^[:@]|!$|^sqlc\.\w+\(\s*'?|'?\s*\)$/g, "");
}
