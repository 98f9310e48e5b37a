import { qualified } from "../schema/model";
import { usesOf } from "../schema/uses";
import { PRODUCT } from "./base/examples";
import { openingsOf } from "./base/openings";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

function viewOf(security: string): string {
	return `${PRODUCT.replaceAll("ALTER TABLE customers FORCE ROW LEVEL SECURITY;\n", "")}CREATE FUNCTION all_customers() RETURNS SETOF customers LANGUAGE sql ${security} SET search_path = public, pg_temp AS $$ SELECT * FROM customers $$;
CREATE VIEW customer_list WITH (security_invoker = true) AS SELECT id, email FROM all_customers();
GRANT SELECT ON customer_list TO app_user;
`;
}

export const viewDefinerCall: Rule = {
	id: "view-definer-call",
	summary: "A view calls a SECURITY DEFINER function that reads tenants' rows and never asks who calls.",
	severity: "warning",
	doc: {
		why: "security_invoker makes the view read tables with the caller's rights, but the function inside it still reads with its owner's: through the view everybody sees all tenants' rows.",
		remedy: "Read the table in the view itself, or let the function run with the caller's rights (SECURITY INVOKER).",
		sources: [
			{ title: "PostgreSQL: CREATE VIEW", url: "https://www.postgresql.org/docs/current/sql-createview.html" },
			{
				title: "PostgreSQL: Rules and Privileges",
				url: "https://www.postgresql.org/docs/current/rules-privileges.html",
			},
		],
		bad: viewOf("SECURITY DEFINER"),
		good: viewOf("SECURITY INVOKER"),
		traps: [
			{
				title: "the function asks for the tenant",
				sql: viewOf("SECURITY DEFINER").replace(
					"FROM customers $$",
					() => "FROM customers WHERE tenant_id = current_setting('app.tenant_id')::uuid $$",
				),
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const opening = new Map(openingsOf(context).map((each) => [qualified(each.called), each]));
		if (opening.size === 0) return;
		for (const [key, view] of context.model.views) {
			if (view.kind !== "view") continue;
			const query = context.expression(`(${view.query})`);
			const called = usesOf(query)
				.calls.map(({ path }) => opening.get(path.length > 1 ? path.join(".") : `public.${path[0]}`))
				.find((each) => each !== undefined);
			if (!called) continue;
			yield {
				table: qualified(called.table),
				location: view.nameLocation,
				severity: called.forced ? "info" : "warning",
				message: `The view ${key} calls ${qualified(called.called)}, which reads ${shown(called.table)} with its owner's rights, so the view shows every tenant's rows.`,
				help: "Read the table in the view itself, with security_invoker = true, or make the function SECURITY INVOKER.",
			};
		}
	},
};
