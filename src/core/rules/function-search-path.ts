import { PRODUCT } from "./base/examples";
import type { Detection, Rule, RuleContext } from "./base/rule";

export const functionSearchPath: Rule = {
	id: "function-search-path",
	summary: "A SECURITY DEFINER function runs with the search_path of whoever calls it.",
	severity: "warning",
	doc: {
		why: "The caller can put a table or function of its own, called like one that the function uses, in front of the search path, and the function then runs it with the owner's rights.",
		remedy:
			"Set it on the function: SET search_path = '' (and qualify names), or to the schemas it needs followed by pg_temp.",
		sources: [
			{
				title: "PostgreSQL: Writing SECURITY DEFINER Functions Safely",
				url: "https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY",
			},
		],
		bad: `${PRODUCT}CREATE FUNCTION customer_email(uuid) RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT email FROM customers WHERE id = $1';\n`,
		good: `${PRODUCT}CREATE FUNCTION customer_email(uuid) RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS 'SELECT email FROM customers WHERE id = $1';\n`,
		traps: [
			{
				title: "it runs with the caller's rights",
				sql: `${PRODUCT}CREATE FUNCTION customer_email(uuid) RETURNS text LANGUAGE sql AS 'SELECT email FROM customers WHERE id = $1';\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const each of context.model.functions.values()) {
			if (!each.securityDefiner || [...each.settings.keys()].some((name) => name.toLowerCase() === "search_path"))
				continue;
			yield {
				table: null,
				location: each.location,
				message: `${each.schema}.${each.name} runs with its owner's rights and the caller's search_path, so the caller can slip its own tables and functions under it.`,
				help: "Add SET search_path = '' to the function and qualify the names in it.",
			};
		}
	},
};
