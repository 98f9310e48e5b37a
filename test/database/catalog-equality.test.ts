import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { foldSchema } from "../../src/core/schema/fold";
import { createSqlReader, type SqlReader } from "../../src/core/sql/reader";
import { findDatabases } from "../../src/core/workspace/find";
import { applyFiles } from "./apply";
import { applyWholeFiles } from "./apply-whole";
import { readCatalog } from "./catalog";
import { type Cluster, startCluster } from "./cluster";
import { compareWithCatalog } from "./compare";
import { differencesOf, printDifference } from "./facts";

const FOLDER = "test/fixtures/sql";
const fixtures = readdirSync(FOLDER).filter((name) => name.endsWith(".sql"));

describe("the model equals PostgreSQL's catalog", () => {
	let cluster: Cluster;
	let reader: SqlReader;
	beforeAll(async () => {
		cluster = await startCluster();
		reader = await createSqlReader();
	});
	afterAll(() => cluster?.stop());

	it.each(fixtures)("%s", async (name) => {
		const source = { path: name, text: readFileSync(join(FOLDER, name), "utf8") };
		const file = reader.read(source);
		expect(file.problems).toEqual([]);

		const database = await cluster.database();
		const { refusals } = await applyFiles(database.client, [file]);
		expect(refusals).toEqual([]);
		const differences = await compareWithCatalog(database.client, foldSchema([file]));
		expect(differences.map(printDifference)).toEqual([]);

		// psql splits by itself: the same catalog means that our splitting is right.
		const ours = await readCatalog(database.client);
		const roles = source.text.match(/^CREATE (ROLE|USER) .*;$/gm)?.join("\n") ?? "";
		const whole = await cluster.database();
		const errors = await applyWholeFiles(cluster, whole.name, [source]);
		expect(errors.filter((line) => !(roles !== "" && /role ".*" already exists/.test(line)))).toEqual([]);
		const theirs = await readCatalog(whole.client);
		expect(differencesOf(theirs.values, ours.values).map(printDifference)).toEqual([]);
		await database.drop();
		await whole.drop();
	});

	it("what psql includes runs in the middle of the file, in its session", async () => {
		const [source] = findDatabases([
			{
				path: "main.sql",
				text: "CREATE SCHEMA app;\nSET search_path = app;\n\\ir users.sql\nALTER TABLE app.users ENABLE ROW LEVEL SECURITY;\n",
			},
			{ path: "users.sql", text: "CREATE TABLE users (id int PRIMARY KEY);\nSET search_path = public;\n" },
			{ path: "views.sql", text: "CREATE VIEW everybody AS SELECT id FROM app.users;\n" },
		]);
		const files = source?.files.map(reader.read) ?? [];
		const database = await cluster.database();
		const { refusals, accepted } = await applyFiles(database.client, files);
		expect(refusals).toEqual([]);
		expect(accepted.map(({ file, statements }) => `${file} ${statements.length}`)).toEqual([
			"main.sql 3",
			"users.sql 2",
			"views.sql 1",
		]);
		expect((await compareWithCatalog(database.client, foldSchema(files))).map(printDifference)).toEqual([]);
		await database.drop();
	});

	it("would notice a model that lacks something", async () => {
		const database = await cluster.database();
		const sql = "CREATE TABLE t (id int PRIMARY KEY, a text DEFAULT 'x'); CREATE INDEX i ON t (a) WHERE a > 'b';";
		await database.client.query(sql);
		const model = foldSchema([
			reader.read({ path: "x.sql", text: sql.replace("'x'", "'y'").replace("PRIMARY KEY", "") }),
		]);
		const keys = (await compareWithCatalog(database.client, model)).map(({ key }) => key);
		expect(keys).toEqual(["column public.t.id", "primary key public.t", "default public.t.a"]);
		await database.drop();
	});
});
