/** What a pooler may do with a tenant's settings, by version. */
export const POOLING = `# Connection pools and \`search_path\`

Which tenant a statement is about is decided by two settings of the session: \`role\` and \`search_path\`. A pooler gives one
server connection to many clients, so what matters is how long a setting lives.

| pool mode | \`SET search_path\` in a session | \`tenancy.enter()\` in a transaction |
|---|---|---|
| none, or session | lives until the connection is given back: reset it (\`DISCARD ALL\`), or the next client has the last one's tenant | safe |
| transaction, PostgreSQL up to 17 | **leaks**: the server does not report \`search_path\`, so PgBouncer can't know that it was changed, and the next client's transaction runs with it | safe |
| transaction, PostgreSQL 18 and later | reported; PgBouncer restores it for each client, where it tracks the parameter | safe |
| statement | each statement may run on another connection | not possible: it needs a transaction |

- \`tenancy.enter()\` sets both with \`set_config(…, true)\`, as \`SET LOCAL\` does: they end with the transaction, whatever the
  pooler does. Use that, and nothing on this page can leak a tenant.
- PostgreSQL 18 reports changes of \`search_path\` to the client (release notes:
  <https://www.postgresql.org/docs/18/release-18.html>; list of reported parameters:
  <https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-ASYNC>).
- PgBouncer tracks more than its usual parameters where \`track_extra_parameters\` names them (since 1.20), and only those that
  the server reports (<https://www.pgbouncer.org/config.html#track_extra_parameters>). On PostgreSQL 18:
  \`track_extra_parameters = IntervalStyle, search_path\`. Later versions of PgBouncer track \`search_path\` without being told
  (<https://github.com/pgbouncer/pgbouncer/pull/1580>); what happens with parameters that an older server does not report:
  <https://github.com/pgbouncer/pgbouncer/pull/1576>.
- **\`role\` is not reported**, on no version, so it can't be tracked: \`SET ROLE\` in a session leaks in transaction mode even on
  PostgreSQL 18. Another reason for \`tenancy.enter()\`.
- Prepared statements: a plan is made again when the search path is another one than when it was made
  (<https://www.postgresql.org/docs/current/sql-prepare.html>), so they stay right, but are planned again when a connection
  goes from tenant to tenant.
- One pool for all tenants: connections = pool size × databases × users. A login for each tenant (below) means a pool for each.

## A login for each tenant

\`tenant_app\` may become any tenant's role. Where a contract asks for more, give a tenant's role a login of its own:
\`ALTER ROLE tenant_x LOGIN\` with a password from your secret store. Its sessions find their schema by themselves, through
the role's \`search_path\`, and can't become another tenant. The price is a pool for each such tenant.
`;
