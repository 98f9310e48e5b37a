import type { AttackResult } from "../../core/prove/proof";
import { qualified } from "../../core/schema/model";
import { Refusal } from "../engine";
import { buildScene } from "./build-scene";
import { causeOf } from "./cause";
import { GROUPS } from "./groups";
import type { Attack, Scene, Verdict } from "./scene";
import type { Target } from "./target";
import { said, untested } from "./verdict";
import { dropNotes } from "./whose";

/**
 * Tries everything on a filled database by which one tenant could reach another. Each attack is a transaction of its own
 * that is rolled back: the database stays as it was, but for the numbers that its sequences gave.
 *
 * @throws the signal's reason, between two attacks, when it is aborted
 */
export async function attack(
	target: Target,
	{ signal, onProgress }: { signal?: AbortSignal; onProgress?(done: number, total: number, what: string): void } = {},
): Promise<AttackResult[]> {
	signal?.throwIfAborted();
	const scene = await buildScene(target);
	const attacks: Attack[] = [];
	for (const group of GROUPS) attacks.push(...(await group(scene)));
	const results: AttackResult[] = notAttacked(scene);
	const unprepared = new Map<Attack, Verdict>();
	for (const each of attacks) {
		const refused = await unlessRefused(async () => {
			await each.prepare?.();
			return null;
		});
		if (refused) unprepared.set(each, refused);
	}
	for (const [i, each] of attacks.entries()) {
		signal?.throwIfAborted();
		onProgress?.(i, attacks.length, `${each.attack} ${each.table}`);
		const verdict = unprepared.get(each) ?? (await unlessRefused(() => each.run()));
		const rule = verdict.result === "leaked" ? causeOf(target, each.table, each.attack, verdict.about) : null;
		const { result, evidence, why } = verdict;
		results.push({ table: each.table, attack: each.attack, result, evidence, why, rule });
	}
	await dropNotes(target.engine);
	onProgress?.(attacks.length, attacks.length, "");
	return results;
}

/** What is refused to the superuser, such as taking away rows that a trigger guards, costs its attack and no other. */
async function unlessRefused<T>(run: () => Promise<T> | T): Promise<T | Verdict> {
	try {
		return await run();
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		return untested(`It could not be prepared. ${said(error)}`);
	}
}

/** Tables that should have been attacked and can't be: said once for each, as what was tried first. */
function notAttacked({ target, subjects, others }: Scene): AttackResult[] {
	const { model, tenancy } = target.database;
	return [...model.tables.values()].flatMap((table) => {
		const key = qualified(table);
		const scope = tenancy.tables.get(key)?.scope;
		const isAttacked = subjects.has(key) || others.some((each) => each.key === key);
		if (scope === undefined || scope === "shared" || isAttacked || table.partitionOf !== null) return [];
		const unfilled = target.unfilled.get(key);
		const why =
			scope === "unscoped"
				? "Nothing says whose its rows are, so nothing could be told."
				: unfilled === undefined
					? "There are no rows of two tenants to tell apart."
					: `It could not be filled: ${unfilled}`;
		return [{ table: key, attack: "read" as const, result: "untested" as const, evidence: "", why, rule: null }];
	});
}
