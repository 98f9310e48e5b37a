import type { Node } from "@pgsql/types";
import { factOf } from "../../schema/facts";
import { as, constantOf, stringsOf } from "../../schema/tree";
import { shapeOf } from "./condition-text";
import { joinedBy, names } from "./expressions";
import type { RuleContext } from "./rule";
import { asksSession, hasColumns, isCallersOwn, unwrapped } from "./session";

/** A condition on the caller: what is asked, by its shape, with each of the constants that are right. */
export interface Gate {
	readonly keys: readonly string[];
	readonly constants: readonly string[];
}

const NO_GATE: Gate = { keys: [], constants: [] };

export function gateOf(node: Node): Gate {
	if (hasColumns(node) || !asksSession(node)) return NO_GATE;
	const alternatives = joinedBy(node, "OR_EXPR");
	if (alternatives.length > 1) {
		const gates = alternatives.map(gateOf);
		return { keys: gates.flatMap(({ keys }) => keys), constants: gates.flatMap(({ constants }) => constants) };
	}
	const comparison = as(node, "A_Expr");
	if (!comparison)
		return as(unwrapped(node), "FuncCall") ? { keys: [shapeOf(unwrapped(node))], constants: [] } : NO_GATE;
	if (stringsOf(comparison.name).join() !== "=" || !comparison.lexpr || !comparison.rexpr) return NO_GATE;
	for (const [asked, other] of [
		[comparison.lexpr, comparison.rexpr],
		[comparison.rexpr, comparison.lexpr],
	] as const) {
		const constants = constantsOf(other);
		if (constants.length === 0) continue;
		const shape = shapeOf(unwrapped(asked));
		return { keys: constants.map((each) => `${shape}=${each}`), constants };
	}
	return NO_GATE;
}

function constantsOf(node: Node): readonly string[] {
	const inner = unwrapped(node);
	const items = as(inner, "List")?.items ?? as(inner, "A_ArrayExpr")?.elements ?? [inner];
	const constants = items.flatMap((each) => constantOf(unwrapped(each)) ?? []);
	return constants.length === items.length ? constants : [];
}

/**
 * Whether what is asked of the caller is had in a tenant: most policies that ask for it ask for the tenant with it. What the
 * product's own staff has stands by itself.
 */
export function isTenantRole(context: RuleContext, key: string): boolean {
	const { bound = 0, alone = 0 } = countGates(context).get(key) ?? {};
	return bound >= 2 && bound > 2 * alone;
}

const countGates = factOf(({ tenantPolicies }: RuleContext) => {
	const counts = new Map<string, { bound: number; alone: number }>();
	for (const { using, check, columns } of tenantPolicies)
		for (const condition of [using, check])
			for (const alternative of condition === null ? [] : joinedBy(condition, "OR_EXPR")) {
				const parts = joinedBy(alternative, "AND_EXPR");
				const isBound = parts.some((each) => names(each, columns) || isCallersOwn(each));
				for (const key of new Set(parts.flatMap((each) => gateOf(each).keys))) {
					const count = counts.get(key) ?? { bound: 0, alone: 0 };
					count[isBound ? "bound" : "alone"] += 1;
					counts.set(key, count);
				}
			}
	return counts;
});
