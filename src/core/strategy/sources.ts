import type { Source } from "./report/report";

/** Every document that advice rests on: the only list. A test asks that each is cited, and that nothing else is. */
const LIST = {
	"azure-storage": {
		title: "Architectural approaches for storage and data in multitenant solutions",
		publisher: "Microsoft, Azure Architecture Center",
		url: "https://learn.microsoft.com/azure/architecture/guide/multitenant/approaches/storage-data",
	},
	"azure-tenancy-patterns": {
		title: "Multitenant SaaS database tenancy patterns",
		publisher: "Microsoft, Azure SQL Database",
		url: "https://learn.microsoft.com/azure/azure-sql/database/saas-tenancy-app-design-patterns",
	},
	"azure-sql-multitenant": {
		title: "Multitenancy and Azure SQL Database",
		publisher: "Microsoft, Azure Architecture Center",
		url: "https://learn.microsoft.com/azure/architecture/guide/multitenant/service/sql-database",
	},
	"azure-noisy-neighbor": {
		title: "Noisy Neighbor antipattern",
		publisher: "Microsoft, Azure Architecture Center",
		url: "https://learn.microsoft.com/azure/architecture/antipatterns/noisy-neighbor/noisy-neighbor",
	},
	"aws-partitioning": {
		title: "Multi-tenant SaaS partitioning models for PostgreSQL",
		publisher: "AWS Prescriptive Guidance",
		url: "https://docs.aws.amazon.com/prescriptive-guidance/latest/saas-multitenant-managed-postgresql/partitioning-models.html",
	},
	"aws-pool": {
		title: "PostgreSQL pool model",
		publisher: "AWS Prescriptive Guidance",
		url: "https://docs.aws.amazon.com/prescriptive-guidance/latest/saas-multitenant-managed-postgresql/pool.html",
	},
	"aws-bridge": {
		title: "PostgreSQL bridge model",
		publisher: "AWS Prescriptive Guidance",
		url: "https://docs.aws.amazon.com/prescriptive-guidance/latest/saas-multitenant-managed-postgresql/bridge.html",
	},
	"aws-silo": {
		title: "PostgreSQL silo model",
		publisher: "AWS Prescriptive Guidance",
		url: "https://docs.aws.amazon.com/prescriptive-guidance/latest/saas-multitenant-managed-postgresql/silo.html",
	},
	"aws-rls": {
		title: "Row-level security recommendations",
		publisher: "AWS Prescriptive Guidance",
		url: "https://docs.aws.amazon.com/prescriptive-guidance/latest/saas-multitenant-managed-postgresql/rls.html",
	},
	"aws-rds-keys": {
		title: "AWS KMS key management",
		publisher: "AWS, Amazon RDS User Guide",
		url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html",
	},
	"aws-rds-pinning": {
		title: "Avoiding pinning an RDS Proxy",
		publisher: "AWS, Amazon RDS User Guide",
		url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-pinning.html",
	},
	"aws-rds-pricing": {
		title: "Amazon RDS for PostgreSQL pricing",
		publisher: "AWS",
		url: "https://aws.amazon.com/rds/postgresql/pricing/",
	},
	"citus-sharding": {
		title: "Concepts: sharding models",
		publisher: "Citus documentation",
		url: "https://docs.citusdata.com/en/stable/get_started/concepts.html",
	},
	"citus-multi-tenant": {
		title: "Determining application type",
		publisher: "Citus documentation",
		url: "https://docs.citusdata.com/en/stable/develop/app_type.html",
	},
	"postgres-limits": {
		title: "Appendix K. PostgreSQL limits",
		publisher: "PostgreSQL documentation",
		url: "https://www.postgresql.org/docs/current/limits.html",
	},
	"postgres-connections": {
		title: "Connections and authentication: max_connections",
		publisher: "PostgreSQL documentation",
		url: "https://www.postgresql.org/docs/current/runtime-config-connection.html",
	},
	"postgres-databases": {
		title: "Managing databases",
		publisher: "PostgreSQL documentation",
		url: "https://www.postgresql.org/docs/current/manage-ag-overview.html",
	},
	"postgres-schemas": {
		title: "Schemas",
		publisher: "PostgreSQL documentation",
		url: "https://www.postgresql.org/docs/current/ddl-schemas.html",
	},
	"postgres-rls": {
		title: "Row security policies",
		publisher: "PostgreSQL documentation",
		url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
	},
	"postgres-pitr": {
		title: "Continuous archiving and point-in-time recovery",
		publisher: "PostgreSQL documentation",
		url: "https://www.postgresql.org/docs/current/continuous-archiving.html",
	},
	"postgres-encryption": {
		title: "Encryption options",
		publisher: "PostgreSQL documentation",
		url: "https://www.postgresql.org/docs/current/encryption-options.html",
	},
	"postgres-partitioning": {
		title: "Table partitioning",
		publisher: "PostgreSQL documentation",
		url: "https://www.postgresql.org/docs/current/ddl-partitioning.html",
	},
	"postgres-pg-dump": {
		title: "pg_dump",
		publisher: "PostgreSQL documentation",
		url: "https://www.postgresql.org/docs/current/app-pgdump.html",
	},
	"postgres-current-setting": {
		title: "Configuration settings functions: current_setting",
		publisher: "PostgreSQL documentation",
		url: "https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SET",
	},
	"postgres-foreign-keys": {
		title: "Constraints: foreign keys",
		publisher: "PostgreSQL documentation",
		url: "https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
	},
	"postgres-set": {
		title: "SET",
		publisher: "PostgreSQL documentation",
		url: "https://www.postgresql.org/docs/current/sql-set.html",
	},
	"postgres-reported": {
		title: "Message flow: parameters that are reported to the client",
		publisher: "PostgreSQL documentation",
		url: "https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-ASYNC",
	},
	"pgbouncer-config": {
		title: "PgBouncer configuration",
		publisher: "PgBouncer",
		url: "https://www.pgbouncer.org/config.html",
	},
	"pgbouncer-features": {
		title: "PgBouncer features: pooling modes and SQL compatibility",
		publisher: "PgBouncer",
		url: "https://www.pgbouncer.org/features.html",
	},
	"pgbouncer-changelog": {
		title: "PgBouncer changelog: 1.21, prepared statements",
		publisher: "PgBouncer",
		url: "https://www.pgbouncer.org/changelog.html",
	},
	"supabase-rls": {
		title: "Row Level Security",
		publisher: "Supabase documentation",
		url: "https://supabase.com/docs/guides/database/postgres/row-level-security",
	},
	"supabase-rls-performance": {
		title: "Row Level Security performance",
		publisher: "Supabase documentation",
		url: "https://supabase.com/docs/guides/database/postgres/row-level-security-performance",
	},
	"supabase-connecting": {
		title: "Connect to your database: Supavisor's session and transaction modes",
		publisher: "Supabase documentation",
		url: "https://supabase.com/docs/guides/database/connecting-to-postgres",
	},
	"neon-multitenancy": {
		title: "Multitenancy with Neon",
		publisher: "Neon documentation",
		url: "https://neon.com/docs/use-cases/database-per-user",
	},
	"connection-memory": {
		title: "PostgreSQL Connections Memory Usage: How Much, Why and When?",
		publisher: "PGConf.DE 2025",
		url: "https://postgresql.eu/events/pgconfde2025/schedule/session/6297-postgresql-connections-memory-usage-how-much-why-and-when",
	},
	"django-300-schemas": {
		title: "Deployment 300 schemas (issue 1082)",
		publisher: "django-tenants",
		url: "https://github.com/django-tenants/django-tenants/issues/1082",
	},
	"django-1500-schemas": {
		title: "Slow migrations when the number of tenants grow (issue 387: over 1,500 tenants, over 5 hours)",
		publisher: "django-tenant-schemas",
		url: "https://github.com/bernardopires/django-tenant-schemas/issues/387",
	},
	"apartment-half-way": {
		title: "Managing multi-tenants migration error (issue 369)",
		publisher: "Apartment",
		url: "https://github.com/influitive/apartment/issues/369",
	},
	"own-measurement": {
		title:
			"What a schema and a database cost PostgreSQL 15 before they hold data: bench/catalog.ts, with these functions",
		publisher: "our own measurement",
		url: "https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-DBSIZE",
	},
	"own-advice": {
		title: "Our advice, for which we found no published document",
		publisher: "what can be generated of it is tested with PostgreSQL 15",
		url: null,
	},
	gdpr: {
		title: "Regulation (EU) 2016/679 (GDPR), articles 17, 32 and 44",
		publisher: "European Union",
		url: "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
	},
	hipaa: {
		title: "45 CFR 164.312, Technical safeguards",
		publisher: "US Code of Federal Regulations",
		url: "https://www.ecfr.gov/current/title-45/section-164.312",
	},
	"pci-dss": {
		title: "PCI DSS v4.0.1, requirement 7 and appendix A1; FAQ 1221: to which service providers appendix A1 applies",
		publisher: "PCI Security Standards Council",
		url: "https://www.pcisecuritystandards.org/faq/articles/Frequently_Asked_Question/to-which-types-of-service-providers-does-pci-dss-appendix-a1-for-multi-tenant-service-providers-apply/",
	},
	soc2: {
		title: "Trust Services Criteria, CC6 (logical and physical access controls)",
		publisher: "AICPA",
		url: "https://www.aicpa-cima.com/resources/download/2017-trust-services-criteria-with-revised-points-of-focus-2022",
	},
	iso27001: {
		title: "ISO/IEC 27001:2022, annex A (A.5.15, A.8.3, A.8.10, A.8.24)",
		publisher: "ISO",
		url: "https://www.iso.org/standard/27001",
	},
	fedramp: {
		title: "NIST SP 800-53 Rev. 5 (AC-3, AC-4, SC-4, SC-7), which FedRAMP's baselines select from",
		publisher: "NIST",
		url: "https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final",
	},
} as const;

export type SourceId = keyof typeof LIST;

export const SOURCES: readonly Source[] = Object.entries(LIST).map(([id, source]) => ({ id, ...source }));

/** The document with this id. */
export function sourceOf(id: SourceId): Source {
	return { id, ...LIST[id] };
}
