import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AttackResult } from "../../src/core/prove/proof";
import { type Cluster, startCluster } from "./cluster";
import { HOLES } from "./holes";
import { disagreements } from "./holes/agreement";
import type { Hole } from "./holes/hole";
import { makeWorkplace, type ProvedSchema, saidIn, type Workplace } from "./holes/prove-hole";

/**
 * Every known hole is found by the attack that it is open to, with evidence that psql repeats; its twin without it holds. Of
 * each, the rules say what the attacks prove.
 */

let cluster: Cluster;
let workplace: Workplace;
beforeAll(async () => {
	cluster = await startCluster();
	workplace = await makeWorkplace(cluster);
});
afterAll(() => cluster?.stop());

/** Many holes are made in the same sound schema. */
const sound = new Map<string, Promise<ProvedSchema>>();
function proveSound({ sound: sql, config }: Hole): Promise<ProvedSchema> {
	const key = JSON.stringify([sql, config]);
	const proved = sound.get(key) ?? workplace.prove(sql, config);
	sound.set(key, proved);
	return proved;
}

const name = ({ table, attack }: Pick<AttackResult, "table" | "attack">) => `${attack} ${table}`;
const told = (results: readonly AttackResult[]) => results.map((each) => `${name(each)}: ${each.why}`);

const unexplained = ({ database, proof }: Pick<ProvedSchema, "database" | "proof">) =>
	disagreements(database, proof).filter(({ explained }) => explained === null);

describe.each(HOLES.map((hole) => [hole.name, hole] as const))("%s", (_, hole) => {
	const wanted = hole.leaks.map(([attack, table]) => name({ attack, table }));
	const isWanted = (each: AttackResult) => wanted.includes(name(each));

	it("leaks, with evidence that psql repeats", async () => {
		let leaks: AttackResult[] = [];
		const { database, proof, repeated } = await workplace.prove(hole.bad, hole.config, ({ attacks }) => {
			leaks = attacks.filter((each) => each.result === "leaked" && isWanted(each));
			return leaks.map(({ evidence }) => evidence);
		});
		expect(proof.notApplied).toEqual([]);
		expect(leaks.map(name), told(proof.attacks.filter(isWanted)).join("\n")).toEqual(expect.arrayContaining(wanted));
		expect(proof.verdict).toBe("leaked");
		expect(unexplained({ database, proof })).toEqual([]);
		for (const [i, leak] of leaks.entries()) {
			expect(leak.rule, name(leak)).toBe(hole.rule);
			const said = saidIn(leak.evidence);
			expect(said.length, leak.evidence).toBeGreaterThan(0);
			expect(repeated[i], leak.evidence).toEqual(expect.arrayContaining(said));
		}
	});

	it("holds without it", async () => {
		const { database, proof } = await proveSound(hole);
		expect(proof.notApplied).toEqual([]);
		expect(told(proof.attacks.filter(({ result }) => result === "leaked"))).toEqual([]);
		expect(proof.verdict).toBe("held");
		expect(unexplained({ database, proof })).toEqual([]);
		const tested = proof.attacks.filter(isWanted);
		expect(told(tested.filter(({ result }) => result === "untested"))).toEqual([]);
		expect(tested.map(name).sort()).toEqual([...wanted].sort());
	});
});
