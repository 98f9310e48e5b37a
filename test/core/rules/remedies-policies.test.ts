import { describe, expect, it } from "vitest";
import { RULES } from "../../../src/core/rules";
import { PRODUCT, withPolicy } from "../../../src/core/rules/base/examples";
import { editedInPlace, mended } from "./mended";

const MENDED = [
	"policy-always-true",
	"policy-null-opens",
	"policy-ignores-tenant",
	"policy-literal-tenant",
	"policy-insert-unchecked",
	"policy-check-weaker",
	"policy-per-row-call",
	"policy-setting-missing-ok",
	"policy-to-public",
	"view-not-invoker",
	"matview-exposes",
	"function-search-path",
	"grant-truncate",
	"role-bypasses-rls",
];
const badOf = (id: string) => RULES.find((rule) => rule.id === id)?.doc.bad ?? "";
const TENANT = "tenant_id = (SELECT current_setting('app.tenant_id')::uuid)";
const ALTER = "ALTER POLICY orders_tenant_isolation ON public.orders\n\t";

/** The ALTER POLICY statements that mend the only policy of the orders, without what they all begin with. */
function amended(policy: string, rule: string, before = ""): string[] {
	return mended(before + withPolicy(policy), rule).sql.map((sql) => sql.replace(ALTER, ""));
}

describe.each(MENDED)("%s", (id) => {
	it("leaves nothing to find, and SQL that reads well", () => {
		const { before, after, left } = mended(badOf(id), id);
		expect(left).not.toContain(id);
		expect(after.problems).toEqual(before.problems);
		expect(after.statements.failed).toBe(0);
	});
	it("brings no other finding that was not there", () => {
		const { before, left } = mended(badOf(id), id);
		const known = before.findings.map(({ rule }) => rule);
		expect(left.filter((rule) => !known.includes(rule))).toEqual([]);
	});
	it("has a way back", () => {
		for (const step of mended(badOf(id), id).steps) expect(step.down).not.toBeNull();
	});
	it("says the same in place, where it can be edited", () => {
		const text = editedInPlace(badOf(id), id);
		if (text !== null) expect(mended(text, id).before.findings.map(({ rule }) => rule)).not.toContain(id);
	});
});

it.each([
	"policy-always-true",
	"policy-null-opens",
	"policy-check-weaker",
	"policy-insert-unchecked",
	"policy-to-public",
	"function-search-path",
])("%s edits the statement in force", (id) => {
	expect(editedInPlace(badOf(id), id)).not.toBeNull();
});

describe("the condition of a policy", () => {
	it("for INSERT is its WITH CHECK", () => {
		expect(amended("FOR INSERT TO app_user WITH CHECK (true)", "policy-always-true")).toEqual([
			`WITH CHECK (${TENANT})`,
		]);
	});
	it("for SELECT or DELETE is its USING alone", () => {
		for (const command of ["SELECT", "DELETE"])
			expect(amended(`FOR ${command} TO app_user USING (true)`, "policy-always-true")).toEqual([`USING (${TENANT})`]);
	});
	it("for everything is both where both are given", () => {
		expect(amended("TO app_user USING (true) WITH CHECK (true)", "policy-always-true")).toEqual([
			`USING (${TENANT})\n\tWITH CHECK (${TENANT})`,
		]);
		expect(amended("TO app_user USING (true) WITH CHECK (total > 0)", "policy-always-true")).toEqual([
			`USING (${TENANT})\n\tWITH CHECK (${TENANT} AND total > 0)`,
		]);
	});
	it("is found where only WITH CHECK of a policy for everything lets all through", () => {
		expect(amended("TO app_user WITH CHECK (true)", "policy-always-true")).toEqual([`WITH CHECK (${TENANT})`]);
	});
	it("keeps what the author asks for besides the tenant", () => {
		expect(amended("TO app_user USING (total > 0 OR total IS NULL)", "policy-ignores-tenant")).toEqual([
			`USING (${TENANT} AND (total > 0 OR total IS NULL))`,
		]);
		expect(
			amended(
				"TO app_user USING (total BETWEEN 1 AND 2 AND tenant_id = '6a5c0f0a-0000-4000-8000-000000000001')",
				"policy-literal-tenant",
			),
		).toEqual([`USING (${TENANT} AND total BETWEEN 1 AND 2)`]);
		expect(amended(`TO app_user USING (${TENANT}) WITH CHECK (total > 0)`, "policy-check-weaker")).toEqual([
			`WITH CHECK (${TENANT} AND total > 0)`,
		]);
	});
	it("does not take over what USING asks of the row's state", () => {
		expect(amended(`TO app_user USING (${TENANT} AND total > 0) WITH CHECK (true)`, "policy-check-weaker")).toEqual([
			`WITH CHECK (${TENANT})`,
		]);
	});
	it("is not swallowed by a comment between", () => {
		expect(
			amended(
				`TO app_user USING (total > 0 -- paid, or
    AND tenant_id = '6a5c0f0a-0000-4000-8000-000000000001' -- ours
    AND CASE WHEN total > 1 AND total < 3 THEN true ELSE false END -- more
  )`,
				"policy-literal-tenant",
			),
		).toEqual([`USING (${TENANT} AND total > 0 AND CASE WHEN total > 1 AND total < 3 THEN true ELSE false END)`]);
	});
	it("loses only the alternatives for a session without a tenant", () => {
		expect(
			amended(
				`TO app_user USING (((current_setting('app.tenant_id', true) IS NULL) OR nullif(current_setting('app.tenant_id', true), '') IS NULL OR current_setting('app.tenant_id', true) = '' /* or */ OR (${TENANT} AND total > 0)))`,
				"policy-null-opens",
			),
		).toEqual([`USING (${TENANT} AND total > 0)`]);
	});
});

