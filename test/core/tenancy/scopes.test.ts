import { describe, expect, it } from "vitest";
import { scopesOf, tenancyOf } from "./tenancy-of";

const BASE = `
	CREATE TABLE organizations (id uuid PRIMARY KEY, name text NOT NULL);
	CREATE TABLE users (id uuid PRIMARY KEY, email text NOT NULL UNIQUE, password_hash text);
	CREATE TABLE members (organization_id uuid NOT NULL REFERENCES organizations, user_id uuid NOT NULL REFERENCES users, PRIMARY KEY (organization_id, user_id));
	CREATE TABLE orders (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations);
	CREATE TABLE products (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations);
`;

describe("tenant-derived", () => {
	it("takes no table for reference data that triggers write to, whatever its first row is", async () => {
		const scopes = async (body: string) =>
			await scopesOf(`
				CREATE TABLE tenants (id int PRIMARY KEY); CREATE TABLE notes (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants);
				CREATE TABLE history (id int PRIMARY KEY, what text); INSERT INTO history VALUES (0, 'nothing');
				CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} RETURN NEW; END $$;`);
		expect((await scopes("INSERT INTO public.history (what) VALUES (NEW.id);")).history).toBe("unscoped");
		expect((await scopes("PERFORM 1;")).history).toBe("shared");
	});

	it("takes rows that the files put in for reference data only where something of their own tells them apart", async () => {
		const scopes = async (columns: string) =>
			await scopesOf(`
				CREATE TABLE tenants (id int PRIMARY KEY); CREATE TABLE notes (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants);
				CREATE TABLE costs (${columns}, what text NOT NULL, amount numeric NOT NULL); INSERT INTO costs (what, amount) VALUES ('rent', 10);`);
		expect((await scopes("id uuid PRIMARY KEY DEFAULT gen_random_uuid()")).costs).toBe("unscoped");
		expect((await scopes("id bigserial PRIMARY KEY")).costs).toBe("unscoped");
		expect((await scopes("id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY")).costs).toBe("unscoped");
		expect((await scopes("id bigserial PRIMARY KEY, UNIQUE (what)")).costs).toBe("shared");
		expect((await scopes("PRIMARY KEY (what)")).costs).toBe("shared");
	});

	it("takes no login for global where the people who log in are the tenants' own", async () => {
		const scopes = async (people: string) =>
			await scopesOf(`
				CREATE TABLE tenants (id int PRIMARY KEY); CREATE TABLE notes (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants);
				CREATE TABLE users (id int PRIMARY KEY, ${people} email text, password text);
				CREATE TABLE password_history (id int PRIMARY KEY, hash text);`);
		expect((await scopes("")).password_history).toBe("shared");
		expect((await scopes("tenant_id int NOT NULL REFERENCES tenants,")).password_history).toBe("unscoped");
	});

	it("takes a profile that has the key of a login for the people themselves, whatever tenants' rows point at it", async () => {
		const tenancy = await tenancyOf(`
			CREATE TABLE tenants (id uuid PRIMARY KEY);
			CREATE TABLE tenant_members (tenant_id uuid NOT NULL REFERENCES tenants, user_id uuid NOT NULL REFERENCES auth.users, role text, PRIMARY KEY (tenant_id, user_id));
			CREATE TABLE profiles (id uuid PRIMARY KEY REFERENCES auth.users, full_name text);
			CREATE TABLE tickets (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, assigned_to uuid REFERENCES profiles);
			CREATE TABLE news (id uuid PRIMARY KEY, title text, created_by uuid REFERENCES auth.users);`);
		expect(tenancy.tables.get("public.profiles")?.scope).toBe("shared");
		expect(tenancy.tables.get("public.profiles")?.reason).toContain("`public.tenant_members` says to which tenants");
		// Who wrote a row says nothing of whose it is, wherever people are kept.
		expect(tenancy.tables.get("public.news")?.reason).toContain("no tenant column and no foreign key to a table");
	});

	it("takes a code that is sent before anybody is known for a part of logging in, where each person is a tenant", async () => {
		const own = (table: string, column: string) =>
			`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON ${table} USING (${column} = auth.uid());`;
		const scopes = await scopesOf(`
			CREATE TABLE profiles (id uuid PRIMARY KEY REFERENCES auth.users, name text); ${own("profiles", "id")}
			CREATE TABLE trips (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES profiles); ${own("trips", "user_id")}
			CREATE TABLE otp_codes (id uuid PRIMARY KEY, phone text NOT NULL, code_hash text, expires_at timestamptz);`);
		expect(scopes).toMatchObject({ profiles: "tenant-scoped", trips: "tenant-scoped", otp_codes: "shared" });
	});

	it("says that nothing guards a tenant's being there, unless a key names it together with one of its rows", async () => {
		const tenancy = await tenancyOf(`
			CREATE TABLE tenants (id int PRIMARY KEY);
			CREATE TABLE notes (id int, tenant_id int NOT NULL REFERENCES tenants, PRIMARY KEY (tenant_id, id));
			CREATE TABLE pages (id int PRIMARY KEY, tenant_id int NOT NULL, note_id int NOT NULL, FOREIGN KEY (tenant_id, note_id) REFERENCES notes (tenant_id, id));
			CREATE TABLE marks (id int PRIMARY KEY, tenant_id int NOT NULL, note_id int, FOREIGN KEY (tenant_id, note_id) REFERENCES notes (tenant_id, id));`);
		expect(tenancy.tables.get("public.pages")).toMatchObject({ scope: "tenant-scoped", confidence: "certain" });
		expect(tenancy.tables.get("public.pages")?.reason).not.toContain("No foreign key guards");
		expect(tenancy.tables.get("public.marks")?.reason).toContain("No foreign key guards");
	});

	it("takes a key for the tenant only where it is the person's: a profile's, not an article's", async () => {
		const own = (table: string, column: string) =>
			`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON ${table} USING (${column} = (SELECT auth.uid()));`;
		const notes = ["notes", "photos"].map(
			(name) =>
				`CREATE TABLE ${name} (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users); ${own(name, "user_id")}`,
		);
		const tenancy = await tenancyOf(`${notes.join("")}
			CREATE TABLE profiles (id uuid PRIMARY KEY REFERENCES auth.users, name text); ${own("profiles", "id")}
			CREATE TABLE articles (id uuid PRIMARY KEY, title text, body text);`);
		expect(tenancy.tables.get("public.profiles")).toMatchObject({ scope: "tenant-scoped", tenantColumn: "id" });
		expect(tenancy.tables.get("public.articles")?.scope).not.toBe("tenant-scoped");
	});

	it("takes neither customers of the people who are tenants for tenants, nor who only did something", async () => {
		const own = (table: string, condition: string) =>
			`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON ${table} USING (${condition});`;
		const tables = ["notes", "photos", "files"].map(
			(name) =>
				`CREATE TABLE ${name} (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users); ${own(name, "user_id = (SELECT auth.uid())")}`,
		);
		const tenancy = await tenancyOf(`${tables.join("")}
			CREATE TABLE people (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users, email text, first_name text, last_name text, phone text);
			${own("people", "user_id = (SELECT auth.uid())")}
			CREATE TABLE calls (id uuid PRIMARY KEY, person_id uuid NOT NULL REFERENCES people);
			${own("calls", "person_id IN (SELECT id FROM people WHERE user_id = (SELECT auth.uid()))")}
			CREATE TABLE shares (id uuid PRIMARY KEY, revoked_by_user_id uuid REFERENCES auth.users);
			${own("shares", "revoked_by_user_id = (SELECT auth.uid())")}`);
		expect(tenancy).toMatchObject({ roots: ["auth.users"], tenantColumns: ["user_id"] });
		expect(tenancy.tables.get("public.calls")).toMatchObject({ scope: "tenant-derived", tenantColumn: null });
		expect(tenancy.tables.get("public.shares")?.scope).toBe("unscoped");
	});

	it("is what everybody may read and only the product's own service writes, by role or by its token", async () => {
		const scopeWith = async (...policies: string[]) =>
			(
				await scopesOf(
					`${BASE}CREATE TABLE questions (id uuid PRIMARY KEY, wording text); ALTER TABLE questions ENABLE ROW LEVEL SECURITY; ${policies
						.map((policy, i) => `CREATE POLICY p${i} ON questions ${policy};`)
						.join("")}`,
				)
			).questions;
		const read = `FOR SELECT USING (("auth"."role"() = 'authenticated'::"text"))`;
		for (const write of [
			`USING (("auth"."role"() = 'service_role'::"text")) WITH CHECK (("auth"."role"() = 'service_role'::"text"))`,
			"TO service_role USING (true) WITH CHECK (true)",
			"FOR INSERT WITH CHECK ((SELECT auth.jwt() ->> 'role') = 'service_role')",
		]) {
			expect(await scopeWith(read, write)).toBe("shared");
			expect(await scopeWith("FOR SELECT TO authenticated USING ((SELECT auth.uid()) IS NOT NULL)", write)).toBe(
				"shared",
			);
		}
		for (const write of [
			"USING (auth.role() = 'service_role') WITH CHECK (true)",
			"USING (auth.role() = 'authenticated')",
			"TO service_role, authenticated USING (true)",
			"FOR INSERT WITH CHECK (auth.role() = 'service_role' OR wording <> '')",
		])
			expect(await scopeWith(read, write)).toBe("unscoped");
	});

	it("takes a domain for what it is a domain over", async () => {
		const tenancy = await tenancyOf(`
			CREATE DOMAIN tenant_key AS text CHECK (length(value) > 3); CREATE DOMAIN any_key AS text; CREATE DOMAIN number AS integer;
			CREATE TABLE tenants (id tenant_key PRIMARY KEY);
			CREATE TABLE notes (id int PRIMARY KEY, tenant_id tenant_key NOT NULL REFERENCES tenants);
			CREATE TABLE drafts (id int PRIMARY KEY, tenant_id any_key NOT NULL);
			CREATE TABLE counts (id int PRIMARY KEY, tenant_id number NOT NULL);`);
		expect(tenancy.tables.get("public.drafts")).toMatchObject({ scope: "tenant-scoped", tenantColumn: "tenant_id" });
		expect(tenancy.tables.get("public.counts")?.tenantColumn).toBeNull();
	});

	it("names the path over NOT NULL foreign keys, however long", async () => {
		const tenancy = await tenancyOf(`${BASE}
			CREATE TABLE order_items (id uuid PRIMARY KEY, order_id uuid NOT NULL REFERENCES orders ON DELETE CASCADE, product_id uuid NOT NULL REFERENCES products);
			CREATE TABLE item_notes (id uuid PRIMARY KEY, item_id uuid NOT NULL REFERENCES order_items);
		`);
		expect(tenancy.tables.get("public.item_notes")).toMatchObject({
			scope: "tenant-derived",
			root: "public.organizations",
			path: [
				{ columns: ["item_id"], references: "public.order_items", to: ["id"] },
				{ columns: ["order_id"], references: "public.orders", to: ["id"] },
			],
		});
		expect(tenancy.tables.get("public.order_items")?.reason).toContain("`product_id`");
	});

	it("is not what a nullable path gives", async () => {
		const tenancy = await tenancyOf(
			`${BASE} CREATE TABLE notes (id uuid PRIMARY KEY, order_id uuid REFERENCES orders);`,
		);
		expect(tenancy.tables.get("public.notes")).toMatchObject({ scope: "unscoped", path: null });
		expect(tenancy.tables.get("public.notes")?.reason).toContain("may be NULL");
	});

	it("takes CHECK (… IS NOT NULL) for NOT NULL", async () => {
		const scopes = await scopesOf(
			`${BASE} CREATE TABLE notes (id uuid PRIMARY KEY, order_id uuid REFERENCES orders, CHECK (order_id IS NOT NULL));`,
		);
		expect(scopes.notes).toBe("tenant-derived");
	});

	it("does not go through people, who may be in several tenants", async () => {
		const scopes = await scopesOf(
			`${BASE} CREATE TABLE drafts (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES users, body text);`,
		);
		expect(scopes).toMatchObject({ users: "shared", drafts: "unscoped" });
	});

	it("waits for the table above, where nothing says whose that one's rows are", async () => {
		const sql = `${BASE}
			CREATE TABLE licenses (id uuid PRIMARY KEY, code text NOT NULL, payload text);
			CREATE TABLE checks (id uuid PRIMARY KEY, license_id uuid NOT NULL REFERENCES licenses, payload text);
			CREATE TABLE hints (id uuid PRIMARY KEY, license_id uuid REFERENCES licenses, payload text);
		`;
		const { tables } = await tenancyOf(sql);
		expect(tables.get("public.checks")?.reason).toContain("(`license_id` → `public.licenses`), and nothing says whose");
		expect(tables.get("public.hints")?.reason).toContain("It has no tenant column");
		const owned = `${sql} ALTER TABLE licenses ADD organization_id uuid NOT NULL REFERENCES organizations;`;
		expect((await scopesOf(owned)).checks).toBe("tenant-derived");
	});

	it("refuses two ways to the root itself", async () => {
		const tenancy = await tenancyOf(
			`${BASE} CREATE TABLE transfers (id uuid PRIMARY KEY, from_organization uuid NOT NULL REFERENCES organizations, to_organization uuid NOT NULL REFERENCES organizations);`,
		);
		expect(tenancy.tables.get("public.transfers")).toMatchObject({ scope: "unscoped" });
		expect(tenancy.tables.get("public.transfers")?.reason).toContain("more than one tenant");
	});
});

