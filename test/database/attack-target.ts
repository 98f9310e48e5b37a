import pg from "pg";
import type { DatabaseAnalysis } from "../../src/core/analyze";
import { quoteIdentifier, quoteLiteral, quoteName } from "../../src/core/emit/identifier";
import { rowsOfTenant } from "../../src/core/implement/base/rows-of-tenant";
import { tenantSetting } from "../../src/core/implement/base/tenant-setting";
import { onlyKey } from "../../src/core/rules/base/ways";
import type { SchemaModel } from "../../src/core/schema/model";
import { applicationRoles } from "../../src/core/tenancy/enforcement";
import type { FilledTenant, Target } from "../../src/database/attack/target";
import { type Answer, type Engine, Refusal } from "../../src/database/engine";
import { applyFiles } from "./apply";
import { fillTables } from "./fill";

/** A session of the tests' own server as attacks take one. The caller ends it. */
export function engineOn(client: pg.Client, version: number): Engine {
	return {
		version: `PostgreSQL ${version}`,
		async query(sql): Promise<Answer> {
			try {
				// Several statements give several results.
				const given: pg.QueryResult | pg.QueryResult[] = await client.query(sql);
				const last = Array.isArray(given) ? given.at(-1) : given;
				return { rows: last?.rows ?? [], count: last?.rowCount ?? 0 };
			} catch (error) {
				if (!(error instanceof pg.DatabaseError)) throw error;
				throw new Refusal(error.message, error.code ?? "", error.detail ?? "");
			}
		},
		close: () => Promise.resolve(),
	};
}

export interface Playing {
	readonly role?: string;
	/** What is bound besides the tenant's setting. */
	readonly bind?: (tenant: string | null) => readonly string[];
}

/** Applies the files to an empty database, fills it for three tenants, and says what is there to attack. */
export async function targetOn(
	client: pg.Client,
	version: number,
	database: DatabaseAnalysis,
	playing: Playing = {},
): Promise<Target> {
	const { model, tenancy } = database;
	const { refusals } = await applyFiles(client, database.files);
	if (refusals.length > 0) throw new Error(`${refusals[0]?.statement}: ${refusals[0]?.message}`);
	const filled = await fillTables(client, model, tenancy, 3);
	const tenants = await tenantsOf(client, database);
	const setting = tenantSetting(model, tenancy)?.name;
	const role = playing.role ?? applicationRoles(model, undefined)[0] ?? "app";
	return {
		engine: engineOn(client, version),
		database,
		role,
		assumed: false,
		others: [],
		tenants,
		bind(tenant) {
			const key =
				tenant === null || typeof tenant === "string" ? tenant : (tenant.keys.get(tenancy.roots[0] ?? "") ?? "");
			const own =
				key === null || setting === undefined ? [] : [`SET LOCAL ${quoteSetting(setting)} = ${quoteLiteral(key)}`];
			return playing.bind?.(key) ?? own;
		},
		filled: filled.tables,
		unfilled: filled.empty,
	};
}

function quoteSetting(name: string): string {
	return name.split(".").map(quoteIdentifier).join(".");
}

/** The tenants that there are, the first ones first; a key for every root. */
async function tenantsOf(client: pg.Client, { model, tenancy }: DatabaseAnalysis): Promise<FilledTenant[]> {
	const [outer] = tenancy.roots;
	const outermost = model.tables.get(outer ?? "");
	if (outer === undefined || !outermost) return freeTenants(client, model, tenancy.tables);
	const keys = await column(
		client,
		`SELECT ${quoteIdentifier(onlyKey(outermost) ?? "id")}::text AS key FROM ${quoteName(outermost)} ORDER BY ctid`,
	);
	const tenants: FilledTenant[] = [];
	for (const key of keys) {
		const all = new Map([[outer, key]]);
		for (const root of tenancy.roots.slice(1)) {
			const table = model.tables.get(root);
			const where = table && rowsOfTenant(model, tenancy, table, quoteLiteral(key));
			if (!table || !where) continue;
			const [inner] = await column(
				client,
				`SELECT ${quoteIdentifier(onlyKey(table) ?? "id")}::text AS key FROM ${quoteName(table)} WHERE ${where}`,
			);
			if (inner !== undefined) all.set(root, inner);
		}
		tenants.push({ keys: all });
	}
	return tenants;
}

async function freeTenants(
	client: pg.Client,
	model: SchemaModel,
	tables: DatabaseAnalysis["tenancy"]["tables"],
): Promise<FilledTenant[]> {
	for (const [key, { tenantColumn }] of tables) {
		const table = model.tables.get(key);
		if (!table || tenantColumn === null) continue;
		const name = quoteIdentifier(tenantColumn);
		const keys = await column(
			client,
			`SELECT ${name}::text AS key FROM ${quoteName(table)} GROUP BY 1 ORDER BY min(ctid::text)`,
		);
		return keys.map((each) => ({ keys: new Map([["", each]]) }));
	}
	return [];
}

async function column(client: pg.Client, sql: string): Promise<string[]> {
	return (await client.query(sql)).rows.map(({ key }) => key as string);
}
