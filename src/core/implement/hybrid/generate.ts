import { quoteRole } from "../../emit/identifier";
import { applicationRoles } from "../../tenancy/enforcement";
import type { Artifact, Generate } from "../artifact";
import { EMPTY_DATABASES, pgbouncerFiles } from "../base/pgbouncer";
import { POOLER_ROLE } from "../base/place-names";
import { poolSize } from "../base/pool-size";
import { productDdl } from "../base/product-ddl";
import { routineBody } from "../base/raw";
import { planRowLevel } from "../base/row-plan";
import { tenantCatalog } from "../base/tenant-catalog";
import { databaseScripts } from "../database/scripts";
import { LEDGER, POOLER, templateSql } from "../database/template";
import { rowLevel } from "../row/row-level";
import { migrateScripts } from "./migrate-scripts";
import { migrationSql } from "./migration-sql";
import { moveScripts } from "./move-scripts";
import { movedTables } from "./moved-tables";
import { readmePage, runbookPage } from "./pages";
import { guardAll, placeSql } from "./place-sql";
import { routerModule } from "./router-module";
import { boundSql, routerSql } from "./router-sql";

/** Shared tables for most, a schema or a database for some: pool, catalog, router, and moves between them. */
export const hybrid: Generate = (blueprint) => {
	const { answers } = blueprint;
	const plan = planRowLevel(blueprint);
	const pool = rowLevel(blueprint).map((file): Artifact => ({ ...file, path: `pool/${file.path}` }));
	const { setting } = plan;
	if (setting === null)
		return [{ path: "README.md", text: WITHOUT_SETTING, purpose: "Why there is no router yet." }, ...pool];
	const { model, tenancy } = plan.after;
	const moved = movedTables(model, tenancy);
	const ddl = productDdl(plan.after);
	const main = setting.schema;
	const place = placeSql(moved.tables, setting, main);
	const roles = applicationRoles(model, undefined);
	const databases = answers.tiers
		.filter(({ isolation }) => isolation === "database")
		.reduce((sum, { tenants }) => sum + tenants, 1);
	const size = poolSize(answers, databases, 1);
	return [
		{
			path: "README.md",
			text: readmePage(answers, moved, ddl.leftOut),
			purpose: "Tiers, the order of things, what is guaranteed and what is not.",
		},
		{
			path: "runbook.md",
			text: runbookPage(),
			purpose: "How a tenant is promoted and demoted, and what to do when it fails.",
		},
		{ path: "sql/catalog.sql", text: tenantCatalog("row"), purpose: "The catalog of tenants, for the pool." },
		{
			path: "sql/place.sql",
			text: place,
			purpose: "Who is in the pool, the fence, and what a move copies and compares.",
		},
		{
			path: "sql/router.sql",
			text: `${LEDGER}${boundSql(setting.name)}${migrationSql(setting.name)}${routerSql(main, moved)}${guardAll("row")}${connect(roles)}${POOLER}`,
			purpose: "Where a tenant is, and the two ends of a move.",
		},
		{
			path: "sql/template.sql",
			text: `${templateSql(model, ddl.sql)}\n${place}${guardAll("database")}`,
			purpose: "The pool's schema, for databases of tenants' own.",
		},
		{
			path: "sql/database.sql",
			text: `${place}${guardAll("database")}`,
			purpose: "What tenants' own databases are told when these files were generated again.",
		},
		{
			path: "router/router.ts",
			text: routerModule(setting.name),
			purpose: "Finds a tenant's place and runs a transaction there.",
		},
		...databaseScripts(true),
		...moveScripts(),
		...migrateScripts(),
		...pgbouncerFiles(answers, size, EMPTY_DATABASES),
		...pool,
	];
};

/** The right to connect to the pool, which PUBLIC loses. */
function connect(roles: readonly string[]): string {
	return `DO ${routineBody` BEGIN
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO ${[...roles, POOLER_ROLE].map((role) => quoteRole(role).replaceAll("'", "''").replaceAll("%", "%%")).join(", ")}', current_database());
END `};
`;
}

const WITHOUT_SETTING = `# Hybrid

Your policies find the tenant in another way than by a setting of the session, such as a function of a platform. Router, fence and moves need a setting that says which tenant
a transaction works for, in each place alike; without one they would guess, so they are not made. The folder \`pool\` has what row-level isolation takes. Give your policies a setting
(\`current_setting('app.tenant_id')\`), and run this again.
`;