describe("tenant-scoped", () => {
	it("accepts another name for the column where it is the only way and every row takes it", async () => {
		const tenancy = await tenancyOf(
			`${BASE} CREATE TABLE domains (id uuid PRIMARY KEY, owner_org uuid NOT NULL REFERENCES organizations);`,
		);
		expect(tenancy.tables.get("public.domains")).toMatchObject({ scope: "tenant-scoped", tenantColumn: "owner_org" });
	});

	it("says that a nullable column leaves rows to nobody", async () => {
		const tenancy = await tenancyOf(
			`${BASE} CREATE TABLE webhooks (id uuid PRIMARY KEY, organization_id uuid REFERENCES organizations);`,
		);
		expect(tenancy.tables.get("public.webhooks")).toMatchObject({
			scope: "tenant-scoped",
			tenantColumn: "organization_id",
		});
		expect(tenancy.tables.get("public.webhooks")?.reason).toContain("may be NULL");
	});

	it("is not misled by a column of that name which references something else", async () => {
		const scopes = await scopesOf(`${BASE}
			CREATE TABLE charities (id uuid PRIMARY KEY, organization_name text);
			CREATE TABLE gifts (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES charities);
		`);
		expect(scopes.gifts).not.toBe("tenant-scoped");
	});

	it("takes the name for outside that a root has beside its key, and no other text for a key of another kind", async () => {
		const own = (column: string) => `
			CREATE TABLE tenants (id uuid PRIMARY KEY, ${column});
			CREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
			CREATE TABLE offers (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
			CREATE TABLE staff (id uuid PRIMARY KEY, tenant_id text NOT NULL, email text, password_hash text);
		`;
		const scope = async (column: string) => (await tenancyOf(own(column))).tables.get("public.staff");
		expect(await scope("tenant_id text NOT NULL UNIQUE")).toMatchObject({
			scope: "tenant-scoped",
			tenantColumn: "tenant_id",
		});
		for (const column of ["tenant_id text", "slug text NOT NULL UNIQUE", "tenant_id bigint UNIQUE"])
			expect(await scope(column)).toMatchObject({
				scope: "unscoped",
				reason: expect.stringContaining("It names its tenant in `tenant_id`, which is text"),
			});
	});

	it("folds camelCase and quoted names", async () => {
		const tenancy = await tenancyOf(`
			CREATE TABLE "Tenant" ("id" uuid PRIMARY KEY);
			CREATE TABLE "ApiKey" ("id" uuid PRIMARY KEY, "tenantId" uuid NOT NULL REFERENCES "Tenant");
			CREATE TABLE v2_runs (id bigint, tenant_id uuid NOT NULL, PRIMARY KEY (tenant_id, id));
		`);
		expect(tenancy.tables.get("public.v2_runs")).toMatchObject({ scope: "tenant-scoped", tenantColumn: "tenant_id" });
		expect([...tenancy.tenantColumns].sort()).toEqual(["tenantId", "tenant_id"]);
	});

	it("gives partitions what their parent has", async () => {
		const scopes = await scopesOf(`${BASE}
			CREATE TABLE logs (organization_id uuid NOT NULL REFERENCES organizations, at date NOT NULL) PARTITION BY RANGE (at);
			CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
		`);
		expect(scopes).toMatchObject({ logs: "tenant-scoped", logs_1: "tenant-scoped" });
	});
});

