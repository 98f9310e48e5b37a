import type { Answers } from "../../tenancy/answers";
import type { Artifact } from "../artifact";
import { POOLER_ROLE } from "./place-names";
import { ASSUMED, type PoolSize } from "./pool-size";

const CONFIG = "https://www.pgbouncer.org/config.html";
const FEATURES = "https://www.pgbouncer.org/features.html";

/** `pgbouncer/`: the configuration, the list of databases that it includes, and where each number comes from. */
export function pgbouncerFiles(answers: Answers, size: PoolSize, databases: string): Artifact[] {
	return [
		{
			path: "pgbouncer/pgbouncer.ini",
			text: configuration(size),
			purpose: "PgBouncer's configuration, sized from the answers.",
		},
		{
			path: "pgbouncer/databases.ini",
			text: databases,
			purpose: "The databases that PgBouncer knows; written from the catalog.",
		},
		{
			path: "pgbouncer/README.md",
			text: readme(answers, size),
			purpose: "Each of PgBouncer's numbers with its formula and source.",
		},
	];
}

function configuration(size: PoolSize): string {
	return `; PgBouncer between the application and PostgreSQL. Where the numbers come from: README.md beside this file.
; Start it with a limit of at least ${size.fileDescriptors} open files (systemd: LimitNOFILE=${size.fileDescriptors}).

%include /etc/pgbouncer/databases.ini

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = 6432
unix_socket_dir =
logfile = /var/log/postgresql/pgbouncer.log
pidfile = /var/run/postgresql/pgbouncer.pid
admin_users = pgbouncer_admin

; Who connects is who PostgreSQL sees, with the same SCRAM secret: PgBouncer keeps no password of a tenant. auth_file needs
; two lines only: ${POOLER_ROLE} (unless PostgreSQL trusts this host without a password) and pgbouncer_admin.
auth_type = scram-sha-256
auth_file = /etc/pgbouncer/userlist.txt
auth_user = ${POOLER_ROLE}
auth_query = SELECT name, secret FROM pooler.login($1)

; A server connection belongs to a client for one transaction, then to the next one.
pool_mode = transaction
max_client_conn = ${size.maxClientConn}
default_pool_size = ${size.defaultPoolSize}
reserve_pool_size = ${size.reservePoolSize}
reserve_pool_timeout = 3
max_db_connections = ${size.maxDbConnections}
; A tenant that is not there costs nothing.
min_pool_size = 0
server_idle_timeout = ${size.serverIdleTimeout}
; A client that waits this long gets an error rather than silence.
query_wait_timeout = 15
; From PgBouncer 1.21 on, for drivers that prepare statements; older ones refuse to start with it.
;max_prepared_statements = 200
; Some drivers send these when they connect.
ignore_startup_parameters = extra_float_digits
`;
}

