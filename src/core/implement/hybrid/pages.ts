import type { Answers } from "../../tenancy/answers";
import { OWNER_GROUP } from "../base/place-names";
import type { MovedTables } from "./moved-tables";

export function readmePage(
	answers: Answers,
	{ tables, leftOut, undecided, views }: MovedTables,
	more: readonly string[],
): string {
	const tiers = answers.tiers.map(
		({ name, tenants, isolation }) => `| ${cell(name)} | ${tenants} | ${isolation ?? "row"} |`,
	);
	const counted = tables.filter(({ table }) =>
		table.columns.some((column) => column.identity !== null || /^nextval\(/.test(column.default ?? "")),
	);
	return `# Hybrid: each tier where its customers need it

Most tenants share tables (*row*); a tenant can have the same tables in a schema of its own (*schema*) or in a database of its own (*database*). The tables are the same
everywhere, tenant column and row-level security included, so a promotion is a move of rows and no rebuild, and one application serves all places.

| tier | tenants in two years | place |
|---|---:|---|
${tiers.length > 0 ? tiers.join("\n") : `| everybody | ${answers.tenants.inTwoYears} | row, until a contract says more |`}

## In this order

The database with the shared tables is the *pool*; it has the catalog, too. Name it in \`CONTROL_DATABASE\` for all scripts.

1. Make the pool row-level: [pool/README.md](pool/README.md).
2. \`CONTROL_DATABASE=pool bin/setup.sh\`: the catalog goes to the pool, and a template for databases is made.
3. \`psql -d pool -1 -v ON_ERROR_STOP=1 -f sql/place.sql -f sql/router.sql\`: fence and router. From now on the fence refuses writes for a tenant that is not registered.
   So in the same maintenance window: \`SELECT tenancy.register('acme', 'ITS ID', 'free')\` for each tenant that is there, and for each new one before its first row.
4. Put \`router/router.ts\` into the application: every request runs in \`router.run(slug, …)\`.
5. Moves: [runbook.md](runbook.md). The end of a contract: \`bin/remove.sh acme FOLDER\`, in whichever place the tenant is.
6. PgBouncer: [pgbouncer/README.md](pgbouncer/README.md). Its list has the pool and each tenant's own database. Let moves write it (\`PGBOUNCER_DATABASES\`, \`PGBOUNCER_CONSOLE\`): a database
   must be on it before a tenant is sent there.
7. Releases: \`bin/migrate-all.sh migrations\` runs the new files in the pool, in the template, and for each tenant with a schema or database of its own; see below.

\`setup.sh\` takes the right to connect to the pool from PUBLIC; \`sql/router.sql\` gives it to the application's roles.

## Migrations

One folder of SQL files for all places, run in the order of their names. Each place has a ledger of what ran there, so an interrupted or failed run is simply started again. A file is a
transaction, unless its first line is \`-- no transaction\`. What fails for one tenant stops that tenant alone: it is listed with PostgreSQL's message, the exit code is 1, and it can't be moved
until it has caught up.

- **Leave the schema out of tenants' tables** (\`ALTER TABLE tasks …\`, not \`public.tasks\`): in a tenant's schema the same file then changes that tenant's table. A file that changes a
  table of the pool's instead is refused there and taken back.
- **What changes shared tables or policies** goes to a file of its own whose first line is \`-- shared\`: the pool and databases run it, schemas only note it.
- **A new table in a tenant's schema** is closed to all other tenants in the same transaction, whatever the file says of policies.
- **After new tables** generate these files again and run \`bin/update-places.sh\`, so that moves take their rows along; moves are refused until then.
- Files that the pool had before there was a ledger: \`MIGRATIONS_HAVE_RUN=true bin/migrate-all.sh migrations\` notes them everywhere. Where your own tool migrates the pool, let it go
  first and say \`POOL_IS_MIGRATED=true\` on each release.

## What is guaranteed

- A session bound to one tenant sees no other tenant's rows: in the pool by its policies, in a schema by a policy for that tenant alone, in a database by the right to connect.
- The catalog names one place for each tenant, changed by one UPDATE. A place that a tenant has left refuses it (SQLSTATE TM001), so a router that remembers too long asks again.
- A move compares row counts and checksums of every table, and looks for references that lead nowhere, before anybody is sent to the target.

## What is not

- Writes are refused while a tenant is moved (SQLSTATE TM002): as long as copying and comparing its rows takes.
- Statements that name a table's schema (\`public.orders\`) always read the pool's. The application, and functions in the database, must leave it out.
- A tenant in a schema shares memory, disk and connections with the pool; one in a database shares them with the server.
- Writes straight into a partition go around the fence: give the application no rights on partitions.
- \`${OWNER_GROUP}\`, which migrations of tenants' databases run as, is bound by no policy, so that they reach every row. Nobody logs in as it.
- The scripts run as someone who may set \`session_replication_role\`: a superuser, or \`GRANT SET ON PARAMETER session_replication_role\` (PostgreSQL 15 and later).
${
	undecided.length === 0
		? ""
		: `- **No tenant can be moved yet**, and the scripts refuse it: nothing says whose the rows of ${undecided.map((name) => `\`${name}\``).join(", ")} are, so they would stay behind.
  Decide it in \`tenancy.config.json\` (or give them a tenant column), and run this again.\n`
}${
	views.length === 0
		? ""
		: `- **No tenant can have a schema of its own yet**, and the scripts refuse it: the views ${views.map((view) => `\`${view}\``).join(", ")} read tables by their schema, so such a tenant's rows would be missing in them.\n`
}${
	counted.length === 0
		? ""
		: `- These tables number their rows: ${counted.map(({ table }) => `\`${table.schema}.${table.name}\``).join(", ")}. In a database of its own a tenant's numbers go on by themselves, so on the way back they can meet
  others'; the move then fails and nothing is changed. Identifiers such as UUIDs don't meet.\n`
}
## What goes along

${tables.map(({ table, isShared }) => `- \`${table.schema}.${table.name}\`${isShared ? ": the rows that the tenant's rows point at, to a database of its own" : ""}`).join("\n")}

