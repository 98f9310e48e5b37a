import { type FunctionModel, qualified } from "../schema/model";
import { as, constantOf, stringsOf } from "../schema/tree";
import type { Placement } from "../tenancy/placement";
import { relationsOf, statementsOf } from "./base/bodies";
import { nodesOf } from "./base/expressions";
import type { Detection, Rule, RuleContext } from "./base/rule";
import { CLINICS, tenantSchemas } from "./base/tenant-schemas";

function binding(isLocal: string): string {
	return `${CLINICS}CREATE FUNCTION shared.enter(tenant text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('search_path', tenant, ${isLocal}); END $$;\n`;
}

export const searchPathUnsafe: Rule = {
	id: "search-path-unsafe",
	summary:
		"A function sets search_path for the whole session, or uses names that mean another table with each search_path.",
	severity: "warning",
	doc: {
		why: "A pooler that gives connections out by transaction hands the session to the next request with the search_path that the last one left: it reads and writes the wrong tenant's schema. A function with unqualified names does so on whatever the path happens to be.",
		remedy:
			"SET LOCAL search_path, or set_config('search_path', …, true), in each transaction; qualify names in functions, or give them SET search_path.",
		sources: [
			{ title: "PgBouncer: Features", url: "https://www.pgbouncer.org/features.html" },
			{
				title: "PostgreSQL: The Schema Search Path",
				url: "https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH",
			},
		],
		bad: binding("false"),
		good: binding("true"),
		traps: [
			{
				title: "a tenant's own function uses its own tables",
				sql: `${CLINICS}CREATE FUNCTION tenant_acme.owners_count() RETURNS bigint LANGUAGE sql SET search_path = tenant_acme AS $$ SELECT count(*) FROM owners $$;\n`,
			},
			{
				title: "a function sets it for itself",
				sql: `${CLINICS}CREATE FUNCTION shared.tenants_count() RETURNS bigint LANGUAGE sql SET search_path = shared AS $$ SELECT count(*) FROM tenants $$;\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const placement = tenantSchemas(context);
		if (!placement) return;
		for (const called of context.model.functions.values()) {
			if (setsForSession(context, called)) {
				yield {
					table: null,
					location: called.location,
					message: `${qualified(called)} sets search_path for the whole session, so the pool's next request finds itself in this tenant's schema.`,
					help: "Use SET LOCAL, or true as the third argument of set_config.",
				};
				continue;
			}
			const name = unqualified(context, placement, called);
			if (name === undefined) continue;
			yield {
				table: null,
				location: called.location,
				severity: "info",
				message: `${qualified(called)} uses ${name} without its schema, which is another tenant's table with each search_path.`,
				help: "Qualify the name, or give the function SET search_path.",
			};
		}
	},
};

function setsForSession(context: RuleContext, called: FunctionModel): boolean {
	if (/['$]\s*set\s+(session\s+)?search_path\b/i.test(called.body)) return true;
	return statementsOf(context, called).some(({ node }) => {
		const set = as(node, "VariableSetStmt");
		if (set) return set.name === "search_path" && set.kind === "VAR_SET_VALUE" && !set.is_local;
		return [...nodesOf(node)].some((each) => {
			const call = as(each, "FuncCall");
			return (
				stringsOf(call?.funcname).at(-1) === "set_config" &&
				constantOf(call?.args?.[0]) === "search_path" &&
				constantOf(call?.args?.[2]) === "false"
			);
		});
	});
}

/** A table that several tenants have, which the body names without a schema. */
function unqualified(context: RuleContext, { schemas }: Placement, called: FunctionModel): string | undefined {
	if (schemas.has(called.schema) || called.settings.has("search_path")) return undefined;
	return statementsOf(context, called)
		.flatMap(({ node }) => (node ? relationsOf(node) : []))
		.find(
			({ schemaname, relname }) =>
				!schemaname && [...schemas].filter((schema) => context.model.tables.has(`${schema}.${relname}`)).length > 1,
		)?.relname;
}
