import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { collect } from "../../../src/cli/files/collect";
import { createAnalyzer, type DatabaseAnalysis } from "../../../src/core/analyze";
import type { Artifact, Generate } from "../../../src/core/implement/artifact";
import { citus } from "../../../src/core/implement/citus/citus";
import { rowLevel } from "../../../src/core/implement/row/row-level";
import { singleToMulti } from "../../../src/core/implement/staged/single-to-multi";
import { STARTER_SQL } from "../../../src/core/implement/starter";
import { createSqlReader } from "../../../src/core/sql/reader";
import { answersSchema } from "../../../src/core/tenancy/answers";

/** What holds for every file that is generated, whatever the workspace has. */

const reader = await createSqlReader();
const analyzer = createAnalyzer(reader);
const analysed = (text: string) => analyzer.analyze([{ path: "schema.sql", text }], null).databases;

/** Policies that find the tenant by a function; nothing but a sequence; a statement that PostgreSQL would refuse. */
const BY_FUNCTION = `
CREATE TABLE teams (id uuid PRIMARY KEY);
CREATE TABLE members (team_id uuid NOT NULL REFERENCES teams, user_id uuid NOT NULL, PRIMARY KEY (team_id, user_id));
CREATE TABLE files (id uuid PRIMARY KEY, team_id uuid NOT NULL REFERENCES teams);
CREATE FUNCTION my_teams() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
	$$ SELECT team_id FROM members WHERE user_id = auth.uid() $$;
ALTER TABLE files ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON files USING (team_id IN (SELECT my_teams()));
`;
const SUBJECTS: readonly (readonly [string, DatabaseAnalysis])[] = [
	...readdirSync("examples", { withFileTypes: true }).flatMap((entry) => {
		if (!entry.isDirectory()) return [];
		const { files, configText } = collect([`examples/${entry.name}`], process.cwd());
		return analyzer.analyze(files, configText).databases.map((database) => [database.path, database] as const);
	}),
	...analysed(STARTER_SQL).map((database) => ["the starter", database] as const),
	...analysed(BY_FUNCTION).map((database) => ["policies by a function", database] as const),
	...analysed("CREATE SEQUENCE numbers;").map((database) => ["no table", database] as const),
	...analysed("CREATE TABLE (;\nCREATE TABLE a (id int);").map((database) => ["broken SQL", database] as const),
];
const GENERATORS: readonly (readonly [string, Generate])[] = [
	["rowLevel", rowLevel],
	["singleToMulti", singleToMulti],
	["citus", citus],
];

function generated(generate: Generate, database: DatabaseAnalysis, totalGB = 10): Artifact[] {
	const answers = answersSchema.parse({ tenants: { now: 10, inTwoYears: 100 }, data: { totalGB } });
	return generate({ answers, database, isStarter: false, analyzer });
}

describe.each(GENERATORS)("%s", (_, generate) => {
	it.each(SUBJECTS)("%s: files that can be written, with a README that names each", (__, database) => {
		const artifacts = generated(generate, database);
		const paths = artifacts.map(({ path }) => path);
		expect(new Set(paths).size).toBe(paths.length);
		expect(paths[0]).toBe("README.md");
		for (const { path, text, purpose } of artifacts) {
			expect(path).toMatch(/^[\w-]+(\/[\w-]+)*\.\w+$/);
			expect(text.endsWith("\n")).toBe(true);
			expect(text).not.toMatch(/undefined|\[object|\bNaN\b/);
			expect(purpose).not.toBe("");
		}
	});

	it.each(SUBJECTS)("%s: SQL that PostgreSQL's grammar reads", (__, database) => {
		const sql = generated(generate, database).filter(
			({ path, text }) => path.endsWith(".sql") && !/(?<!:):\w/.test(text),
		);
		const wrong = sql.flatMap((file) =>
			reader
				.read(file)
				.statements.flatMap(({ node }, i) => (node === null ? [`${file.path}, statement ${i + 1}`] : [])),
		);
		expect(wrong).toEqual([]);
	});

	it("gives the same for the same", () => {
		for (const [, database] of SUBJECTS) expect(generated(generate, database)).toEqual(generated(generate, database));
	});
});

it("a recipe for partitions is there only where the answers say that it pays", () => {
	const [starter] = analysed(STARTER_SQL);
	const recipes = (totalGB: number) =>
		generated(rowLevel, starter as DatabaseAnalysis, totalGB).filter(({ path }) => path === "recipes/partitioning.sql");
	expect(recipes(12)).toEqual([]);
	expect(recipes(13)).toHaveLength(1);
});
