import { expect, test } from "vitest";
import { createAnalyzer } from "../../../src/core/analyze";
import { commentPlace } from "../../../src/core/queries/silence";
import { createSqlReader } from "../../../src/core/sql/reader";
import { applyEdits } from "../../../src/core/text/edit";

const reader = await createSqlReader();
const analyzer = createAnalyzer(reader);
const TABLES = `CREATE TABLE tenants (id uuid PRIMARY KEY);
CREATE TABLE baskets (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants (id));
`;
analyzer.analyze([{ path: "schema.sql", text: TABLES }], null);

/** The text with a comment for its first finding; null where no place for one is found. */
function silenced(path: string, text: string): string | null {
	const [finding] = analyzer.checkQueries({ path, text })?.findings ?? [];
	if (!finding) throw new Error("There is nothing to silence.");
	const place = commentPlace({ path, text }, finding, reader);
	if (!place) return null;
	const { offset, opening, closing, isWithinLine } = place;
	const newText = `${isWithinLine ? "\n" : ""}${opening}tenancy-ignore ${finding.rule}: why${closing}\n`;
	const after = applyEdits(text, [{ span: { start: offset, end: offset }, newText }]);
	expect(analyzer.checkQueries({ path, text: after })?.findings).toEqual([]);
	return after;
}

test.each([
	[
		"above the call, though the text begins below it",
		"a.ts",
		"await db.query(\n  `SELECT * FROM baskets`,\n);\n",
		/^\/\/ .*\nawait/,
	],
	[
		"above the text, where the call comes later",
		"a.go",
		'q := "SELECT * FROM baskets"\ndb.Query(q)\n',
		/^\/\/ .*\nq :=/,
	],
	[
		"within the text, where its string begins a line above",
		"a.py",
		'Q = """\nSELECT * FROM baskets\n"""\ndb.execute(Q)\n',
		/"""\n-- .*\nSELECT/,
	],
	["on a line of its own in SQL", "a.sql", "SELECT 1; SELECT * FROM baskets;\n", /^SELECT 1; \n-- .*\nSELECT \* FROM/],
])("a comment goes %s", (_, path, text, expected) => {
	expect(silenced(path, text)).toMatch(expected);
});

test.each([
	["a backslash holds the lines together", "a.py", 'rows = \\\n  db.execute("SELECT * FROM baskets")\n'],
	["it would be text between tags", "a.tsx", "const a = <p>\n  <Rows of={db.query('SELECT * FROM baskets')} /></p>;\n"],
	["it would be part of a string", "a.ts", "const a = `x\n${db.query('SELECT * FROM baskets')}`;\n"],
])("no comment is offered where %s", (_, path, text) => {
	expect(silenced(path, text)).toBeNull();
});

test("a query is for the database that has its tables, of several for the one that lies nearest", () => {
	const several = createAnalyzer(reader);
	const migrations = (folder: string, sql: string) => [
		{ path: `${folder}/migrations/0001_a.sql`, text: "CREATE TABLE rooms (id int PRIMARY KEY);" },
		{ path: `${folder}/migrations/0002_b.sql`, text: sql },
	];
	several.analyze(
		[
			...migrations("a", "CREATE TABLE baskets (id int PRIMARY KEY);"),
			...migrations("b", TABLES),
			...migrations("c", "CREATE TABLE lamps (id int PRIMARY KEY);"),
		],
		null,
	);
	const rulesIn = (path: string) =>
		several.checkQueries({ path, text: "DELETE FROM baskets WHERE id = $1;" })?.findings.map(({ rule }) => rule);
	expect(rulesIn("a/q.sql")).toEqual([]);
	expect(rulesIn("b/q.sql")).toEqual(["query-unscoped"]);
	expect(rulesIn("c/q.sql")).toEqual([]);
	const only = createAnalyzer(reader);
	only.analyze([...migrations("c", "CREATE TABLE lamps (id int PRIMARY KEY);"), ...migrations("b", TABLES)], null);
	expect(only.checkQueries({ path: "c/q.sql", text: "DELETE FROM baskets WHERE id = $1;" })?.findings).toHaveLength(1);
});

test("what the configuration excludes is not read", () => {
	const excluding = createAnalyzer(reader);
	excluding.analyze([{ path: "schema.sql", text: TABLES }], '{ "exclude": ["tools/"] }');
	const text = "DELETE FROM baskets WHERE id = $1;";
	expect(excluding.checkQueries({ path: "tools/a.sql", text })).toBeNull();
	expect(excluding.checkQueries({ path: "app/a.sql", text })?.findings).toHaveLength(1);
});

test("a script that is called after a release is nobody's query", () => {
	const text = "UPDATE baskets SET id = id WHERE id = 'a';";
	expect(analyzer.checkQueries({ path: "init/v5.0.4.sql", text })?.findings ?? []).toEqual([]);
	expect(analyzer.checkQueries({ path: "v5.0/queries.sql", text })?.findings).toHaveLength(1);
});
