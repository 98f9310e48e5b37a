import type { Diagram, DiagramTable } from "../../src/core/diagram/diagram";
import type { Enforcement, Scope } from "../../src/core/tenancy/scope";
import { SCOPE_MEANINGS, SCOPE_WORDS } from "../../src/export/scope-style";

/** Where there are no tenants yet, no table fails to name one. */
export function scopeWord(scope: Scope, singleTenant: boolean): string {
	return singleTenant && scope === "unscoped" ? "Not divided" : SCOPE_WORDS[scope];
}

export function scopeMeaning(scope: Scope, singleTenant: boolean): string {
	return singleTenant && scope === "unscoped" ? "there are no tenants yet to divide it by" : SCOPE_MEANINGS[scope];
}

/** A table in one sentence, for those who hear it. */
export function tableLabel(table: DiagramTable, singleTenant: boolean): string {
	const parts = [
		`${table.schema === "public" ? table.name : table.id}, ${scopeWord(table.scope, singleTenant).toLowerCase()}`,
		table.findings.error > 0 ? plural(table.findings.error, "error") : null,
		table.findings.warning > 0 ? plural(table.findings.warning, "warning") : null,
		plural(table.columns.length, "column"),
		rlsWords(table),
	];
	return parts.filter((part) => part !== null).join(", ");
}

export function rlsWords({ rls }: DiagramTable): string {
	if (!rls.enabled)
		return rls.policies.length > 0 ? "row-level security off, though it has policies" : "no row-level security";
	return `row-level security on${rls.forced ? " and forced" : ""}, ${rls.policies.length === 0 ? "no policy" : plural(rls.policies.length, "policy", "policies")}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
	return `${number(count)} ${count === 1 ? one : many}`;
}

/** With commas between thousands. Intl does the same, but not a thousand times in a frame. */
export function number(count: number): string {
	return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

export const MODE_WORDS: Readonly<Record<Diagram["mode"], string>> = {
	"single-tenant": "Single tenant",
	row: "Rows by tenant",
	schema: "Schema per tenant",
	hybrid: "Rows and schemas by tenant",
};

export const ENFORCEMENT_WORDS: Readonly<Record<Enforcement, string>> = {
	rls: "kept apart by row-level security",
	application: "kept apart by the application's queries",
	placement: "kept apart by where they are stored",
	none: "kept apart by nothing that we can see",
};

/** A qualified name as people write it: without `public.` */
export function shortName(id: string): string {
	return id.startsWith("public.") ? id.slice("public.".length) : id;
}
