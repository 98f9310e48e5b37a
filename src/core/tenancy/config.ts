import * as z from "zod";
import type { Problem } from "../text/span";
import { answersSchema } from "./answers";
import { SCOPES } from "./scope";
import { readValidated } from "./validated-json";

export { CONFIG_FILE } from "./config-file";

const tableName = "A table as `schema.table`; `*` stands for any characters, for instance `public.audit_*`.";

const tableSchema = z
	.strictObject({
		scope: z.enum(SCOPES).describe("Whose data the table holds, whatever was detected."),
		tenantColumn: z.string().min(1).describe("The column of this table that says which tenant a row belongs to."),
		why: z.string().describe("Why this was decided, for whoever reads it next. Shown with the table."),
		ignore: z.array(z.string().min(1)).describe("Rules that say nothing of this table, by id."),
	})
	.partial()
	.describe("What a person decided about the table.");

const decisions = {
	roots: z
		.array(z.string().min(1))
		.describe("The tables whose rows are the tenants, as `schema.table`, outermost first."),
	tenantColumns: z
		.array(z.string().min(1))
		.describe("The names of the columns that say which tenant a row belongs to."),
	mode: z
		.enum(["single-tenant", "row", "schema", "hybrid"])
		.describe(
			"How tenants are kept apart: rows of one table, a schema for each tenant, or both. Say `schema` where the application runs these files once for each tenant: their tables then count as each tenant's own, except those whose rows name a tenant and those named under `tables`.",
		),
	enforcement: z
		.enum(["rls", "application", "placement", "none"])
		.describe(
			"What keeps tenants apart: row-level security, the application's queries, a schema or database of their own.",
		),
	applicationRoles: z.array(z.string().min(1)).describe("The database roles that the application connects as."),
	setting: z
		.string()
		.regex(/^\w+(\.\w+)+$/)
		.describe("The PostgreSQL setting that says which tenant a session is bound to, such as `app.tenant_id`."),
	rules: z
		.record(z.string(), z.enum(["off", "error", "warning", "info", "hint"]))
		.describe("How severe a rule's findings are, by the rule's id; `off` leaves them out."),
	tables: z.record(z.string().describe(tableName), tableSchema).describe(`Decisions for single tables. ${tableName}`),
};

const decisionsSchema = z.strictObject(decisions).partial();

const configSchema = z
	.strictObject({
		$schema: z.string().describe("Where an editor finds this file's schema."),
		...decisions,
		strategy: answersSchema.describe(
			"What was answered about the product, its scale and its contracts; the plan of `tenancy plan` and of the strategy wizard is made from it.",
		),
		exclude: z.array(z.string().min(1)).describe("Files that are not read, as globs relative to this file."),
		databases: z
			.record(z.string(), decisionsSchema)
			.describe(
				"Decisions for one database of a workspace that holds several, by its folder; they go before those above.",
			),
	})
	.partial()
	.describe("Multi-tenancy decisions that overrule what was detected.");

/** The validated content of `tenancy.config.json`; every key is optional. */
export type TenancyConfig = z.infer<typeof configSchema>;
export type TenancyDecisions = z.infer<typeof decisionsSchema>;
export const EMPTY_CONFIG: TenancyConfig = {};

/** The JSON schema (draft 2020-12) of `tenancy.config.json`, generated from the validation itself. */
export function configJsonSchema(): object {
	return z.toJSONSchema(configSchema, { io: "input" });
}

/**
 * Reads `tenancy.config.json` (comments and trailing commas are allowed). Wrong parts are reported with
 * their place and left out; the right ones still count. Never throws.
 */
export function readConfig(text: string, file: string): { config: TenancyConfig; problems: Problem[] } {
	const { value, problems } = readValidated(text, file, configSchema, "the tenancy settings");
	return { config: value ?? EMPTY_CONFIG, problems };
}

/** The decisions that hold for one database: its own ones before those of the whole workspace. */
export function decisionsFor(config: TenancyConfig, database: string): TenancyDecisions {
	const own = config.databases?.[database] ?? {};
	return {
		roots: own.roots ?? config.roots,
		tenantColumns: own.tenantColumns ?? config.tenantColumns,
		mode: own.mode ?? config.mode,
		enforcement: own.enforcement ?? config.enforcement,
		applicationRoles: own.applicationRoles ?? config.applicationRoles,
		setting: own.setting ?? config.setting,
		rules: { ...config.rules, ...own.rules },
		tables: { ...config.tables, ...own.tables },
	};
}
