import type { TenancyDecisions } from "../../../src/core/tenancy/config";
import { decideTenancy } from "../../../src/core/tenancy/decide";
import type { Tenancy } from "../../../src/core/tenancy/scope";
import { modelOf } from "../schema/a-schema";

/** What the analysis says of a schema given as SQL. */
export async function tenancyOf(sql: string, decisions: TenancyDecisions = {}): Promise<Tenancy> {
	return decideTenancy(await modelOf(sql), decisions);
}

/** The scopes by table name, for comparing at a glance. */
export async function scopesOf(sql: string, decisions: TenancyDecisions = {}): Promise<Record<string, string>> {
	const tenancy = await tenancyOf(sql, decisions);
	return Object.fromEntries([...tenancy.tables].map(([name, table]) => [name.replace(/^public\./, ""), table.scope]));
}
