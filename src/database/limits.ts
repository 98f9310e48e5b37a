/** What no PostgreSQL schema can close; said once with every proof, and no leak of the workspace. */
export const LIMITS: readonly string[] = [
	"How long a query takes, and what the planner estimates in EXPLAIN, can hint at how many rows other tenants have: https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
	"Numbers from a sequence that tenants share tell how many rows all of them together make.",
	"Unique and foreign keys that don't contain the tenant are checked whatever policies say; where one tells of another tenant's row, that is reported as a leak.",
	"Only the database is tried: an application that binds a session to the wrong tenant, or connects as another role, gets what that tenant or role may have.",
	"Who can run any statement, as through SQL injection, can set the tenant's setting, too; superusers, replicas and backups see every tenant's rows.",
	"Which databases a role may connect to is the server's affair: everybody may connect to each of them until that is revoked, which a database for each tenant needs: https://www.postgresql.org/docs/current/ddl-priv.html",
];
