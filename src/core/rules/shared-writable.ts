import type { Node } from "@pgsql/types";
import { quoteName, quoteRole } from "../emit/identifier";
import type { Step } from "../emit/step";
import { type Policy, qualified, type Table } from "../schema/model";
import { as } from "../schema/tree";
import { isLedger } from "../tenancy/vocabulary";
import type { Location } from "../text/span";
import { isSignedIn, openingOf } from "./base/callers";
import { PRODUCT, withPolicy } from "./base/examples";
import { columnOf, isAlwaysTrue, isNullTest, joinedBy } from "./base/expressions";
import { concernsTenants } from "./base/policies";
import { isOfApplication, mayWrite } from "./base/privileges";
import { shown } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext, TenantPolicy } from "./base/rule";
import { hasColumns } from "./base/session";

const LABELS = `${PRODUCT}CREATE TABLE labels (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid REFERENCES tenants, name text NOT NULL);
CREATE INDEX labels_tenant_id_idx ON labels (tenant_id);
ALTER TABLE labels ENABLE ROW LEVEL SECURITY;
ALTER TABLE labels FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON labels TO app_user;
`;
const TENANT = "tenant_id = (SELECT current_setting('app.tenant_id')::uuid)";
const PLANS = `${PRODUCT}CREATE TABLE plans (code text PRIMARY KEY, seats int NOT NULL);
INSERT INTO plans VALUES ('free', 3), ('team', 20);
`;