describe("policies of one table", () => {
	const two = `${withPolicy("TO app_user USING (true)")}CREATE POLICY "Second one" ON orders TO app_user USING (1 = 1);\n`;

	it("are mended one by one, so that none that still opens it is hidden", () => {
		const { sql, left } = mended(two, "policy-always-true");
		expect(sql).toEqual([
			`${ALTER}USING (${TENANT})`,
			`ALTER POLICY "Second one" ON public.orders\n\tUSING (${TENANT})`,
		]);
		expect(left).not.toContain("policy-always-true");
	});
	it("are each found where a setting may be missing", () => {
		const lenient = "(tenant_id = (SELECT current_setting('app.tenant_id', true)::uuid))";
		const sql = `${withPolicy(`TO app_user USING ${lenient}`)}CREATE POLICY other ON orders TO app_user USING ${lenient};\n`;
		expect(mended(sql, "policy-setting-missing-ok").sql).toHaveLength(2);
	});
	it("are edited where they stand", () => {
		expect(editedInPlace(two, "policy-always-true")).toContain(`USING (${TENANT});\nCREATE POLICY "Second one"`);
	});
});

it("quotes mixed-case names, and finds conditions behind text that is not ASCII", () => {
	const sql = `${PRODUCT}CREATE TABLE "Order Items" (id uuid PRIMARY KEY, "tenantId" uuid NOT NULL REFERENCES tenants);
CREATE INDEX ON "Order Items" ("tenantId");
ALTER TABLE "Order Items" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Order Items" FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON "Order Items" TO app_user;
CREATE POLICY "Für alle: ""Ä"" 🙂" ON "Order Items" TO app_user
  USING (/* 🙂 für alle */ current_setting('app.tenänt', true) IS NULL OR "tenantId" = current_setting('app.tenänt', true)::uuid);
`;
	const { sql: statements } = mended(sql, "policy-null-opens");
	expect(statements).toEqual([
		`ALTER POLICY "Für alle: ""Ä"" 🙂" ON public."Order Items"\n\tUSING ("tenantId" = current_setting('app.tenänt', true)::uuid)`,
	]);
	const once = mended(sql, "policy-per-row-call").sql[0];
	expect(once).toContain(
		"(SELECT current_setting('app.tenänt', true)) IS NULL OR \"tenantId\" = (SELECT current_setting('app.tenänt', true)::uuid)",
	);
});

