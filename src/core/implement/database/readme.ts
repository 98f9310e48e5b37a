import type { Blueprint } from "../artifact";
import { APPLICATION_GROUP, CONTROL_DATABASE, OWNER_GROUP, TEMPLATE_DATABASE } from "../base/place-names";
import type { PoolSize } from "../base/pool-size";

export function readmePage({ isStarter, answers }: Blueprint, size: PoolSize, leftOut: readonly string[]): string {
	return `# A database for each tenant

Each tenant has a database, a role that owns it and a role that the application connects as. PostgreSQL itself keeps them apart: a session belongs to one
database, and the right to connect to it is the tenant's own.
${isStarter ? "\nThe schema is a starter: put your tables into `sql/template.sql` before the first tenant.\n" : ""}
## In this order

You need \`psql\`, \`pg_dump\`, \`pg_restore\` (15 or later) and a shell. Connect as libpq does everywhere (\`PGHOST\`, \`PGUSER\`, \`PGPASSFILE\`, …), as someone who may make roles and databases.
\`sql/template.sql\` makes a function that reads password hashes for PgBouncer, which takes a superuser; where your host gives you none, leave its last part out and list the roles in \`userlist.txt\`.

1. \`bin/setup.sh\` makes \`${CONTROL_DATABASE}\` (the catalog), \`${TEMPLATE_DATABASE}\` (what tenants' databases are copied from) and the groups \`${OWNER_GROUP}\` and \`${APPLICATION_GROUP}\`.
2. \`bin/provision.sh acme [TENANT_ID]\` makes \`tenant_acme\`, \`tenant_acme_owner\` and \`tenant_acme_app\`. \`TENANT_PASSWORD\` sets the application's password; your secret store keeps it, the
   catalog only the secret's name (\`DSN_REF\`). The application writes the tenant's first rows, with its \`TENANT_ID\`, as it does today.
3. \`pgbouncer/\`: copy it, see its README, start it, and point the application at it.
4. \`bin/migrate-all.sh migrations\` on every release: template first, then all tenants, several at a time. What fails is listed and the exit code is 1; run it again when it is mended.
   Files that \`sql/template.sql\` has already: \`MIGRATIONS_HAVE_RUN=true bin/migrate-all.sh migrations\` notes them, once.
5. \`bin/backup.sh acme FOLDER\`: see [backup.md](backup.md). Keys: see [keys.md](keys.md).
6. \`bin/deprovision.sh acme FOLDER\` writes a last dump to FOLDER, then takes away database, roles, catalog entry and PgBouncer's entry.

Each may be run again after it was interrupted, and two at once for one tenant wait for each other.

## What is guaranteed

- \`tenant_acme_app\` can't connect to another tenant's database: \`CONNECT\` is taken from everybody and given to it for its own
  ([privileges](https://www.postgresql.org/docs/current/ddl-priv.html)). It owns nothing, so it can change rows and no tables.
- The catalog and the scripts hold no password.
- A tenant gets a schema with the migrations that the template had, and a ledger that says so.

## What is not

- **Names are visible.** Every role can read the names of all databases and roles of its server (\`pg_database\`, \`pg_roles\`). Where the names of your customers are secret, let slugs be numbers.
- **One server, one fate.** Memory, disk, write-ahead log and failures are shared. A guarantee against noisy neighbours takes a server of its own.
- **\`postgres\` and \`template1\`** let everybody connect until you \`REVOKE CONNECT ON DATABASE postgres FROM PUBLIC\`. They hold no data of yours.
- **No query spans tenants.** Reports over all of them need a copy elsewhere.
- **Restoring to a moment** is of the whole server: see [backup.md](backup.md).
- **A superuser** reads everything; give the application none. \`${OWNER_GROUP}\`, which migrations run as, is bound by no policy, so that they reach
  every row; nobody logs in as it.

## Limits, with numbers

- Connections are the first limit: pools × databases × users. With your answers (${answers.tenants.now} tenants now, ${answers.tenants.inTwoYears} in two years) that is about ${size.expectedServerConnections} expected and ${size.worstServerConnections} at the worst;
  PostgreSQL's default for [max_connections](https://www.postgresql.org/docs/current/runtime-config-connection.html) is 100. Formulas: [pgbouncer/README.md](pgbouncer/README.md).
- A template may have no session while it is copied ([template databases](https://www.postgresql.org/docs/current/manage-ag-templatedbs.html)), so it takes none except while it is migrated; provisioning is refused for that moment.
- A copy is written through the log block by block (\`STRATEGY wal_log\`, [CREATE DATABASE](https://www.postgresql.org/docs/current/sql-createdatabase.html)): right for a template with a schema and few rows.
- Migrations take tenants × time of one ÷ \`JOBS\`: measure one, and multiply, before you promise a release window.
- Each copy has a system catalog of its own. See what it takes with \`SELECT pg_size_pretty(pg_database_size('${TEMPLATE_DATABASE}'))\`; times ${size.databases} is what you pay before the first row.
- One catalog serves one server. For several, run \`bin/setup.sh\` on each, and let the router know which tenant is where.

## What a tenant costs

Per tenant: the empty database's size + its data, its share of backups, and its connections: ${size.defaultPoolSize} to ${size.maxDbConnections} while active, none when idle. Cost per tenant = (server ÷ tenants it holds) + storage × (data + empty database) +
hours of work per migration and tenant. The plan's cost model has the prices.
${leftOut.length === 0 ? "" : `\n## Left out\n\nThis is in your files and not in \`sql/template.sql\`; add it by hand:\n\n${leftOut.map((each) => `- ${each}`).join("\n")}\n`}`;
}