${leftOut.length === 0 ? "" : `What does not:\n\n${leftOut.map((each) => `- ${each}`).join("\n")}\n`}${more.length === 0 ? "" : `\nNot carried over into \`sql/template.sql\`; add it by hand:\n\n${more.map((each) => `- ${each}`).join("\n")}\n`}`;
}

function cell(text: string): string {
	return text.replace(/[\\|`*_<>[\]]/g, "\\$&").replace(/\s+/g, " ");
}

export function runbookPage(): string {
	return `# Moving a tenant

\`bin/move.sh SLUG row|schema|database\` goes from any place to any other: up when a contract asks for it, down when it ends.

**Before.** Pick a quiet hour; writes of this one tenant stop for as long as copying and comparing takes. Take a backup. Try the move on a copy of the pool and note the time.

**The move.** Each step is in the script, with its reason.

| step | reads | writes | if it fails |
|---|---|---|---|
| the target is made, empty | source | source | called off, source as before |
| fence: waits for transactions that write, at most 60 s | source | refused, TM002 | called off, source as before |
| copy, table by table | source | refused | called off, source as before |
| comparison: counts, checksums, references | source | refused | called off, source as before |
| cut-over: one UPDATE in the catalog | target | target | it happened, or it didn't |

The application answers 503 with Retry-After on \`TenantIsMoving\`; jobs try again later. Jobs that are bound to no tenant are refused in that place, too, for as long.

**Was it killed?** The fence stays up and reads go on. \`bin/call-off.sh SLUG\` opens the source again. Make sure that no \`move.sh\` is running.

**After.** What the script printed (table, rows, checksum) belongs in the change's record. What the tenant left stays where it was, closed, for your days of grace.

**The way back** until then, and after: \`bin/move.sh SLUG OLD-PLACE\`. It brings along what was written since, so nothing is lost; what is still there of the old rows is replaced.

**Clean-up.** After the days of grace \`bin/clean-up.sh SLUG OLD-PLACE\`. It never touches the place that serves. For one place, dumps that you made before hold the tenant's rows still.

**From a database of its own**: between the cut-over and the last step, a second at most, a router that still remembers the old database can read there, from rows that stand still;
it can't write there. Let routers \`LISTEN tenancy_routes\` and call \`forget\` where even that is too long.
`;
}
