import type { DatabaseAnalysis } from "../core/analyze";
import type { AttackKind, AttackResult } from "../core/prove/proof";
import { qualified, type SchemaModel } from "../core/schema/model";
import { isOfTenants } from "../core/tenancy/scope";
import { escapePattern } from "../core/text/escape-pattern";
import { LineIndex } from "../core/text/line-index";
import type { Refused } from "./apply/apply";
import { doubtOf, type Name } from "./apply/doubts";

/** Results, and why no verdict can be given where nothing leaked. */
export interface Doubted {
	readonly attacks: readonly AttackResult[];
	/** Sentences; empty where nothing that was refused matters. */
	readonly undecided: readonly string[];
}

/**
 * Takes back what held for want of a statement that the database refused here and may take elsewhere: a grant, a policy, a
 * function. It is `untested` then, and a refused view or function of which nothing was tried is listed as such.
 */
export function doubted(
	{ model, tenancy, files }: DatabaseAnalysis,
	refusals: readonly Refused[],
	attacks: readonly AttackResult[],
): Doubted {
	const reasons = new Map<string, string>();
	const undecided: string[] = [];
	for (const refused of refusals) {
		const doubt = doubtOf(refused);
		if (doubt === null) continue;
		const text = files.find(({ file }) => file === refused.file)?.text ?? "";
		const place = `${refused.file}:${new LineIndex(text).positionAt(refused.span.start).line}`;
		const why = `PostgreSQL refused a statement that may open it (${place}): ${refused.message}`;
		if (doubt.names === null)
			undecided.push(`A statement that may open something was not run (${place}): ${refused.message}`);
		for (const name of doubt.names ?? [])
			for (const key of openedBy(model, name)) if (!reasons.has(key)) reasons.set(key, why);
	}
	const judged = new Set(attacks.map(({ table }) => table));
	const matters = (key: string) =>
		judged.has(key) || isOfTenants(tenancy.tables.get(key)?.scope) || !model.tables.has(key);
	for (const [key, why] of reasons) if (matters(key)) undecided.push(`${key}: ${why}`);
	return {
		attacks: [
			...attacks.map((each): AttackResult => {
				const why = each.result === "held" ? reasons.get(each.table) : undefined;
				return why === undefined ? each : { ...each, result: "untested", evidence: "", why };
			}),
			...[...reasons].flatMap(([table, why]): AttackResult[] => {
				const attack = kindOf(model, table);
				return attack === null || judged.has(table)
					? []
					: [{ table, attack, result: "untested", evidence: "", why, rule: null }];
			}),
		],
		undecided,
	};
}

/** The relations and functions that a name stands for; of a function that others call, what calls it. */
function openedBy(model: SchemaModel, { schema, name }: Name): string[] {
	const is = (each: { schema: string; name: string }) =>
		each.name === name && (schema === null || each.schema === schema);
	const relations = [...model.tables.values(), ...model.views.values()].filter(is).map(qualified);
	const functions = [...model.functions.values()].filter(is);
	if (functions.length === 0) return relations;
	const names = new RegExp(`(?<![\\p{L}\\p{N}_$])${escapePattern(name)}(?![\\p{L}\\p{N}_$])`, "u");
	const callers = [
		...[...model.tables.values()].filter(
			({ policies, triggers }) =>
				policies.some(({ using, check }) => names.test(`${using} ${check}`)) ||
				triggers.some((trigger) => names.test(trigger.function)),
		),
		...[...model.views.values()].filter(({ query }) => names.test(query)),
	];
	// What runs with the caller's rights opens nothing by itself.
	return [
		...relations,
		...functions.filter(({ securityDefiner }) => securityDefiner).map(qualified),
		...callers.map(qualified),
	];
}

function kindOf(model: SchemaModel, key: string): AttackKind | null {
	const view = model.views.get(key);
	if (view) return view.kind === "view" ? "view" : "materialized-view";
	return [...model.functions.values()].some((each) => qualified(each) === key) ? "function" : null;
}
