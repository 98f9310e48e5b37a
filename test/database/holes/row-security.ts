import { type Hole, instead } from "./hole";
import { NOTES, OF_TENANT, ORDERS_POLICY, SHOP } from "./shop";

const EVERYTHING = (table: string) =>
	[
		["read", table],
		["update", table],
		["delete", table],
		["insert-as-other", table],
		["move-to-other", table],
	] as const;

const OWNED = `CREATE ROLE migrator;\n${NOTES}ALTER TABLE notes OWNER TO migrator;\n`;
const APP_PLAYS = '{ "applicationRoles": ["app"] }';
const SUPPORT = `CREATE ROLE support;\n${NOTES}GRANT SELECT ON notes TO support;\nGRANT support TO app;\n`;

/** Staff read as one role and write as another, both of the application's. */
const STAFF = `CREATE ROLE staff;
${NOTES}CREATE TABLE exports (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, file text);
CREATE INDEX exports_tenant_idx ON exports (tenant_id);
ALTER TABLE exports ENABLE ROW LEVEL SECURITY;
ALTER TABLE exports FORCE ROW LEVEL SECURITY;
CREATE POLICY exports_of_tenant ON exports TO staff USING (${OF_TENANT});
GRANT SELECT, INSERT, UPDATE, DELETE ON exports TO staff;
GRANT SELECT ON notes TO staff;
CREATE POLICY notes_of_staff ON notes FOR SELECT TO staff USING (${OF_TENANT});
`;

/** Row-level security that isn't on, or doesn't hold for the application's role. */
export const ROW_SECURITY: readonly Hole[] = [
	{
		name: "row-level security never turned on",
		leaks: [...EVERYTHING("public.orders"), ["copy", "public.orders"], ["returning", "public.orders"]],
		rule: "rls-policies-inert",
		sound: SHOP,
		bad: instead(SHOP, "ALTER TABLE orders ENABLE ROW LEVEL SECURITY;\n", ""),
	},
	{
		name: "row-level security turned off again",
		leaks: [...EVERYTHING("public.orders"), ["merge", "public.orders"], ["upsert", "public.orders"]],
		rule: "rls-turned-off",
		sound: SHOP,
		bad: `${SHOP}ALTER TABLE orders DISABLE ROW LEVEL SECURITY;\n`,
	},
	{
		name: "a table that row-level security forgot",
		leaks: [...EVERYTHING("public.orders"), ["no-tenant", "public.orders"], ["empty-tenant", "public.orders"]],
		rule: "rls-disabled",
		sound: SHOP,
		bad: ["ENABLE ROW", "FORCE ROW"]
			.map((words) => `ALTER TABLE orders ${words} LEVEL SECURITY;\n`)
			.reduce((text, statement) => instead(text, statement, ""), instead(SHOP, `${ORDERS_POLICY}\n`, "")),
	},
	{
		name: "a table granted to PUBLIC without row-level security",
		leaks: [["read", "public.exports"]],
		rule: "rls-disabled",
		sound: `${NOTES}CREATE TABLE exports (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, file text);\nCREATE INDEX exports_tenant_idx ON exports (tenant_id);\n`,
		bad: `${NOTES}CREATE TABLE exports (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, file text);\nCREATE INDEX exports_tenant_idx ON exports (tenant_id);\nGRANT SELECT ON exports TO PUBLIC;\n`,
	},
	{
		name: "the application's role has BYPASSRLS",
		leaks: EVERYTHING("public.notes"),
		rule: "role-bypasses-rls",
		sound: NOTES,
		bad: instead(NOTES, "CREATE ROLE app;", "CREATE ROLE app BYPASSRLS;"),
	},
	{
		name: "BYPASSRLS given later",
		leaks: [["read", "public.notes"]],
		rule: "role-bypasses-rls",
		sound: NOTES,
		bad: `${NOTES}ALTER ROLE app BYPASSRLS;\n`,
	},
	{
		name: "the application's role is a superuser",
		leaks: [
			["read", "public.notes"],
			["truncate", "public.notes"],
		],
		rule: "role-bypasses-rls",
		sound: NOTES,
		bad: instead(NOTES, "CREATE ROLE app;", "CREATE ROLE app SUPERUSER;"),
	},
	{
		name: "the application may become a role with BYPASSRLS",
		leaks: [["set-role", "support"]],
		rule: "role-bypasses-rls",
		sound: SUPPORT,
		bad: instead(SUPPORT, "CREATE ROLE support;", "CREATE ROLE support BYPASSRLS;"),
	},
	{
		name: "the application owns the table, and row-level security isn't forced",
		leaks: [
			["read", "public.notes"],
			["delete", "public.notes"],
		],
		rule: "rls-not-forced",
		config: APP_PLAYS,
		sound: OWNED,
		bad: instead(
			instead(OWNED, "OWNER TO migrator", "OWNER TO app"),
			"ALTER TABLE notes FORCE ROW LEVEL SECURITY;\n",
			"",
		),
	},
	{
		name: "the application owns the table, so it may turn row-level security off",
		leaks: [
			["set-role", "app"],
			["truncate", "public.notes"],
		],
		rule: "role-owns-tables",
		config: APP_PLAYS,
		sound: OWNED,
		bad: instead(OWNED, "OWNER TO migrator", "OWNER TO app"),
	},
	{
		name: "the application is a member of the tables' owner",
		leaks: [["set-role", "migrator"]],
		rule: "role-owns-tables",
		sound: `${OWNED}GRANT app TO migrator;\n`,
		bad: `${OWNED}GRANT migrator TO app;\n`,
	},
	{
		name: "a superuser's role is granted to the application",
		leaks: [["set-role", "admin"]],
		rule: "role-bypasses-rls",
		sound: `CREATE ROLE admin SUPERUSER;\n${NOTES}`,
		bad: `CREATE ROLE admin SUPERUSER;\n${NOTES}GRANT admin TO app;\n`,
	},
];

