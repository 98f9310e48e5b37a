import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAnalyzer, type DatabaseAnalysis } from "../../src/core/analyze";
import type { AttackResult } from "../../src/core/prove/proof";
import { createSqlReader } from "../../src/core/sql/reader";
import { attack } from "../../src/database/attack/attack";
import { targetOn } from "./attack-target";
import { type Cluster, startCluster, type TestDatabase } from "./cluster";
import { HOLES } from "./holes";
import type { Hole } from "./holes/hole";
import { DROP_ROLES } from "./run-steps";

/** Every known hole is found by the attack that it is open to, with evidence that psql repeats; its twin without it holds. */

const analyzer = createAnalyzer(await createSqlReader());
let cluster: Cluster;
beforeAll(async () => {
	cluster = await startCluster();
});
afterAll(() => cluster?.stop());

async function attacked(
	hole: Hole,
	sql: string,
	look: (results: AttackResult[], database: TestDatabase) => void,
): Promise<void> {
	const database = await cluster.database();
	try {
		const [analysis] = analyzer.analyze([{ path: "schema.sql", text: sql }], hole.config ?? null).databases;
		const target = await targetOn(database.client, cluster.version, analysis as DatabaseAnalysis, hole);
		look(await attack(target), database);
	} finally {
		await database.client.query("ROLLBACK");
		await database.client.query(DROP_ROLES);
		await database.drop();
	}
}

/** What a psql of its own says to a script: its values and refusals in order, as the evidence words them. */
function psql(database: TestDatabase, script: string): string[] {
	const output = execFileSync(
		"psql",
		[
			"-X",
			"-A",
			"-t",
			"-x",
			"-q",
			"-F",
			": ",
			"-h",
			cluster.host,
			"-U",
			"postgres",
			"-d",
			database.name,
			"-v",
			"VERBOSITY=verbose",
		],
		{ input: `\\o | cat\n${script}`.replace("\\o | cat\n", ""), encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] },
	);
	return output.split("\n").filter((line) => line !== "");
}

/** What came back, as the evidence's comments have it. */
function saidIn(evidence: string): string[] {
	return [...evidence.matchAll(/^-- (\w+: .*)$/gm)].flatMap(([, line = ""]) =>
		/^(ERROR|DETAIL)/.test(line) ? [] : line.split(/, (?=\w+: )/),
	);
}

const name = ({ table, attack }: Pick<AttackResult, "table" | "attack">) => `${attack} ${table}`;

describe.each(HOLES.map((hole) => [hole.name, hole] as const))("%s", (_, hole) => {
	const wanted = hole.leaks.map(([attack, table]) => name({ attack, table }));

	it("leaks, with evidence that psql repeats", () =>
		attacked(hole, hole.bad, (results, database) => {
			const leaks = results.filter(({ result }) => result === "leaked");
			expect(leaks.map(name)).toEqual(expect.arrayContaining(wanted));
			for (const leak of leaks.filter((each) => wanted.includes(name(each)))) {
				expect(leak.rule, name(leak)).toBe(hole.rule);
				const said = saidIn(leak.evidence);
				expect(said.length, leak.evidence).toBeGreaterThan(0);
				expect(psql(database, leak.evidence), leak.evidence).toEqual(expect.arrayContaining(said));
			}
		}));

	it("holds without it", () =>
		attacked(hole, hole.sound, (results) => {
			expect(results.filter(({ result }) => result === "leaked").map((each) => `${name(each)}: ${each.why}`)).toEqual(
				[],
			);
			const tested = results.filter((each) => wanted.includes(name(each)));
			expect(tested.filter(({ result }) => result === "untested").map((each) => `${name(each)}: ${each.why}`)).toEqual(
				[],
			);
			expect(tested.map(name).sort()).toEqual([...wanted].sort());
		}));
});
