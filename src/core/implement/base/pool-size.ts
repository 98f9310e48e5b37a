import type { Answers } from "../../tenancy/answers";

/** What is assumed where nothing measured is at hand; each can be replaced by a measurement. */
export const ASSUMED = {
	/** Seconds that a transaction holds a server connection. */
	transactionSeconds: 0.01,
	/** How busy connections are at the busiest hour: the rest is room for bursts. */
	utilisation: 0.5,
	/** Share of the tenants with a transaction within one `serverIdleTimeout`. */
	activeShare: 0.1,
	/** Connections of the application's own pools for each server connection behind them. */
	clientsPerServerConnection: 10,
} as const;

/** Numbers for PgBouncer; connections, but for the timeouts (seconds). */
export interface PoolSize {
	/** Databases that PgBouncer serves: those expected in two years, or today's where they are more. */
	readonly databases: number;
	/** Server connections that are busy at the busiest hour, over all tenants. */
	readonly busy: number;
	readonly defaultPoolSize: number;
	readonly reservePoolSize: number;
	readonly maxDbConnections: number;
	readonly maxClientConn: number;
	readonly serverIdleTimeout: number;
	/** What PostgreSQL sees on an ordinary busy day, and at the worst: every pool full at once. */
	readonly expectedServerConnections: number;
	readonly worstServerConnections: number;
	readonly fileDescriptors: number;
}

/**
 * PgBouncer's numbers from the answers.
 *
 * - busy connections = queries a second × seconds each ÷ utilisation (Little's law, L = λW: J. D. C. Little, "A Proof for the
 *   Queuing Formula: L = λW", Operations Research 9(3), 1961, https://doi.org/10.1287/opre.9.3.383)
 * - a pool belongs to one pair of database and user (`default_pool_size`, https://www.pgbouncer.org/config.html), so it is
 *   sized by the largest tenant's share
 * - file descriptors = max_client_conn + (max pool_size × total databases × total users) (`max_client_conn`, same page); a
 *   database is reached by one user there, its application's, and by the one that looks up passwords
 *
 * @param databases how many databases it serves, at least 1
 * @param share of all queries that the busiest of them gets, 0 to 1
 */
export function poolSize(answers: Answers, databases: number, share: number): PoolSize {
	const busy = Math.max(1, Math.ceil((answers.queriesPerSecond * ASSUMED.transactionSeconds) / ASSUMED.utilisation));
	const defaultPoolSize = Math.min(MOST_IN_A_POOL, Math.max(LEAST_IN_A_POOL, Math.ceil(busy * share)));
	const reservePoolSize = Math.ceil(defaultPoolSize / 4);
	// One more for the lookup of passwords, which has a pool of its own.
	const maxDbConnections = defaultPoolSize + reservePoolSize + 1;
	const active = Math.min(databases, Math.max(1, Math.ceil(databases * ASSUMED.activeShare)));
	const expectedServerConnections = Math.min(active * defaultPoolSize, Math.max(active * 2, busy + active));
	const clients = expectedServerConnections * ASSUMED.clientsPerServerConnection;
	const maxClientConn = Math.min(MOST_CLIENTS, Math.max(LEAST_CLIENTS, Math.ceil(clients / 100) * 100));
	return {
		databases,
		busy,
		defaultPoolSize,
		reservePoolSize,
		maxDbConnections,
		maxClientConn,
		serverIdleTimeout: 60,
		expectedServerConnections,
		worstServerConnections: databases * maxDbConnections,
		fileDescriptors: maxClientConn + (defaultPoolSize + reservePoolSize) * databases * USERS,
	};
}

const LEAST_IN_A_POOL = 2;
/** Beyond this a tenant is slower for having more: connections wait for the same cores. */
const MOST_IN_A_POOL = 50;
const LEAST_CLIENTS = 500;
const MOST_CLIENTS = 10_000;
/** Of a database: its application, and who looks up passwords. */
const USERS = 2;
