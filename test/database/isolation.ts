import type pg from "pg";
import { columnList, quoteIdentifier, quoteLiteral, quoteName } from "../../src/core/emit/identifier";
import { rowsOfTenant } from "../../src/core/implement/base/rows-of-tenant";
import { qualified, type SchemaModel, type Table } from "../../src/core/schema/model";
import type { Tenancy } from "../../src/core/tenancy/scope";

/** A session of the application: its role, and the setting that binds it to a tenant. */
export interface Session {
	readonly role: string;
	readonly setting: string;
	readonly tenant: string;
}

/** A role that owns nothing and has what the application's roles have; all rights where the product grants none to any. */
export async function makeApplicationRole(owner: pg.Client, name: string, roles: readonly string[]): Promise<void> {
	await owner.query(`CREATE ROLE ${name}`);
	for (const role of roles) await owner.query(`GRANT ${quoteIdentifier(role)} TO ${name}`);
	if (roles.length > 0) return;
	const { rows } = await owner.query("SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)'");
	for (const { nspname } of rows) {
		const schema = quoteIdentifier(nspname);
		await owner.query(
			`GRANT USAGE ON SCHEMA ${schema} TO ${name}; GRANT ALL ON ALL TABLES IN SCHEMA ${schema} TO ${name}; GRANT ALL ON ALL SEQUENCES IN SCHEMA ${schema} TO ${name}`,
		);
	}
}

/** The condition for the rows of a tenant. */
export function belongsTo(model: SchemaModel, tenancy: Tenancy, table: Table, tenant: string): string {
	const condition = rowsOfTenant(model, tenancy, table, quoteLiteral(tenant));
	if (condition === null) throw new Error(`Nothing says whose the rows of ${qualified(table)} are`);
	return condition;
}

/** Tries from within a session to reach other tenants' rows of a table. Gives what got through, in words. */
export async function breaches(owner: pg.Client, table: Table, isOwn: string, session: Session): Promise<string[]> {
	const name = quoteName(table);
	const found: string[] = [];
	const count = async (sql: string) => Number((await owner.query(sql)).rows[0].count);
	const own = await count(`SELECT count(*) FROM ${name} WHERE ${isOwn}`);
	const others = await count(`SELECT count(*) FROM ${name} WHERE NOT (${isOwn})`);
	if (!table.partitionOf && (own === 0 || others === 0)) found.push("there are no rows of both tenants to tell apart");
	const columns = table.columns.filter(({ generated }) => generated === null);
	const list = columnList(columns.map((column) => column.name));
	await owner.query(
		`CREATE TEMP TABLE loot AS SELECT ${list} FROM ${name} WHERE NOT (${isOwn}); GRANT SELECT ON loot TO ${session.role}`,
	);
	await inSession(owner, session, async () => {
		// What the role has no right to is closed, which is fine.
		const seen = await affected(owner, `SELECT 1 FROM ${name}`);
		if (seen !== own && seen !== DENIED) found.push(`sees ${seen} rows where ${own} are its own`);
		const first = quoteIdentifier(columns.find(({ identity }) => identity !== "always")?.name ?? "");
		const updated = await affected(owner, `UPDATE ${name} SET ${first} = ${first}`);
		if (updated !== own && updated !== DENIED) found.push(`updates ${updated} rows where ${own} are its own`);
		const written = await refusal(
			owner,
			`INSERT INTO ${name} (${list}) OVERRIDING SYSTEM VALUE SELECT ${list} FROM loot`,
		);
		if (others > 0 && written !== DENIED) found.push(`writes rows of another tenant (${written ?? "no refusal"})`);
	});
	await inSession(owner, session, async () => {
		const refused = await refusal(owner, `DELETE FROM ${name}`);
		await owner.query("RESET ROLE");
		const left = await count(`SELECT count(*) FROM ${name} WHERE NOT (${isOwn})`);
		// A foreign key may keep the tenant's own rows, which is no breach.
		if (left !== others) found.push(`deletes ${others - left} rows of another tenant (${refused ?? "no refusal"})`);
	});
	await inSession(owner, { ...session, tenant: "" }, async () => {
		const refused = await refusal(owner, `SELECT 1 FROM ${name}`);
		if (refused === null && (await count(`SELECT count(*) FROM ${name}`)) > 0)
			found.push("sees rows without a tenant set");
	});
	await owner.query("DROP TABLE loot");
	return found;
}

/** Runs something as the application would, and rolls it back. */
export async function inSession(owner: pg.Client, session: Session, act: () => Promise<void>): Promise<void> {
	await owner.query("BEGIN");
	try {
		await owner.query("SELECT set_config($1, $2, true)", [session.setting, session.tenant]);
		await owner.query(`SET LOCAL ROLE ${session.role}`);
		await act();
	} finally {
		await owner.query("ROLLBACK");
	}
}

/** insufficient_privilege, which a policy's WITH CHECK raises, too. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const DENIED = "42501";

/** How many rows a statement reads or changes; the SQLSTATE where PostgreSQL refuses it. */
async function affected(client: pg.Client, sql: string): Promise<number | string> {
	await client.query("SAVEPOINT attempt");
	try {
		return (await client.query(sql)).rowCount ?? 0;
	} catch (error) {
		await client.query("ROLLBACK TO SAVEPOINT attempt");
		return (error as { code?: string }).code ?? "unknown";
	}
}

/** The SQLSTATE with which PostgreSQL refuses a statement; null where it doesn't. */
async function refusal(client: pg.Client, sql: string): Promise<string | null> {
	const result = await affected(client, sql);
	return typeof result === "string" ? result : null;
}
