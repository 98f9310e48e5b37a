import type { Hole } from "./hole";

/** Two tenants with a schema and a role each; the application plays one of them. */
const CLINICS = `CREATE ROLE acme;
CREATE ROLE globex;
CREATE SCHEMA shared;
GRANT USAGE ON SCHEMA shared TO acme, globex;
CREATE TABLE shared.species (code text PRIMARY KEY);
INSERT INTO shared.species VALUES ('cat'), ('dog');
GRANT SELECT ON shared.species TO acme, globex;
${["acme", "globex"]
	.map(
		(tenant) => `CREATE SCHEMA tenant_${tenant};
CREATE TABLE tenant_${tenant}.owners (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
CREATE TABLE tenant_${tenant}.patients (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner_id bigint NOT NULL REFERENCES tenant_${tenant}.owners, name text NOT NULL);
CREATE INDEX patients_owner_idx ON tenant_${tenant}.patients (owner_id);
GRANT USAGE ON SCHEMA tenant_${tenant} TO ${tenant};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA tenant_${tenant} TO ${tenant};
`,
	)
	.join("")}`;
const config = '{ "applicationRoles": ["acme"] }';
const OPENED = `${CLINICS}GRANT USAGE ON SCHEMA tenant_globex TO acme;\n`;

/** What the clinics share has rows of all of them, and says whose they are. */
const invoices = (
	condition: string,
) => `${CLINICS}CREATE TABLE shared.clinics (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
CREATE TABLE shared.invoices (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), clinic_id uuid NOT NULL REFERENCES shared.clinics, total integer NOT NULL);
CREATE INDEX invoices_clinic_idx ON shared.invoices (clinic_id);
ALTER TABLE shared.clinics ENABLE ROW LEVEL SECURITY;
ALTER TABLE shared.clinics FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON shared.clinics USING (id = (SELECT current_setting('app.clinic')::uuid));
ALTER TABLE shared.invoices ENABLE ROW LEVEL SECURITY;
ALTER TABLE shared.invoices FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON shared.invoices USING (${condition}clinic_id = (SELECT nullif(current_setting('app.clinic', true), '')::uuid));
GRANT SELECT, INSERT, UPDATE, DELETE ON shared.clinics, shared.invoices TO acme, globex;
`;

/** Schemas of tenants that can be entered by others. */
export const SCHEMAS: readonly Hole[] = [
	{
		name: "what tenants with schemas of their own share is open while nobody is bound",
		leaks: [["no-tenant", "shared.invoices"]],
		rule: "policy-null-opens",
		config: '{ "applicationRoles": ["acme"], "roots": ["shared.clinics"] }',
		sound: invoices(""),
		bad: invoices("current_setting('app.clinic', true) IS NULL OR "),
	},
	{
		name: "the role of one tenant may read in the schema of another",
		leaks: [
			["other-schema", "tenant_globex.owners"],
			["search-path", "tenant_globex"],
		],
		rule: "schema-role-crosses",
		config,
		sound: CLINICS,
		bad: `${OPENED}GRANT SELECT ON ALL TABLES IN SCHEMA tenant_globex TO acme;\n`,
	},
	{
		name: "every role may use every schema",
		leaks: [["other-schema", "tenant_globex.patients"]],
		rule: "schema-role-crosses",
		config,
		sound: CLINICS,
		bad: `${CLINICS}GRANT USAGE ON SCHEMA tenant_acme, tenant_globex TO PUBLIC;\nGRANT SELECT ON ALL TABLES IN SCHEMA tenant_globex TO PUBLIC;\n`,
	},
	{
		name: "rows of another tenant's schema may be deleted, not read",
		leaks: [["other-schema", "tenant_globex.patients"]],
		rule: "schema-role-crosses",
		config,
		sound: CLINICS,
		bad: `${OPENED}GRANT DELETE ON tenant_globex.patients TO acme;\n`,
	},
	{
		name: "one tenant's role is granted to another's",
		leaks: [["other-schema", "tenant_globex.owners"]],
		rule: "schema-role-crosses",
		config,
		sound: CLINICS,
		bad: `${CLINICS}GRANT globex TO acme;\n`,
	},
	{
		name: "a view in one tenant's schema shows another's",
		leaks: [["view", "tenant_acme.all_owners"]],
		rule: "schema-reference-crosses",
		config,
		sound: `${CLINICS}CREATE VIEW tenant_acme.all_owners AS SELECT name FROM tenant_acme.owners;\nGRANT SELECT ON tenant_acme.all_owners TO acme;\n`,
		bad: `${CLINICS}CREATE VIEW tenant_acme.all_owners AS SELECT name FROM tenant_globex.owners;\nGRANT SELECT ON tenant_acme.all_owners TO acme;\n`,
	},
];