export const sharedWritable: Rule = {
	id: "shared-writable",
	summary: "A tenant may change what all tenants read.",
	severity: "warning",
	doc: {
		why: "Rows that belong to no tenant, settings of the product, and tables that it fills, look the same to every tenant. Whoever may change them while working for one tenant changes them for all: a price, a permission, a template with a link in it.",
		remedy:
			"Let policies show rows without a tenant for SELECT alone, and ask for the tenant in those that write. Grant the application SELECT on what your migrations fill.",
		sources: [
			{ title: "PostgreSQL: CREATE POLICY", url: "https://www.postgresql.org/docs/current/sql-createpolicy.html" },
			{ title: "PostgreSQL: GRANT", url: "https://www.postgresql.org/docs/current/sql-grant.html" },
		],
		bad: `${LABELS}CREATE POLICY labels_tenant_isolation ON labels TO app_user USING (tenant_id IS NULL OR ${TENANT});\n`,
		good: `${LABELS}CREATE POLICY labels_read ON labels FOR SELECT TO app_user USING (tenant_id IS NULL OR ${TENANT});\nCREATE POLICY labels_write ON labels TO app_user USING (${TENANT});\n`,
		traps: [
			{
				title: "the application only reads what the files fill, and the product's own service writes it",
				sql: `${PLANS}GRANT SELECT ON plans TO app_user;\nALTER TABLE plans ENABLE ROW LEVEL SECURITY;\nALTER TABLE plans FORCE ROW LEVEL SECURITY;\nCREATE POLICY plans_read ON plans FOR SELECT TO app_user USING (true);\nCREATE ROLE service_role BYPASSRLS;\nCREATE POLICY plans_write ON plans TO service_role USING (true);\n`,
			},
			{
				title: "rows always have a tenant",
				sql: withPolicy(`TO app_user USING (tenant_id IS NULL OR ${TENANT})`),
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const each of context.tenantPolicies) {
			if (!writesRowsOfNobody(context, each)) continue;
			const { key, table, policy } = each;
			yield {
				table: key,
				location: policy.location,
				message: `Policy ${policy.name} lets every tenant write rows of ${shown(table)} that belong to none and are shown to all.`,
				help: "Show rows without a tenant in a policy for SELECT alone, and ask for the tenant in those that write.",
			};
		}
		const { model, tenancy } = context;
		if (tenancy.enforcement !== "rls") return;
		for (const [key, table] of model.tables) {
			const { scope } = tenancy.tables.get(key) ?? {};
			const open = scope === "shared" || scope === "unscoped" ? openPolicies(context, table) : [];
			for (const { policy, write } of open)
				yield {
					table: key,
					location: policy.location,
					severity: "error",
					message: `Policy ${policy.name} asks for a login at most, so people of any tenant may ${write} all rows of ${shown(table)}, which nothing says to be theirs.`,
					help: HELP[write],
				};
			if (!model.seeded.has(key) || tenancy.tables.get(key)?.scope !== "shared" || isLedger(table.name)) continue;
			const grant = table.rls.enabled ? undefined : writeGrant(context, key);
			if (!grant) continue;
			yield {
				table: key,
				location: grant,
				message: `This lets the application change ${shown(table)}, which the files fill and all tenants read.`,
				help: "Grant SELECT alone, and let migrations write it.",
				remedies: () => revoke(context, table),
			};
		}
	},
};

/** What a policy lets people of all tenants do to every row. */
type Write = "change" | "delete";

const HELP: Readonly<Record<Write, string>> = {
	change:
		"Leave writing to the product itself: drop the policy, give it TO service_role or the like, or ask for a right of the product's own staff.",
	delete:
		"DELETE never asks WITH CHECK: ask for the right of the product's own staff in USING, or drop the policy, or give it TO service_role or the like.",
};

/** The policies by which people of all tenants may change or delete every row. What is only added, as a message to the product, changes nothing. */
function openPolicies(context: RuleContext, table: Table): { policy: Policy; write: Write }[] {
	if (!table.rls.enabled || isLedger(table.name)) return [];
	return table.policies.flatMap((policy) => {
		const write = openWrite(context, table, policy);
		return write ? [{ policy, write }] : [];
	});
}

/** The most that a policy opens: a row that is changed has to pass WITH CHECK, too, and one that is deleted doesn't. */
function openWrite(context: RuleContext, table: Table, policy: Policy): Write | null {
	const { permissive, command, using, check } = policy;
	if (!permissive || command === "select" || command === "insert" || !concernsTenants(context.model, policy))
		return null;
	if (!isOpen(context, using)) return null;
	const may = (write: "update" | "delete") => mayWrite(context, table, write, table.columns[0]?.name ?? "");
	if (command !== "delete" && (check === null || isOpen(context, check)) && may("update")) return "change";
	return command !== "update" && may("delete") ? "delete" : null;
}

/** Whether it is true for whoever is signed in, or for everybody. */
function isOpen({ expression }: RuleContext, sql: string | null): boolean {
	const condition = sql === null ? null : expression(sql);
	if (condition === null) return false;
	return joinedBy(condition, "OR_EXPR").some((arm) =>
		joinedBy(arm, "AND_EXPR").every((each) => isAlwaysTrue(each) || isSignedIn(each)),
	);
}

function writesRowsOfNobody(context: RuleContext, each: TenantPolicy): boolean {
	const { table, own, policy, using, check } = each;
	const column = table.columns.find(({ name }) => name === own.tenantColumn);
	if (!policy.permissive || policy.command === "select" || !column || column.notNull) return false;
	if (!(["insert", "update"] as const).some((command) => mayWrite(context, table, command, column.name))) return false;
	const isNobody = (part: Node) => isNullTest(part) && columnOf(as(part, "NullTest")?.arg) === column.name;
	const isStaff = (part: Node) => !hasColumns(part) && openingOf(context, each, part) === null;
	// An alternative lets a row through because it has no tenant, whoever asks but the product's own staff.
	return [using, check].some(
		(condition) =>
			condition !== null &&
			joinedBy(condition, "OR_EXPR").some((arm) => {
				const parts = joinedBy(arm, "AND_EXPR");
				return parts.some(isNobody) && !parts.some(isStaff);
			}),
	);
}

const WRITES = ["insert", "update", "delete"];

function grantsOf({ model, applicationRoles }: RuleContext, key: string) {
	return model.grants.filter(
		({ objectKind, objects, roles, privileges }) =>
			objectKind === "table" &&
			objects.includes(key) &&
			roles.some(isOfApplication(applicationRoles)) &&
			privileges.some((each) => WRITES.includes(each)),
	);
}

function writeGrant(context: RuleContext, key: string): Location | undefined {
	return grantsOf(context, key)[0]?.location;
}

function revoke(context: RuleContext, table: Table): Remedy[] {
	const key = qualified(table);
	const steps = grantsOf(context, key).map(({ privileges, roles }): Step => {
		const list = privileges
			.filter((each) => WRITES.includes(each))
			.join(", ")
			.toUpperCase();
		const names = roles.map(quoteRole).join(", ");
		return {
			sql: `REVOKE ${list} ON ${quoteName(table)} FROM ${names}`,
			phase: "finish",
			down: `GRANT ${list} ON ${quoteName(table)} TO ${names}`,
			table: key,
		};
	});
	// An administrator's page of the product may write it.
	return [{ title: `Let the application only read ${shown(table)}`, steps, automatic: false }];
}