describe("shared", () => {
	it("is a ledger, a person, what hangs on a login, and a list that tenants choose from", async () => {
		const scopes = await scopesOf(`${BASE}
			CREATE TABLE schema_migrations (version text PRIMARY KEY);
			CREATE TABLE sessions (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES users, expires_at timestamptz NOT NULL);
			CREATE TABLE preferences (user_id uuid PRIMARY KEY REFERENCES users, theme text);
			CREATE TABLE countries (code char(2) PRIMARY KEY, name text);
			CREATE TABLE addresses (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations, country_code char(2) NOT NULL REFERENCES countries);
		`);
		expect(scopes).toMatchObject({
			schema_migrations: "shared",
			users: "shared",
			sessions: "shared",
			preferences: "shared",
			countries: "shared",
			addresses: "tenant-scoped",
		});
	});

	it("is not a table that each tenant's row points at for its own content", async () => {
		const tenancy = await tenancyOf(`${BASE}
			CREATE TABLE blobs (id uuid PRIMARY KEY, body text);
			CREATE TABLE documents (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations, blob_id uuid NOT NULL UNIQUE REFERENCES blobs);
		`);
		expect(tenancy.tables.get("public.blobs")?.scope).toBe("unscoped");
		expect(tenancy.tables.get("public.blobs")?.reason).toContain("public.documents");
	});

	it("is what migrations fill and the application may only read", async () => {
		const scopes = await scopesOf(`${BASE}
			CREATE TABLE limits (id int PRIMARY KEY, amount int); INSERT INTO limits VALUES (1, 10);
			CREATE TABLE offers (id int PRIMARY KEY, amount int); CREATE ROLE app; GRANT SELECT ON offers TO app; GRANT SELECT, INSERT ON orders TO app;
			CREATE TABLE gossip (id int PRIMARY KEY, amount int);
		`);
		expect(scopes).toMatchObject({ limits: "shared", offers: "shared", gossip: "unscoped" });
	});
});

