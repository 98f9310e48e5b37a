import { expect, it } from "vitest";
import { modelOf, problemsOf, tableOf } from "./a-schema";

const TABLES = `
	CREATE TABLE members (org_id int, user_id uuid, role text);
	CREATE TABLE notes (id int, org_id int, owner uuid, body text);
	CREATE FUNCTION is_member(org int) RETURNS boolean LANGUAGE sql AS 'SELECT true';
`;

it("reads command, roles, kind and expressions", async () => {
	const model = await modelOf(`${TABLES}
		CREATE POLICY "All of them" ON notes USING (org_id = 1) WITH CHECK (owner IS NOT NULL);
		CREATE POLICY r ON notes AS RESTRICTIVE FOR UPDATE TO app, CURRENT_USER USING (true);
		CREATE POLICY i ON notes FOR INSERT WITH CHECK ((body <> ') USING ('));
	`);
	expect(tableOf(model, "notes").policies).toMatchObject([
		{
			name: "All of them",
			command: "all",
			permissive: true,
			roles: ["public"],
			using: "org_id = 1",
			check: "owner IS NOT NULL",
		},
		{ name: "r", command: "update", permissive: false, roles: ["app", "current_user"], using: "true", check: null },
		{ name: "i", command: "insert", using: null, check: "(body <> ') USING (')" },
	]);
});

it("tells which columns, functions, settings and tables it uses", async () => {
	const model = await modelOf(`${TABLES}
		CREATE POLICY a ON notes USING (org_id = current_setting('app.org', true)::int AND is_member(notes.org_id) AND owner = auth.uid() AND CURRENT_USER = 'x');
		CREATE POLICY b ON notes USING (EXISTS (SELECT 1 FROM members m WHERE m.org_id = notes.org_id AND m.user_id = owner AND role = 'x'));
		CREATE POLICY c ON notes USING (id IN (WITH members AS (SELECT 1 AS id) SELECT id FROM members));
	`);
	const [a, b, c] = tableOf(model, "notes").policies;
	expect(a).toMatchObject({
		usesColumns: ["org_id", "owner"],
		usesFunctions: ["current_setting", "public.is_member", "auth.uid", "current_user"],
		usesSettings: ["app.org"],
		usesTables: [],
	});
	expect(b).toMatchObject({ usesColumns: ["org_id", "owner"], usesTables: ["public.members"] });
	expect(c).toMatchObject({ usesColumns: ["id"], usesTables: [] });
});

it("a bare name in a subquery is the subquery's own column where it has one", async () => {
	const model = await modelOf(
		`${TABLES} CREATE POLICY p ON notes USING (EXISTS (SELECT 1 FROM members WHERE org_id = 1 AND user_id = owner))`,
	);
	expect(tableOf(model, "notes").policies[0]?.usesColumns).toEqual(["owner"]);
});

it("a bare id in a subquery of a table made elsewhere is that table's own", async () => {
	const model = await modelOf(
		`${TABLES} CREATE POLICY p ON notes USING (EXISTS (SELECT 1 FROM elsewhere WHERE id = 1 AND owner = 2))`,
	);
	expect(tableOf(model, "notes").policies[0]?.usesColumns).toEqual(["owner"]);
});

it("ALTER POLICY changes what it names and keeps the rest", async () => {
	const model = await modelOf(`${TABLES}
		CREATE POLICY p ON notes FOR UPDATE TO app USING (id = 1) WITH CHECK (id = 2);
		ALTER POLICY p ON notes USING (org_id = 3); ALTER POLICY p ON notes TO other;
	`);
	expect(tableOf(model, "notes").policies).toMatchObject([
		{ command: "update", roles: ["other"], using: "org_id = 3", check: "id = 2", usesColumns: ["org_id", "id"] },
	]);
});

it("reports policies of tables that aren't there and names that are taken", async () => {
	const model = await modelOf(
		`${TABLES} CREATE POLICY p ON nope USING (true); CREATE POLICY p ON notes USING (true); CREATE POLICY p ON notes USING (false); DROP POLICY p ON notes; DROP POLICY p ON notes;`,
	);
	expect(tableOf(model, "notes").policies).toEqual([]);
	expect(problemsOf(model)).toHaveLength(3);
});
