/** Binds a transaction of node-postgres to a tenant. */
export const BINDING = `// Runs work in a transaction as one tenant: what it reads and writes is in that tenant's schema, and nothing else is open
// to it. Works behind a pooler in transaction mode: role and search path end with the transaction.

/**
 * @template T
 * @param {import("pg").Pool} pool connects as tenant_app
 * @param {string} slug the tenant, from the session that you verified; never from what the client sends
 * @param {(client: import("pg").PoolClient) => Promise<T>} work names tables without a schema, as in \`SELECT * FROM tasks\`
 * @returns {Promise<T>}
 */
export async function asTenant(pool, slug, work) {
	const client = await pool.connect();
	try {
		await client.query("BEGIN");
		await client.query("SELECT tenancy.enter($1)", [slug]);
		const result = await work(client);
		await client.query("COMMIT");
		client.release();
		return result;
	} catch (error) {
		// A connection that can't roll back is closed rather than given to the next tenant.
		await client.query("ROLLBACK").then(
			() => client.release(),
			(broken) => client.release(broken),
		);
		throw error;
	}
}
`;
