import { type Hole, instead } from "./hole";
import { NOTES, NOTES_POLICY, notesWith, OF_TENANT, ORDERS_POLICY, SHOP, secured, TENANTS } from "./shop";

const READ = ["read", "public.notes"] as const;
const UPDATE = ["update", "public.notes"] as const;
const DELETE = ["delete", "public.notes"] as const;
const INSERT = ["insert-as-other", "public.notes"] as const;
const MOVE = ["move-to-other", "public.notes"] as const;
const SETTING = "current_setting('app.tenant_id', true)";

/** A policy for each command, as many products write them. */
const BY_COMMAND = {
	select: `CREATE POLICY notes_read ON notes FOR SELECT TO app USING (${OF_TENANT});`,
	insert: `CREATE POLICY notes_add ON notes FOR INSERT TO app WITH CHECK (${OF_TENANT});`,
	update: `CREATE POLICY notes_change ON notes FOR UPDATE TO app USING (${OF_TENANT}) WITH CHECK (${OF_TENANT});`,
	delete: `CREATE POLICY notes_remove ON notes FOR DELETE TO app USING (${OF_TENANT});`,
};
function byCommand(other: Partial<typeof BY_COMMAND> = {}): string {
	return notesWith(Object.values({ ...BY_COMMAND, ...other }).join("\n"));
}

const IS_MANAGER = "(SELECT current_setting('app.role', true)) IN ('manager', 'owner')";

/** Notes beside tables of which a tenant's managers see their tenant's rows. */
function managed(notes: string): string {
	const tables = ["lists", "boards", "files"].map(
		(
			name,
		) => `CREATE TABLE ${name} (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants);
CREATE INDEX ${name}_tenant_idx ON ${name} (tenant_id);
${secured(name, `${OF_TENANT} AND ${IS_MANAGER}`)}`,
	);
	return notesWith(`CREATE POLICY notes_of_tenant ON notes TO app USING (${notes});`) + tables.join("");
}

const OF_PERSON = "person_id = (SELECT current_setting('app.person_id')::uuid)";

/** What people write for themselves, within their tenant. */
function drafts(check: string): string {
	return `${NOTES}CREATE TABLE drafts (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, person_id uuid NOT NULL);
CREATE INDEX drafts_tenant_idx ON drafts (tenant_id);
ALTER TABLE drafts ENABLE ROW LEVEL SECURITY;
ALTER TABLE drafts FORCE ROW LEVEL SECURITY;
CREATE POLICY drafts_read ON drafts FOR SELECT TO app USING (${OF_TENANT});
CREATE POLICY drafts_add ON drafts FOR INSERT TO app WITH CHECK (${check});
GRANT SELECT, INSERT ON drafts TO app;
`;
}

/** Notes for whoever a helper function finds among the members. */
function listed(parameter: string, argument: string, tied: string): string {
	return notesWith(`CREATE TABLE members (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants);
CREATE INDEX members_tenant_idx ON members (tenant_id);
${secured("members", "id = (SELECT current_setting('app.member_id')::uuid)", "SELECT")}CREATE FUNCTION is_member(${parameter}) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
	'SELECT EXISTS (SELECT FROM public.members WHERE ${tied} members.id = current_setting(''app.member_id'')::uuid)';
CREATE POLICY notes_of_tenant ON notes TO app USING (is_member(${argument}));`);
}

