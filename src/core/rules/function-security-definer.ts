import { qualified } from "../schema/model";
import { asksForLogin, takesCallerByDefault } from "./base/asks-who";
import { isCallable } from "./base/bodies";
import { PRODUCT } from "./base/examples";
import { openingsOf } from "./base/openings";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

function definer(body: string, after = ""): string {
	return `${PRODUCT.replaceAll("ALTER TABLE customers FORCE ROW LEVEL SECURITY;\n", "")}CREATE FUNCTION customer_email(uuid) RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$ ${body} $$;\n${after}`;
}

const OPEN = "SELECT email FROM customers WHERE id = $1";

export const functionSecurityDefiner: Rule = {
	id: "function-security-definer",
	summary: "The application may call a SECURITY DEFINER function that reads tenants' rows and never asks who calls.",
	severity: "warning",
	doc: {
		why: "It runs with its owner's rights, which policies don't bind: whoever calls it with another tenant's id gets that tenant's row. Every role may call a new function until that is revoked. To write down who calls (`created_by`) is not to ask, and `current_user` is the function's owner inside, whoever calls.",
		remedy:
			"Leave SECURITY DEFINER out, ask for the session's tenant inside, or REVOKE EXECUTE … FROM PUBLIC and grant it to the one role that needs it.",
		sources: [
			{
				title: "PostgreSQL: Writing SECURITY DEFINER Functions Safely",
				url: "https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY",
			},
			{
				title: "PostgreSQL: Row Security Policies",
				url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
			},
		],
		bad: definer(OPEN),
		good: definer(`${OPEN} AND tenant_id = current_setting('app.tenant_id')::uuid`),
		traps: [
			{
				title: "the application may not call it",
				sql: definer(OPEN, "REVOKE EXECUTE ON FUNCTION customer_email(uuid) FROM PUBLIC;\n"),
			},
			{
				title: "a helper function asks for the tenant",
				sql: definer(`${OPEN} AND tenant_id = my_tenant()`).replace(
					"CREATE FUNCTION customer_email",
					() =>
						"CREATE FUNCTION my_tenant() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT current_setting('app.tenant_id')::uuid $$;\nCREATE FUNCTION customer_email",
				),
			},
			{
				title: "a token proves that the caller may have the row",
				sql: definer(OPEN).replace("customer_email(uuid)", "customer_email(access_token uuid)"),
			},
			{
				title: "the owner is bound by the policies, too",
				sql: `${PRODUCT}CREATE ROLE app_owner;\nCREATE FUNCTION customer_email(uuid) RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$ ${OPEN} $$;\nALTER FUNCTION customer_email(uuid) OWNER TO app_owner;\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const { functions, roles } = context.model;
		const keys = new Map([...functions].map(([key, each]) => [each, key]));
		for (const { called, table, forced, notesCaller } of openingsOf(context)) {
			if (!isCallable(context, called, keys.get(called) ?? "")) continue;
			const owner = roles.get(called.owner ?? "");
			if (forced && owner && !owner.bypassRls && !owner.superuser) continue;
			const asks = notesCaller ? "only notes down who calls" : askedBy(called.body);
			yield {
				table: qualified(table),
				location: called.location,
				severity: forced ? "info" : "warning",
				message: forced
					? `${qualified(called)} runs with its owner's rights and ${asks}: if the owner bypasses policies, it reaches every tenant's rows of ${shown(table)}.`
					: `${qualified(called)} runs with its owner's rights and ${asks}, so it reaches every tenant's rows of ${shown(table)}.`,
				help: "Leave SECURITY DEFINER out, ask for the session's tenant inside, or revoke EXECUTE from PUBLIC.",
			};
		}
	},
};

/** What a function asks that doesn't ask who calls. */
function askedBy(body: string): string {
	if (takesCallerByDefault(body)) return "takes the caller's id only where it is given no other";
	return asksForLogin(body) ? "asks only whether somebody is signed in" : "never asks who calls";
}
