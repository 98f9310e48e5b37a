import type { Blueprint } from "../artifact";
import type { Split } from "./split";

/** What the numbers in the README are made from. */
export interface Size {
	readonly tenants: number;
	readonly tables: number;
	/** Tables, indexes, sequences, TOAST tables and their indexes of one tenant. */
	readonly relations: number;
	/** Columns of those tables, with the six that PostgreSQL adds to each. */
	readonly attributes: number;
}

export function readme(
	split: Split,
	leftOut: readonly string[],
	size: Size,
	{ isStarter, asMigrations, root }: Pick<Blueprint, "isStarter" | "asMigrations"> & { readonly root: string | null },
): string {
	const { tenants, tables, relations } = size;
	const total = tenants * relations;
	const number = (n: number) => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
	const list = (items: readonly string[]) => items.map((item) => `- ${item}`).join("\n");
	return `# A schema for each tenant

Each tenant has the ${tables} tables in a schema of its own, and a role that sees that schema only. What is the same for all
stays in ${split.sharedSchemas.map((each) => `\`${each}\``).join(", ")}.${isStarter ? " The tables are a starter: replace them by yours." : ""}

## Order

${asMigrations ? BY_MIGRATIONS : BY_FILES}
4. Give \`tenant_app\` a password or a certificate, and let the application log in as it.
5. \`SELECT tenancy.provision('acme');\`: again and again with the same name gives the same tenant.${root === null ? "" : ` Its rows reference \`${root}\`: put the tenant's row there, as you do today, before its first rows.`}

Run 1 to 3 as one role with CREATEROLE and CREATE on the database. It owns the tables, and is the only one who may run
the functions. Keep its password out of the application.

| to | do |
|---|---|
| change all tenants' tables | \`SELECT tenancy.add_migration(2, 'add due dates', 'ALTER TABLE tasks ADD COLUMN due date');\` then \`CALL tenancy.migrate_all();\` |
| see who is behind, and why | \`SELECT * FROM tenancy.status WHERE behind > 0;\` then \`CALL tenancy.migrate_all();\` again |
| find schemas that were changed by hand | \`SELECT * FROM tenancy.drift;\` |
| enter a schema that you have already | \`SELECT tenancy.adopt('acme', 'tenant_acme', 1);\` |
| shut a tenant out, let it in again | \`SELECT tenancy.suspend('acme');\`, \`SELECT tenancy.resume('acme');\` |
| delete a tenant for good | back it up, \`suspend\`, then \`SELECT tenancy.deprovision('acme');\` |
| back up, restore one tenant | \`backup-one-tenant.sh acme acme.dump\`, \`restore-one-tenant.sh acme acme.dump\` |

In a migration, write names without schema: they are the tenant's first, then the shared ones. Where a name must have its
schema, as in a function's \`SET search_path\`, write \`"@tenant@"\`: it becomes the tenant's. \`CREATE INDEX CONCURRENTLY\` can't
run in a migration, as no function can run it: index a large table by hand before, and use \`IF NOT EXISTS\`.

## What the database guarantees

- A tenant's role has rights in its own schema only. A query that names another tenant's schema is refused, whatever the
  search path says, as it has no USAGE there.
- \`tenant_app\` has no rights in any tenant's schema before \`tenancy.enter()\`: a forgotten tenant fails and shows nothing.
- The role owns nothing: it can't change or drop a table, or switch a trigger off.
- Two who provision the same tenant at once give one tenant; a failure leaves nothing of it behind.

## What it does not

- Who can run any SQL as \`tenant_app\`, through an injection, can leave the role (\`RESET ROLE\`) and enter another tenant. A
  login for each tenant prevents that: see \`pooling.md\`.
- \`tenant_app\` can read the names of all tenants in \`tenancy.tenants\`.
- The tenants share one server: memory, disk, CPU, and one long transaction that holds vacuum back for all.
- Roles belong to the whole server. Two databases of one server can't have the same tenant.
- Adding a foreign key to a shared table locks that table against writes for a moment, once a tenant and migration
  (<https://www.postgresql.org/docs/current/sql-altertable.html>).
- Functions with SECURITY DEFINER run with the rights of the tables' owner, who sees all tenants: look at each.
- Row security policies are not carried over: here the role and the schema keep tenants apart.${root === null ? "" : " The tenant column stays, so that a\n  tenant can move to another strategy later, but nothing checks within a tenant's schema that it is that tenant's."}

## Limits, with numbers

One tenant is about ${number(relations)} relations (tables, indexes, sequences, TOAST); ${number(tenants)} tenants are **${number(total)}**, with about
${number(tenants * size.attributes)} rows in \`pg_attribute\`. \`SELECT * FROM tenancy.catalog_size\` shows what that takes.

| limit | here | source |
|---|---|---|
| relations in one database: 1,431,650,303 | ${number(total)}; you meet the others first | <https://www.postgresql.org/docs/current/limits.html> |
| locks at once: \`max_locks_per_transaction\` (64) × (\`max_connections\` (100) + \`max_prepared_transactions\` (0)) = 6,400 | \`DROP SCHEMA\` locks the ${number(relations)} relations of one tenant; \`pg_dump\` of the whole database locks all ${number(tenants * tables)} tables${tenants * tables > 6400 ? " and **fails** with the defaults: raise the setting, which needs a restart" : ""} | <https://www.postgresql.org/docs/current/runtime-config-locks.html> |
| \`pg_dump\`: reads the catalog of all objects first, and takes longer with each; managed services say so | back up tenants one by one (\`backup-one-tenant.sh\`), the whole by physical backup or snapshots | <https://help.heroku.com/EW2G2AF7/how-can-i-resolve-the-error-error-out-of-shared-memory-hint-you-might-need-to-increase-max_locks_per_transaction> |
| autovacuum: ${"`autovacuum_max_workers`"} (3) look at every table of the database once in \`autovacuum_naptime\` (1 min) | ${number(tenants * tables)} tables to look at; watch \`tenancy.vacuum\` | <https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM> |
| memory: each connection keeps what it learns of the tables that it used | a pooled connection comes round to all tenants: set a lifetime for connections (\`server_lifetime\` in PgBouncer) | <https://www.pgbouncer.org/config.html#server_lifetime> |
| migrations: time = tenants × time of one, workers side by side | run \`CALL tenancy.migrate_all()\` in several sessions; \`tenancy.slowest\` shows the times | measured in your ledger |

${split.notes.length + leftOut.length > 0 ? `## Look at these\n\n${list([...split.notes, ...leftOut])}\n` : ""}`;
}

const BY_FILES = `1. \`01_shared.sql\` makes what all tenants share. Leave it out where your database has it already.
2. \`02_tenancy.sql\`, then \`03_functions.sql\`: roles, the catalog of tenants, and the functions. \`04_monitoring.sql\`: views.
3. \`05_tenant_0001.sql\` publishes the first migration: the tables that each tenant gets.`;

const BY_MIGRATIONS = `1. What all tenants share is made by your migrations so far. \`01_shared.sql\` is for a database that has none of it.
2. Your new migrations make the roles, the catalog of tenants, the functions and the views.
3. The last of them publishes the first migration of tenants: the tables that each tenant gets. It is a text in
   \`tenancy.migrations\`: your tool goes on with what all share, \`tenancy.migrate_all()\` with what each tenant has.`;