/** What only another of the application's roles can do. */
export const OTHER_ROLES: readonly Hole[] = [
	{
		name: "a table without row-level security is open to another of the application's roles",
		leaks: [["other-role", "public.exports"]],
		rule: "rls-turned-off",
		sound: STAFF,
		bad: `${STAFF}ALTER TABLE exports DISABLE ROW LEVEL SECURITY;\n`,
	},
	{
		name: "a policy for another of the application's roles lets everything through",
		leaks: [["other-role", "public.notes"]],
		rule: "policy-always-true",
		sound: STAFF,
		bad: instead(STAFF, `FOR SELECT TO staff USING (${OF_TENANT})`, "FOR SELECT TO staff USING (true)"),
	},
	{
		name: "another of the application's roles may write rows of any tenant",
		leaks: [["other-role", "public.exports"]],
		rule: "policy-check-weaker",
		sound: STAFF,
		bad: instead(
			STAFF,
			`ON exports TO staff USING (${OF_TENANT})`,
			`ON exports TO staff USING (${OF_TENANT}) WITH CHECK (true)`,
		),
	},
	{
		name: "who is not signed in reads every tenant's rows",
		leaks: [["other-role", "public.notes"]],
		rule: "policy-always-true",
		config: '{ "applicationRoles": ["app", "anon"] }',
		sound: `CREATE ROLE anon;\n${NOTES}GRANT SELECT ON notes TO anon;\nCREATE POLICY public_notes ON notes FOR SELECT TO anon USING (${OF_TENANT});\n`,
		bad: `CREATE ROLE anon;\n${NOTES}GRANT SELECT ON notes TO anon;\nCREATE POLICY public_notes ON notes FOR SELECT TO anon USING (true);\n`,
	},
];

/** Rights that row-level security has no say in. */
export const RIGHTS: readonly Hole[] = [
	{
		name: "the application may TRUNCATE",
		leaks: [["truncate", "public.notes"]],
		rule: "grant-truncate",
		sound: NOTES,
		bad: `${NOTES}GRANT TRUNCATE ON notes TO app;\n`,
	},
	{
		name: "GRANT ALL brings TRUNCATE",
		leaks: [["truncate", "public.notes"]],
		rule: "grant-truncate",
		sound: NOTES,
		bad: instead(NOTES, "GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO app;", "GRANT ALL ON notes TO app;"),
	},
	{
		name: "TRUNCATE on all tables of the schema, to PUBLIC",
		leaks: [
			["truncate", "public.notes"],
			["truncate", "public.tenants"],
		],
		rule: "grant-truncate",
		sound: NOTES,
		bad: `${NOTES}GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO PUBLIC;\n`,
	},
	{
		name: "default privileges open tables that come later",
		leaks: [["later-table", "public"]],
		rule: "grant-default-wide",
		sound: NOTES,
		bad: `${NOTES}ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app;\n`,
	},
	{
		name: "default privileges of the role that migrates",
		leaks: [["later-table", "public"]],
		rule: "grant-default-wide",
		sound: OWNED,
		bad: `${OWNED}ALTER DEFAULT PRIVILEGES FOR ROLE migrator GRANT SELECT ON TABLES TO PUBLIC;\n`,
	},
	{
		name: "the application may set the counter that all tenants draw from",
		leaks: [["sequence", "public.tickets"]],
		rule: "grant-sequence-update",
		sound: tickets("USAGE, SELECT"),
		bad: tickets("ALL"),
	},
];

function tickets(privileges: string): string {
	return `${NOTES}CREATE TABLE tickets (id bigserial PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, title text NOT NULL DEFAULT '');
CREATE INDEX tickets_tenant_idx ON tickets (tenant_id);
ALTER TABLE tickets ENABLE ROW LEVEL SECURITY;
ALTER TABLE tickets FORCE ROW LEVEL SECURITY;
CREATE POLICY tickets_of_tenant ON tickets TO app USING (${OF_TENANT});
GRANT SELECT, INSERT, UPDATE, DELETE ON tickets TO app;
GRANT ${privileges} ON SEQUENCE tickets_id_seq TO app;
`;
}
