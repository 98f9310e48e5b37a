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

/** Schemas of tenants that can be entered by others. */
export const SCHEMAS: readonly Hole[] = [
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
