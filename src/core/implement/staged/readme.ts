import { qualified } from "../../schema/model";
import type { Answers } from "../../tenancy/answers";
import { neededVersion } from "../base/needed-version";
import type { StagedPlan } from "./plan";
import type { Stage } from "./stage";

/** `README.md` of the way from one tenant to many. */
export function readme(answers: Answers, plan: StagedPlan, stages: readonly Stage[]): string {
	const { choice, column, tenants, row, setting, left } = plan;
	const app = row.roles.application[0] ?? "";
	return `# From one tenant to many

The database has one tenant so far: its owner. Four stages make room for more, while it is in use. Each is deployed alone
and can be taken back alone, the last one as long as there is no second tenant.

    psql --dbname YOUR_DATABASE --file stages/1-expand/up.sql
    psql --dbname YOUR_DATABASE --file stages/1-expand/down.sql   # takes it back

Run each first in a copy of the database. \`estimate.sql\` says how long each takes for your tables, [ESTIMATE.md](ESTIMATE.md) which locks.
${neededVersion(answers)}

| stage | what it does | the application so far | way back |
|---|---|---|---|
| ${stages[0]?.number} expand | ${stages[0]?.about} | works | drops the column |
| ${stages[1]?.number} backfill | ${stages[1]?.about} | works | nothing to do |
| ${stages[2]?.number} enforce | ${stages[2]?.about} | works | drops the keys |
| **new application** | connects as a member of \`${app}\`, binds each transaction (\`bindings/\`), names \`${column}\` in \`ON CONFLICT\` | | the old one |
| ${stages[3]?.number} contract | ${stages[3]?.about} | **no longer works** | only while there is one tenant |

Until stage 4 a row that does not name \`${column}\` belongs to the first tenant, and the table of tenants refuses a second one:
nobody can come in before the policies are on.

What the application so far may notice earlier: \`SELECT *\` has one more column, and \`COPY\` or \`INSERT\` without a list of
columns has to get one. Look for those before stage 1.

## Which tables

\`${qualified(tenants)}\` is new: its rows are the tenants. ${choice.tables.length} tables get \`${column}\`, in this order, the referenced ones first:

${choice.tables.map((table, i) => `${i + 1}. \`${qualified(table)}\``).join("\n")}

${choice.shared.length === 0 ? "No table stays the same for all tenants. If one should (countries, currencies), say so with\n`COMMENT ON TABLE … IS '@tenancy shared'`, and make the plan again." : `These stay the same for all tenants; the application may only read them afterwards:\n\n${choice.shared.map(({ table, why }) => `- \`${qualified(table)}\`: ${why}`).join("\n")}`}
${choice.left.length === 0 ? "" : `\nThese need you:\n\n${choice.left.map(({ table, why }) => `- \`${qualified(table)}\`: ${why}`).join("\n")}\n`}
When in doubt a table gets the column: a list that each tenant has for itself is a little more data, a list that shows one
tenant's rows to another is a leak.

## People who log in

${
	choice.logins.length === 0
		? "No table of logins was found."
		: `${choice.logins.map((key) => `\`${key}\``).join(", ")} ${choice.logins.length === 1 ? "holds" : "hold"} logins. The plan gives ${choice.logins.length === 1 ? "it" : "them"} the column, too: a login belongs to one tenant.`
}
Where one person works for several tenants, keep the table of people shared instead (\`COMMENT ON TABLE … IS '@tenancy shared'\`)
and add a table of memberships with (\`${column}\`, user): the login says who somebody is, the membership where they belong.
Before a tenant is bound, the application reads memberships by the person's id alone: give it a policy of its own for that.

## Views

${
	row.after.model.views.size === 0
		? "There are none."
		: `Plain views read with the rights of whoever asks after stage 4. Materialized views hold all tenants' rows: do not grant them to
\`${app}\`, or make them tables with the tenant column.`
}

## Afterwards

The setting \`${setting.name}\` says which tenant a transaction works for. What row-level isolation promises, and what not, stands in
PostgreSQL's own words at https://www.postgresql.org/docs/current/ddl-rowsecurity.html; in short: superusers, roles with
BYPASSRLS and backups see everything, and somebody who can run SQL of their own can change the setting.

${left.length === 0 ? "" : `What the rules still find, for you to decide:\n\n${left.map(({ message, help }) => `- ${message} ${help}`).join("\n")}\n`}
## Sources

- PostgreSQL, ALTER TABLE: https://www.postgresql.org/docs/current/sql-altertable.html
- PostgreSQL, Explicit Locking: https://www.postgresql.org/docs/current/explicit-locking.html
- Expand and contract (Parallel Change): https://martinfowler.com/bliki/ParallelChange.html
`;
}
