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
		expect(await said(withPolicy(`FOR SELECT TO app_user USING (${condition})`))).toEqual([]);
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
		"CREATE FUNCTION my_role() RETURNS text LANGUAGE sql STABLE AS 'SELECT current_setting(''app.role'', true)';\n";
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

	it("knows a role that a helper binds to the tenant which policies give it", async () => {
		const may = (condition: string) => {
			const helper = `CREATE FUNCTION may(of_tenant uuid) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT my_role() = 'root' OR (${condition}) $$;\n`;
			const sql = (asked: string) =>
				withPolicy(`TO app_user USING (${asked})`).replace(
					"CREATE TABLE orders",
					() => `${HELPER}${helper}${others("may(tenant_id)")}CREATE TABLE orders`,
				);
			return async (asked: string) => await said(sql(asked));
		};
		const bound = may("my_role() IN ('manager') AND current_setting('app.tenant_id')::uuid = of_tenant");
		expect(await bound("my_role() = 'manager'")).toEqual(["error policy-ignores-tenant"]);
		expect(await bound("my_role() = 'root'")).toEqual([]);
		expect(await may("my_role() = 'manager'")("my_role() = 'manager'")).toEqual([]);
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

describe("a policy that asks a helper function who is listed", () => {
	const helped = (policy: string, { name = "is_admin", tenant = "uuid NOT NULL" } = {}) =>
		said(
			withPolicy(`TO app_user USING (${policy})`).replace(
				"CREATE TABLE orders",
				`CREATE TABLE members (user_id uuid PRIMARY KEY, tenant_id ${tenant} REFERENCES tenants, role text NOT NULL);
CREATE FUNCTION my_role() RETURNS text LANGUAGE sql STABLE AS 'SELECT role FROM members WHERE user_id = auth.uid()';
CREATE FUNCTION ${name}() RETURNS boolean LANGUAGE sql STABLE AS 'SELECT my_role() = ''admin''';
CREATE TABLE orders`,
			),
		);

	it("opens the rows of all tenants to whoever is listed for one", async () => {
		expect(await helped("is_admin()")).toEqual(["error policy-ignores-tenant"]);
		expect(await helped("(SELECT is_admin()) AND total > 0")).toEqual(["error policy-ignores-tenant"]);
		expect(await helped("my_role() IN ('admin', 'owner')")).toEqual(["error policy-ignores-tenant"]);
		expect(await helped(`${TENANT} OR is_admin()`)).toEqual(["error policy-or-widens"]);
	});

	it("may mean the product's own staff, where some are listed for no tenant", async () => {
		expect(await helped("is_admin()", { tenant: "uuid" })).toEqual(["warning policy-ignores-tenant"]);
	});

	it("says nothing where the tenant is asked for as well, or the staff's name is", async () => {
		expect(await helped(`${TENANT} AND is_admin()`)).toEqual([]);
		expect(await helped("is_platform_admin()", { name: "is_platform_admin" })).toEqual([]);
		expect(await helped("my_role() = 'superuser'")).toEqual([]);
	});
});

describe("a policy whose subquery asks who is listed", () => {
	const listed = (role: string, tenant: string) =>
		said(
			withPolicy(
				`TO app_user USING (EXISTS (SELECT FROM members WHERE members.user_id = auth.uid() AND members.role IN (${role})))`,
			).replace(
				"CREATE TABLE orders",
				`CREATE TABLE members (user_id uuid PRIMARY KEY, tenant_id ${tenant} REFERENCES tenants, role text NOT NULL);\nCREATE TABLE orders`,
			),
		);

	it("opens all rows, unless the product's own staff is meant", async () => {
		expect(await listed("'owner', 'admin'", "uuid NOT NULL")).toEqual(["error policy-subquery-loose"]);
		expect(await listed("'super_admin', 'admin'", "uuid NOT NULL")).toEqual(["error policy-subquery-loose"]);
		expect(await listed("'super_admin', 'admin'", "uuid")).toEqual(["warning policy-subquery-loose"]);
		expect(await listed("'super_admin', 'support'", "uuid NOT NULL")).toEqual([]);
	});
});

describe("a policy that lets people write rows of their own", () => {
	const MEMBERS = `${PRODUCT}CREATE TABLE members (user_id uuid NOT NULL, tenant_id uuid NOT NULL REFERENCES tenants, PRIMARY KEY (user_id, tenant_id));
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON members TO app_user;
CREATE FUNCTION my_tenants() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER AS 'SELECT tenant_id FROM public.members WHERE user_id = auth.uid()';
CREATE TABLE notes (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
`;
	const joining = async (command: string, condition: string, notes = TENANT, more = "") =>
		(
			await findingsIn(`${MEMBERS}CREATE POLICY own ON members FOR ${command} TO app_user ${command === "INSERT" ? "WITH CHECK" : "USING"} (${condition});
CREATE POLICY notes_of_members ON notes TO app_user USING (${notes});\n${more}`)
		)
			.filter(({ rule }) => /^policy-(ignores-tenant|user-editable)$/.test(rule))
			.map(({ severity, rule, table }) => `${severity} ${rule} ${table}`);

	it("lets them write among another tenant's", async () => {
		for (const command of ["INSERT", "UPDATE", "ALL"])
			expect(await joining(command, "user_id = auth.uid() AND user_id IS NOT NULL")).toEqual([
				"warning policy-ignores-tenant public.members",
			]);
	});

	it("lets them into the tenant, where another policy asks there who belongs to it, by itself or over a function", async () => {
		for (const notes of [
			"tenant_id IN (SELECT tenant_id FROM members WHERE user_id = auth.uid())",
			"tenant_id IN (SELECT my_tenants())",
		])
			expect(await joining("INSERT", "user_id = auth.uid()", notes)).toEqual([
				"warning policy-ignores-tenant public.members",
				"error policy-user-editable public.members",
			]);
	});

	it("says so once, whatever the number of policies that ask there", async () => {
		const sql = `${PRODUCT}CREATE TABLE members (tenant_id uuid NOT NULL REFERENCES tenants, user_id uuid NOT NULL, PRIMARY KEY (tenant_id, user_id));
CREATE TABLE notes (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY joins ON members FOR INSERT WITH CHECK (user_id = auth.uid());
CREATE POLICY reads ON notes FOR SELECT USING (tenant_id IN (SELECT tenant_id FROM members WHERE user_id = auth.uid()));
CREATE POLICY removes ON notes FOR DELETE USING (tenant_id IN (SELECT tenant_id FROM members WHERE user_id = auth.uid()));
GRANT SELECT, INSERT, DELETE ON members, notes TO app_user;`;
		const found = (await findingsIn(sql)).filter(({ rule }) => rule === "policy-user-editable");
		expect(found.map(({ message }) => message)).toEqual([
			"Policy joins lets users insert their own rows of members with any tenant_id, and 2 policies of notes, reads the first, take the tenant from there.",
		]);
	});

	it.each([
		["SELECT what = (SELECT raw_user_meta_data ->> 'role' FROM auth.users WHERE id = auth.uid())", 1],
		["SELECT what = auth.jwt() -> 'user_metadata' ->> 'role'", 1],
		["SELECT what = auth.jwt() -> 'app_metadata' ->> 'role' -- never user_metadata", 0],
	])(
		"says once where the functions that policies ask believe what users say of themselves: %s",
		async (body, found) => {
			const sql = `${MEMBERS}CREATE FUNCTION has_role(what text) RETURNS boolean LANGUAGE sql AS $$ ${body} $$;
CREATE FUNCTION is_inspector() RETURNS boolean LANGUAGE sql AS $$ SELECT has_role('inspector') $$;
CREATE POLICY inspected ON members FOR SELECT USING (is_inspector()); CREATE POLICY inspected ON notes FOR SELECT USING (is_inspector());`;
			const messages = (await findingsIn(sql))
				.filter(({ rule }) => rule === "policy-user-editable")
				.map((f) => f.message);
			expect(messages).toEqual(
				found === 0
					? []
					: [
							"has_role reads user_metadata, which users change themselves, and 2 policies of 2 tables, inspected of members the first, believe it.",
						],
			);
		},
	);

	it.each([
		["INSERT", "user_id = auth.uid() AND tenant_id = (SELECT current_setting('app.tenant_id')::uuid)"],
		["INSERT", "user_id = auth.uid() AND EXISTS (SELECT FROM customers WHERE customers.tenant_id = members.tenant_id)"],
		["DELETE", "user_id = auth.uid()"],
		["SELECT", "user_id = auth.uid()"],
	])("says nothing where the tenant is asked for, or no row is written: FOR %s %s", async (command, condition) => {
		expect(await joining(command, condition)).toEqual([]);
	});

	it("says nothing where the tenant can't be written, or a trigger may see to it", async () => {
		expect(
			await joining("UPDATE", "user_id = auth.uid()", TENANT, "REVOKE UPDATE ON members FROM app_user;\n"),
		).toEqual([]);
		const trigger = "CREATE TRIGGER own_tenant BEFORE INSERT ON members FOR EACH ROW EXECUTE FUNCTION own_tenant();\n";
		expect(await joining("INSERT", "user_id = auth.uid()", TENANT, trigger)).toEqual([]);
	});

	it.each([
		["NEW.changed_at := now(); RETURN NEW;", 1],
		["IF NEW.changed_at < OLD.changed_at THEN RAISE 'backwards'; END IF; RETURN NEW;", 1],
		["NEW.tenant_id := OLD.tenant_id; RETURN NEW;", 0],
		["PERFORM keeps(OLD, NEW); RETURN NEW;", 0],
		["RETURN OLD;", 0],
	])("sees whether a trigger looks at the tenant, or only notes when the row was changed: %s", async (body, found) => {
		const trigger = `CREATE FUNCTION before_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} END $$;
CREATE TRIGGER before_change BEFORE UPDATE ON members FOR EACH ROW EXECUTE FUNCTION before_change();\n`;
		expect(await joining("UPDATE", "user_id = auth.uid()", TENANT, trigger)).toHaveLength(found);
	});

	it("is told of, too, where a trigger only keeps the time", async () => {
		const trigger = `CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.changed := now(); RETURN NEW; END';
CREATE TRIGGER touch BEFORE UPDATE ON members FOR EACH ROW EXECUTE FUNCTION touch();\n`;
		expect(await joining("UPDATE", "user_id = auth.uid()", TENANT, trigger)).toEqual([
			"warning policy-ignores-tenant public.members",
		]);
	});

	it("is told of, too, where another alternative asks for the tenant", async () => {
		const notes = "tenant_id IN (SELECT my_tenants())";
		for (const condition of [
			"user_id = auth.uid() OR tenant_id IN (SELECT my_tenants())",
			`${TENANT} OR user_id = auth.uid()`,
		])
			expect(await joining("ALL", condition, notes)).toContain("error policy-user-editable public.members");
	});
});

describe("a role where each person is a tenant", () => {
	const own = "ENABLE ROW LEVEL SECURITY";
	const product = (more: string) => `
		CREATE TABLE orders (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users, total int);
		CREATE TABLE roles (user_id uuid NOT NULL REFERENCES auth.users, role text NOT NULL, PRIMARY KEY (user_id, role));
		CREATE FUNCTION has_role(who uuid, what text) RETURNS boolean LANGUAGE sql AS 'SELECT EXISTS (SELECT FROM roles WHERE user_id = who AND role = what)';
		ALTER TABLE orders ${own}; ALTER TABLE roles ${own};
		CREATE POLICY own ON orders USING (user_id = auth.uid()); CREATE POLICY own ON roles FOR SELECT USING (user_id = auth.uid());
		CREATE POLICY more ON orders FOR SELECT USING (${more});`;

	it.each([
		"has_role(auth.uid(), 'manager')",
		"EXISTS (SELECT FROM roles r WHERE r.user_id = auth.uid() AND r.role = 'manager')",
	])("is the product's own, which is meant to see all: %s", async (condition) => {
		expect(await said(product(condition))).toEqual([]);
	});

	it("is told of where it asks for no more than a row", async () => {
		expect(await said(product("EXISTS (SELECT FROM roles r WHERE r.user_id = auth.uid())"))).toEqual([
			"warning policy-subquery-loose",
		]);
	});
});

describe("a policy on what no tenant has", () => {
	const settings = (policy: string, more = "") =>
		`${withPolicy(`TO app_user USING (${TENANT})`)}CREATE TABLE platform_settings (key text PRIMARY KEY, value text);
		INSERT INTO platform_settings VALUES ('signups', 'open');
		ALTER TABLE platform_settings ENABLE ROW LEVEL SECURITY; GRANT SELECT, INSERT, UPDATE, DELETE ON platform_settings TO app_user; ${more}
		CREATE POLICY p ON platform_settings ${policy};\n`;
	const told = async (sql: string) =>
		(await findingsIn(sql))
			.filter(({ rule }) => rule === "shared-writable")
			.map(({ severity, table }) => `${severity} ${table}`);

	it.each([
		"FOR UPDATE USING (auth.uid() IS NOT NULL)",
		"FOR ALL TO app_user USING (true)",
		"FOR DELETE TO app_user USING (auth.role() = 'authenticated')",
		"USING (auth.uid() IS NOT NULL OR value = 'draft')",
	])("is told of where whoever is signed in may change all rows: %s", async (policy) => {
		expect(await told(settings(policy))).toEqual(["error public.platform_settings"]);
	});

	it.each([
		"FOR SELECT USING (true)",
		"FOR INSERT WITH CHECK (true)",
		"TO service_role USING (true)",
		"USING (is_staff(auth.uid()))",
		"FOR UPDATE USING (auth.uid() IS NOT NULL AND value = 'draft')",
		"AS RESTRICTIVE USING (true)",
	])("is right where it only shows them, takes new ones, or asks for more: %s", async (policy) => {
		const more =
			"CREATE ROLE service_role BYPASSRLS; CREATE FUNCTION is_staff(uuid) RETURNS boolean LANGUAGE sql AS 'SELECT false';";
		expect(await told(settings(policy, more))).toEqual([]);
	});

	it("is told of for what it opens: rows that are deleted pass no WITH CHECK, and those that are changed do", async () => {
		const more = "CREATE FUNCTION is_staff(uuid) RETURNS boolean LANGUAGE sql AS 'SELECT false';";
		const said = async (policy: string) =>
			(await findingsIn(settings(policy, more)))
				.filter(({ rule }) => rule === "shared-writable")
				.map(({ message }) => /may (\w+) all rows/.exec(message)?.[1]);
		expect(await said("USING (true) WITH CHECK (is_staff(auth.uid()))")).toEqual(["delete"]);
		expect(await said("FOR UPDATE USING (true) WITH CHECK (is_staff(auth.uid()))")).toEqual([]);
		expect(await said("USING (true) WITH CHECK (auth.uid() IS NOT NULL)")).toEqual(["change"]);
	});

	it("is right, too, where the application has no right to write", async () => {
		const revoked = "REVOKE INSERT, UPDATE, DELETE ON platform_settings FROM app_user;";
		expect(await told(settings("TO app_user USING (true)", revoked))).toEqual([]);
	});

	it.each([
		["tenant_id IS NULL AND is_super_admin()", 0],
		["tenant_id IS NULL OR is_super_admin()", 1],
		["tenant_id IS NULL AND auth.uid() IS NOT NULL", 1],
		["tenant_id IS NULL AND total > 0", 1],
	])("knows the product's own staff, who may write rows of nobody: %s", async (condition, found) => {
		const sql = `CREATE FUNCTION is_super_admin() RETURNS boolean LANGUAGE sql AS 'SELECT false';
		${withPolicy(`TO app_user USING (${condition})`).replaceAll("tenant_id uuid NOT NULL", "tenant_id uuid")}`;
		expect(await told(sql)).toHaveLength(found);
	});

	it("is told of, too, where nothing says whose the rows are", async () => {
		const sql = settings("FOR UPDATE USING (auth.uid() IS NOT NULL)").replaceAll("platform_settings", "visits");
		expect(await told(sql.replace(/INSERT INTO.*;/, ""))).toEqual(["error public.visits"]);
	});
});
