import { describe, expect, it } from "vitest";
import { tenancyOf } from "./tenancy-of";

const PLAIN = "CREATE TABLE stickers (id int PRIMARY KEY, picture text);";

describe("a database without a sign of tenants", () => {
	it("leaves it to a person whether groups are customers where little points at them, and says so", async () => {
		const tenancy = await tenancyOf(`
			CREATE TABLE teams (id int PRIMARY KEY, name text);
			${["builds", "pipes"].map((name) => `CREATE TABLE ${name} (id int PRIMARY KEY, team_id int REFERENCES teams);`).join("\n")}
			CREATE TABLE pipelines (id int PRIMARY KEY, team_id int NOT NULL REFERENCES teams);
			${["jobs", "resources", "checks"].map((name) => `CREATE TABLE ${name} (id int PRIMARY KEY, pipeline_id int NOT NULL REFERENCES pipelines);`).join("\n")}
			${["workers", "caches", "keys", "walls", "volumes", "parts", "components"].map((name) => `CREATE TABLE ${name} (id int PRIMARY KEY);`).join("\n")}
		`);
		expect(tenancy.mode).toBe("single-tenant");
		expect(tenancy.reason).toContain(
			"But 4 of 14 tables lead to `public.teams` (by `team_id`). If its rows are customers",
		);
	});

	it("leaves it to a person whether what a service's rows name is the tenant, and says so", async () => {
		const sql = "CREATE TABLE files (id text PRIMARY KEY, app_id text NOT NULL, size int);";
		const tenancy = await tenancyOf(sql);
		expect(tenancy.mode).toBe("single-tenant");
		expect(tenancy.reason).toContain("But the one table names in `app_id`, in every row, what no table here lists.");
		expect((await tenancyOf(sql, { tenantColumns: ["app_id"] })).tables.get("public.files")?.scope).toBe(
			"tenant-scoped",
		);
		expect((await tenancyOf(`${sql} CREATE TABLE apps (id int PRIMARY KEY);`)).reason).not.toContain("But");
	});

	it("says so of a shop with customers, and colours nothing red", async () => {
		const tenancy = await tenancyOf(`
			CREATE TABLE customers (id int PRIMARY KEY, email text UNIQUE, password_hash text, first_name text, last_name text);
			CREATE TABLE products (id int PRIMARY KEY, name text);
			CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers);
			CREATE TABLE order_items (order_id int NOT NULL REFERENCES orders, product_id int NOT NULL REFERENCES products, PRIMARY KEY (order_id, product_id));
			CREATE TABLE addresses (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers);
			CREATE TABLE reviews (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, product_id int REFERENCES products);
		`);
		expect(tenancy).toMatchObject({ mode: "single-tenant", roots: [], tenantColumns: [], enforcement: "none" });
		expect([...tenancy.tables.values()].every((t) => t.scope === "shared")).toBe(true);
		expect(tenancy.reason).toContain("No sign of tenants");
	});

	it("names what comes nearest to a tenant, by whatever key tables name it", async () => {
		const parts = ["runs", "tasks"].map((name) => `CREATE TABLE ${name} (id int PRIMARY KEY, project_code bigint);`);
		const others = ["queues", "hosts", "logs", "plugins", "alerts"].map(
			(name) => `CREATE TABLE ${name} (id int PRIMARY KEY, note text);`,
		);
		const projects = "CREATE TABLE x_projects (id int PRIMARY KEY, code bigint NOT NULL UNIQUE);";
		const tenancy = await tenancyOf(projects + parts.join("") + others.join(""));
		expect(tenancy.mode).toBe("single-tenant");
		expect(tenancy.reason).toContain("`public.x_projects`, whose rows 2 of 8 tables name (`project_code`)");
		expect(tenancy.reason).toContain('under "roots" and `project_code` under "tenantColumns"');
		expect((await tenancyOf(others.join(""))).reason).not.toContain("nearest");
		const spaces = "CREATE TABLE a_projects (id int PRIMARY KEY);";
		const both = await tenancyOf(spaces + projects.replace("x_", "") + parts.join("") + others.join(""));
		expect(both.reason).toContain("The nearest to it is `public.projects`");
	});

	it("says what to do where another service knows the people", async () => {
		const tenancy = await tenancyOf("CREATE TABLE todos (id int PRIMARY KEY, owner_id text NOT NULL, title text);");
		expect(tenancy.reason).toContain("in 1 of 1 table each row names its owner in `owner_id`");
		const polymorphic = "CREATE TABLE notes (id int PRIMARY KEY, owner_type text, owner_id bigint NOT NULL);";
		expect((await tenancyOf(polymorphic)).reason).not.toContain("names its owner");
	});

	it("says what to do if each person is a tenant, where many tables name a person", async () => {
		const own = (name: string) =>
			`CREATE TABLE ${name} (id int PRIMARY KEY, owner_user_id int NOT NULL REFERENCES users);`;
		const people = "CREATE TABLE users (id int PRIMARY KEY, email text, password_hash text);";
		const diary = await tenancyOf(people + ["entries", "moods", "photos"].map(own).join("") + PLAIN);
		expect(diary.mode).toBe("single-tenant");
		expect(diary.reason).toContain("in 3 of 5 tables each row belongs to a person (`owner_user_id` → `public.users`)");
		expect(diary.reason).toContain('name `public.users` under "roots"');
		expect(diary.tables.get("public.moods")?.reason).toContain("nothing here keeps people apart");
		expect(diary.tables.get("public.stickers")?.reason).not.toContain("people");
		const below = "CREATE TABLE tags (id int PRIMARY KEY, entry_id int NOT NULL REFERENCES entries);";
		const tagged = await tenancyOf(people + ["entries", "moods"].map(own).join("") + below);
		expect(tagged.reason).toContain("in 3 of 4 tables each row belongs to a person (`owner_user_id` → `public.users`)");
		expect(tagged.tables.get("public.tags")?.reason).toContain("(`entry_id` → `public.entries`)");
		// Logins, and who wrote a row, are in every product.
		const wiki = await tenancyOf(
			people +
				["sessions", "passkeys", "password_resets"].map(own).join("") +
				"CREATE TABLE pages (id int PRIMARY KEY, created_by int NOT NULL REFERENCES users);" +
				PLAIN,
		);
		expect(wiki.reason).not.toContain("person");
		expect((await tenancyOf(people + PLAIN, { mode: "single-tenant" })).reason).toContain("You said so");
	});

	it("is one with groups of people that have rights and nothing else", async () => {
		const groups = `
			CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL UNIQUE, password text NOT NULL);
			CREATE TABLE groups (id int PRIMARY KEY, name text NOT NULL);
			CREATE TABLE permissions (id int PRIMARY KEY, name text NOT NULL);
			CREATE TABLE user_groups (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users, group_id int NOT NULL REFERENCES groups, UNIQUE (user_id, group_id));
			CREATE TABLE group_permissions (id int PRIMARY KEY, group_id int NOT NULL REFERENCES groups, permission_id int NOT NULL REFERENCES permissions, granted_at timestamptz NOT NULL);
			CREATE TABLE posts (id int PRIMARY KEY, author_id int NOT NULL REFERENCES users, title text);
		`;
		expect((await tenancyOf(groups)).mode).toBe("single-tenant");
		const tenancy = await tenancyOf(
			`${groups} CREATE TABLE events (id int PRIMARY KEY, group_id int NOT NULL REFERENCES groups, title text NOT NULL);`,
		);
		expect(tenancy.roots).toEqual(["public.groups"]);
	});

	it("is a CRM whose people all see all the companies that its owner sells to, and who belong to none", async () => {
		const rls = (table: string, using: string) =>
			`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON ${table} FOR SELECT TO authenticated USING (${using});`;
		const part = (name: string) =>
			`CREATE TABLE ${name} (id int PRIMARY KEY, organization_id int NOT NULL REFERENCES organizations, created_by int REFERENCES staff); ${rls(name, "created_by = current_staff_id()")}`;
		const crm = (rest = "", seen = "deleted_at IS NULL") => `
			CREATE TABLE staff (id int PRIMARY KEY, login uuid, first_name text, last_name text);
			CREATE TABLE organizations (id int PRIMARY KEY, name text, deleted_at date, owner int REFERENCES staff);
			${rls("organizations", seen)} ${["contacts", "calls", "offers"].map(part).join("\n")} ${rest}
		`;
		const tenancy = await tenancyOf(crm());
		expect(tenancy).toMatchObject({ mode: "single-tenant", roots: [] });
		expect(tenancy.reason).toContain("whoever is signed in sees all its rows, and no login belongs to one");
		const tenants = [
			crm(
				"CREATE TABLE profiles (id uuid PRIMARY KEY REFERENCES auth.users, organization_id int REFERENCES organizations);",
			),
			crm("CREATE TABLE places (user_id uuid, organization_id int NOT NULL REFERENCES organizations);"),
			crm("", "id = current_organization()"),
			crm("", "owner = current_staff_id()"),
			crm().replaceAll("created_by = current_staff_id()", "may_see(organization_id)"),
			crm().replaceAll("created_by = current_staff_id()", "true"),
			crm().replace("ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;", ""),
		];
		for (const sql of tenants) expect((await tenancyOf(sql)).roots).toEqual(["public.organizations"]);
	});

	it("is not misled by a bank's accounts or by an OAuth login's account row", async () => {
		const bank = await tenancyOf(`
			CREATE TABLE users (id int PRIMARY KEY, email text, password_hash text);
			CREATE TABLE accounts (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users, balance numeric);
			CREATE TABLE transfers (id int PRIMARY KEY, account_id int NOT NULL REFERENCES accounts);
			CREATE TABLE cards (id int PRIMARY KEY, account_id int NOT NULL REFERENCES accounts);
			CREATE TABLE branches (id int PRIMARY KEY, city text);
			CREATE TABLE rates (id int PRIMARY KEY, percent numeric);
		`);
		expect(bank.mode).toBe("single-tenant");
	});

	it("has an answer for a model without tables", async () => {
		expect(await tenancyOf("SELECT 1")).toMatchObject({ mode: "single-tenant", enforcement: "none" });
	});
});
