import { describe, expect, it } from "vitest";
import { PRODUCT } from "../../../src/core/rules/base/examples";
import { findingsIn } from "./checked";

/** SECURITY DEFINER functions that go around policies. */

const LOG = `${PRODUCT}CREATE TABLE notes (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, customer_id uuid REFERENCES customers, said text, by_user uuid);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes USING (tenant_id = current_setting('app.tenant_id')::uuid);
CREATE TABLE members (tenant_id uuid NOT NULL REFERENCES tenants, user_id uuid NOT NULL, PRIMARY KEY (tenant_id, user_id));
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON members USING (tenant_id = current_setting('app.tenant_id')::uuid);
ALTER TABLE customers NO FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON notes, members TO app_user;
`;

async function said(signature: string, body: string, language = "plpgsql"): Promise<string[]> {
	const sql = `${LOG}CREATE FUNCTION ${signature} LANGUAGE ${language} SECURITY DEFINER SET search_path = public, pg_temp AS $$ ${body} $$;`;
	return (await findingsIn(sql))
		.filter(({ rule }) => rule === "function-security-definer")
		.map(({ message }) => message.replace("public.f runs with its owner's rights and ", ""));
}

describe("who only notes down who calls", () => {
	const notes = "only notes down who calls, so it reaches every tenant's rows of notes.";
	it.each([
		["a new row of any tenant", "INSERT INTO notes (tenant_id, said, by_user) VALUES (p_tenant, 'x', auth.uid());"],
		[
			"by a variable",
			"INSERT INTO notes (tenant_id, said, by_user) VALUES (p_tenant::uuid, 'x', caller);",
			"DECLARE caller uuid := auth.uid(); ",
		],
		[
			"by a variable filled later",
			"caller := auth.uid(); IF caller IS NULL THEN RAISE EXCEPTION 'no'; END IF; INSERT INTO notes (tenant_id, by_user) SELECT p_tenant, caller;",
			"DECLARE caller uuid; ",
		],
		["a row by its key", "UPDATE notes SET said = 'x', by_user = (SELECT auth.uid()) WHERE id = p_id;"],
		[
			"a document",
			"DELETE FROM notes WHERE id = p_id; INSERT INTO log (said) VALUES (jsonb_build_object('by', auth.uid()));",
		],
	])("reaches any tenant's rows: %s", async (_, body, declared = "") => {
		expect(await said("f(p_tenant uuid, p_id uuid) RETURNS void", `${declared}BEGIN ${body} END`)).toEqual([notes]);
	});

	it.each([
		"BEGIN RETURN (SELECT to_jsonb(n) FROM notes n WHERE n.id = p_id); END",
		"BEGIN RETURN jsonb_build_object('all', (SELECT count(*) FROM notes), 'one', 1); END",
		"DECLARE r jsonb; BEGIN r := (SELECT to_jsonb(n) FROM notes n WHERE n.id = p_id); RETURN r; END",
		"DECLARE r jsonb := (SELECT to_jsonb(n) FROM notes n WHERE n.id = p_id); BEGIN RETURN r; END",
		"DECLARE r jsonb; BEGIN r := COALESCE((WITH own AS (SELECT 1) SELECT to_jsonb(n) FROM notes n), '{}'); RETURN r; END",
	])("reaches any tenant's rows by a query within an expression: %s", async (body) => {
		expect(await said("f(p_id uuid) RETURNS jsonb", body)).toEqual([
			"never asks who calls, so it reaches every tenant's rows of notes.",
		]);
	});

	it.each([
		"BEGIN UPDATE notes SET by_user = COALESCE(p_id, auth.uid()) WHERE customer_id = p_id; END",
		"DECLARE who uuid := COALESCE(p_id, auth.uid()); BEGIN UPDATE notes SET said = '' WHERE by_user = who; END",
		"BEGIN IF auth.uid() IS NULL THEN RAISE EXCEPTION 'no'; END IF; DELETE FROM notes WHERE by_user = coalesce(p_id, (SELECT auth.uid())); END",
	])("reaches any tenant's rows, too, who takes the caller's id only in default of another: %s", async (body) => {
		expect(await said("f(p_tenant uuid, p_id uuid) RETURNS void", body)).toEqual([
			"takes the caller's id only where it is given no other, so it reaches every tenant's rows of notes.",
		]);
	});

	it("reads by number in a function of SQL", async () => {
		const sql = "INSERT INTO notes (tenant_id, by_user) VALUES ($1, auth.uid())";
		expect(await said("f(uuid) RETURNS void", sql, "sql")).toEqual([notes]);
	});

	it.each([
		[
			"their own tenant's",
			"INSERT INTO notes (tenant_id, by_user) SELECT tenant_id, auth.uid() FROM members WHERE user_id = auth.uid();",
		],
		[
			"a tenant that is just made",
			"INSERT INTO tenants (id, name) VALUES (gen_random_uuid(), p_name) RETURNING id INTO made; INSERT INTO members (tenant_id, user_id) VALUES (made, auth.uid()); UPDATE notes SET said = p_name WHERE tenant_id = made;",
			"DECLARE made uuid; ",
		],
		[
			"members ask first",
			"IF NOT EXISTS (SELECT FROM members WHERE tenant_id = p_tenant AND user_id = auth.uid()) THEN RAISE EXCEPTION 'no'; END IF; INSERT INTO notes (tenant_id, by_user) VALUES (p_tenant, auth.uid());",
		],
		[
			"a value that depends on it",
			"INSERT INTO notes (tenant_id, by_user) VALUES (tenant_of(auth.uid()), auth.uid());",
		],
	])("is as it should be where it reaches %s", async (_, body, declared = "") => {
		expect(await said("f(p_tenant uuid, p_name text) RETURNS void", `${declared}BEGIN ${body} END`)).toEqual([]);
	});
});

describe("what answers with yes or no", () => {
	it("changes any tenant's rows all the same", async () => {
		expect(
			await said("f(p_id uuid) RETURNS boolean", "BEGIN DELETE FROM notes WHERE id = p_id; RETURN true; END"),
		).toEqual(["never asks who calls, so it reaches every tenant's rows of notes."]);
		expect(
			await said(
				"f(p_id uuid) RETURNS boolean",
				"BEGIN EXECUTE 'DELETE FROM notes WHERE id = $1' USING p_id; RETURN true; END",
			),
		).toHaveLength(1);
	});

	it("shows none of them", async () => {
		expect(
			await said("f(p_id uuid) RETURNS boolean", "SELECT EXISTS (SELECT FROM notes WHERE id = p_id)", "sql"),
		).toEqual([]);
	});
});

it("takes the current user for the owner that the function runs as", async () => {
	const guard = "BEGIN IF %s <> 'app_admin' THEN RAISE EXCEPTION 'no'; END IF; DELETE FROM notes; END";
	expect(await said("f() RETURNS void", guard.replace("%s", "current_user"))).toHaveLength(1);
	expect(await said("f() RETURNS void", guard.replace("%s", "session_user"))).toEqual([]);
});
