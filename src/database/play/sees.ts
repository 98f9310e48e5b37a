import { quoteIdentifier, quoteLiteral, quoteName } from "../../core/emit/identifier";
import { rowsOfTenant } from "../../core/implement/base/rows-of-tenant";
import type { Target } from "../attack/target";
import { sqlStateOf } from "../engine";

export interface Seen {
	/** Tables that have policies for the role and rows of the tenant: whether it sees them can be told. */
	readonly bound: number;
	/** Those of which the role, bound to the first tenant, sees at least one of that tenant's rows. */
	readonly tables: ReadonlySet<string>;
	/** Those that it may read and of which it sees none, though policies let some rows through. */
	readonly blind: ReadonlySet<string>;
}

/** Looks whether the role sees its own tenant's rows: only then does it say something that it sees no others. */
export async function seesOwnRows({ engine, database, role, tenants, bind, filled }: Target): Promise<Seen> {
	const { model, tenancy } = database;
	const [tenant] = tenants;
	const tables = new Set<string>();
	const blind = new Set<string>();
	let bound = 0;
	for (const [key, table] of model.tables) {
		const scope = tenancy.tables.get(key)?.scope;
		if (!tenant || !filled.has(key) || scope === "shared" || scope === "unscoped" || !table.rls.enabled) continue;
		if (!table.policies.some(({ permissive, command }) => permissive && /^(all|select)$/.test(command))) continue;
		bound += 1;
		const root = tenant.keys.get(tenancy.roots[0] ?? "") ?? tenant.keys.get("") ?? "";
		const isOwn = rowsOfTenant(model, tenancy, table, quoteLiteral(root)) ?? "true";
		await engine.query("BEGIN");
		try {
			for (const sql of bind(tenant)) await engine.query(sql);
			await engine.query(`SET LOCAL ROLE ${quoteIdentifier(role)}`);
			const { rows } = await engine.query(`SELECT EXISTS (SELECT FROM ${quoteName(table)} WHERE ${isOwn}) AS sees`);
			if (rows[0]?.sees === true) tables.add(key);
			else blind.add(key);
		} catch (error) {
			const code = sqlStateOf(error);
			if (code === null) throw error;
			// What it has no right to is closed to it, which says enough.
			if (code !== "42501") blind.add(key);
		} finally {
			await engine.query("ROLLBACK");
		}
	}
	return { bound, tables, blind };
}