it("names the way that a table without a foreign key seems to go, though nothing says whose rows that leads to", async () => {
	const tenancy = await tenancyOf(`${BASE}
		CREATE TABLE environments (id uuid PRIMARY KEY, name text);
		CREATE TABLE flags (id uuid PRIMARY KEY, env_id uuid NOT NULL, name text);
		CREATE TABLE queue_messages (id uuid PRIMARY KEY, env_id uuid, name text);
	`);
	expect(tenancy.tables.get("public.flags")).toMatchObject({ scope: "unscoped" });
	expect(tenancy.tables.get("public.flags")?.reason).toContain("`env_id` → `public.environments` looks like a way");
	expect(tenancy.tables.get("public.queue_messages")?.reason).toContain("It has no tenant column");
});

describe("what looks shared", () => {
	it("is not a user's sessions of something else, nor mails, nor secrets that rows point at", async () => {
		const scopes = await scopesOf(`${BASE}
			CREATE TABLE chat_sessions (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES users, title text);
			CREATE TABLE emails (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES users, body text);
			CREATE TABLE secrets (id uuid PRIMARY KEY, name text NOT NULL UNIQUE, secret text);
			CREATE TABLE variables (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations, secret_id uuid NOT NULL REFERENCES secrets);
			CREATE TABLE ranges (id int PRIMARY KEY, below int, CHECK (below < id));
		`);
		expect(scopes).toMatchObject({
			chat_sessions: "unscoped",
			emails: "unscoped",
			secrets: "unscoped",
			ranges: "unscoped",
		});
	});

	it("is a person's session that only remembers a tenant, but no other part of a login and no session of something else", async () => {
		const scopeOf = async (columns: string, user = "user_id uuid NOT NULL REFERENCES users") =>
			(
				await scopesOf(
					`${BASE} CREATE TABLE ${columns}, ${user}, active_organization_id uuid REFERENCES organizations);`,
				)
			)[columns.replace(/ .*/, "")];
		expect(await scopeOf("sessions (id uuid PRIMARY KEY, token text")).toBe("shared");
		expect(await scopeOf("sessions (id uuid PRIMARY KEY, token text", "user_id uuid REFERENCES users")).toBe(
			"unscoped",
		);
		expect(await scopeOf("api_keys (id uuid PRIMARY KEY, token text")).toBe("unscoped");
		expect(await scopeOf("chat_sessions (id uuid PRIMARY KEY, title text")).toBe("unscoped");
	});

	it("is not a login's settings that a tenant's row points at", async () => {
		const scopes = await scopesOf(`${BASE}
			CREATE TABLE authentication_portals (id uuid PRIMARY KEY, client_secret text);
			ALTER TABLE organizations ADD portal_id uuid UNIQUE REFERENCES authentication_portals;
		`);
		expect(scopes.authentication_portals).toBe("unscoped");
	});

	it("is settings whose key allows one row only", async () => {
		const scopes = await scopesOf(`${BASE} CREATE TABLE rules (id int PRIMARY KEY CHECK (id = 1), note text);`);
		expect(scopes.rules).toBe("shared");
	});
});

