import { describe, expect, it } from "vitest";
import { B2B, tenancyOf } from "./tenancy-of";

describe("finding the roots", () => {
	it("takes the table that others point at as their owner", async () => {
		const tenancy = await tenancyOf(B2B);
		expect(tenancy.mode).toBe("row");
		expect(tenancy.roots).toEqual(["public.organizations"]);
		expect(tenancy.tenantColumns).toEqual(["organization_id"]);
	});

	it("finds a root whose name is in no dictionary, by its members and by how many tables carry it", async () => {
		const tenancy = await tenancyOf(`
			CREATE TABLE orchestras (id uuid PRIMARY KEY, title text);
			CREATE TABLE users (id uuid PRIMARY KEY, email text, password_hash text);
			CREATE TABLE players (orchestra_id uuid NOT NULL REFERENCES orchestras, user_id uuid NOT NULL REFERENCES users, PRIMARY KEY (orchestra_id, user_id));
			CREATE TABLE concerts (id uuid PRIMARY KEY, orchestra_id uuid NOT NULL REFERENCES orchestras);
			CREATE TABLE scores (id uuid PRIMARY KEY, orchestra_id uuid NOT NULL REFERENCES orchestras);
			CREATE TABLE rehearsals (id uuid PRIMARY KEY, orchestra_id uuid NOT NULL REFERENCES orchestras);
		`);
		expect(tenancy.roots).toEqual(["public.orchestras"]);
		expect(tenancy.tables.get("public.scores")?.scope).toBe("tenant-scoped");
	});

	it("takes a word that says nothing for a root where logins, keys and half of all tables lead to it, however few carry it", async () => {
		const part = (name: string, of: string) =>
			`CREATE TABLE ${name} (id text PRIMARY KEY, ${of}_id text NOT NULL REFERENCES ${of}s);`;
		const realms = (login: string, key: string) => `
			CREATE TABLE circles (id text PRIMARY KEY);
			CREATE TABLE users (id text PRIMARY KEY, circle_id text ${login} REFERENCES circles, email text, password text, UNIQUE (circle_id, email));
			${["role", "vault", "target"].map((name) => `CREATE TABLE ${name}s (id text PRIMARY KEY, circle_id text NOT NULL REFERENCES circles, name text, UNIQUE (${key}));`).join("\n")}
			${["grant", "duty", "shift"].map((name) => part(`${name}s`, "role")).join("\n")}
			${["key", "secret", "lease"].map((name) => part(`${name}s`, "vault")).join("\n")}
			${["host", "port", "alias"].map((name) => part(name, "target")).join("\n")}
		`;
		expect((await tenancyOf(realms("NOT NULL", "circle_id, name"))).roots).toEqual(["public.circles"]);
		// A list that people and things choose from is at no key's head; who belongs to nothing needn't belong to this.
		expect((await tenancyOf(realms("NOT NULL", "name, circle_id"))).roots).toEqual([]);
		expect((await tenancyOf(realms("NULL", "circle_id, name"))).roots).toEqual([]);
	});

	it("takes no column for a person's whose foreign key leads to something else", async () => {
		const pairs = (principal: string) => `
			CREATE TABLE companies (id int PRIMARY KEY, name text);
			CREATE TABLE offers (id int PRIMARY KEY, company_id int NOT NULL REFERENCES companies);
			CREATE TABLE deals (id int PRIMARY KEY, company_id int NOT NULL REFERENCES companies);
			CREATE TABLE licences (company_id int NOT NULL REFERENCES companies, principal_id int NOT NULL ${principal}, PRIMARY KEY (company_id, principal_id));
			CREATE TABLE notes (id int PRIMARY KEY); CREATE TABLE tasks (id int PRIMARY KEY); CREATE TABLE files (id int PRIMARY KEY);
		`;
		expect((await tenancyOf(pairs(""))).roots).toEqual(["public.companies"]);
		expect((await tenancyOf(pairs("REFERENCES companies"))).roots).toEqual([]);
	});

	it("sees through the table's name that each column begins with", async () => {
		const part = (name: string) =>
			`CREATE TABLE ${name}s (${name}_id int PRIMARY KEY, ${name}_space_id int NOT NULL REFERENCES spaces, ${name}_title text, UNIQUE (${name}_space_id, ${name}_title));`;
		const tenancy = await tenancyOf(`
			CREATE TABLE spaces (space_id int PRIMARY KEY, space_title text, space_parent_id int REFERENCES spaces);
			CREATE TABLE users (user_id int PRIMARY KEY, user_email text, user_password text);
			CREATE TABLE memberships (membership_space_id int REFERENCES spaces, membership_user_id int REFERENCES users, membership_role text, PRIMARY KEY (membership_space_id, membership_user_id));
			${["label", "secret", "rule"].map(part).join("\n")}
		`);
		expect(tenancy.roots).toEqual(["public.spaces"]);
		expect(tenancy.tenantColumns).toContain("secret_space_id");
		expect(tenancy.reason).toContain("4 of 6 tables point at it with `label_space_id` and the like");
		expect(tenancy.tables.get("public.rules")).toMatchObject({ scope: "tenant-scoped", tenantColumn: "rule_space_id" });
	});

	it("takes an app or an account that is kept elsewhere for the tenant where nearly every row must have one", async () => {
		const part = (name: string, key: string, notNull = " NOT NULL") =>
			`CREATE TABLE ${name} (id text PRIMARY KEY, app_id text${notNull}, name text, UNIQUE (${key}));`;
		const parts = `${part("domains", "app_id, name")} ${part("members", "app_id, name")} ${part("sources", "app_id")} CREATE TABLE plans (id text PRIMARY KEY, name text UNIQUE);`;
		const tenancy = await tenancyOf(parts);
		expect(tenancy.tenantColumns).toEqual(["app_id"]);
		expect(tenancy.tables.get("public.sources")?.scope).toBe("tenant-scoped");
		// An app among other things, one that not every row has, one at no key's head, one that is listed.
		const others = ["CREATE TABLE a (id int);", part("b", "name", ""), "", "CREATE TABLE store_apps (id text);"];
		for (const [i, other] of others.entries()) {
			const sql = i === 2 ? parts.replaceAll("app_id, name)", "name)") : parts + other;
			expect((await tenancyOf(sql)).mode).toBe("single-tenant");
		}
	});

	it("takes organizations that few tables name where half of all lead to them; who is invited is no login", async () => {
		const tenancy = await tenancyOf(`
			CREATE TABLE orgs (id int PRIMARY KEY);
			CREATE TABLE accounts (id int PRIMARY KEY, org_id int REFERENCES orgs, email text, password_hash text);
			CREATE TABLE org_invitations (id int PRIMARY KEY, org_id int NOT NULL REFERENCES orgs, email text, email_verified boolean);
			CREATE TABLE projects (id int PRIMARY KEY, org_id int NOT NULL REFERENCES orgs);
			${Array.from({ length: 24 }, (_, i) => `CREATE TABLE part${i} (id int PRIMARY KEY, project_id int NOT NULL REFERENCES projects);`).join("\n")}
		`);
		expect(tenancy.roots).toEqual(["public.orgs", "public.projects"]);
		expect(tenancy.reason).toContain("3 of 28 tables point at it with `org_id`. ");
	});

	it("takes a column without a key for what it is a key of elsewhere, not for what is called like it", async () => {
		const tenancy = await tenancyOf(`
			CREATE TABLE tenants (id int PRIMARY KEY);
			CREATE TABLE plots (tenant_id int NOT NULL REFERENCES tenants, id int UNIQUE, PRIMARY KEY (tenant_id, id));
			CREATE TABLE role_plot (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants);
			CREATE TABLE trees (id int PRIMARY KEY, plot_id int NOT NULL REFERENCES plots (id));
			CREATE TABLE walls (id int PRIMARY KEY, plot_id int NOT NULL REFERENCES plots (id));
			CREATE TABLE notes (id int PRIMARY KEY, plot_id int NOT NULL);`);
		expect(tenancy.tables.get("public.notes")?.reason).toContain("`plot_id` → `public.plots` looks like a way");
	});

	it("knows tenancies for tenants", async () => {
		const tenancy = await tenancyOf(`
			CREATE TABLE "Tenancy" (id uuid PRIMARY KEY); CREATE TABLE "Note" ("tenancyId" uuid NOT NULL REFERENCES "Tenancy", id uuid, PRIMARY KEY ("tenancyId", id));`);
		expect(tenancy.roots).toEqual(["public.Tenancy"]);
	});

	it("names the membership beside the table, not a copy in another schema", async () => {
		const pair = (name: string) =>
			`CREATE TABLE ${name} (group_id int REFERENCES groups, user_id int REFERENCES users, PRIMARY KEY (group_id, user_id));`;
		const tenancy = await tenancyOf(`
			CREATE SCHEMA copies; CREATE TABLE groups (id int PRIMARY KEY); CREATE TABLE users (id int PRIMARY KEY, email text, password text);
			${pair("copies.group_members")} ${pair("users_groups")} CREATE TABLE notes (id int PRIMARY KEY, group_id int NOT NULL REFERENCES groups);`);
		expect(tenancy.reason).toContain("`public.users_groups` says which people belong to it");
	});

	it("finds a group that few tables name and most lead to", async () => {
		const file = (i: number) => `CREATE TABLE f${i} (id uuid PRIMARY KEY, file_id uuid NOT NULL REFERENCES files);`;
		const job = (i: number) => `CREATE TABLE j${i} (id uuid PRIMARY KEY, at date);`;
		const groups = (between: string) => `
			CREATE TABLE teams (id uuid PRIMARY KEY);
			CREATE TABLE people (id uuid PRIMARY KEY, email text, password text, default_team_id uuid REFERENCES teams);
			CREATE TABLE team_members (team_id uuid REFERENCES teams, person_id uuid REFERENCES people, PRIMARY KEY (team_id, person_id));
			CREATE TABLE folders (id uuid PRIMARY KEY, team_id uuid ${between} REFERENCES teams);
			CREATE TABLE files (id uuid PRIMARY KEY, folder_id uuid NOT NULL REFERENCES folders);
			${[...Array(8).keys()].map(file).join("")} ${[...Array(4).keys()].map(job).join("")}`;
		const tenancy = await tenancyOf(groups("NOT NULL"));
		expect(tenancy).toMatchObject({ mode: "row", roots: ["public.teams"] });
		expect(tenancy.tables.get("public.f1")?.scope).toBe("tenant-derived");
		// The team that opens first is a wish of the person, who may be in several.
		expect(tenancy.tables.get("public.people")?.scope).toBe("shared");
		expect((await tenancyOf(groups(""))).mode).toBe("single-tenant");
	});

	it("understands columns without foreign keys by name and type", async () => {
		const tenancy = await tenancyOf(`
			CREATE TABLE accounts (id bigint PRIMARY KEY, name text);
			CREATE TABLE users (id bigint PRIMARY KEY, email text, encrypted_password text);
			CREATE TABLE account_users (id bigint PRIMARY KEY, account_id bigint, user_id bigint, role int);
			CREATE UNIQUE INDEX ON account_users (account_id, user_id);
			CREATE TABLE conversations (id bigint PRIMARY KEY, account_id integer NOT NULL);
			CREATE TABLE messages (id bigint PRIMARY KEY, account_id integer NOT NULL, conversation_id integer NOT NULL);
			CREATE TABLE tags (id bigint PRIMARY KEY, account_id uuid NOT NULL);
		`);
		expect(tenancy.roots).toEqual(["public.accounts"]);
		expect(tenancy.tables.get("public.messages")).toMatchObject({ scope: "tenant-scoped", tenantColumn: "account_id" });
		expect(tenancy.tables.get("public.messages")?.reason).toContain("No foreign key");
		expect(tenancy.tables.get("public.tags")?.scope).toBe("unscoped");
	});

	it("knows what a schema calls the keys of its tables, and columns that are called after them", async () => {
		const part = (name: string) =>
			`CREATE TABLE ${name} (record_no serial PRIMARY KEY, id text NOT NULL, tenant_record_no bigint NOT NULL);`;
		const parts = `${part("bills")} ${part("bill_lines")} ${part("receipts")}`;
		const tenancy = await tenancyOf(`CREATE TABLE tenants (record_no serial PRIMARY KEY, api_key text); ${parts}`);
		expect(tenancy.roots).toEqual(["public.tenants"]);
		expect(tenancy.tables.get("public.bills")).toMatchObject({ scope: "tenant-scoped", root: "public.tenants" });
		const apart = await tenancyOf(parts);
		expect(apart.tenantColumns).toEqual(["tenant_record_no"]);
		expect(apart.reason).toContain("no table lists the tenants");
		// A key that is called after its own table says nothing of other tables' columns.
		const odd = await tenancyOf("CREATE TABLE orders (order_no serial PRIMARY KEY, tenant_order_no bigint NOT NULL);");
		expect(odd.mode).toBe("single-tenant");
	});

	it("reads names past an underscore at their end", async () => {
		const tenancy = await tenancyOf(`
			CREATE TABLE deployments (id_ text PRIMARY KEY, tenant_id_ text NOT NULL);
			CREATE TABLE tasks (id_ text PRIMARY KEY, tenant_id_ text NOT NULL, deployment_id_ text REFERENCES deployments);
			CREATE TABLE task_notes (id_ text PRIMARY KEY, task_id_ text NOT NULL REFERENCES tasks);`);
		expect(tenancy.tenantColumns).toEqual(["tenant_id_"]);
		expect(tenancy.tables.get("public.task_notes")?.scope).toBe("tenant-derived");
	});

	it("takes what people share with roles for their tenants, beside all that each has alone", async () => {
		const users = "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, password_hash text);";
		const members = (role: string) =>
			`CREATE TABLE board_members (board_id int NOT NULL REFERENCES boards, user_id int NOT NULL REFERENCES users, ${role} PRIMARY KEY (board_id, user_id));`;
		const part = (name: string) =>
			`CREATE TABLE ${name} (id int PRIMARY KEY, board_id int NOT NULL REFERENCES boards, name text);`;
		const own = (name: string) =>
			`CREATE TABLE ${name} (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users, name text);`;
		const boards = `CREATE TABLE boards (id int PRIMARY KEY); ${part("columns")} ${part("labels")} ${part("cards")}`;
		const rest = ["drafts", "alerts", "themes", "hotkeys", "credits", "hints", "pins"].map(own).join("");
		const tenancy = await tenancyOf(users + boards + members("role text NOT NULL,") + rest);
		expect(tenancy).toMatchObject({ mode: "row", roots: ["public.boards"], tenantColumns: ["board_id"] });
		// A list of readers says less; and with less to go by it is left to a person, and said.
		expect(await tenancyOf(users + boards + members("") + rest)).toMatchObject({ mode: "single-tenant" });
		const below = boards.replace(
			part("cards"),
			"CREATE TABLE cards (id int PRIMARY KEY, column_id int NOT NULL REFERENCES columns);",
		);
		const near = await tenancyOf(users + below + members("role text NOT NULL,") + rest);
		expect(near.mode).toBe("single-tenant");
		expect(near.reason).toContain("4 of 13 tables lead to `public.boards` (by `board_id`)");
	});

	it("finds tenants whose table is created elsewhere", async () => {
		const table = (name: string) =>
			`CREATE TABLE ${name} (id int PRIMARY KEY, tenant_id varchar(21) NOT NULL REFERENCES tenants (id));`;
		const tenancy = await tenancyOf(["roles", "hooks", "logs", "scopes"].map(table).join(""));
		expect(tenancy).toMatchObject({ mode: "row", roots: ["public.tenants"], tenantColumns: ["tenant_id"] });
		expect(tenancy.tables.get("public.logs")?.scope).toBe("tenant-scoped");
	});

	it("takes a column without a key for what it is a key of in other tables, wherever that is created", async () => {
		const keyed = "tenant_id varchar(21) NOT NULL REFERENCES tenants (id)";
		const tables = (count: number) =>
			Array.from({ length: count }, (_, i) => `CREATE TABLE t${i} (id int PRIMARY KEY, at date);`);
		const tenancy = await tenancyOf(`
			CREATE TABLE hooks (id int PRIMARY KEY, ${keyed}); CREATE TABLE scopes (id int PRIMARY KEY, ${keyed});
			CREATE TABLE logs (id int PRIMARY KEY, tenant_id varchar(21) NOT NULL); ${tables(13).join("")}`);
		expect(tenancy).toMatchObject({ mode: "row", roots: ["public.tenants"] });
		expect(tenancy.tables.get("public.logs")).toMatchObject({ scope: "tenant-scoped", root: "public.tenants" });
		// What these files create goes before it.
		const both = await tenancyOf(`
			CREATE TABLE people (id int PRIMARY KEY, tenant_id int REFERENCES tenants, email text, password text);
			CREATE TABLE a (id int PRIMARY KEY, person_id int REFERENCES other.people); CREATE TABLE b (id int PRIMARY KEY, person_id int REFERENCES other.people);
			CREATE TABLE c (id int PRIMARY KEY, person_id int REFERENCES people); CREATE TABLE d (id int PRIMARY KEY, person_id int REFERENCES people);
			CREATE TABLE e (id int PRIMARY KEY, person_id int NOT NULL);`);
		expect(both.tables.get("public.e")?.reason).toContain("`public.people`");
	});

	it("takes the caller for the tenant where policies know nothing of the group", async () => {
		const own = (t: string) =>
			`ALTER TABLE ${t} ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON ${t} USING (user_id = auth.uid());`;
		const tenancy = await tenancyOf(`
			CREATE TABLE workspaces (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users);
			CREATE TABLE files (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users);
			CREATE TABLE file_workspaces (file_id uuid NOT NULL REFERENCES files, workspace_id uuid NOT NULL REFERENCES workspaces, user_id uuid NOT NULL REFERENCES auth.users, PRIMARY KEY (file_id, workspace_id));
			${own("workspaces")} ${own("files")} ${own("file_workspaces")}
		`);
		expect(tenancy).toMatchObject({ roots: ["auth.users"], tenantColumns: ["user_id"], enforcement: "rls" });
		expect(tenancy.tables.get("public.workspaces")?.scope).toBe("tenant-scoped");
	});

	it("takes whose key the caller has for people, though no file here creates them", async () => {
		const own = (name: string, condition: string) =>
			`CREATE TABLE ${name} (id uuid PRIMARY KEY, tutor_id uuid NOT NULL REFERENCES profiles);
			ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON ${name} USING (${condition});`;
		const other =
			"CREATE TABLE topics (id int PRIMARY KEY, name text); CREATE TABLE levels (id int PRIMARY KEY, name text);";
		const compared = own("lessons", "tutor_id = auth.uid()") + own("rooms", "(SELECT auth.uid()) = tutor_id");
		expect(await tenancyOf(compared + other)).toMatchObject({
			roots: ["public.profiles"],
			tenantColumns: ["tutor_id"],
			enforcement: "rls",
		});
		const named = "EXISTS (SELECT FROM visits v WHERE v.tutor = tutor_id AND v.guest = auth.uid())";
		expect(await tenancyOf(own("lessons", named) + other)).toMatchObject({ mode: "single-tenant" });
	});

	it("takes whoever's key policies compare with the caller's for the caller, however the column and the table of people are called", async () => {
		const own = (name: string, column: string, target = "") =>
			`CREATE TABLE ${name} (id uuid PRIMARY KEY, ${column} uuid NOT NULL ${target});
			ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON ${name} USING (${column} = (SELECT auth.uid()));`;
		const profiles = (key: string) =>
			`CREATE TABLE profiles (id uuid PRIMARY KEY ${key}, wallet text); ALTER TABLE profiles ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON profiles USING (id = auth.uid());`;
		const parts = own("rides", "driver_id", "REFERENCES profiles") + own("tips", "rider_id") + own("bills", "payer_id");
		const log =
			"CREATE TABLE ride_log (id int PRIMARY KEY, driver_id uuid NOT NULL REFERENCES profiles, at timestamptz);";
		for (const key of ["REFERENCES auth.users", ""]) {
			const login = own("cards", "user_id", "REFERENCES auth.users");
			const tenancy = await tenancyOf(profiles(key) + parts + login + log);
			expect(tenancy).toMatchObject({ mode: "row", roots: ["auth.users"], enforcement: "rls", ofPeople: true });
			expect(tenancy.tables.get("public.rides")).toMatchObject({ scope: "tenant-scoped", tenantColumn: "driver_id" });
			expect(tenancy.tables.get("public.profiles")).toMatchObject({ scope: "tenant-scoped", tenantColumn: "id" });
			expect(tenancy.tables.get("public.ride_log")).toMatchObject({ scope: "tenant-scoped", confidence: "certain" });
		}
	});

	it("says of a column of another type that it can't be the tenant's", async () => {
		const usage = "CREATE TABLE usage (id int PRIMARY KEY, organization_id text NOT NULL);";
		const tenancy = await tenancyOf(B2B + usage);
		expect(tenancy.tables.get("public.usage")).toMatchObject({
			scope: "unscoped",
			reason:
				"It names its tenant in `organization_id`, which is text, while the key of `public.organizations` is uuid: nothing in the database ties the two.",
		});
	});

	it("does not count copies whose columns are not known", async () => {
		const own = (name: string) =>
			`CREATE TABLE ${name} (id uuid PRIMARY KEY, clinic_id uuid NOT NULL REFERENCES clinics);`;
		const copy = (name: string) => `CREATE TABLE old.${name} AS SELECT * FROM ${name};`;
		const copies = `CREATE SCHEMA old; ${["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"].map(copy).join("")}`;
		const tenancy = await tenancyOf(["visits", "bills", "notes", "rooms"].map(own).join("") + copies);
		expect(tenancy).toMatchObject({ mode: "row", roots: ["public.clinics"] });
		expect(tenancy.tables.get("old.a")?.reason).toContain("Its columns can't be known");
	});

	it("accepts a free-standing tenant key without a table of tenants", async () => {
		const tenancy = await tenancyOf(`
			CREATE TABLE events (tenant_id uuid NOT NULL, id uuid, PRIMARY KEY (tenant_id, id));
			CREATE TABLE streams (tenant_id uuid NOT NULL, id uuid, PRIMARY KEY (tenant_id, id));
			CREATE TABLE cursors (id uuid PRIMARY KEY, tenant_id uuid NOT NULL);
		`);
		expect(tenancy).toMatchObject({ mode: "row", roots: [], tenantColumns: ["tenant_id"] });
	});

	it("takes the tenant column from a policy that compares it with a setting, whatever it is called", async () => {
		const policy = (t: string) =>
			`ALTER TABLE ${t} ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON ${t} USING (owned_by = current_setting('app.who'));`;
		const tenancy = await tenancyOf(
			`CREATE TABLE a (id int PRIMARY KEY, owned_by text NOT NULL); CREATE TABLE b (id int PRIMARY KEY, owned_by text NOT NULL); ${policy("a")} ${policy("b")}`,
		);
		expect(tenancy).toMatchObject({ mode: "row", enforcement: "rls", tenantColumns: ["owned_by"] });
	});

	it("knows them by a function of the product's own that says who calls, however it is called", async () => {
		const own = (name: string) =>
			`CREATE TABLE ${name} (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES users); ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY;
			CREATE POLICY own ON ${name} USING (user_id = app.get_current_user_id());`;
		const tenancy = await tenancyOf(`
			CREATE TABLE users (id uuid PRIMARY KEY, email text NOT NULL, password text NOT NULL);
			CREATE SCHEMA app; CREATE FUNCTION app.get_current_user_id() RETURNS uuid LANGUAGE sql AS 'SELECT current_setting(''app.who'')::uuid';
			${own("bookmarks")} ${own("labels")}
		`);
		expect(tenancy).toMatchObject({
			mode: "row",
			roots: ["public.users"],
			tenantColumns: ["user_id"],
			enforcement: "rls",
		});
	});

	it("takes a row that names several people for theirs who add it as their own", async () => {
		const tenancy = await tenancyOf(`
			CREATE TABLE letters (id uuid PRIMARY KEY, addressee_id uuid NOT NULL REFERENCES auth.users, writer_id uuid NOT NULL REFERENCES auth.users);
			CREATE TABLE complaints (id uuid PRIMARY KEY, about_id uuid REFERENCES auth.users, filed_by uuid NOT NULL REFERENCES auth.users, seen_by uuid REFERENCES auth.users);
			ALTER TABLE letters ENABLE ROW LEVEL SECURITY; ALTER TABLE complaints ENABLE ROW LEVEL SECURITY;
			CREATE POLICY reads ON letters FOR SELECT USING (addressee_id = auth.uid() OR writer_id = auth.uid());
			CREATE POLICY writes ON letters FOR INSERT WITH CHECK (writer_id = auth.uid());
			CREATE POLICY reads ON complaints FOR SELECT USING (about_id = auth.uid() OR filed_by = auth.uid() OR seen_by = auth.uid());
			CREATE POLICY files ON complaints FOR INSERT WITH CHECK ((SELECT auth.uid()) = filed_by);
		`);
		expect(tenancy.tables.get("public.letters")?.tenantColumn).toBe("writer_id");
		expect(tenancy.tables.get("public.complaints")?.tenantColumn).toBe("filed_by");
	});

	it("knows products in which each person is a tenant, by their policies", async () => {
		const tenancy = await tenancyOf(`
			CREATE TABLE todos (id int PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users, task text);
			ALTER TABLE todos ENABLE ROW LEVEL SECURITY;
			CREATE POLICY own ON todos USING (auth.uid() = user_id);
		`);
		expect(tenancy).toMatchObject({ mode: "row", enforcement: "rls", tenantColumns: ["user_id"] });
		expect(tenancy.tables.get("public.todos")?.scope).toBe("tenant-scoped");
	});
});

