import type { AttackResult } from "../../core/prove/proof";
import { qualified } from "../../core/schema/model";
import { causeOf } from "./cause";
import { GROUPS } from "./groups";
import type { Attack, Scene } from "./scene";
import { unlessRefused } from "./verdict";
import { dropNotes } from "./whose";

/**
 * Tries everything on a filled database by which one tenant could reach another. Each attack is a transaction of its own
 * that is rolled back: the database stays as it was, but for the numbers that its sequences gave.
 *
 * @throws the signal's reason, between two attacks, when it is aborted
 */
export async function attack(
	scene: Scene,
	{ signal, onProgress }: { signal?: AbortSignal; onProgress?(done: number, total: number, what: string): void } = {},
): Promise<AttackResult[]> {
	signal?.throwIfAborted();
	const { target } = scene;
	const attacks: Attack[] = [];
	for (const group of GROUPS) attacks.push(...(await group(scene)));
	const results: AttackResult[] = notAttacked(scene);
	for (const [i, each] of attacks.entries()) {
		signal?.throwIfAborted();
		onProgress?.(i, attacks.length, `${each.attack} ${each.table}`);
		const verdict = await unlessRefused(() => each.run());
		const rule = verdict.result === "leaked" ? causeOf(target, each.table, each.attack, verdict.about) : null;
		const { result, evidence, why } = verdict;
		results.push({ table: each.table, attack: each.attack, result, evidence, why, rule });
	}
	await dropNotes(target.engine);
	onProgress?.(attacks.length, attacks.length, "");
	return results;
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
