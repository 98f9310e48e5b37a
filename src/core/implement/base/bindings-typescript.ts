import type { Artifact } from "../artifact";

/** What each snippet says first. */
export const WHY = [
	"Everything within `work` runs in one transaction that is bound to the tenant; the binding ends with it. A session-level",
	"SET would stay on the pooled connection and serve the next request, which may be another tenant's.",
];

/** How a TypeScript client binds a transaction. */
interface Client {
	readonly name: string;
	readonly imports: readonly string[];
	/** From `export` to the last brace, with the statement that binds already in it. */
	readonly code: (setting: string) => string;
}

const CLIENTS: readonly Client[] = [
	{
		name: "pg",
		imports: ['import type { Pool, PoolClient } from "pg";'],
		code: (setting) => `export async function withTenant<T>(
	pool: Pool,
	tenant: string,
	work: (client: PoolClient) => Promise<T>,
): Promise<T> {
	const client = await pool.connect();
	let isBroken = false;
	try {
		await client.query("BEGIN");
		await client.query("SELECT set_config('${setting}', $1, true)", [tenant]);
		const result = await work(client);
		const { command } = await client.query("COMMIT");
		// What PostgreSQL answers where an error within the transaction was swallowed.
		if (command === "ROLLBACK") throw new Error("The transaction was rolled back: a statement in it had failed.");
		return result;
	} catch (error) {
		await client.query("ROLLBACK").catch(() => {
			isBroken = true;
		});
		throw error;
	} finally {
		// A connection whose transaction may still be open never goes back to the pool.
		client.release(isBroken);
	}
}`,
	},
	{
		name: "prisma",
		imports: [
			"// Since version 7 the client is where `output` in schema.prisma says: import from there.",
			'import type { Prisma, PrismaClient } from "@prisma/client";',
		],
		code: (setting) => `export function withTenant<T>(
	prisma: PrismaClient,
	tenant: string,
	work: (tx: Prisma.TransactionClient) => Promise<T>,
): Promise<T> {
	return prisma.$transaction(async (tx) => {
		await tx.$executeRaw\`SELECT set_config('${setting}', \${tenant}, true)\`;
		return work(tx);
	});
}`,
	},
	{
		name: "drizzle",
		imports: ['import { sql } from "drizzle-orm";', 'import type { NodePgDatabase } from "drizzle-orm/node-postgres";'],
		code: (setting) => `type Transaction<Schema extends Record<string, unknown>> = Parameters<
	Parameters<NodePgDatabase<Schema>["transaction"]>[0]
>[0];

export function withTenant<Schema extends Record<string, unknown>, T>(
	db: NodePgDatabase<Schema>,
	tenant: string,
	work: (tx: Transaction<Schema>) => Promise<T>,
): Promise<T> {
	return db.transaction(async (tx) => {
		await tx.execute(sql\`SELECT set_config('${setting}', \${tenant}, true)\`);
		return work(tx);
	});
}`,
	},
	{
		name: "knex",
		imports: ['import type { Knex } from "knex";'],
		code: (setting) => `export function withTenant<T>(
	knex: Knex,
	tenant: string,
	work: (trx: Knex.Transaction) => Promise<T>,
): Promise<T> {
	return knex.transaction(async (trx) => {
		await trx.raw("SELECT set_config('${setting}', ?, true)", [tenant]);
		return work(trx);
	});
}`,
	},
	{
		name: "typeorm",
		imports: ['import type { DataSource, EntityManager } from "typeorm";'],
		code: (setting) => `export function withTenant<T>(
	dataSource: DataSource,
	tenant: string,
	work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
	return dataSource.transaction(async (manager) => {
		await manager.query("SELECT set_config('${setting}', $1, true)", [tenant]);
		return work(manager);
	});
}`,
	},
	{
		name: "kysely",
		imports: ['import { type Kysely, sql, type Transaction } from "kysely";'],
		code: (setting) => `export function withTenant<Database, T>(
	db: Kysely<Database>,
	tenant: string,
	work: (trx: Transaction<Database>) => Promise<T>,
): Promise<T> {
	return db.transaction().execute(async (trx) => {
		await sql\`SELECT set_config('${setting}', \${tenant}, true)\`.execute(trx);
		return work(trx);
	});
}`,
	},
];

/** `bindings/*.ts` */
export function typescriptBindings(setting: string): Artifact[] {
	return CLIENTS.map(({ name, imports, code }) => ({
		path: `bindings/${name}.ts`,
		text: `${imports.join("\n")}\n\n/**\n${WHY.map((line) => ` * ${line}`).join("\n")}\n *\n * @param tenant from the verified session, never from what the request says\n */\n${code(setting)}\n`,
		purpose: `Binds a transaction of ${name} to one tenant.`,
	}));
}