describe("unscoped", () => {
	it("is a polymorphic owner", async () => {
		const tenancy = await tenancyOf(
			`${BASE} CREATE TABLE attachments (id uuid PRIMARY KEY, record_type text NOT NULL, record_id uuid NOT NULL);`,
		);
		expect(tenancy.tables.get("public.attachments")).toMatchObject({ scope: "unscoped" });
		expect(tenancy.tables.get("public.attachments")?.reason).toContain("record_type");
	});
});

describe("a person's decisions", () => {
	it("go before what is detected, and say where they were made", async () => {
		const tenancy = await tenancyOf(
			`${BASE} CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY); COMMENT ON TABLE b IS 'Rates of the day. @tenancy shared';`,
			{ tables: { "public.a": { scope: "shared", why: "Same for all." }, "public.ord*": { scope: "unscoped" } } },
		);
		expect(tenancy.tables.get("public.a")).toMatchObject({
			scope: "shared",
			override: "config",
			confidence: "certain",
		});
		expect(tenancy.tables.get("public.a")?.reason).toContain("Same for all.");
		expect(tenancy.tables.get("public.b")).toMatchObject({ scope: "shared", override: "comment" });
		expect(tenancy.tables.get("public.orders")?.scope).toBe("unscoped");
	});

	it("name the roots and the columns", async () => {
		const tenancy = await tenancyOf(
			"CREATE TABLE guilds (id int PRIMARY KEY); CREATE TABLE halls (id int PRIMARY KEY, guild int NOT NULL REFERENCES guilds);",
			{ roots: ["public.guilds"] },
		);
		expect(tenancy).toMatchObject({ mode: "row", roots: ["public.guilds"], tenantColumns: ["guild"] });
		expect(tenancy.tables.get("public.halls")?.scope).toBe("tenant-scoped");
	});

	it("may take a root back", async () => {
		expect(await tenancyOf(BASE, { tables: { "public.organizations": { scope: "shared" } } })).toMatchObject({
			roots: [],
		});
		expect((await tenancyOf(BASE, { mode: "single-tenant" })).mode).toBe("single-tenant");
	});
});

