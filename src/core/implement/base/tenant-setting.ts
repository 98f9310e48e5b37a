import { qualified, type SchemaModel } from "../../schema/model";
import type { Tenancy } from "../../tenancy/scope";
import { mostFrequent } from "../../text/most-frequent";

/** How a session says which tenant it works for. */
export interface TenantSetting {
	/** Such as `app.tenant_id`. */
	readonly name: string;
	/** The SQL type of what it holds: that of the tenants' key. */
	readonly type: string;
	/** The schema of the tenants' table, where functions about tenants belong. */
	readonly schema: string;
	/** The outermost table of tenants, qualified key; null where the tenant key stands free. */
	readonly root: string | null;
}

/**
 * What the policies compare the tenant with; null where they ask in another way, such as a function of their own, or where
 * no table belongs to a tenant.
 */
export function tenantSetting(model: SchemaModel, tenancy: Tenancy): TenantSetting | null {
	const read = [...model.tables.values()].flatMap(({ policies }) => policies.flatMap((policy) => policy.usesSettings));
	const name = mostFrequent(read.filter(isSettingName));
	if (name === undefined) return null;
	const root = tenancy.roots[0] ?? null;
	const table = model.tables.get(root ?? "");
	const key = table?.primaryKey?.columns ?? [];
	const type =
		key.length === 1 ? table?.columns.find((column) => column.name === key[0])?.type : freeType(model, tenancy);
	return type === undefined ? null : { name, type, schema: table?.schema ?? "public", root };
}

/** The type of a tenant column that points at no table of tenants. */
function freeType(model: SchemaModel, tenancy: Tenancy): string | undefined {
	for (const [key, own] of tenancy.tables) {
		if (own.tenantColumn === null || own.root !== (tenancy.roots[0] ?? null)) continue;
		const type = model.tables.get(key)?.columns.find(({ name }) => name === own.tenantColumn)?.type;
		if (type !== undefined) return type;
	}
	return undefined;
}

/** What PostgreSQL takes for the name of a setting of one's own: https://www.postgresql.org/docs/current/runtime-config-custom.html */
function isSettingName(name: string): boolean {
	return /^[\p{L}_][\p{L}\p{N}_$]*(\.[\p{L}_][\p{L}\p{N}_$]*)+$/u.test(name);
}

/** Columns that hold the setting's tenant, by table: those of the outermost tenants, without partitions. */
export function tenantColumns(model: SchemaModel, tenancy: Tenancy, setting: TenantSetting): Map<string, string> {
	const columns = new Map<string, string>();
	for (const table of model.tables.values()) {
		const own = tenancy.tables.get(qualified(table));
		if (own?.scope !== "tenant-scoped" || own.tenantColumn === null || own.root !== setting.root) continue;
		const column = table.columns.find(({ name }) => name === own.tenantColumn);
		if (column?.type === setting.type && table.partitionOf === null && table.kind !== "foreign")
			columns.set(qualified(table), column.name);
	}
	return columns;
}