describe("a call for each row", () => {
	const once = (condition: string, before = "") =>
		amended(`TO app_user USING (${condition})`, "policy-per-row-call", before);

	it("is wrapped with the cast, NULLIF or COALESCE around it", () => {
		for (const call of [
			"current_setting('app.tenant_id')",
			"pg_catalog.current_setting ( 'app.tenant_id' )::uuid",
			"CAST(current_setting('app.tenant_id') AS uuid)",
			"nullif(current_setting('app.tenant_id', true), '')::uuid",
			"coalesce(current_setting('app.tenant_id', true), ')')::character varying(20)",
			"(current_setting('app.tenant_id'))::uuid",
		])
			expect(once(`tenant_id = ${call}`)).toEqual([`USING (tenant_id = (SELECT ${call}))`]);
	});
	it("is wrapped alone where the rest is of the row, or is no call", () => {
		expect(once("tenant_id = (auth.jwt() ->> 'tenant_id')::uuid AND total > 0")).toEqual([
			"USING (tenant_id = ((SELECT auth.jwt()) ->> 'tenant_id')::uuid AND total > 0)",
		]);
		expect(once("coalesce(current_setting('app.tenant_id'), id::text) = tenant_id::text")).toEqual([
			"USING (coalesce((SELECT current_setting('app.tenant_id')), id::text) = tenant_id::text)",
		]);
	});
	it("is left alone within a subquery", () => {
		expect(once("tenant_id IN (SELECT current_setting('a')::uuid) OR tenant_id = my_tenant()")).toEqual([
			"USING (tenant_id IN (SELECT current_setting('a')::uuid) OR tenant_id = (SELECT my_tenant()))",
		]);
	});
	it("keeps its array behind ANY", () => {
		const before = "CREATE FUNCTION my_tenants() RETURNS uuid[] LANGUAGE sql STABLE AS 'SELECT NULL::uuid[]';\n";
		expect(once("tenant_id = ANY (my_tenants())", before)).toEqual([
			"USING (tenant_id = ANY ((SELECT my_tenants())::uuid[]))",
		]);
		expect(once("tenant_id = ANY (string_to_array(current_setting('a'), ',')::uuid[])")).toEqual([
			"USING (tenant_id = ANY ((SELECT string_to_array(current_setting('a'), ','))::uuid[]))",
		]);
		// What it returns isn't known, so the cast isn't.
		expect(once("tenant_id = ANY (elsewhere())")).toEqual([]);
	});
	it("is wrapped in WITH CHECK, too", () => {
		expect(amended("FOR INSERT TO app_user WITH CHECK (tenant_id = my_tenant())", "policy-per-row-call")).toEqual([
			"WITH CHECK (tenant_id = (SELECT my_tenant()))",
		]);
		const own = "tenant_id = current_setting('app.tenant_id')::uuid";
		const wrapped = "tenant_id = (SELECT current_setting('app.tenant_id')::uuid)";
		expect(amended(`TO app_user USING (${own}) WITH CHECK (${own})`, "policy-per-row-call")).toEqual([
			`USING (${wrapped})\n\tWITH CHECK (${wrapped})`,
		]);
	});
});

it("leaves settings that may be missing alone where they say something else than the tenant", () => {
	const policy = `TO app_user USING (current_setting('app.support', true) = 'on' OR tenant_id = (SELECT current_setting('app.tenant_id', true)::uuid))`;
	expect(amended(policy, "policy-setting-missing-ok")).toEqual([]);
});

describe("what needs a decision", () => {
	const undecided = (sql: string, rule: string) => mended(sql, rule, false).sql;

	it("is asked for where everybody may be meant to read", () => {
		expect(undecided(withPolicy("FOR SELECT TO app_user USING (true)"), "policy-always-true")).toEqual([]);
		expect(undecided(withPolicy("FOR SELECT TO app_user USING (total > 0)"), "policy-ignores-tenant")).toEqual([]);
		expect(undecided(withPolicy("TO app_user USING (true)"), "policy-always-true")).toHaveLength(1);
	});
	it("is asked for where the application loses something", () => {
		for (const id of ["matview-exposes", "role-bypasses-rls", "policy-setting-missing-ok"])
			expect(undecided(badOf(id), id)).toEqual([]);
	});
	it("is asked for where a view's readers may not read what it reads", () => {
		expect(undecided(badOf("view-not-invoker"), "view-not-invoker")).toHaveLength(1);
		const closed = `${badOf("view-not-invoker")}CREATE ROLE reader; GRANT SELECT ON customer_list TO reader;\n`;
		expect(undecided(closed, "view-not-invoker")).toEqual([]);
	});
	it("is not made up where nobody says how the tenant is known", () => {
		const sql = (tenant: string) =>
			withPolicy("TO app_user USING (true)").replaceAll("current_setting('app.tenant_id')::uuid", tenant);
		expect(mended(sql("(auth.jwt() -> 'user_metadata' ->> 'tenant')::uuid"), "policy-always-true").sql).toEqual([]);
		expect(mended(sql("auth.uid()"), "policy-always-true").sql).toHaveLength(1);
	});
});

