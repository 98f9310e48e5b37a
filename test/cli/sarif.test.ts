import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { LineIndex, type Position } from "../../src/core/text/line-index";
import { BROKEN, CLEAN, SHOP } from "./fixtures";
import { buildWhenStale, tenancy } from "./run";
import { schemaErrors } from "./sarif-schema";
import { temporaryFolder } from "./temporary";

beforeAll(buildWhenStale, 180_000);

interface Region {
	readonly startLine: number;
	readonly startColumn: number;
	readonly endLine: number;
	readonly endColumn: number;
}
interface Change {
	readonly artifactLocation: { readonly uri: string };
	readonly replacements: readonly { readonly deletedRegion: Region; readonly insertedContent?: { text: string } }[];
}
interface Result {
	readonly ruleId: string;
	readonly ruleIndex: number;
	readonly fixes?: readonly { readonly artifactChanges: readonly Change[] }[];
}

/** Where a region begins and ends, as offsets; it has to be one of the text. */
function offsetsOf(text: string, { startLine, startColumn, endLine, endColumn }: Region): [number, number] {
	const lines = new LineIndex(text);
	const offsetOf = (position: Position) => {
		const offset = lines.offsetAt(position);
		expect(lines.positionAt(offset)).toEqual(position);
		return offset;
	};
	return [offsetOf({ line: startLine, column: startColumn }), offsetOf({ line: endLine, column: endColumn })];
}

async function checked(files: Record<string, string>, ...options: string[]) {
	const cwd = temporaryFolder(files);
	const { stdout } = await tenancy(["check", "--format", "sarif", ...options], cwd);
	const log = JSON.parse(stdout);
	return {
		cwd,
		log,
		results: log.runs[0].results as Result[],
		rules: log.runs[0].tool.driver.rules as { id: string }[],
	};
}

const POLICIES = `CREATE ROLE app_user;
CREATE TABLE tenants (id uuid PRIMARY KEY);
CREATE TABLE "Größe €" (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants); ALTER TABLE "Größe €" ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON "Größe €" TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid)) WITH CHECK (true);
`;

describe("a SARIF log is valid by the official schema", () => {
	test.each<[string, Record<string, string>]>([
		["without findings", { "schema.sql": CLEAN }],
		["with SQL that is broken", { "db/my schema,1.sql": BROKEN }],
		["with fixes", { "my schema.sql": SHOP }],
		["with fixes within a line, behind characters of several units", { "schema.sql": POLICIES }],
		[
			"with migrations to come, which are only named",
			{ "migrations/001_a.sql": SHOP, "migrations/002_b.sql": "SELECT 1;\n" },
		],
		[
			"with several databases",
			{ "a/schema.sql": SHOP, "b/migrations/001_a.sql": SHOP, "b/migrations/002_b.sql": BROKEN },
		],
	])("%s", async (_, files) => {
		const { log, results, rules } = await checked(files);
		expect(schemaErrors(log)).toEqual([]);
		// What a schema can't say: the index leads to the rule (3.27.6 of the standard).
		for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex]?.id).toBe(ruleId);
	});

	test("which is no empty promise: it finds what is wrong", async () => {
		const { log } = await checked({ "schema.sql": SHOP });
		const damaged = (damage: (run: (typeof log.runs)[0]) => void) => {
			const copy = structuredClone(log);
			damage(copy.runs[0]);
			return schemaErrors(copy);
		};
		const fixed = log.runs[0].results.findIndex(({ fixes }: Result) => fixes !== undefined);
		expect(fixed).toBeGreaterThanOrEqual(0);
		const fixIn = (run: typeof log) => run.results[fixed].fixes[0];
		expect(damaged(() => {})).toEqual([]);
		expect(damaged((run) => delete run.tool)).not.toEqual([]);
		expect(damaged((run) => delete run.results[0].message)).not.toEqual([]);
		expect(damaged((run) => (run.results[0].level = "fatal"))).not.toEqual([]);
		expect(damaged((run) => (run.columnKind = "bytes"))).not.toEqual([]);
		expect(damaged((run) => (fixIn(run).artifactChanges = []))).not.toEqual([]);
		expect(damaged((run) => (fixIn(run).artifactChanges[0].replacements = []))).not.toEqual([]);
		expect(damaged((run) => delete fixIn(run).artifactChanges[0].artifactLocation)).not.toEqual([]);
		expect(damaged((run) => delete fixIn(run).artifactChanges[0].replacements[0].deletedRegion)).not.toEqual([]);
		expect(damaged((run) => (fixIn(run).newFiles = []))).not.toEqual([]);
	});
});

describe("a fix in a SARIF log", () => {
	test.each([
		["my schema.sql", SHOP],
		["schema.sql", POLICIES],
	])(
		"%s: its regions are in the file, don't overlap, and replacing them leaves nothing for the rule",
		async (file, sql) => {
			const { cwd, results } = await checked({ [file]: sql });
			const offered = results.filter(({ fixes }) => fixes !== undefined);
			expect(offered.length).toBeGreaterThan(0);
			const text = readFileSync(join(cwd, file), "utf8");
			for (const { ruleId, fixes } of offered) {
				for (const { artifactChanges } of fixes ?? []) {
					// One change for each file (3.55.3).
					const uris = artifactChanges.map(({ artifactLocation }) => artifactLocation.uri);
					expect(uris).toEqual([file.replaceAll(" ", "%20")]);
					const edits = (artifactChanges[0]?.replacements ?? []).map(({ deletedRegion, insertedContent }) => ({
						span: offsetsOf(text, deletedRegion),
						newText: insertedContent?.text ?? "",
					}));
					let [after, end] = ["", 0];
					for (const { span, newText } of edits.sort((a, b) => a.span[0] - b.span[0])) {
						expect(span[0]).toBeGreaterThanOrEqual(end);
						expect(span[1]).toBeGreaterThanOrEqual(span[0]);
						after += text.slice(end, span[0]) + newText;
						end = span[1];
					}
					after += text.slice(end);
					const of = (all: readonly Result[]) => all.filter((each) => each.ruleId === ruleId).length;
					const left = await checked({ [file]: after });
					expect(of(left.results), `${ruleId}: ${after}`).toBeLessThan(of(results));
				}
			}
		},
	);
});
