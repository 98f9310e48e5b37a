/** What the generated SQL calls its own. Roles belong to the whole server, so the names say what they are for. */
export const NAMES = {
	/** The schema with the catalog of tenants, the ledger and the functions. */
	schema: "tenancy",
	/** What the application logs in as. It may become each tenant's role, and may do nothing before that. */
	login: "tenant_app",
	/** What all tenants' roles are members of: it may read what is shared. */
	member: "tenant_member",
	/** Stands for the tenant's schema in a migration, as an identifier. */
	placeholder: '"@tenant@"',
} as const;
