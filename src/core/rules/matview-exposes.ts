import { grantOn, revokeOn } from "../emit/grant";
import { columnList } from "../emit/identifier";
import type { Step } from "../emit/step";
import type { Grant, View } from "../schema/model";
import { asksCaller } from "./base/bodies";
import { PRODUCT } from "./base/examples";
import { grantedByDefault, isOfApplication } from "./base/privileges";
import { securedTables } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext } from "./base/rule";

export const matviewExposes: Rule = {
	id: "matview-exposes",
	summary: "A materialized view keeps a copy of tenants' rows that no policy protects.",
	severity: "warning",
	doc: {
		why: "Row-level security can't be enabled on a materialized view. Whoever may read it reads all tenants' rows in it.",
		remedy:
			"Keep it from the application's role, and let the application read it through a view or function that asks for the tenant.",
		sources: [
			{
				title: "PostgreSQL: Materialized Views",
				url: "https://www.postgresql.org/docs/current/rules-materializedviews.html",
			},
			{
				title: "PostgreSQL: Row Security Policies",
				url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
			},
		],
		bad: `${PRODUCT}CREATE MATERIALIZED VIEW customer_counts AS SELECT tenant_id, count(*) FROM customers GROUP BY 1;\nGRANT SELECT ON customer_counts TO app_user;\n`,
		good: `${PRODUCT}CREATE MATERIALIZED VIEW customer_counts AS SELECT tenant_id, count(*) FROM customers GROUP BY 1;\n`,
		traps: [],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const secured = securedTables(context);
		const { model, applicationRoles } = context;
		for (const [key, view] of model.views) {
			const read = view.reads.find((name) => secured.has(name));
			if (view.kind !== "materialized" || read === undefined) continue;
			const isOurs = isOfApplication(applicationRoles);
			const granted = model.grants.filter(
				(grant) =>
					(grant.objects.includes(key) || grant.objects.includes(`${view.schema}.*`)) && grant.roles.some(isOurs),
			);
			const byDefault = grantedByDefault(context, "table", view.schema, "select");
			if (granted.length === 0 && !byDefault) {
				const front = shownBy(context, key);
				if (front)
					yield {
						table: read,
						location: front.nameLocation,
						message: `The view ${front.schema}.${front.name} shows the application ${key}, a copy of ${read}'s rows of all tenants, and doesn't ask for the tenant.`,
						help: "Ask for the session's tenant in the view, and make it a security_barrier.",
					};
				continue;
			}
			yield {
				table: read,
				location: view.nameLocation,
				message: `The application may read ${key}, a copy of ${read}'s rows of all tenants that no policy can protect.`,
				help: "Revoke it from the application's role, and serve it through a view or function that asks for the tenant.",
				remedies: () => [revoked(key, view, granted, isOurs)],
			};
		}
	},
};

/** A view that the application may read, which shows a materialized one and asks nobody who they are. */
function shownBy({ model, applicationRoles }: RuleContext, key: string): View | undefined {
	return [...model.views].find(
		([name, view]) =>
			view.kind === "view" &&
			!view.securityInvoker &&
			view.reads.includes(key) &&
			!asksCaller(model, view) &&
			model.grants.some(
				({ objects, roles }) => objects.includes(name) && roles.some(isOfApplication(applicationRoles)),
			),
	)?.[1];
}

function revoked(key: string, view: View, grants: readonly Grant[], isOurs: (role: string) => boolean): Remedy {
	const roles = [...new Set(grants.flatMap((grant) => grant.roles.filter(isOurs)))];
	const steps = roles.map((role): Step => {
		const lost = grants.filter((grant) => grant.roles.includes(role));
		const privileges = lost.flatMap(({ privileges, columns }) =>
			privileges.map((each) => (columns.length > 0 ? `${each} (${columnList(columns)})` : each)),
		);
		return {
			sql: revokeOn(view, ["all"], [role]),
			phase: "finish",
			down: grantOn(view, [...new Set(privileges)], [role]),
			table: key,
		};
	});
	// What the application reads there has to come from somewhere else first.
	return { title: `Keep ${key} from the application`, steps, automatic: false };
}
