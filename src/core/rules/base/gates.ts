import type { Node } from "@pgsql/types";
import { factOf } from "../../schema/facts";
import type { FunctionModel } from "../../schema/model";
import { as, constantOf, stringsOf } from "../../schema/tree";
import { statementsOf } from "./bodies";
import { shapeOf } from "./condition-text";
import { joinedBy, names } from "./expressions";
import type { RuleContext, TenantPolicy } from "./rule";
import { asksSession, hasColumns, isCallersOwn, unwrapped } from "./session";
import { helpersIn } from "./tables-behind";

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

const countGates = factOf((context: RuleContext) => {
	const counts = new Map<string, { bound: number; alone: number }>();
	for (const each of context.tenantPolicies)
		for (const condition of [each.using, each.check])
			for (const alternative of condition === null ? [] : alternativesOf(context, each, condition)) {
				const parts = joinedBy(alternative, "AND_EXPR");
				const isBound = parts.some((part) => names(part, each.columns) || isCallersOwn(part));
				for (const key of new Set(parts.flatMap((part) => gateOf(part).keys))) {
					const count = counts.get(key) ?? { bound: 0, alone: 0 };
					count[isBound ? "bound" : "alone"] += 1;
					counts.set(key, count);
				}
			}
	return counts;
});

/** The alternatives of a condition, and those of the helpers that it gives the row's tenant. */
function alternativesOf(context: RuleContext, policy: TenantPolicy, condition: Node): Node[] {
	return joinedBy(condition, "OR_EXPR").flatMap((alternative) => [
		alternative,
		...joinedBy(alternative, "AND_EXPR")
			.filter((part) => as(unwrapped(part), "FuncCall") && names(part, policy.columns))
			.flatMap((part) => helpersIn(context, policy, part))
			.flatMap((helper) => answersOf(context, helper))
			.flatMap((answer) => joinedBy(answer, "OR_EXPR")),
	]);
}

/** What a function that is a single expression in SQL answers. */
function answersOf(context: RuleContext, helper: FunctionModel): Node[] {
	const [only, ...others] = statementsOf(context, helper);
	const select = only?.node && others.length === 0 ? as(only.node, "SelectStmt") : undefined;
	const [target, ...more] = select && !select.fromClause ? (select.targetList ?? []) : [];
	const value = more.length === 0 ? as(target, "ResTarget")?.val : undefined;
	return value ? [value] : [];
}
