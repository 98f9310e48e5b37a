import { alterView } from "../emit/view";
import type { View } from "../schema/model";
import { isMember, privilegesOn } from "../tenancy/enforcement";
import { isOnPlatform } from "../tenancy/platform";
import { PRODUCT } from "./base/examples";
import { isAlwaysTrue } from "./base/expressions";
import { isOfApplication } from "./base/privileges";
import { securedTables } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext } from "./base/rule";
import { bindsRows } from "./base/view-conditions";

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
			{
				title: "a helper function that the view asks knows the session's tenant",
				sql: `${PRODUCT}CREATE FUNCTION my_tenant() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT current_setting('app.tenant_id')::uuid $$;\nCREATE VIEW customer_list WITH (security_barrier = true) AS SELECT id, email FROM customers WHERE tenant_id = my_tenant();\nGRANT SELECT ON customer_list TO app_user;\n`,
			},
			{
				title: "the view belongs to a role that the table's policies are for",
				sql: `${PRODUCT}CREATE ROLE api;\nGRANT SELECT ON customers TO api;\nCREATE POLICY customers_api ON customers TO api USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid));\nCREATE VIEW customer_list AS SELECT id, email FROM customers;\nALTER VIEW customer_list OWNER TO api;\nGRANT SELECT ON customer_list TO app_user;\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const secured = securedTables(context);
		for (const [key, view] of context.model.views) {
			if (view.kind !== "view" || view.securityInvoker) continue;
			const read = readBy(context, view).find((name) => secured.has(name) && !isHeldFor(context, view, name));
			if (read === undefined) continue;
			if (bindsRows(context, view)) {
				const gap = isUnbound(context, view, read) ? gapOf(context, key, view) : null;
				if (gap !== null)
					yield { table: read, location: view.nameLocation, ...gap, remedies: () => invoke(context, key, view) };
				continue;
			}
			const isPerhaps = mayHold(context, view, read);
			yield {
				table: read,
				location: view.nameLocation,
				severity: isPerhaps ? "warning" : "error",
				message: isPerhaps
					? `The view ${key} reads ${read} with its owner's rights: if the owner is a superuser or has BYPASSRLS, the policies of that table don't hold in it.`
					: `The view ${key} reads ${read} with its owner's rights, so the policies of that table don't hold in it.`,
				help: "Set security_invoker = true on the view (PostgreSQL 15 and later).",
				remedies: () => (view.schema === "pg_temp" ? [] : invoke(context, key, view)),
			};
		}
	},
};

/** What the view reads, also through views that run as whoever asks them: here that is this view's owner. */
function readBy(context: RuleContext, view: View, seen: ReadonlySet<View> = new Set()): readonly string[] {
	const within = new Set([...seen, view]);
	return view.reads.flatMap((name) => {
		const inner = context.model.views.get(name);
		const passes = inner?.securityInvoker && !within.has(inner) && !bindsRows(context, inner);
		return passes ? readBy(context, inner, within) : [name];
	});
}

/**
 * Whether the view's owner is another role than the table's and bound by its policies, none of which shows everything: as
 * they ask for the session's tenant, the view shows no more than that. Whoever runs the files owns what names no owner, and
 * is none of the roles that they create.
 */
function isHeldFor({ model, tenantPolicies }: RuleContext, { owner }: View, key: string): boolean {
	const role = model.roles.get(owner ?? "");
	const table = model.tables.get(key);
	if (!role || role.bypassRls || role.superuser || !table) return false;
	if (!table.rls.forced && table.owner !== null && isMember(model, role.name, table.owner)) return false;
	return !tenantPolicies.some(
		(each) =>
			each.key === key &&
			each.policy.permissive &&
			each.using !== null &&
			isAlwaysTrue(each.using) &&
			each.policy.roles.some((of) => of === "public" || isMember(model, role.name, of)),
	);
}

/** Whether policies for every role bind the table's owner, too: then it depends on who runs the files, which they don't say. */
function mayHold({ model, tenantPolicies }: RuleContext, { owner }: View, key: string): boolean {
	const role = model.roles.get(owner ?? "");
	if (role?.bypassRls || role?.superuser || isOnPlatform(model)) return false;
	if (model.tables.get(key)?.rls.forced !== true) return false;
	const shows = tenantPolicies.filter(
		({ key: of, policy }) =>
			of === key && policy.permissive && (policy.command === "all" || policy.command === "select"),
	);
	return (
		shows.some(({ policy }) => policy.roles.includes("public")) &&
		!shows.some(({ policy, using }) => policy.roles.includes("public") && using !== null && isAlwaysTrue(using))
	);
}

/** Whether no policy of the table binds the view's owner, as far as the files say. */
function isUnbound({ model }: RuleContext, view: View, read: string): boolean {
	const owner = model.roles.get(view.owner ?? "");
	return owner?.bypassRls === true || owner?.superuser === true || model.tables.get(read)?.rls.forced !== true;
}

/** What a view that asks for the tenant by itself leaves open; null where nothing. */
function gapOf(context: RuleContext, key: string, view: View): { message: string; help: string } | null {
	if (!view.options?.some((option) => /^security_barrier(=(true|on|1))?$/i.test(option.replaceAll(/\s/g, ""))))
		return {
			message: `The view ${key} asks for the tenant and is no barrier: a function in the caller's WHERE sees the rows of other tenants before it does.`,
			help: "Set security_barrier = true on the view, or security_invoker = true (PostgreSQL 15 and later).",
		};
	const isOurs = isOfApplication(context.applicationRoles);
	const isWritten = context.model.grants.some(
		({ objects, roles, privileges }) =>
			objects.includes(key) && roles.some(isOurs) && privileges.some((each) => /^(insert|update)$/.test(each)),
	);
	// Only a view of one table can be written through by itself.
	if (!isWritten || view.reads.length !== 1 || /\bcheck\s+option\b/i.test(view.ending ?? "")) return null;
	return {
		message: `Through the view ${key}, rows can be written for any tenant: what it asks for is asked of what it shows alone.`,
		help: "Add WITH CHECK OPTION to the view, or set security_invoker = true (PostgreSQL 15 and later).",
	};
}

function invoke(context: RuleContext, key: string, view: View): Remedy[] {
	return [
		{
			title: `Let the view ${key} read with the rights of whoever asks`,
			steps: [
				{
					sql: alterView(view, "SET (security_invoker = true)"),
					phase: "finish",
					down: alterView(view, "RESET (security_invoker)"),
					table: key,
				},
			],
			automatic: mayRead(context, key, view),
		},
	];
}

/** Whether everybody who may read the view may read what it reads. */
function mayRead({ model, applicationRoles }: RuleContext, key: string, { reads }: View): boolean {
	const readers = (object: string) =>
		model.grants
			.filter(
				(each) => each.objects.includes(object) && each.privileges.includes("select") && each.columns.length === 0,
			)
			.flatMap(({ roles }) => roles);
	const granted = readers(key);
	const needed = granted.length > 0 ? granted : applicationRoles;
	// Where the files grant nothing at all, one role does everything, and may read both.
	if (needed.length === 0) return !model.grants.some(({ objectKind }) => objectKind === "table");
	return reads.every((read) => {
		const table = model.tables.get(read);
		const isOpenTo = (role: string) =>
			readers(read).some((each) => each === role || each === "public") ||
			(table !== undefined && privilegesOn(model, table, [role, "public"]).has("select"));
		return needed.every(isOpenTo);
	});
}
