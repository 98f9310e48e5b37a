import { describe, expect, it } from "vitest";
import { PRODUCT, withPolicy } from "../../../src/core/rules/base/examples";
import { findingsIn } from "./checked";

/** Policies that ask who the caller is, and nothing of the row. */

const TENANT = "tenant_id = (SELECT current_setting('app.tenant_id')::uuid)";

async function said(sql: string): Promise<string[]> {
	return (await findingsIn(sql))
		.filter(
			({ rule, table }) => /^policy-(ignores-tenant|or-widens|subquery-loose)$/.test(rule) && table === "public.orders",
		)
		.map(({ rule, severity }) => `${severity} ${rule}`);
}

const asking = (condition: string) => said(withPolicy(`TO app_user USING (${condition})`));
const besides = (condition: string) =>
	said(
		`${withPolicy(`TO app_user USING (${TENANT})`)}CREATE POLICY more ON orders TO app_user USING (${condition});\n`,
	);

describe("a policy that asks for a login and no more", () => {
	it.each([
		"auth.role() = 'authenticated'",
		"(SELECT auth.uid()) IS NOT NULL",
		"auth.role() IN ('authenticated', 'anon')",
		"current_setting('app.user_id', true) <> ''",
		"current_user = 'app_user'",
		"auth.uid() IS NOT NULL AND auth.role() = 'authenticated'",
	])("opens all rows: %s", async (condition) => {
		expect(await asking(condition)).toEqual(["error policy-ignores-tenant"]);
		expect(await besides(condition)).toEqual(["error policy-or-widens"]);
		expect(await asking(`${TENANT} OR ${condition}`)).toEqual(["error policy-or-widens"]);
		expect(await asking(`${TENANT} AND ${condition}`)).toEqual([]);
	});

	it("opens what else it asks of the row", async () => {
		expect(await asking("auth.role() = 'authenticated' AND total > 0")).toEqual(["error policy-ignores-tenant"]);
		expect(await asking("auth.uid() IS NOT NULL AND (id = auth.uid() OR total = 0)")).toEqual([
			"error policy-ignores-tenant",
		]);
	});

	it.each([
		"auth.role() = 'service_role'",
		"id = auth.uid() OR auth.uid() IN (id, tenant_id)",
		"auth.uid() IN (id)",
		"auth.uid() IS NOT NULL AND id = auth.uid()",
	])("opens none where the rows are the caller's own, or the platform's: %s", async (condition) => {
		expect(await asking(condition)).toEqual([]);
	});

	it("says what a policy for one command does", async () => {
		const of = async (command: string) =>
			(
				await findingsIn(
					withPolicy(
						`FOR ${command} TO app_user ${command === "INSERT" ? "WITH CHECK" : "USING"} (auth.uid() IS NOT NULL)`,
					),
				)
			)
				.find(({ rule }) => rule === "policy-ignores-tenant")
				?.message.replace(/^.*, so /, "");
		expect(await of("SELECT")).toBe("orders shows every tenant's rows.");
		expect(await of("INSERT")).toBe("orders takes rows for any tenant.");
		expect(await of("UPDATE")).toBe("whoever may change orders changes every tenant's rows.");
		expect(await of("DELETE")).toBe("whoever may delete from orders deletes every tenant's rows.");
	});
});

describe("a policy that asks for a role", () => {
	/** Other tables, with policies that ask for `condition`. */
	const others = (condition: string) =>
		["notes", "files", "labels"]
			.map(
				(name) => `CREATE TABLE ${name} (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON ${name} TO app_user USING (${condition});\n`,
			)
			.join("");
	const HELPER =
		"CREATE FUNCTION my_role() RETURNS text LANGUAGE sql STABLE AS $$ SELECT current_setting('app.role', true) $$;\n";
	const withRoles = (asked: string, condition: string) =>
		said(
			withPolicy(`TO app_user USING (${condition})`).replace(
				"CREATE TABLE orders",
				`${HELPER}${others(asked)}CREATE TABLE orders`,
			),
		);

	it("opens the rows of all tenants where other policies bind that role to the tenant", async () => {
		expect(await withRoles(`${TENANT} AND my_role() = 'manager'`, "my_role() = 'manager'")).toEqual([
			"error policy-ignores-tenant",
		]);
		expect(
			await withRoles(`my_role() IN ('manager', 'clerk') AND ${TENANT}`, "(SELECT my_role()) IN ('root', 'clerk')"),
		).toEqual(["error policy-ignores-tenant"]);
		expect(await withRoles(`${TENANT} AND my_role() = 'manager'`, `${TENANT} OR my_role() = 'manager'`)).toEqual([
			"error policy-or-widens",
		]);
	});

	it("says nothing where no other policy does, or most let that role at everything", async () => {
		expect(await withRoles(`${TENANT} AND my_role() = 'manager'`, "my_role() = 'staff'")).toEqual([]);
		const everywhere = `my_role() = 'staff' OR (my_role() IN ('staff', 'manager')`;
		expect(await withRoles(`${everywhere} AND ${TENANT})`, "my_role() = 'staff'")).toEqual([]);
	});

	it("can't tell the product's own staff from a tenant's where the session says it", async () => {
		expect(await besides("current_setting('app.is_admin', true) = 'on'")).toEqual(["warning policy-or-widens"]);
		expect(await besides("auth.jwt() ->> 'role' = 'admin'")).toEqual(["warning policy-or-widens"]);
		expect(await besides("auth.jwt() ->> 'role' = 'super_admin'")).toEqual(["info policy-or-widens"]);
		expect(
			await said(
				`${PRODUCT}${withPolicy(`TO app_user USING (${TENANT} OR auth.jwt() ->> 'role' = 'admin')`).slice(PRODUCT.length)}`,
			),
		).toEqual([]);
	});
});