describe("a schema for each tenant", () => {
	const tenant = (name: string) =>
		`CREATE SCHEMA ${name}; CREATE TABLE ${name}.visits (id int PRIMARY KEY); CREATE TABLE ${name}.bills (id int PRIMARY KEY, visit_id int NOT NULL REFERENCES ${name}.visits);`;
	it("is seen by schemas with the same tables, and by the list of tenants", async () => {
		const tenancy = await tenancyOf(
			`CREATE TABLE clinics (id int PRIMARY KEY, schema_name text NOT NULL UNIQUE); ${tenant("clinic_a")} ${tenant("clinic_b")}`,
		);
		expect(tenancy).toMatchObject({ mode: "schema", enforcement: "placement", roots: ["public.clinics"] });
		expect(tenancy.tables.get("clinic_a.bills")).toMatchObject({
			scope: "tenant-scoped",
			enforcement: "placement",
			tenantColumn: null,
		});
	});
});

describe("a schema for each tenant of which the files make one", () => {
	const BRANCH =
		"CREATE SCHEMA branch_north; CREATE TABLE branch_north.visits (id int PRIMARY KEY); CREATE TABLE branch_north.bills (id int PRIMARY KEY);";
	const each = (does: string) =>
		`DO $$ DECLARE s text; BEGIN FOR s IN SELECT nspname FROM pg_namespace WHERE nspname LIKE 'branch_%' LOOP EXECUTE format('${does}', s); END LOOP; END $$;`;
	const LISTED = "CREATE TABLE branches (id int PRIMARY KEY, slug text UNIQUE); CREATE TABLE visits (id int);";

	it("is seen by files that do the same to each schema that is called alike, and listed by what they are called after", async () => {
		const tenancy = await tenancyOf(`${LISTED} ${BRANCH} ${each("ALTER TABLE %I.visits ADD place text")}`);
		expect(tenancy).toMatchObject({ mode: "schema", enforcement: "placement", roots: ["public.branches"] });
		expect(tenancy.reason).toContain("the files do the same to each schema called like `branch_%`");
		expect(tenancy.tables.get("branch_north.bills")?.scope).toBe("tenant-scoped");
		const granted = await tenancyOf(`${LISTED} ${BRANCH} ${each("GRANT USAGE ON SCHEMA %I TO app")}`);
		expect(granted.mode).toBe("single-tenant");
	});

	it("is seen by the template that the application makes them from, beside the list of tenants", async () => {
		const template = (name: string) => BRANCH.replaceAll("branch_north", name);
		const tenants = "CREATE TABLE tenants (id int PRIMARY KEY, schema_name text NOT NULL UNIQUE);";
		const tenancy = await tenancyOf(`${tenants} ${template("tenant_template")}`);
		expect(tenancy).toMatchObject({ mode: "schema", roots: ["public.tenants"] });
		expect(tenancy.tables.get("tenant_template.bills")).toMatchObject({
			scope: "tenant-scoped",
			enforcement: "placement",
		});
		// A schema of other templates, and one of which no table lists the tenants.
		for (const other of [`${tenants} ${template("mail_templates")}`, template("tenant_template")])
			expect((await tenancyOf(other)).mode).not.toBe("schema");
	});
});

