import { describe, expect, it } from "vitest";
import { findingsIn, rulesIn } from "./checked";

/** A product on Supabase that grants by itself what it wants to say aloud, and leaves the rest to the platform. */
const NOTES = `CREATE TABLE tenants (id uuid PRIMARY KEY);
	CREATE TABLE people (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
	CREATE TABLE notes (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, body text);
	CREATE INDEX ON notes (tenant_id, id); CREATE INDEX ON people (tenant_id, id);
	${["tenants", "people", "notes"].map((name) => `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY; ALTER TABLE ${name} FORCE ROW LEVEL SECURITY;`).join("\n")}
	CREATE POLICY own ON people FOR SELECT TO authenticated USING (id = (SELECT auth.uid()));
	CREATE POLICY own ON notes TO authenticated USING (tenant_id IN (SELECT p.tenant_id FROM people p WHERE p.id = (SELECT auth.uid())));
	CREATE POLICY own ON tenants FOR SELECT TO authenticated USING (id IN (SELECT p.tenant_id FROM people p WHERE p.id = (SELECT auth.uid())));
	GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO authenticated;`;
const PLANS =
	"CREATE TABLE overrides (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants); CREATE INDEX ON overrides (tenant_id, id);";
const COUNTS =
	"CREATE FUNCTION count_notes(uuid) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT count(*) FROM notes WHERE tenant_id = $1 $$;";

const found = async (sql: string, rule: string) =>
	(await findingsIn(NOTES + sql)).flatMap((each) => (each.rule === rule ? [each.table] : []));

describe("what Supabase's default privileges give", () => {
	it("opens a table that no file grants, until it is taken from each of the API's roles", async () => {
		expect(await found(PLANS, "rls-disabled")).toEqual(["public.overrides"]);
		const revoked = `${PLANS} REVOKE ALL ON overrides FROM`;
		expect(await found(`${revoked} PUBLIC;`, "rls-disabled")).toEqual(["public.overrides"]);
		expect(await found(`${revoked} authenticated;`, "rls-disabled")).toEqual(["public.overrides"]);
		expect(await found(`${revoked} anon, authenticated;`, "rls-disabled")).toEqual([]);
		expect(await found(`${revoked} anon, authenticated; GRANT SELECT ON overrides TO anon;`, "rls-disabled")).toEqual([
			"public.overrides",
		]);
		expect(
			await found(
				`ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM anon, authenticated; ${PLANS}`,
				"rls-disabled",
			),
		).toEqual([]);
		expect(
			await found(
				PLANS.replaceAll("overrides", "internal.overrides").replace("", "CREATE SCHEMA internal;"),
				"rls-disabled",
			),
		).toEqual([]);
	});

	it("lets the application call a function that was only taken from everybody", async () => {
		const rule = "function-security-definer";
		expect(await found(`${COUNTS} REVOKE ALL ON FUNCTION count_notes(uuid) FROM PUBLIC;`, rule)).toHaveLength(1);
		expect(
			await found(`${COUNTS} REVOKE ALL ON FUNCTION count_notes(uuid) FROM PUBLIC, anon, authenticated;`, rule),
		).toEqual([]);
	});

	it("is nothing where the files create the roles themselves", async () => {
		const rules = await rulesIn(`CREATE ROLE anon; CREATE ROLE authenticated; ${NOTES} ${PLANS}`);
		expect(rules).not.toContain("rls-disabled");
	});
});