/** Policies that let through more than the tenant's rows. */
export const POLICIES: readonly Hole[] = [
	{
		name: "a policy that is always true",
		leaks: [READ, UPDATE, DELETE, INSERT, MOVE],
		rule: "policy-always-true",
		sound: NOTES,
		bad: notesWith("CREATE POLICY notes_of_tenant ON notes TO app USING (true);"),
	},
	{
		name: "a policy that is always true in other words",
		leaks: [READ, ["copy", "public.notes"], ["returning", "public.notes"]],
		rule: "policy-always-true",
		sound: NOTES,
		bad: notesWith("CREATE POLICY notes_of_tenant ON notes TO app USING (1 = 1 OR tenant_id IS NULL);"),
	},
	{
		name: "WITH CHECK (true) beside a sound USING",
		leaks: [["insert-as-other", "public.orders"]],
		rule: "policy-check-weaker",
		sound: SHOP,
		bad: instead(SHOP, ORDERS_POLICY, `${ORDERS_POLICY.slice(0, -1)} WITH CHECK (true);`),
	},
	{
		name: "WITH CHECK that any tenant's key passes",
		leaks: [INSERT, MOVE],
		rule: "policy-check-weaker",
		sound: NOTES,
		bad: notesWith(`${NOTES_POLICY.slice(0, -1)} WITH CHECK (tenant_id IS NOT NULL);`),
	},
	{
		name: "UPDATE checks which row, not what becomes of it",
		leaks: [MOVE],
		rule: "policy-check-weaker",
		sound: byCommand(),
		bad: byCommand({
			update: `CREATE POLICY notes_change ON notes FOR UPDATE TO app USING (${OF_TENANT}) WITH CHECK (title <> 'draft');`,
		}),
	},
	{
		name: "INSERT takes whatever comes",
		leaks: [INSERT],
		rule: "policy-always-true",
		sound: byCommand(),
		bad: byCommand({ insert: "CREATE POLICY notes_add ON notes FOR INSERT TO app WITH CHECK (true);" }),
	},
	{
		name: "INSERT asks for something else than the tenant",
		leaks: [INSERT],
		rule: "policy-ignores-tenant",
		sound: byCommand(),
		bad: byCommand({ insert: "CREATE POLICY notes_add ON notes FOR INSERT TO app WITH CHECK (NOT is_public);" }),
	},
	{
		name: "SELECT is kept apart, DELETE is not",
		leaks: [DELETE],
		rule: "policy-always-true",
		sound: byCommand(),
		bad: byCommand({ delete: "CREATE POLICY notes_remove ON notes FOR DELETE TO app USING (true);" }),
	},
	{
		name: "UPDATE may take others' rows over",
		leaks: [UPDATE],
		rule: "policy-always-true",
		sound: byCommand(),
		bad: byCommand({
			update: `CREATE POLICY notes_change ON notes FOR UPDATE TO app USING (true) WITH CHECK (${OF_TENANT});`,
		}),
	},
	{
		name: "everybody reads, the tenant writes",
		leaks: [READ],
		rule: "policy-always-true",
		sound: byCommand(),
		bad: byCommand({ select: "CREATE POLICY notes_read ON notes FOR SELECT TO app USING (true);" }),
	},
	{
		name: "NULL is for all",
		leaks: [["no-tenant", "public.notes"]],
		rule: "policy-null-opens",
		sound: NOTES,
		bad: notesWith(
			`CREATE POLICY notes_of_tenant ON notes TO app USING (${SETTING} IS NULL OR tenant_id = ${SETTING}::uuid);`,
		),
	},
	{
		name: "an empty setting is for all",
		leaks: [["empty-tenant", "public.notes"]],
		rule: "policy-null-opens",
		sound: NOTES,
		bad: notesWith(
			`CREATE POLICY notes_of_tenant ON notes TO app USING (${SETTING} = '' OR tenant_id::text = ${SETTING});`,
		),
	},
	{
		name: "no setting and an empty one are for all",
		leaks: [
			["no-tenant", "public.notes"],
			["empty-tenant", "public.notes"],
		],
		rule: "policy-null-opens",
		sound: NOTES,
		bad: notesWith(
			`CREATE POLICY notes_of_tenant ON notes TO app USING (nullif(${SETTING}, '') IS NULL OR tenant_id = nullif(${SETTING}, '')::uuid);`,
		),
	},
	{
		name: "COALESCE falls back to the row's own tenant",
		leaks: [["no-tenant", "public.notes"]],
		rule: "policy-null-opens",
		sound: NOTES,
		bad: notesWith(
			`CREATE POLICY notes_of_tenant ON notes TO app USING (tenant_id = coalesce(${SETTING}::uuid, tenant_id));`,
		),
	},
	{
		name: "CASE opens while nobody is bound",
		leaks: [["no-tenant", "public.notes"]],
		rule: "policy-null-opens",
		sound: NOTES,
		bad: notesWith(
			`CREATE POLICY notes_of_tenant ON notes TO app USING (CASE WHEN ${SETTING} IS NULL THEN true ELSE tenant_id = ${SETTING}::uuid END);`,
		),
	},
	{
		name: "a switch that is off opens",
		leaks: [READ],
		rule: "policy-null-opens",
		sound: NOTES,
		bad: notesWith(
			`CREATE POLICY notes_of_tenant ON notes TO app USING (${OF_TENANT} OR coalesce(current_setting('app.is_admin', true), '') <> 'off');`,
		),
	},
	{
		name: "what is public in one tenant is public in all",
		leaks: [READ],
		rule: "policy-or-widens",
		sound: NOTES,
		bad: `${NOTES}CREATE POLICY notes_public ON notes FOR SELECT TO app USING (is_public);\n`,
	},
	{
		name: "a policy meant to restrict widens, as it is permissive",
		leaks: [READ],
		rule: "policy-or-widens",
		sound: `${NOTES}CREATE POLICY notes_titled ON notes AS RESTRICTIVE TO app USING (title <> 'hidden');\n`,
		bad: `${NOTES}CREATE POLICY notes_titled ON notes TO app USING (title <> 'hidden');\n`,
	},
	{
		name: "OR within the policy",
		leaks: [READ, UPDATE],
		rule: "policy-or-widens",
		sound: NOTES,
		bad: notesWith(`CREATE POLICY notes_of_tenant ON notes TO app USING (${OF_TENANT} OR title = 'welcome');`),
	},
	{
		name: "AND binds tighter than OR",
		leaks: [READ],
		rule: "policy-or-widens",
		sound: notesWith(
			`CREATE POLICY notes_of_tenant ON notes TO app USING (${OF_TENANT} AND (title <> 'hidden' OR NOT is_public));`,
		),
		bad: notesWith(
			`CREATE POLICY notes_of_tenant ON notes TO app USING (${OF_TENANT} AND title <> 'hidden' OR NOT is_public);`,
		),
	},
	{
		name: "a policy of the row's state alone",
		leaks: [READ],
		rule: "policy-ignores-tenant",
		sound: NOTES,
		bad: notesWith("CREATE POLICY notes_of_tenant ON notes TO app USING (title IS NOT NULL AND NOT is_public);"),
	},
	{
		name: "the login is asked, and all tenants share it",
		leaks: [READ, DELETE],
		rule: "policy-ignores-tenant",
		sound: NOTES,
		bad: notesWith("CREATE POLICY notes_of_tenant ON notes TO app USING (current_user = 'app');"),
	},
	{
		name: "that somebody is signed in is asked, and not whose the row is",
		leaks: [READ, DELETE, INSERT],
		rule: "policy-ignores-tenant",
		sound: NOTES,
		bad: notesWith(`CREATE POLICY notes_of_tenant ON notes TO app USING (${SETTING} IS NOT NULL);`),
	},
	{
		name: "a helper asks whether somebody is listed, and not for which tenant",
		leaks: [READ, UPDATE, DELETE, INSERT],
		rule: "policy-ignores-tenant",
		sound: listed("tenant uuid", "tenant_id", "members.tenant_id = is_member.tenant AND"),
		bad: listed("", "", ""),
	},
	{
		name: "a role within a tenant is asked for, and not the tenant",
		leaks: [READ, UPDATE, DELETE, INSERT],
		rule: "policy-ignores-tenant",
		sound: managed(`${OF_TENANT} AND ${IS_MANAGER}`),
		bad: managed(IS_MANAGER),
	},
	{
		name: "a person's own row is taken for any tenant",
		leaks: [["insert-as-other", "public.drafts"]],
		rule: "policy-ignores-tenant",
		sound: drafts(`${OF_TENANT} AND ${OF_PERSON}`),
		bad: drafts(OF_PERSON),
	},
	{
		name: "one tenant's key stands in the policy",
		leaks: [READ],
		rule: "policy-literal-tenant",
		sound: NOTES,
		bad: `${NOTES}CREATE POLICY notes_of_first ON notes TO app USING (tenant_id = '7c3f0a52-5a3e-4b6e-9f5e-3f1f9d6f0c11');\n`,
	},
	{
		name: "the product's own tenant is shown to all",
		leaks: [READ],
		rule: "policy-literal-tenant",
		sound: NOTES,
		bad: notesWith(
			`CREATE POLICY notes_of_tenant ON notes TO app USING (${OF_TENANT} OR tenant_id = '00000000-0000-0000-0000-000000000001'::uuid);`,
		),
	},
	{
		name: "a policy for PUBLIC reaches the application, too",
		leaks: [READ],
		rule: "policy-always-true",
		sound: `CREATE ROLE reports;\n${NOTES}CREATE POLICY notes_reports ON notes FOR SELECT TO reports USING (true);\nGRANT SELECT ON notes TO reports;\n`,
		bad: `CREATE ROLE reports;\n${NOTES}CREATE POLICY notes_reports ON notes FOR SELECT USING (true);\nGRANT SELECT ON notes TO reports;\n`,
	},
	{
		name: "a pattern of LIKE stands for the tenant",
		leaks: [["empty-tenant", "public.pages"]],
		rule: "policy-null-opens",
		sound: pages("tenant = (SELECT current_setting('app.tenant'))"),
		bad: pages("tenant LIKE (SELECT current_setting('app.tenant')) || '%'"),
	},
	{
		name: "rows of nobody are for everybody",
		leaks: [["shared-write", "public.labels"]],
		rule: "shared-writable",
		sound: labels("FOR SELECT TO app USING", `CREATE POLICY labels_write ON labels TO app USING (${OF_TENANT});`),
		bad: labels("TO app USING", ""),
	},
	{
		name: "every tenant may add rows of nobody",
		leaks: [["shared-write", "public.labels"]],
		rule: "shared-writable",
		sound: labels("FOR SELECT TO app USING", `CREATE POLICY labels_write ON labels TO app USING (${OF_TENANT});`),
		bad: labels(
			"FOR SELECT TO app USING",
			`CREATE POLICY labels_write ON labels TO app USING (${OF_TENANT}) WITH CHECK (${OF_TENANT} OR tenant_id IS NULL);`,
		),
	},
	{
		name: "a list that the files fill may be changed by every tenant",
		leaks: [["shared-write", "public.plans"]],
		rule: "shared-writable",
		sound: plans("SELECT"),
		bad: plans("SELECT, INSERT, UPDATE, DELETE"),
	},
	{
		name: "whoever may change their profile chooses their tenant",
		leaks: [["move-to-other", "public.profiles"]],
		rule: "policy-user-editable",
		sound: profiles("SELECT, UPDATE (name)"),
		bad: profiles("SELECT, UPDATE"),
	},
	{
		name: "whoever may change their profile chooses their tenant, in one column",
		leaks: [["move-to-other", "public.profiles"]],
		rule: "policy-user-editable",
		sound: profiles("SELECT, UPDATE (name)"),
		bad: profiles("SELECT, UPDATE (name, tenant_id)"),
	},
];

