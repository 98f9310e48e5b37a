import { beforeAll, describe, expect, test } from "vitest";
import { type Analyzer, createAnalyzer } from "../../../src/core/analyze";
import type { Step } from "../../../src/core/emit/step";
import { placeFix } from "../../../src/core/fix/place";
import { createSqlReader } from "../../../src/core/sql/reader";
import { ALL, applied, CHECK, INDEX, NOW, only, RLS, sources, WORKSPACES } from "./workspaces";

let analyzer: Analyzer;
beforeAll(async () => {
	analyzer = createAnalyzer(await createSqlReader());
});

/** The files after the steps have been added in place. */
function added(files: Readonly<Record<string, string>>, steps: readonly Step[]): Record<string, string> {
	const all = sources(files);
	const fix = placeFix(only(analyzer, all), steps, { title: "Do it", how: "in-place", now: NOW, files: all });
	const edited = applied(all, fix);
	expect(only(analyzer, edited).problems).toEqual([]);
	return Object.fromEntries(edited.map(({ path, text }) => [path, text]));
}

const step = (sql: string, table: string): Step => ({ sql, phase: "finish", down: null, table });
const TABLE = "CREATE TABLE public.orders (id int, organization_id int, total int)";

describe("the end of a file", () => {
	test.each([
		["ends with a line break", `${TABLE};\n`, `${TABLE};\n\n${RLS.sql};\n`],
		["has none", `${TABLE};`, `${TABLE};\n\n${RLS.sql};\n`],
		["lacks the last semicolon", TABLE, `${TABLE}\n;\n\n${RLS.sql};\n`],
		["lacks it before a comment", `${TABLE}\n-- done`, `${TABLE}\n-- done\n;\n\n${RLS.sql};\n`],
		["is a comment", `${TABLE}; -- done`, `${TABLE}; -- done\n\n${RLS.sql};\n`],
		["is that of a transaction", `BEGIN;\n${TABLE};\nCOMMIT;\n`, `BEGIN;\n${TABLE};\n\n${RLS.sql};\n\nCOMMIT;\n`],
		[
			"is rows for COPY",
			`${TABLE};\nCOPY public.orders FROM stdin;\n1\t2\t3\n\\.\n`,
			`${TABLE};\nCOPY public.orders FROM stdin;\n1\t2\t3\n\\.\n\n${RLS.sql};\n`,
		],
		[
			"is what Rails ends its dump with",
			`${TABLE};\n\n-- complete\n\nSET search_path TO "$user", public;\n\nINSERT INTO "schema_migrations" (version) VALUES\n('1');\n`,
			`${TABLE};\n\n-- complete\n\n\n${RLS.sql};\n\nSET search_path TO "$user", public;\n\nINSERT INTO "schema_migrations" (version) VALUES\n('1');\n`,
		],
	])("%s", (_, text, expected) => {
		expect(added({ "schema.sql": text }, [RLS])["schema.sql"]).toBe(expected);
	});

	test("CRLF stays CRLF, but what stands within quotes is the database's", () => {
		const policy = step(`CREATE POLICY "a\nb" ON public.orders\n\tUSING (true)`, "public.orders");
		expect(added({ "schema.sql": `${TABLE};\r\n` }, [policy])["schema.sql"]).toBe(
			`${TABLE};\r\n\r\nCREATE POLICY "a\nb" ON public.orders\r\n\tUSING (true);\r\n`,
		);
	});
});

test("steps as they read in a description: no rows are in the way", () => {
	const text = added({ "schema.sql": `${TABLE};\n` }, ALL)["schema.sql"];
	expect(text).toBe(
		`${TABLE};\n\n-- No order costs less than nothing.\n${CHECK.declared};\n\n${INDEX.inTransaction};\n\nCREATE INDEX orders_total_idx ON public.orders (total);\n\n${RLS.sql};\n`,
	);
});

describe("the file of a step", () => {
	const files = {
		"db/a.sql": "CREATE TABLE public.organizations (id int PRIMARY KEY);\n",
		"db/b.sql":
			'CREATE TABLE public.orders (id int PRIMARY KEY, organization_id int REFERENCES public.organizations);\nCREATE TABLE "Odd" (id int REFERENCES public.organizations);\n',
		"db/c.sql":
			"CREATE ROLE app;\nCREATE TABLE public.lines (id int, order_id int REFERENCES public.orders);\nALTER TABLE public.orders ADD COLUMN note text;\n",
	};
	const filesOf = (steps: readonly Step[]) => {
		const edited = added(files, steps);
		return steps.map(({ sql }) => Object.keys(edited).find((path) => edited[path]?.includes(sql)));
	};

	test.each([
		["that of its table", "ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY", "public.orders", "db/b.sql"],
		["a quoted name", 'ALTER TABLE public."Odd" ENABLE ROW LEVEL SECURITY', "public.Odd", "db/b.sql"],
		["the last where the table is unknown", "ALTER ROLE app NOBYPASSRLS", "public.nowhere", "db/c.sql"],
		["where a column is that it names", "CREATE INDEX ON public.orders (note)", "public.orders", "db/c.sql"],
		["where a role is", "CREATE POLICY p ON public.orders TO app USING (true)", "public.orders", "db/c.sql"],
		[
			"where a table is that it refers to",
			"ALTER TABLE public.organizations ADD FOREIGN KEY (id) REFERENCES public.orders (id)",
			"public.organizations",
			"db/b.sql",
		],
	])("%s", (_, sql, table, expected) => {
		expect(filesOf([step(sql, table)])).toEqual([expected]);
	});

	test("behind the steps that it may build on, and no further", () => {
		const steps = [
			step("ALTER TABLE public.lines ADD UNIQUE (id)", "public.lines"),
			step("ALTER TABLE public.orders ADD FOREIGN KEY (id) REFERENCES public.lines (id)", "public.orders"),
			step("ALTER TABLE public.orders DISABLE ROW LEVEL SECURITY", "public.orders"),
			step("ALTER TABLE public.organizations ENABLE ROW LEVEL SECURITY", "public.organizations"),
			step("CREATE FUNCTION public.who() RETURNS int LANGUAGE sql AS 'SELECT 1'", "public.lines"),
			step("ALTER TABLE public.organizations ADD CHECK (id = public.who())", "public.organizations"),
		];
		expect(filesOf(steps)).toEqual(["db/c.sql", "db/c.sql", "db/c.sql", "db/a.sql", "db/c.sql", "db/c.sql"]);
	});
});

test("the remedy's own edits are taken where it has some", () => {
	const files = sources(WORKSPACES.declarative);
	const edits = [{ file: "schema.sql", span: { start: 0, end: 0 }, newText: "-- mended\n" }];
	const placing = { title: "Do it", how: "preferred", now: NOW, files, edits } as const;
	expect(placeFix(only(analyzer, files), [RLS], placing).edits).toEqual(edits);
	const migrations = sources(WORKSPACES.goose);
	expect(placeFix(only(analyzer, migrations), [RLS], { ...placing, files: migrations }).edits).toEqual([]);
});

test("goose: a statement with a semicolon in it is marked as one", () => {
	const text = added(WORKSPACES.goose, [
		step("CREATE FUNCTION public.f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$", "public.orders"),
	])["migrations/00002_second.sql"];
	expect(text).toMatch(
		/-- \+goose StatementBegin\nCREATE FUNCTION [^\n]+;\n-- \+goose StatementEnd\n\n-- \+goose Down\n/,
	);
});
