import type { Finding } from "../../rules/base/rule";
import type { Artifact, Blueprint } from "../artifact";
import { neededVersion } from "../base/needed-version";
import type { RowPlan } from "../base/row-plan";
import type { TenantSetting } from "../base/tenant-setting";
import { dataInTwoYearsGB, PAYS_FROM_GB } from "./partitioning";

/** `README.md`: what the files are, in which order they run, what they promise and what they don't. */
export function readme(
	{ answers, isStarter, asMigrations }: Blueprint,
	plan: RowPlan,
	setting: TenantSetting | null,
	files: readonly Artifact[],
): string {
	const { roles, left } = plan;
	const app = roles.application[0] ?? "";
	const listed = files.filter(({ isOfSchema }) => !asMigrations || !isOfSchema);
	return `# Row-level isolation

All tenants share the tables. Each row says whose it is, and PostgreSQL itself hides the rows of all other tenants: a query
that forgets its \`WHERE\` shows one tenant's rows, not everybody's.

${isStarter ? "There was no schema in the workspace, so this is made from a small product to start from: replace its tables by yours.\n\n" : ""}${asMigrations ? BY_MIGRATIONS : BY_FILES} ${neededVersion(answers)}

| file | what it is for |
|---|---|
${listed.map(({ path, purpose }) => `| \`${path}\` | ${purpose.replaceAll("|", "\\|")} |`).join("\n")}

Then let the application connect as a member of \`${app}\`, which owns nothing and bypasses nothing:

    CREATE ROLE web LOGIN IN ROLE ${app};   -- then \\password web in psql

| role | who | sees |
|---|---|---|
| \`${roles.owner}\` | migrations | policies bind it where they are forced; it could take them away |
${roles.application.map((role) => `| \`${role}\` | the application | the tenant of the transaction |`).join("\n")}
| \`${roles.readOnly}\` | support tools, exports | the tenant of the transaction, read only |
| \`${roles.maintenance}\` | named people, for a while | **everything**: it has BYPASSRLS |

Give a person the last one with \`GRANT ${roles.maintenance} TO ada\`. BYPASSRLS does not come with membership: ada has to say
\`SET ROLE ${roles.maintenance}\`, which a log of statements shows.

## Where the tenant comes from

${
	setting === null
		? "The policies of this workspace find the tenant in their own way (a function, a token), not by a setting that a transaction\nis bound to. They are kept, so there is nothing to bind, and no snippets and tests of isolation are made here."
		: `The setting \`${setting.name}\` says which tenant a transaction works for. The application sets it after it has verified the login,
by one of the snippets in \`bindings/\`. Where none is set, queries raise an error${/^(text|character varying)/.test(setting.type) ? " or show no row" : ""}; they never show all rows.

**A new tenant.** Policies hold for the table of tenants, too: make the new tenant's key first (\`gen_random_uuid()\`, or
\`nextval\` of its sequence), bind the transaction to it, then insert the row. Where the database insists on making the key, let
a member of \`${roles.maintenance}\` insert it.`
}

**A tenant that leaves.** \`recipes/remove-tenant.sql\` takes all its rows away, or none where something is in the way. Backups and
logs keep what they have until they expire.

## What is promised

Provided that the application connects as a member of \`${app}\`, and that nothing under "What is left" must still be mended:

- For every table that holds tenants' data, each \`SELECT\`, \`INSERT\`, \`UPDATE\` and \`DELETE\` of the application's roles meets
  rows of the bound tenant alone. \`tests/isolation.sql\` tries it table by table; run it in CI.
- A row can't be written for another tenant, nor be moved there.
- A foreign key that carries the tenant can't point into another tenant.
- A new table is closed to the application until a migration grants it. Give it its policy in the same migration.

## What is not

- **A superuser, and every role with BYPASSRLS**, sees everything. So do backups and logical replication.
- **Somebody who can run SQL of their own** as the application (SQL injection) can set \`${setting?.name ?? "the tenant"}\`, too.
  Policies guard against forgotten filters, not against that.
- **Unique keys and foreign keys** are checked beyond policies: an error "already exists" can tell that another tenant has a value.
- **TRUNCATE and REFERENCES** are not under policies; they are not granted.
- **SECURITY DEFINER functions, views without security_invoker, and materialized views** show what their owner sees.
- **Shared tables** are the same for all; the application may only read them here. Grant by hand what it has to write.
- **Speed** is shared: one tenant's load slows the others. **Restoring one tenant** means to pick its rows from a backup.
${plan.after.model.tables.size > 0 ? unscoped(plan) : ""}
## Partitions

${partitions(answers, files)}

## What is left for you to decide

${left.length === 0 ? "Nothing that the rules know of." : left.map(item).join("\n")}

## Sources

- PostgreSQL, Row Security Policies: https://www.postgresql.org/docs/current/ddl-rowsecurity.html
- PostgreSQL, Role Membership: https://www.postgresql.org/docs/current/role-membership.html
- PostgreSQL, Table Partitioning: https://www.postgresql.org/docs/current/ddl-partitioning.html
- PostgreSQL, Building Indexes Concurrently: https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
- PgBouncer, features by pooling mode: https://www.pgbouncer.org/features.html
- AWS, Multi-tenant data isolation with PostgreSQL Row Level Security: https://aws.amazon.com/blogs/database/multi-tenant-data-isolation-with-postgresql-row-level-security/
`;
}

function unscoped({ after }: RowPlan): string {
	const names = [...after.tenancy.tables].filter(([, own]) => own.scope === "unscoped").map(([key]) => `\`${key}\``);
	if (names.length === 0) return "";
	return `- **Nothing says whose the rows are** in ${names.join(", ")}: no policy can be made for them. The files here grant the application
  nothing on them; where it has rights already, it sees all tenants' rows there.\n`;
}

function partitions(answers: Blueprint["answers"], files: readonly Artifact[]): string {
	const gigabytes = Math.round(dataInTwoYearsGB(answers));
	const isThere = files.some(({ path }) => path.includes("partitioning"));
	const why = `By your answers there are about ${gigabytes} GB in two years. PostgreSQL's rule of thumb is to partition a table that exceeds the
server's memory; with 64 GB of memory and a largest table of half the data that is from ${PAYS_FROM_GB} GB on.`;
	if (isThere) return `${why} So there is a recipe; read it before you run it.`;
	return gigabytes < PAYS_FROM_GB
		? `${why} You don't need it yet: an index that begins with the tenant does the same work.`
		: `${why} It would pay, yet no table can be partitioned by a mere copy: each is pointed at by others, has keys without the\ntenant, triggers, or views over it.`;
}

function item({ severity, rule, message, help, docs }: Finding): string {
	return `- ${severity === "error" ? "**Must be mended.** " : ""}${message} ${help} ([${rule}](${docs}))`;
}

const BY_FILES = `## Run it

    psql --dbname YOUR_DATABASE --file apply.sql
    psql --dbname YOUR_DATABASE --file tests/isolation.sql

Run it as a superuser, or the provider's administrator, first in a copy of the database. \`apply.sql\` runs the files in
order and stops at the first error. Most are one transaction each; a file that builds indexes beside traffic is not. The tests
need pgTAP (Debian: \`postgresql-15-pgtap\`).`;

const BY_MIGRATIONS = `## Run it

The roles, keys, policies and grants are new migrations beside yours, whose names begin with \`tenancy\`: run them with your
tool, first in a copy of the database, as a role that may create roles. Then test:

    psql --dbname YOUR_DATABASE --file tests/isolation.sql

The tests need pgTAP (Debian: \`postgresql-15-pgtap\`).`;
