import { quoteIdentifier } from "../emit/identifier";
import { alterRoutine } from "../emit/routine";
import type { FunctionModel, SchemaModel } from "../schema/model";
import type { TextEdit } from "../text/edit";
import { relationsOf, statementsOf, tableIn } from "./base/bodies";
import { PRODUCT } from "./base/examples";
import type { Remedy } from "./base/remedy";
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
		for (const [key, each] of context.model.functions) {
			if (!each.securityDefiner) continue;
			const path = [...each.settings].find(([name]) => name.toLowerCase() === "search_path")?.[1];
			if (path !== undefined) {
				const name = /\bpg_temp\b/i.test(path) ? undefined : unqualifiedIn(context, each);
				if (name !== undefined)
					yield {
						table: null,
						location: each.location,
						severity: "info",
						message: `${each.schema}.${each.name} runs with its owner's rights and names ${name} without a schema: a temporary table of the caller's comes before it, as its search_path doesn't put pg_temp last.`,
						help: "Add pg_temp at the end of the function's search_path, or qualify the names in it.",
						remedies: () => settle(context, key, each, false),
					};
				continue;
			}
			yield {
				table: null,
				location: each.location,
				message: `${each.schema}.${each.name} runs with its owner's rights and the caller's search_path, so the caller can slip its own tables and functions under it.`,
				help: "Add SET search_path = '' to the function and qualify the names in it.",
				remedies: () => settle(context, key, each, true),
			};
		}
	},
};

/** A table that the function reads or writes by its bare name. */
function unqualifiedIn(context: RuleContext, each: FunctionModel): string | undefined {
	return statementsOf(context, each)
		.flatMap(({ node }) => (node === null ? [] : relationsOf(node)))
		.find((name) => !name.schemaname && tableIn(context.model, each, name)?.rls.enabled === true)?.relname;
}

/** @param isNew it has no search_path yet */
function settle(context: RuleContext, key: string, each: FunctionModel, isNew: boolean): Remedy[] {
	const path = searchPathOf(context.model, each).map(quoteIdentifier).join(", ");
	const edits = !isNew ? undefined : editsOf(context, each, `SET search_path = ${path}`);
	const set = alterRoutine(context.model, each, `SET search_path = ${path}`);
	const reset = alterRoutine(context.model, each, "RESET search_path");
	if (set === null) return [];
	return [
		{
			title: `Set the search_path of ${each.schema}.${each.name}`,
			steps: [{ sql: set, phase: "finish", down: reset, table: key }],
			// Where extensions put their functions isn't known.
			automatic: !EXTENSION_CALL.test(each.body),
			...(edits ? { edits } : {}),
		},
	];
}

/** Common functions of extensions, without a schema in front. */
const EXTENSION_CALL =
	/(?<![.\w"])(uuid_generate_v\w+|crypt|gen_salt|digest|hmac|pgp_\w+|similarity|word_similarity|unaccent|st_\w+|dblink\w*|http\w*|cron\w*)\s*\(/i;

/** Its own schema, those of what its body names without one, and last the temporary one, which would come first by itself. */
function searchPathOf({ tables, views, functions, types }: SchemaModel, { schema, body }: FunctionModel): string[] {
	const words = new Set(
		[...body.matchAll(/(?<![.\w"])(?:"([^"]+)"|(\w+))/g)].map(([, quoted, word]) => quoted ?? word?.toLowerCase()),
	);
	const named = [tables, views, functions, types].flatMap((objects) =>
		[...objects.values()].filter(({ name }) => words.has(name)).map((object) => object.schema),
	);
	return [...new Set([schema, ...named.filter((each) => each !== "pg_temp").sort(), "pg_temp"])];
}

/** The option within CREATE FUNCTION; a body that is no string has to stay last. */
function editsOf(context: RuleContext, each: FunctionModel, option: string): TextEdit[] | undefined {
	const { file, span } = each.location;
	const text = context.statementText(each.location);
	if (text === null || !/^create\b/i.test(text) || /^(begin\s+atomic|return)\b/i.test(each.body)) return undefined;
	return [{ file, span: { start: span.end, end: span.end }, newText: `\n${option}` }];
}