function readme(answers: Answers, size: PoolSize): string {
	return `# PgBouncer

Put \`pgbouncer.ini\` and \`databases.ini\` in \`/etc/pgbouncer\`, write \`userlist.txt\` there, and change addresses and paths to yours. The file
holds no tenant's password: \`auth_query\` asks PostgreSQL for the SCRAM secret of whoever connects, through the function
\`pooler.login\`, which each database has (the query runs in the database that is asked for, [auth_query](${CONFIG}#auth_query)).
\`userlist.txt\` has a line for \`${POOLER_ROLE}\` and one for \`pgbouncer_admin\`; it is a secret, so keep it where secrets are kept.

## The numbers

| setting | value | from | source |
|---|---:|---|---|
| busy connections | ${size.busy} | ${answers.queriesPerSecond} queries a second × ${ASSUMED.transactionSeconds} s ÷ ${ASSUMED.utilisation} | [Little's law](https://doi.org/10.1287/opre.9.3.383) |
| \`default_pool_size\` | ${size.defaultPoolSize} | what the busiest database needs of these, at least 2, at most 50. **Per pair of database and user** | [default_pool_size](${CONFIG}#default_pool_size) |
| \`reserve_pool_size\` | ${size.reservePoolSize} | a quarter more, after 3 s of waiting | [reserve_pool_size](${CONFIG}#reserve_pool_size) |
| \`max_db_connections\` | ${size.maxDbConnections} | ${size.defaultPoolSize} + ${size.reservePoolSize} + 1 for looking up passwords: no tenant takes more | [max_db_connections](${CONFIG}#max_db_connections) |
| \`max_client_conn\` | ${size.maxClientConn} | ${size.expectedServerConnections} expected server connections × ${ASSUMED.clientsPerServerConnection} clients each, between 500 and 10000 | [max_client_conn](${CONFIG}#max_client_conn) |
| \`min_pool_size\` | 0 | a database that is not used keeps no connection | [min_pool_size](${CONFIG}#min_pool_size) |
| \`server_idle_timeout\` | ${size.serverIdleTimeout} s | instead of 600: with many databases, idle connections are most of the connections | [server_idle_timeout](${CONFIG}#server_idle_timeout) |
| open files | ${size.fileDescriptors} | max_client_conn + (pool size with reserve × databases × users) = ${size.maxClientConn} + ${size.defaultPoolSize + size.reservePoolSize} × ${size.databases} × 2 | [max_client_conn](${CONFIG}#max_client_conn) |

Assumed, until you measure: a transaction takes ${ASSUMED.transactionSeconds * 1000} ms, and ${ASSUMED.activeShare * 100} % of the tenants are active within a minute. Measure with \`SHOW STATS\`
(\`avg_xact_time\`) and \`SHOW POOLS\` (\`cl_waiting\`, \`maxwait\`) on PgBouncer's console.

## What PostgreSQL must allow

Connections = pools × databases × users. Expected: about **${size.expectedServerConnections}**. At the worst, with every pool full at once: ${size.databases} × ${size.maxDbConnections} =
**${size.worstServerConnections}**. PgBouncer has no limit over all databases, so PostgreSQL's [max_connections](https://www.postgresql.org/docs/current/runtime-config-connection.html) is the last word: above it a login is
refused. ${
		size.worstServerConnections > 500
			? "The worst case is more than one server takes well: lower `default_pool_size`, or spread the tenants over several servers."
			: "One server can be set to take the worst case: max_connections = that number, and 20 more for administrators and migrations."
	}

## Transaction mode: what holds and what doesn't

A connection to PostgreSQL passes from client to client after each transaction, and PgBouncer does not clean it in between
([features](${FEATURES}); [server_reset_query](${CONFIG}#server_reset_query) is not run in this mode). So:

- \`SELECT set_config('app.tenant_id', $1, true)\` **within a transaction** ends with it. Use this.
- \`SET app.tenant_id = …\`, or \`set_config(…, false)\`, **stays on the connection and the next client gets it, whoever that is.**
  That is the one mistake that shows a tenant another one's rows. Our tests show it happening.
- \`SET search_path\`, \`LISTEN\`, session advisory locks, \`WITH HOLD\` cursors and temporary tables that outlive a transaction don't work here either.
- Statements prepared by the driver need \`max_prepared_statements\` (PgBouncer 1.21 or later, [changelog](https://www.pgbouncer.org/changelog.html)). SQL's own \`PREPARE\` never works in this mode.
- Migrations, dumps and anything else that needs a session go to PostgreSQL directly.

## databases.ini

\`bin/pgbouncer-databases.sh\` writes it from the catalog: with \`PGBOUNCER_DATABASES=/etc/pgbouncer/databases.ini\` set, provisioning and deprovisioning
do so too, and \`PGBOUNCER_CONSOLE\` lets them reload PgBouncer. A line \`* = host=127.0.0.1 port=5432\` instead would pass every database name on without
any list. It is less work and less safe: whoever can reach PgBouncer can then try *every* database of the server, \`postgres\` among them, and only
PostgreSQL's CONNECT right stands in between. The list is the better default.
`;
}

/** The list before the first tenant. */
export const EMPTY_DATABASES = `; Written from the catalog by bin/pgbouncer-databases.sh: changes are lost.
[databases]
`;
