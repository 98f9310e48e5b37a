import { afterAll, beforeAll, expect, it } from "vitest";
import { createSqlReader, type SqlReader } from "../../src/core/sql/reader";
import type { DatabaseSource, Kind } from "../../src/core/workspace/database";
import { type Cluster, startCluster } from "./cluster";
import { verifyDatabase } from "./verify";

let cluster: Cluster;
let reader: SqlReader;
beforeAll(async () => {
	cluster = await startCluster();
	reader = await createSqlReader();
});
afterAll(() => cluster?.stop());

function database(kind: Kind, ...texts: string[]): DatabaseSource {
	return { path: ".", kind, files: texts.map((text, index) => ({ path: `${index + 1}.sql`, text })) };
}

it("makes what is missing: extensions, their types, and roles", async () => {
	const source = database(
		"ordered",
		`CREATE SCHEMA kept;
		CREATE EXTENSION not_installed_anywhere WITH SCHEMA kept;
		CREATE TABLE t (id int);
		GRANT SELECT ON t TO verify_reader;
		ALTER TABLE t OWNER TO verify_owner;`,
	);
	const { refusals, standIns, differences, splitting } = await verifyDatabase(cluster, reader, source, true);
	expect(refusals).toEqual([]);
	expect(standIns).toEqual([
		{ kind: "extension", name: "not_installed_anywhere" },
		{ kind: "role", name: "verify_reader" },
		{ kind: "role", name: "verify_owner" },
	]);
	expect(differences).toEqual([]);
	expect(splitting).toEqual({ errors: [], differences: [] });
});

it("gives Supabase's migrations their surroundings", async () => {
	const surroundings = `INSERT INTO storage.buckets (id, name, public, file_size_limit, allowed_mime_types) VALUES ('avatars', 'avatars', false, 5242880, ARRAY['image/png']);
		CREATE FUNCTION known() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
		CREATE TRIGGER known AFTER UPDATE OF email_confirmed_at, last_sign_in_at ON auth.users FOR EACH ROW EXECUTE FUNCTION known();`;
	expect((await verifyDatabase(cluster, reader, database("ordered", surroundings), false)).refusals).toEqual([]);
	const source = database(
		"supabase",
		`CREATE TABLE profiles (id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE, secret text DEFAULT uuid_generate_v4());
		ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
		CREATE POLICY own ON profiles TO authenticated USING (id = (SELECT auth.uid()));
		ALTER PUBLICATION supabase_realtime ADD TABLE profiles;`,
	);
	const { refusals, differences } = await verifyDatabase(cluster, reader, source, false);
	expect(refusals).toEqual([]);
	expect(differences.filter(({ key }) => key !== "publication supabase_realtime")).toEqual([]);
});

it("reports what PostgreSQL refuses, and compares the rest", async () => {
	const source = database(
		"ordered",
		"CREATE TABLE t (id int);\nCREATE INDEX i ON t (lower(id));",
		"CREATE TABLE u (id int);",
	);
	const { refusals, differences } = await verifyDatabase(cluster, reader, source, false);
	expect(refusals).toEqual([
		{
			file: "1.sql",
			offset: 25,
			statement: "CREATE INDEX i ON t (lower(id))",
			message: "function lower(integer) does not exist",
		},
	]);
	expect(differences.map(({ key, postgres }) => [key, postgres])).toEqual([["index public.i", null]]);
});

it("keeps partitions that only dynamic SQL makes apart from differences", async () => {
	const source = database(
		"ordered",
		`CREATE TABLE events (id int, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
		CREATE INDEX events_at ON events (at);
		CREATE FUNCTION add_day(day date) RETURNS void LANGUAGE plpgsql AS $$
		BEGIN
			EXECUTE format('CREATE TABLE events_%s PARTITION OF events FOR VALUES FROM (%L) TO (%L)', to_char(day, 'YYYYMMDD'), day, day + 1);
		END $$;
		SELECT add_day('2026-03-01');`,
	);
	const { differences, dynamicTables } = await verifyDatabase(cluster, reader, source, false);
	expect(dynamicTables).toEqual(["public.events_20260301"]);
	expect(differences).toEqual([]);
});
