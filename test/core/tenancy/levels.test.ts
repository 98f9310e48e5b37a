import { describe, expect, it } from "vitest";
import { B2B, tenancyOf } from "./tenancy-of";

describe("levels of tenants", () => {
	it("keeps each level of a hierarchy, the outermost first", async () => {
		const tenancy = await tenancyOf(`
			CREATE TABLE organizations (id text PRIMARY KEY);
			CREATE TABLE users (id text PRIMARY KEY, email text, password text);
			CREATE TABLE organization_memberships (org_id text NOT NULL REFERENCES organizations, user_id text NOT NULL REFERENCES users, PRIMARY KEY (org_id, user_id));
			CREATE TABLE projects (id text PRIMARY KEY, org_id text NOT NULL REFERENCES organizations);
			CREATE TABLE traces (id text PRIMARY KEY, project_id text NOT NULL REFERENCES projects);
			CREATE TABLE scores (id text PRIMARY KEY, project_id text NOT NULL REFERENCES projects);
			CREATE TABLE prompts (id text PRIMARY KEY, project_id text NOT NULL REFERENCES projects);
			CREATE TABLE datasets (id text PRIMARY KEY, project_id text NOT NULL REFERENCES projects);
		`);
		expect(tenancy.roots).toEqual(["public.organizations", "public.projects"]);
		expect(tenancy.tenantColumns).toEqual(["project_id", "org_id"]);
		expect(tenancy.tables.get("public.projects")).toMatchObject({ scope: "tenant-root" });
	});

	it("takes for a level what belongs to a group or to one person, where the rest is found by it", async () => {
		const part = (name: string, index = true) =>
			`CREATE TABLE ${name} (id uuid PRIMARY KEY, garden_id uuid NOT NULL, at date);${index ? `CREATE INDEX ON ${name} (garden_id, at);` : ""}`;
		const gardens = (owner: string) =>
			`CREATE TABLE gardens (id uuid PRIMARY KEY, organization_id uuid REFERENCES organizations, ${owner} uuid REFERENCES users);`;
		const names = ["beds", "plants", "harvests", "weather"];
		const tenancy = await tenancyOf(B2B + gardens("user_id") + names.map((name) => part(name)).join(""));
		expect(tenancy.roots).toEqual(["public.organizations", "public.gardens"]);
		expect(tenancy.tables.get("public.beds")).toMatchObject({ scope: "tenant-scoped", tenantColumn: "garden_id" });
		expect(tenancy.tables.get("public.gardens")?.reason).toContain("`organization_id` may be NULL");
		// Who made it owns nothing, and children that aren't kept by it are children.
		const made = await tenancyOf(B2B + gardens("created_by") + names.map((name) => part(name)).join(""));
		expect(made.roots).toEqual(["public.organizations"]);
		const loose = await tenancyOf(B2B + gardens("user_id") + names.map((name) => part(name, false)).join(""));
		expect(loose.roots).toEqual(["public.organizations"]);
	});

	it("does not take a scoped table with many children for a level of its own", async () => {
		const tenancy = await tenancyOf(`${B2B}
			CREATE TABLE customers (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations);
			CREATE TABLE wallets (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations, customer_id uuid NOT NULL REFERENCES customers);
			CREATE TABLE payments (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations, customer_id uuid NOT NULL REFERENCES customers);
			CREATE TABLE quotes (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations, customer_id uuid NOT NULL REFERENCES customers);
			CREATE TABLE notes (id uuid PRIMARY KEY, customer_id uuid NOT NULL REFERENCES customers);
		`);
		expect(tenancy.roots).toEqual(["public.organizations"]);
		expect(tenancy.tables.get("public.notes")?.scope).toBe("tenant-derived");
	});

	it("does not take a project for a level of its own where the tables below name the organization", async () => {
		const scoped = (i: number) =>
			`CREATE TABLE p${i} (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations, project_id uuid NOT NULL REFERENCES projects);`;
		const derived = (i: number) =>
			`CREATE TABLE d${i} (id uuid PRIMARY KEY, project_id uuid NOT NULL REFERENCES projects);`;
		const tenancy = await tenancyOf(`${B2B}
			CREATE TABLE projects (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations);
			${[...Array(10).keys()].map(scoped).join("\n")} ${[0, 1, 2].map(derived).join("\n")}
		`);
		expect(tenancy.roots).toEqual(["public.organizations"]);
		expect(tenancy.tables.get("public.d1")?.scope).toBe("tenant-derived");
	});

	it("is not a table with many parts whose own rows name a tenant", async () => {
		const part = (name: string) => `CREATE TABLE ${name} (chat_id text NOT NULL, n int, PRIMARY KEY (chat_id, n));`;
		const tenancy = await tenancyOf(`
			CREATE TABLE chats (id text PRIMARY KEY, organization_id text NOT NULL);
			CREATE TABLE usage (organization_id text NOT NULL, period text NOT NULL, PRIMARY KEY (organization_id, period));
			${["messages", "turns", "sessions", "drafts", "votes"].map(part).join("\n")}
		`);
		expect(tenancy).toMatchObject({ roots: [], tenantColumns: ["organization_id"] });
		expect(tenancy.tables.get("public.messages")?.scope).toBe("unscoped");
	});

	it("is not what the tenants' own customers belong to", async () => {
		const tenancy = await tenancyOf(`
			CREATE TABLE projects (id text PRIMARY KEY);
			CREATE TABLE users (id text PRIMARY KEY, email text UNIQUE, password text);
			CREATE TABLE user_on_project (user_id text NOT NULL REFERENCES users, project_id text NOT NULL REFERENCES projects, role text, PRIMARY KEY (user_id, project_id));
			CREATE TABLE end_users (id text PRIMARY KEY, project_id text NOT NULL REFERENCES projects);
			CREATE TABLE end_companies (id text PRIMARY KEY, project_id text NOT NULL REFERENCES projects);
			CREATE TABLE end_user_on_company (end_user_id text NOT NULL REFERENCES end_users, company_id text NOT NULL REFERENCES end_companies, PRIMARY KEY (end_user_id, company_id));
			CREATE TABLE company_events (id text PRIMARY KEY, company_id text NOT NULL REFERENCES end_companies);
			CREATE TABLE company_notes (id text PRIMARY KEY, company_id text NOT NULL REFERENCES end_companies);
			CREATE TABLE content (id text PRIMARY KEY, project_id text NOT NULL REFERENCES projects);
		`);
		expect(tenancy.roots).toEqual(["public.projects"]);
		expect(tenancy.tables.get("public.end_users")?.scope).toBe("tenant-scoped");
		expect(tenancy.tables.get("public.company_notes")?.scope).toBe("tenant-derived");
	});

	it.each(["", " NOT NULL"])("is what its own default belongs to, though it points back at that%s", async (notNull) => {
		const tenancy = await tenancyOf(`
			CREATE TABLE organizations (id int PRIMARY KEY, default_project_id int${notNull});
			CREATE TABLE projects (id int PRIMARY KEY, organization_id int NOT NULL REFERENCES organizations);
			CREATE TABLE tasks (id int PRIMARY KEY, organization_id int NOT NULL REFERENCES organizations, project_id int NOT NULL REFERENCES projects);
			ALTER TABLE organizations ADD FOREIGN KEY (default_project_id) REFERENCES projects;
		`);
		expect(tenancy.roots).toEqual(["public.organizations"]);
	});

	it("does not take a group within an organization for one, where nothing but its list of members is found by it", async () => {
		const teams = (organization: string, isGiven = "NOT NULL") => `${B2B}
			CREATE TABLE teams (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations);
			CREATE TABLE team_members (team_id uuid NOT NULL REFERENCES teams, user_id uuid NOT NULL REFERENCES users, role text, PRIMARY KEY (team_id, user_id));
			CREATE TABLE shifts (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations, team_id uuid REFERENCES teams);
			CREATE TABLE goals (id uuid PRIMARY KEY, ${organization} team_id uuid ${isGiven} REFERENCES teams);`;
		const carried = await tenancyOf(teams("organization_id uuid NOT NULL REFERENCES organizations,"));
		expect(carried.roots).toEqual(["public.organizations"]);
		expect(carried.tables.get("public.team_members")?.scope).toBe("tenant-derived");
		expect((await tenancyOf(teams(""))).roots).toEqual(["public.organizations", "public.teams"]);
		expect((await tenancyOf(teams("", ""))).roots).toEqual(["public.organizations"]);
	});

	it("keeps the level in the middle where tables also name the one further in", async () => {
		const run = (name: string) =>
			`CREATE TABLE ${name} (id text PRIMARY KEY, project_id text NOT NULL REFERENCES projects, environment_id text NOT NULL REFERENCES environments);`;
		const tenancy = await tenancyOf(`${B2B.replaceAll("uuid", "text")}
			CREATE TABLE projects (id text PRIMARY KEY, organization_id text NOT NULL REFERENCES organizations);
			CREATE TABLE environments (id text PRIMARY KEY, project_id text NOT NULL REFERENCES projects);
			${["runs", "tasks", "queues", "schedules", "waits", "workers"].map(run).join("\n")}
		`);
		expect(tenancy.roots.slice(0, 2)).toEqual(["public.organizations", "public.projects"]);
	});

	it("are none of two kinds of tenants where neither belongs to the other; a row is its namesake's", async () => {
		const box = (name: string) =>
			`CREATE TABLE ${name} (id text PRIMARY KEY, workspace_id text NOT NULL REFERENCES workspaces);`;
		const tenancy = await tenancyOf(`${B2B.replaceAll("uuid", "text")}
			CREATE TABLE workspaces (id text PRIMARY KEY, user_id text NOT NULL REFERENCES users);
			${["mails", "labels", "rules", "drafts", "threads", "digests", "chats", "filters"].map(box).join("\n")}
			CREATE TABLE invitations (id text PRIMARY KEY, organization_id text NOT NULL REFERENCES organizations, inviter_id text NOT NULL REFERENCES workspaces);
		`);
		expect(tenancy.roots).toEqual(["public.workspaces", "public.organizations"]);
		const reason = tenancy.tables.get("public.workspaces")?.reason;
		expect(reason).not.toContain("level");
		expect(reason).toContain("those of `public.organizations`");
		expect(tenancy.tables.get("public.invitations")?.tenantColumn).toBe("organization_id");
	});
});