describe("enforcement", () => {
	it("is row-level security once the product uses it, and none for a table that misses it", async () => {
		const rls = (t: string) =>
			`ALTER TABLE ${t} ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON ${t} USING (organization_id = (SELECT current_setting('app.org')::uuid));`;
		const tenancy = await tenancyOf(`${BASE} ${rls("orders")} ${rls("members")}`);
		expect(tenancy.enforcement).toBe("rls");
		expect(tenancy.tables.get("public.orders")?.enforcement).toBe("rls");
		expect(tenancy.tables.get("public.products")?.enforcement).toBe("none");
	});

	it("names whom the application connects as: the login that policies are for, though its group has the grants", async () => {
		const rls = `ALTER TABLE orders ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON orders TO web USING (organization_id = (SELECT current_setting('app.org')::uuid));`;
		const roles =
			"CREATE ROLE writers; CREATE ROLE web LOGIN; CREATE ROLE deploy LOGIN; GRANT writers TO web, deploy; GRANT ALL ON organizations, members, orders TO writers;";
		expect((await tenancyOf(`${BASE} ${rls} ${roles}`)).reason).toContain("The application connects as `web`");
	});

	it("is the application where no policy is", async () => {
		expect((await tenancyOf(BASE)).enforcement).toBe("application");
	});
});

