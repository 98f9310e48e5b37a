export type PgQuery = typeof import("libpg-query");

/** PostgreSQL's own parser as WASM, ready to use. All callers share the one that the package holds. Rejects where it can't be read. */
export async function loadPgQuery(): Promise<PgQuery> {
	const pgQuery = await import("libpg-query");
	await pgQuery.loadModule();
	return pgQuery;
}
