import { beforeAll, describe, expect, test } from "vitest";
import { type Analyzer, createAnalyzer } from "../../src/core/analyze";
import { createSqlReader, type SqlReader } from "../../src/core/sql/reader";
import type { OrderedFile, SourceFile } from "../../src/core/workspace/database";
import { comparable } from "./comparable";

let reader: SqlReader;
beforeAll(async () => {
	reader = await createSqlReader();
});

const file = (path: string, text: string): SourceFile => ({ path, text });
const ORGANIZATIONS = file(
	"a/migrations/0001_organizations.sql",
	"CREATE TABLE organizations (id uuid PRIMARY KEY);\nCREATE TABLE orders (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations);\n",
);
const TICKETS = file(
	"a/migrations/0002_tickets.sql",
	"CREATE TABLE tickets (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations);\n",
);
const ROOMS = file("b/migrations/0001_rooms.sql", "CREATE TABLE rooms (id int PRIMARY KEY);\n");
const POSTS = file("b/migrations/0002_posts.sql", "CREATE TABLE posts (room_id int NOT NULL REFERENCES rooms);\n");
const ALL = [ORGANIZATIONS, TICKETS, ROOMS, POSTS];

function scopes(analyzer: Analyzer, files: readonly SourceFile[], config: string | null = null) {
	return analyzer
		.analyze(files, config)
		.databases.map(({ diagram }) => Object.fromEntries(diagram.tables.map(({ id, scope }) => [id, scope])));
}

describe("createAnalyzer", () => {
	test("from files to the scope of each table, databases apart", () => {
		expect(scopes(createAnalyzer(reader), ALL)).toEqual([
			{ "public.organizations": "tenant-root", "public.orders": "tenant-scoped", "public.tickets": "tenant-scoped" },
			{ "public.posts": "shared", "public.rooms": "shared" },
		]);
	});

	test("no files are no databases", () => {
		expect(createAnalyzer(reader).analyze([], null)).toEqual({ databases: [], configProblems: [] });
	});

	test("a broken statement is counted and has its place, and costs only itself", () => {
		const broken = file(TICKETS.path, `${TICKETS.text}CREATE TABEL x (id int);\n`);
		const [database] = createAnalyzer(reader).analyze([ORGANIZATIONS, broken], null).databases;
		expect(database?.statements).toEqual({ total: 4, understood: 3, failed: 1 });
		expect(database?.diagram.statements).toEqual(database?.statements);
		expect(database?.diagram.problems).toEqual([
			expect.objectContaining({ kind: "syntax", place: expect.objectContaining({ file: TICKETS.path, line: 2 }) }),
		]);
		expect(database?.diagram.tables).toHaveLength(3);
	});
});

describe("the configuration", () => {
	test("overrules what was detected, leaves out files, and holds for one database where it says so", () => {
		const config = JSON.stringify({
			exclude: ["0002_tickets.sql"],
			databases: { "b/migrations": { tables: { "public.rooms": { scope: "unscoped" } } } },
		});
		expect(scopes(createAnalyzer(reader), ALL, config)).toEqual([
			{ "public.organizations": "tenant-root", "public.orders": "tenant-scoped" },
			expect.objectContaining({ "public.rooms": "unscoped" }),
		]);
	});

	test("what is wrong in it is reported, and the rest counts", () => {
		const config = '{ "roots": 1, "exclude": ["b/"] }';
		const { databases, configProblems } = createAnalyzer(reader).analyze(ALL, config);
		expect(databases.map(({ path }) => path)).toEqual(["a/migrations"]);
		expect(configProblems).toEqual([
			expect.objectContaining({
				kind: "config",
				location: { file: "tenancy.config.json", span: { start: 2, end: 12 } },
			}),
		]);
	});
});

describe("the next analysis", () => {
	/** A reader that notes what it is asked to read. */
	function watching(): { readonly watched: SqlReader; readonly asked: string[] } {
		const asked: string[] = [];
		return {
			asked,
			watched: {
				expression: reader.expression,
				statements: reader.statements,
				read(source: OrderedFile) {
					asked.push(source.path);
					return reader.read(source);
				},
			},
		};
	}

	test("reads only the file that changed, and keeps the analysis of a database without changes", () => {
		const { watched, asked } = watching();
		const analyzer = createAnalyzer(watched);
		const before = analyzer.analyze(ALL, null).databases;
		expect(asked).toHaveLength(4);
		const edited = file(TICKETS.path, TICKETS.text.replace("PRIMARY KEY,", "PRIMARY KEY, title text,"));
		const after = analyzer.analyze([ORGANIZATIONS, edited, ROOMS, POSTS], null).databases;
		expect(asked.slice(4)).toEqual([TICKETS.path]);
		expect(after[0]?.model.tables.get("public.tickets")?.columns.map(({ name }) => name)).toEqual([
			"id",
			"title",
			"organization_id",
		]);
		expect(after[1]).toBe(before[1]);
		expect(analyzer.analyze([ORGANIZATIONS, edited, ROOMS, POSTS], null).databases).toEqual(after);
	});

	test("keeps the schema when only the configuration changed", () => {
		const { watched, asked } = watching();
		const analyzer = createAnalyzer(watched);
		const before = analyzer.analyze(ALL, null).databases;
		const after = analyzer.analyze(ALL, '{ "tables": { "public.tickets": { "scope": "shared" } } }').databases;
		expect(asked).toHaveLength(4);
		expect(after[0]?.model).toBe(before[0]?.model);
		expect(after[0]?.tenancy.tables.get("public.tickets")?.scope).toBe("shared");
	});

	test("is the same as a first one", () => {
		const analyzer = createAnalyzer(reader);
		analyzer.analyze([ROOMS, POSTS], '{ "exclude": ["a/"] }');
		analyzer.analyze([file(ORGANIZATIONS.path, "CREATE TABLE (;"), TICKETS], null);
		expect(comparable(analyzer.analyze(ALL, null))).toEqual(comparable(createAnalyzer(reader).analyze(ALL, null)));
	});
});