describe("a row of each login's own that has a key of its own", () => {
	const product = (login: string, own: string, jobs: string) => `
		CREATE TABLE plumbers (id uuid PRIMARY KEY, user_id uuid ${login} REFERENCES auth.users, trade text);
		CREATE TABLE jobs (id uuid PRIMARY KEY, plumber_id uuid NOT NULL REFERENCES plumbers);
		CREATE TABLE vans (id uuid PRIMARY KEY, plumber_id uuid NOT NULL REFERENCES plumbers);
		CREATE TABLE visits (id uuid PRIMARY KEY, job_id uuid NOT NULL REFERENCES jobs);
		CREATE TABLE tools (id uuid PRIMARY KEY); CREATE TABLE parts (id uuid PRIMARY KEY); CREATE TABLE makers (id uuid PRIMARY KEY); CREATE TABLE offers (id uuid PRIMARY KEY);
		CREATE FUNCTION my_trade() RETURNS uuid LANGUAGE sql AS 'SELECT id FROM plumbers WHERE user_id = auth.uid()';
		${["plumbers", "jobs", "vans", "visits"].map((name) => `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY;`).join("\n")}
		CREATE POLICY own ON plumbers USING (${own});
		CREATE POLICY own ON jobs USING (${jobs}); CREATE POLICY own ON vans USING (${jobs});
	`;
	const MINE = "plumber_id = my_trade()";

	it("is the tenant where policies of what hangs on it ask for it", async () => {
		const tenancy = await tenancyOf(product("UNIQUE", "user_id = auth.uid()", MINE));
		expect(tenancy.roots).toEqual(["public.plumbers"]);
		expect(tenancy.ofPeople).toBe(true);
		expect(tenancy.reason).toContain("each login has at most one of its rows");
		expect(tenancy.tables.get("public.visits")?.scope).toBe("tenant-derived");
	});

	it.each([
		["a login may have several", "", "user_id = auth.uid()", MINE],
		["everybody sees them all", "UNIQUE", "true", MINE],
		["what hangs on it is for all", "UNIQUE", "user_id = auth.uid()", "true"],
	])("is none where %s", async (_, login, own, jobs) => {
		expect((await tenancyOf(product(login, own, jobs))).mode).toBe("single-tenant");
	});
});