function pages(condition: string): string {
	return `CREATE ROLE app;
CREATE TABLE tenants (slug text PRIMARY KEY, name text NOT NULL);
${secured("tenants", "slug = (SELECT current_setting('app.tenant'))", "SELECT")}CREATE TABLE pages (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant text NOT NULL REFERENCES tenants, body text NOT NULL DEFAULT '');
CREATE INDEX pages_tenant_idx ON pages (tenant);
${secured("pages", condition)}`;
}

/** Labels that the product brings along, and those that a tenant makes. */
function labels(policy: string, more: string): string {
	return `${TENANTS}CREATE TABLE labels (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid REFERENCES tenants, name text NOT NULL DEFAULT '');
CREATE INDEX labels_tenant_idx ON labels (tenant_id);
ALTER TABLE labels ENABLE ROW LEVEL SECURITY;
ALTER TABLE labels FORCE ROW LEVEL SECURITY;
CREATE POLICY labels_of_tenant ON labels ${policy} (tenant_id IS NULL OR ${OF_TENANT});
${more}
GRANT SELECT, INSERT, UPDATE, DELETE ON labels TO app;
`;
}

function plans(privileges: string): string {
	return `${NOTES}CREATE TABLE plans (code text PRIMARY KEY, seats int NOT NULL);
INSERT INTO plans (code, seats) VALUES ('free', 3), ('team', 20);
ALTER TABLE tenants ADD COLUMN plan_code text NOT NULL DEFAULT 'free' REFERENCES plans;
GRANT ${privileges} ON plans TO app;
`;
}

/** The tenant of a session is the one that its user's profile names. */
function profiles(privileges: string): string {
	const user = "(SELECT current_setting('app.user_id')::uuid)";
	const tenant = `(SELECT profiles.tenant_id FROM profiles WHERE profiles.id = ${user})`;
	return `CREATE ROLE app;
CREATE TABLE tenants (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
CREATE TABLE profiles (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, name text NOT NULL DEFAULT '');
CREATE INDEX profiles_tenant_idx ON profiles (tenant_id);
${secured("profiles", `id = ${user}`, privileges)}${secured("tenants", `id = ${tenant}`, "SELECT")}CREATE TABLE notes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, title text NOT NULL DEFAULT '');
CREATE INDEX notes_tenant_idx ON notes (tenant_id);
${secured("notes", `tenant_id = ${tenant}`)}`;
}
