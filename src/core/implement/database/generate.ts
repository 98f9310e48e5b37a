import type { Blueprint, Generate } from "../artifact";
import { EMPTY_DATABASES, pgbouncerFiles } from "../base/pgbouncer";
import { poolSize } from "../base/pool-size";
import { productDdl } from "../base/product-ddl";
import { tenantCatalog } from "../base/tenant-catalog";
import { backupPage, keysPage } from "./pages";
import { readmePage } from "./readme";
import { databaseScripts } from "./scripts";
import { templateSql } from "./template";

/** A database for each tenant: template, catalog, scripts from the first to the last day, PgBouncer's configuration. */
export const databaseLevel: Generate = (blueprint) => {
	const size = sizeOf(blueprint);
	const { sql, leftOut } = productDdl(blueprint.database);
	return [
		{
			path: "README.md",
			text: readmePage(blueprint, size, leftOut),
			purpose: "In which order to run what, what is guaranteed, and what is not.",
		},
		{
			path: "sql/catalog.sql",
			text: tenantCatalog("database"),
			purpose: "The catalog of tenants, for the control database.",
		},
		{
			path: "sql/template.sql",
			text: templateSql(blueprint.database.model, sql),
			purpose: "The product's schema, for the database that tenants' databases are copied from.",
		},
		...databaseScripts(false),
		...pgbouncerFiles(blueprint.answers, size, EMPTY_DATABASES),
		{ path: "backup.md", text: backupPage(), purpose: "How one tenant's database is backed up and restored." },
		{ path: "keys.md", text: keysPage(), purpose: "Which keys a tenant can have of its own, and which not." },
	];
};

function sizeOf({ answers }: Blueprint) {
	const { now, inTwoYears, largestShare } = answers.tenants;
	return poolSize(answers, Math.max(1, now, inTwoYears), largestShare);
}