describe("what looks like a root, and what doesn't", () => {
	it("takes a bare noun for a free-standing tenant key where keys begin with it", async () => {
		const table = (name: string) =>
			`CREATE TABLE ${name} (id text PRIMARY KEY, namespace text NOT NULL, slug text, UNIQUE (namespace, slug));`;
		const tenancy = await tenancyOf(["meters", "features", "plans", "grants"].map(table).join("\n"));
		expect(tenancy).toMatchObject({ mode: "row", roots: [], tenantColumns: ["namespace"] });
		const loose = await tenancyOf(
			["meters", "features", "widgets", "grants"]
				.map((name) => `CREATE TABLE ${name} (id int, namespace text);`)
				.join("\n"),
		);
		expect(loose.mode).toBe("single-tenant");
	});

	it("takes what all keys and indexes of a single table begin with for its tenant", async () => {
		const table =
			"CREATE TABLE run_search (space_id text NOT NULL, run_id text NOT NULL, status int, PRIMARY KEY (space_id, run_id));";
		const index = (columns: string) => `CREATE INDEX ON run_search (space_id, ${columns});`;
		const indexes = index("status") + index("status, run_id") + index("run_id, status");
		expect(await tenancyOf(table + indexes)).toMatchObject({ mode: "row", tenantColumns: ["space_id"] });
		expect((await tenancyOf(table)).mode).toBe("single-tenant");
	});

	it("takes it for the tenant, too, where its foreign key leads to a table that is created elsewhere", async () => {
		const tables = `CREATE TABLE words (id uuid PRIMARY KEY, word text NOT NULL);
			CREATE TABLE edges (shard_id uuid, nid uuid, tail uuid NOT NULL, head uuid NOT NULL, PRIMARY KEY (shard_id, nid),
				FOREIGN KEY (nid) REFERENCES networks (id));`;
		const index = (columns: string) => `CREATE INDEX ON edges (nid, ${columns});`;
		const tenancy = await tenancyOf(tables + index("tail") + index("head") + index("tail, head"));
		expect(tenancy).toMatchObject({ mode: "row", roots: ["public.networks"], tenantColumns: ["nid"] });
		expect(tenancy.tables.get("public.edges")).toMatchObject({ scope: "tenant-scoped", tenantColumn: "nid" });
		expect(tenancy.tables.get("public.words")?.scope).toBe("unscoped");
		// With less to go by it is left to a person, and said.
		const loose = await tenancyOf(tables);
		expect(loose.mode).toBe("single-tenant");
		expect(loose.reason).toContain("1 of 2 tables name in `nid`, in every row, what no table here lists");
	});

	it("sees the list of tenants, too, where no foreign key can point at it", async () => {
		const table = (name: string) =>
			`CREATE TABLE ${name} (shard int, space_id bytea NOT NULL, id int, PRIMARY KEY (shard, space_id, id));`;
		const spaces = (key: string) =>
			`CREATE TABLE spaces (shard int, id bytea NOT NULL, name text NOT NULL UNIQUE, PRIMARY KEY ${key});`;
		const tables = ["runs", "timers", "signals", "queues"].map(table).join("");
		const tenancy = await tenancyOf(spaces("(shard, id)") + tables);
		expect(tenancy).toMatchObject({ mode: "row", tenantColumns: ["space_id"] });
		expect(tenancy.reason).toContain("`public.spaces` lists the tenants");
		expect(tenancy.tables.get("public.spaces")).toMatchObject({ scope: "tenant-root", tenantColumn: "id" });
		expect(tenancy.tables.get("public.runs")).toMatchObject({ scope: "tenant-scoped", tenantColumn: "space_id" });
		// Something of another type is not what the column names.
		const other = await tenancyOf(spaces("(shard, id)").replace("bytea", "int") + tables);
		expect(other.reason).toContain("no table lists the tenants");
		expect(other.tables.get("public.spaces")?.scope).toBe("unscoped");
	});

	it("takes the table of tenants for the root though a column with a suffix only shows the key", async () => {
		const table = (name: string) =>
			`CREATE TABLE ${name} (site_id int NOT NULL, day date NOT NULL, views int, UNIQUE (site_id, day));`;
		const others = ["hosts", "paths", "visits", "jobs"].map((name) => `CREATE TABLE ${name} (id int, at date);`);
		const tenancy = await tenancyOf(
			`CREATE TABLE sites (id serial PRIMARY KEY, name text); ${["daily", "pages", "referrers"].map(table).join("")} ${others.join("")}`,
		);
		expect(tenancy).toMatchObject({ mode: "row", roots: ["public.sites"], tenantColumns: ["site_id"] });
		expect(tenancy.tables.get("public.daily")).toMatchObject({ scope: "tenant-scoped", tenantColumn: "site_id" });
	});

	it("takes a table for the root whose bare name the key is", async () => {
		const table = (name: string) =>
			`CREATE TABLE ${name} (store text NOT NULL, id text NOT NULL, PRIMARY KEY (store, id));`;
		const stores = "CREATE TABLE store (id text PRIMARY KEY, name text);";
		const tenancy = await tenancyOf(stores + ["tuples", "models", "changes"].map(table).join(""));
		expect(tenancy).toMatchObject({ roots: ["public.store"], tenantColumns: ["store"] });
	});

	it("knows the tenant column by the root's full name, too", async () => {
		const tenancy = await tenancyOf(`${B2B}
			CREATE TABLE billing_entities (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations);
			CREATE TABLE runtime_environments (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations);
			CREATE TABLE runs (id uuid PRIMARY KEY, environment_id uuid NOT NULL REFERENCES runtime_environments);
			CREATE TABLE queues (id uuid PRIMARY KEY, environment_id uuid NOT NULL REFERENCES runtime_environments);
			CREATE TABLE schedules (id uuid PRIMARY KEY, environment_id uuid NOT NULL REFERENCES runtime_environments);
			CREATE TABLE batches (id uuid PRIMARY KEY, runtime_environment_id uuid NOT NULL);
		`);
		expect(tenancy.roots).toEqual(["public.organizations", "public.runtime_environments"]);
		expect(tenancy.tables.get("public.batches")).toMatchObject({
			scope: "tenant-scoped",
			tenantColumn: "runtime_environment_id",
		});
	});
});