describe("what is not shared, though it looks like people", () => {
	it("a login to a mail server", async () => {
		const scopes = await scopesOf(`${BASE}
			CREATE TABLE email (id uuid PRIMARY KEY, smtp_server text NOT NULL, smtp_port int, username text NOT NULL, password text NOT NULL);
			CREATE TABLE notifications (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations, email_id uuid REFERENCES email);
		`);
		expect(scopes.email).toBe("unscoped");
	});

	it("a login to another database", async () => {
		const scopes = await scopesOf(
			`${BASE} CREATE TABLE sources (id uuid PRIMARY KEY, url text NOT NULL, username text NOT NULL, password text NOT NULL);`,
		);
		expect(scopes.sources).toBe("unscoped");
	});

	it("tokens of links to what somebody wrote", async () => {
		const tokens = (rest: string) => `CREATE TABLE share_tokens (id text PRIMARY KEY, token text UNIQUE, ${rest});`;
		expect((await scopesOf(`${BASE} ${tokens("expires_at bigint")}`)).share_tokens).toBe("shared");
		expect((await scopesOf(`${BASE} ${tokens("expires_at bigint, encrypted_data text")}`)).share_tokens).toBe(
			"unscoped",
		);
		const sessions = "CREATE TABLE sessions (id text PRIMARY KEY, token text, data jsonb);";
		expect((await scopesOf(`${BASE} ${sessions}`)).sessions).toBe("shared");
	});

	it("people who are only invited", async () => {
		const scopes = await scopesOf(`${BASE} CREATE TABLE invited_users (id uuid PRIMARY KEY, email text UNIQUE);`);
		expect(scopes.invited_users).toBe("unscoped");
	});
});

describe("a table that only pairs rows of shared tables", () => {
	const REFERENCE = `${BASE}
		CREATE TABLE roles (id int PRIMARY KEY, name text UNIQUE);
		CREATE TABLE permissions (id int PRIMARY KEY, name text UNIQUE);
		INSERT INTO roles VALUES (1, 'owner');
		INSERT INTO permissions VALUES (1, 'read');`;

	it("is shared", async () => {
		const scopes = await scopesOf(
			`${REFERENCE} CREATE TABLE role_permissions (role_id int REFERENCES roles, permission_id int REFERENCES permissions, PRIMARY KEY (role_id, permission_id));`,
		);
		expect(scopes.role_permissions).toBe("shared");
	});

	it("is not where it could hold more, or pairs people", async () => {
		const scopes = await scopesOf(`${REFERENCE}
			CREATE TABLE grants (role_id int REFERENCES roles, permission_id int REFERENCES permissions, note text);
			CREATE TABLE user_roles (user_id uuid NOT NULL REFERENCES users, role_id int NOT NULL REFERENCES roles);`);
		expect(scopes).toMatchObject({ grants: "unscoped", user_roles: "unscoped" });
	});
});