describe("roles", () => {
	const policy = (grants: string) =>
		mended(`${withPolicy(`USING (${TENANT})`)}CREATE ROLE "Reports";\n${grants}`, "policy-to-public").sql;

	it("are those that use the table", () => {
		expect(policy("")).toEqual([`${ALTER}TO app_user`]);
		expect(policy('GRANT SELECT ON orders TO "Reports";')).toEqual([`${ALTER}TO app_user, "Reports"`]);
	});
	it("lose each wide grant by its table", () => {
		const sql = `${PRODUCT}GRANT ALL ON customers, tenants TO app_user, PUBLIC;\n`;
		expect(mended(sql, "grant-truncate").sql).toEqual([
			"REVOKE TRUNCATE, REFERENCES ON public.tenants FROM app_user",
			"REVOKE TRUNCATE, REFERENCES ON public.tenants FROM PUBLIC",
			"REVOKE TRUNCATE, REFERENCES ON public.customers FROM app_user",
			"REVOKE TRUNCATE, REFERENCES ON public.customers FROM PUBLIC",
		]);
	});
	it("lose both attributes that policies don't bind", () => {
		const sql = PRODUCT.replace("CREATE ROLE app_user;", "CREATE ROLE app_user SUPERUSER BYPASSRLS;");
		expect(mended(sql, "role-bypasses-rls").steps[0]).toMatchObject({
			sql: "ALTER ROLE app_user NOBYPASSRLS NOSUPERUSER",
			down: "ALTER ROLE app_user BYPASSRLS SUPERUSER",
		});
	});
});

describe("a function's search_path", () => {
	const set = (functions: string) => mended(`${PRODUCT}CREATE SCHEMA app;\n${functions}`, "function-search-path").sql;

	it("has its own schema, and those that its body needs", () => {
		expect(
			set("CREATE FUNCTION app.f() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM customers';"),
		).toEqual(["ALTER FUNCTION app.f() SET search_path = app, public, pg_temp"]);
	});
	it("is set for the overload that is meant, by its input types", () => {
		expect(
			set(`CREATE TYPE "Mood" AS ENUM ('good');
CREATE FUNCTION "F"(a "Mood", b integer[], OUT c text, VARIADIC d varchar[]) LANGUAGE sql SECURITY DEFINER AS 'SELECT NULL::text';
CREATE FUNCTION "F"() RETURNS text LANGUAGE sql AS 'SELECT NULL::text';
CREATE PROCEDURE p(INOUT a integer, OUT b integer) LANGUAGE sql SECURITY DEFINER AS 'SELECT 1, 1';`),
		).toEqual([
			'ALTER FUNCTION public."F"(public."Mood", integer[], character varying[]) SET search_path = public, pg_temp',
			"ALTER PROCEDURE public.p(integer) SET search_path = public, pg_temp",
		]);
	});
	it("is no edit behind a body that has to stay last", () => {
		const sql = `${PRODUCT}CREATE FUNCTION f() RETURNS integer LANGUAGE sql SECURITY DEFINER RETURN 1;\n`;
		expect(mended(sql, "function-search-path").sql).toHaveLength(1);
		expect(editedInPlace(sql, "function-search-path")).toBeNull();
	});
});

it("edits nothing within a string that EXECUTE runs, nor what a later statement changed", () => {
	const policy = "CREATE POLICY all_rows ON orders TO app_user USING (true)";
	const inString = `${withPolicy("TO app_user USING (false)")}DO $$ BEGIN EXECUTE '${policy}'; END $$;\n`;
	expect(mended(inString, "policy-always-true").sql).toHaveLength(1);
	expect(editedInPlace(inString, "policy-always-true")).toBeNull();
	const changed = `${withPolicy("TO app_user USING (total > 0)")}ALTER POLICY orders_tenant_isolation ON orders USING (true);\n`;
	expect(mended(changed, "policy-always-true").sql).toHaveLength(1);
	expect(editedInPlace(changed, "policy-always-true")).toBeNull();
});
