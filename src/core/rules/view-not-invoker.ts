import { PRODUCT } from "./base/examples";
import { protectedTables } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

export const viewNotInvoker: Rule = {
	id: "view-not-invoker",
	summary: "A view reads tenants' tables with its owner's rights.",
	severity: "error",
	doc: {
		why: "A view runs as its owner unless it says otherwise, and policies don't hold for the owner's rights: through it everybody sees all tenants' rows.",
		remedy: "ALTER VIEW … SET (security_invoker = true), from PostgreSQL 15 on; or check the tenant inside the view.",
		sources: [
			{ title: "PostgreSQL: CREATE VIEW", url: "https://www.postgresql.org/docs/current/sql-createview.html" },
			{
				title: "PostgreSQL: Row Security Policies",
				url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
			},
		],
		bad: `${PRODUCT}CREATE VIEW customer_list AS SELECT id, email FROM customers;\nGRANT SELECT ON customer_list TO app_user;\n`,
		good: `${PRODUCT}CREATE VIEW customer_list WITH (security_invoker = true) AS SELECT id, email FROM customers;\nGRANT SELECT ON customer_list TO app_user;\n`,
		traps: [
			{
				title: "the view asks for the session's tenant itself",
				sql: `${PRODUCT}CREATE VIEW customer_list AS SELECT id, email FROM customers WHERE tenant_id = current_setting('app.tenant_id')::uuid;\nGRANT SELECT ON customer_list TO app_user;\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const secured = new Set(
			[...protectedTables(context)].filter(({ table }) => table.rls.enabled).map(({ key }) => key),
		);
		for (const [key, view] of context.model.views) {
			const read = view.reads.find((name) => secured.has(name));
			if (view.kind !== "view" || view.securityInvoker || read === undefined) continue;
			if (/\bcurrent_setting\s*\(|\bauth\.uid\s*\(/i.test(view.query)) continue;
			yield {
				table: read,
				location: view.nameLocation,
				message: `The view ${key} reads ${read} with its owner's rights, so the policies of that table don't hold in it.`,
				help: "Set security_invoker = true on the view (PostgreSQL 15 and later).",
			};
		}
	},
};
