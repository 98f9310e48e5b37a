/**
 * Roles and databases that the scripts make. Two roles that nobody logs in as hold the rights, once for all databases: a
 * tenant's own roles are members of them, and can use them only where they may connect, which is their own database.
 */
export const OWNER_GROUP = "tenancy_owner";
export const APPLICATION_GROUP = "tenancy_application";
/** What PgBouncer looks up passwords as. */
export const POOLER_ROLE = "tenancy_pooler";
export const CONTROL_DATABASE = "tenancy_control";
export const TEMPLATE_DATABASE = "tenancy_template";

/**
 * What a tenant's short name may be. With `tenant_` before and `_owner` behind it stays within the 63 bytes of a name
 * (https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS), needs no quotes anywhere, and
 * can't be an option of a program or a path.
 */
export const SLUG_PATTERN = "^[a-z][a-z0-9_]{0,39}$";
