import { quoteLiteral } from "../../emit/identifier";
import { ELSEWHERE, FENCED } from "./place-sql";

/** `router/router.ts`: finds a tenant's place and runs a transaction there. */
export function routerModule(setting: string): string {
	return `import type { Pool, PoolClient } from "pg";

/** Where a tenant is, as the catalog says it. */
interface Route {
	readonly tenantId: string;
	readonly placement: "row" | "schema" | "database";
	readonly dsnRef: string | null;
	readonly searchPath: string | null;
	readonly version: string;
	readonly found: number;
}

/** The tenant is being moved: it can be read, and written again in a while. Answer 503 with Retry-After. */
export class TenantIsMoving extends Error {}
export class UnknownTenant extends Error {}

export interface RouterOptions {
	/** The database with the catalog, where tenants that share tables are, too. */
	readonly pool: Pool;
	/** The pool of a database of a tenant's own, for the name of its secret; kept by whoever makes it. */
	readonly poolFor: (dsnRef: string) => Pool | Promise<Pool>;
	/** How long what is known of a tenant is believed, in milliseconds. A place that a tenant has left refuses it in any case. */
	readonly keepFor?: number;
}

/** Runs work where the tenant is, in one transaction that is bound to it. */
export class TenantRouter {
	readonly #known = new Map<string, Route>();
	readonly #options: RouterOptions;

	constructor(options: RouterOptions) {
		this.#options = options;
	}

	/** Forgets a tenant's place, or all; for whoever listens to the catalog's channel tenancy_routes. */
	forget(slug?: string): void {
		if (slug === undefined) this.#known.clear();
		else this.#known.delete(slug);
	}

	/**
	 * @param slug from the session or the host name that you checked, never from a parameter that anybody can set
	 * @param work gets a client within a transaction; may run twice where the tenant has just moved, so it does nothing but SQL
	 * @throws TenantIsMoving where it writes during a move; UnknownTenant
	 */
	async run<T>(slug: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
		for (let attempt = 0; ; attempt++) {
			const route = await this.#route(slug);
			try {
				return await this.#inTransaction(route, work);
			} catch (error) {
				const code = (error as { code?: string }).code;
				if (code === ${JSON.stringify(FENCED)}) throw new TenantIsMoving((error as Error).message);
				// It has moved since we asked.
				this.forget(slug);
				if (code !== ${JSON.stringify(ELSEWHERE)} || attempt >= 3) throw error;
			}
		}
	}

	async #inTransaction<T>(route: Route, work: (client: PoolClient) => Promise<T>): Promise<T> {
		const pool = route.dsnRef === null ? this.#options.pool : await this.#options.poolFor(route.dsnRef);
		const client = await pool.connect();
		let broken: Error | undefined;
		try {
			await client.query("BEGIN");
			// All of it ends with the transaction, so that a pooler can give the connection to anybody after it.
			await client.query("SELECT tenancy.enter($1, $2), set_config(${quoteLiteral(setting)}, $1, true), set_config('search_path', coalesce($3, current_setting('search_path')), true)", [
				route.tenantId,
				route.placement,
				route.searchPath,
			]);
			const result = await work(client);
			await client.query("COMMIT");
			return result;
		} catch (error) {
			await client.query("ROLLBACK").catch((failure: Error) => {
				broken = failure;
			});
			throw error;
		} finally {
			client.release(broken);
		}
	}

	async #route(slug: string): Promise<Route> {
		const known = this.#known.get(slug);
		if (known && Date.now() - known.found < (this.#options.keepFor ?? 30_000)) return known;
		const { rows } = await this.#options.pool.query("SELECT * FROM tenancy.route($1)", [slug]);
		const [row] = rows;
		if (row === undefined) throw new UnknownTenant(\`There is no tenant \${slug}.\`);
		const route: Route = {
			tenantId: row.tenant_id,
			placement: row.placement,
			dsnRef: row.dsn_ref,
			searchPath: row.search_path,
			version: row.version,
			found: Date.now(),
		};
		this.#known.set(slug, route);
		return route;
	}
}
`;
}
