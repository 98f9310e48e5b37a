/**
 * What no PostgreSQL schema can close: said once of every proof, and never counted as a leak. Each with the document that
 * says so.
 */
export const LIMITS: readonly string[] = [
	"Whoever can run any statement as the application's role can also set the setting that names the tenant: row-level security guards against queries that forget the tenant, not against an attacker who has the application's session (https://www.postgresql.org/docs/current/runtime-config-custom.html).",
	"How long a statement takes, and the planner's estimates that EXPLAIN shows, depend on the rows of all tenants (https://www.postgresql.org/docs/current/planner-stats-security.html).",
	"Numbers that a sequence gives tell by their gaps how many rows others added in between (https://www.postgresql.org/docs/current/functions-sequence.html).",
	"Unique keys and foreign keys look at all rows, whatever the policies say; a key that begins with the tenant tells nothing of others (https://www.postgresql.org/docs/current/ddl-rowsecurity.html).",
	"Superusers, roles with BYPASSRLS, backups and replicas see every row (https://www.postgresql.org/docs/current/ddl-rowsecurity.html).",
];
