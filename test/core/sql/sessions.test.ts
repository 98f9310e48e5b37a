import { beforeAll, describe, expect, it } from "vitest";
import { foldSchema } from "../../../src/core/schema/fold";
import { createSqlReader, type SqlReader } from "../../../src/core/sql/reader";
import { sessionsOf } from "../../../src/core/sql/sessions";
import { findDatabases } from "../../../src/core/workspace/find";

let reader: SqlReader;
beforeAll(async () => {
	reader = await createSqlReader();
});

function read(files: Readonly<Record<string, string>>) {
	const [database] = findDatabases(Object.entries(files).map(([path, text]) => ({ path, text })));
	return database?.files.map(reader.read) ?? [];
}

describe("a file that psql includes", () => {
	it("runs where it is included, with the session's settings", () => {
		const files = read({
			"db/main.sql":
				"CREATE SCHEMA app;\nSET search_path = app;\n\\ir tables.sql\nALTER TABLE app.users ENABLE ROW LEVEL SECURITY;\n",
			"db/tables.sql": "CREATE TABLE users (id int);\n\\i db/more.sql\nCREATE TABLE notes (id int);\n",
			"db/more.sql": "SET search_path = public;\nCREATE TABLE plans (id int);\n",
		});
		const model = foldSchema(files);
		expect([...model.tables.keys()]).toEqual(["app.users", "public.plans", "public.notes"]);
		expect(model.tables.get("app.users")?.rls.enabled).toBe(true);
		expect(model.problems).toEqual([]);
	});

	it("runs once where two files include it, and lies in the transaction of the first", () => {
		const files = read({
			"db/a.sql": "BEGIN;\n\\ir parts/one.sql\nCOMMIT;\n",
			"db/b.sql": "BEGIN;\n\\ir parts/one.sql\nROLLBACK;\n",
			"db/parts/one.sql": "CREATE TABLE one (id int);\n",
		});
		const texts = sessionsOf(files).map(({ statements }) => statements.map(({ statement }) => statement.text));
		expect(texts).toEqual([
			["BEGIN", "CREATE TABLE one (id int)", "COMMIT"],
			["BEGIN", "ROLLBACK"],
		]);
		expect([...foldSchema(files).tables.keys()]).toEqual(["public.one"]);
	});

	it("runs though two files include each other", () => {
		const files = read({
			"db/a.sql": "CREATE TABLE a (id int);\n\\ir b.sql\n",
			"db/b.sql": "CREATE TABLE b (id int);\n\\ir a.sql\n",
		});
		expect([...foldSchema(files).tables.keys()]).toEqual(["public.a", "public.b"]);
	});
});
