import type pg from "pg";

/** The generated router, as tests use it. */
export interface Router {
	run<T>(slug: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T>;
	forget(slug?: string): void;
}

const CLIENTS = 12;
const TAKEN_BACK = "taken back";

/** Everything with a tenant's id, by the names that the application uses. */
const SEEN = `SELECT pg_backend_pid() AS pid, array_agg(DISTINCT tenant_id::text) AS ids
	FROM (SELECT tenant_id FROM users UNION ALL SELECT tenant_id FROM tasks UNION ALL SELECT id FROM tenants) t`;

/**
 * Clients of several tenants read and write in turns until it is over; each fourth transaction is rolled back.
 *
 * @param tenants their ids by slug
 * @param isRefusal what a client may be told now and then
 * @returns whatever a tenant saw or wrote that isn't its own, and the server's sessions that served it
 */
export async function takeTurns<Slug extends string>(
	router: Router,
	tenants: Readonly<Record<Slug, string>>,
	isOver: () => boolean,
	isRefusal: (error: Error) => boolean,
) {
	const slugs = Object.keys(tenants) as Slug[];
	const wrong: unknown[] = [];
	const sessions = Object.fromEntries(slugs.map((slug) => [slug, new Set()])) as Record<Slug, Set<number>>;
	let done = 0;
	const client = async (slug: Slug, i: number) => {
		for (let round = 0; !isOver(); round++) {
			const fails = (i + round) % 4 === 0;
			await router
				.run(slug, async (session) => {
					const { rows } = await session.query(SEEN);
					sessions[slug].add(rows[0].pid);
					if (JSON.stringify(rows[0].ids) !== JSON.stringify([tenants[slug]])) wrong.push([slug, rows[0].ids]);
					const written = await session.query("UPDATE users SET email = email RETURNING tenant_id");
					if (written.rows.some(({ tenant_id }) => tenant_id !== tenants[slug])) wrong.push([slug, "wrote"]);
					if (fails) throw new Error(TAKEN_BACK);
				})
				.catch((error: Error) => {
					if (error.message !== TAKEN_BACK && !isRefusal(error)) wrong.push([slug, error.message]);
				});
			done += 1;
		}
	};
	await Promise.all(Array.from({ length: CLIENTS }, (_, i) => client(slugs[i % slugs.length] as Slug, i)));
	return { wrong, sessions, done };
}
