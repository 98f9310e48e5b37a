import type { Node } from "@pgsql/types";
import { as, constantOf, stringsOf } from "../../schema/tree";
import { shapeOf } from "./condition-text";
import { isAlwaysTrue, isNeverTrue, joinedBy, names } from "./expressions";
import { PLATFORM_ROLES } from "./policies";
import { shown } from "./protection";
import type { Detection, RuleContext, TenantPolicy } from "./rule";
import { asksSession, hasColumns, isCallersOwn, isPlain, unwrapped } from "./session";

/**
 * Conditions that ask who the caller is, and nothing of the row: they are true of every tenant's rows, or of none.
 */

/** By what an alternative of a condition lets rows of any tenant through. */
export type Opening =
	/** What the row is like, whoever asks. */
	| "state"
	/** That somebody is signed in. */
	| "signed-in"
	/** What the session says of the caller: the product's own staff, maybe. */
	| "switch"
	/** A role that other policies bind to the tenant. */
	| "role";

/** By what a condition, or one of its alternatives, opens rows of any tenant; null where none does, or where that can't be told. */
export function openingOf(context: RuleContext, each: TenantPolicy, condition: Node): Opening | null {
	const alternatives = joinedBy(condition, "OR_EXPR");
	if (alternatives.length > 1) return widestOpening(context, each, alternatives);
	const parts = joinedBy(condition, "AND_EXPR");
	if (parts.length === 1) return openingOfPart(context, each, condition);
	const openings = parts.map((one) => openingOf(context, each, one));
	return openings.includes(null) ? null : (NARROWEST.find((one) => openings.includes(one)) ?? null);
}

/** The widest of what alternatives open. */
export function widestOpening(context: RuleContext, each: TenantPolicy, alternatives: readonly Node[]): Opening | null {
	const openings = alternatives.map((one) => openingOf(context, each, one));
	return WIDEST.find((one) => openings.includes(one)) ?? null;
}

const WIDEST = ["signed-in", "state", "role", "switch"] as const;
const NARROWEST = ["switch", "role", "state", "signed-in"] as const;

function openingOfPart(context: RuleContext, { columns }: TenantPolicy, node: Node): Opening | null {
	if (names(node, columns) || isNeverTrue(node) || isCallersOwn(node)) return null;
	if (isSignedIn(node) || isAlwaysTrue(node)) return "signed-in";
	if (hasColumns(node)) return isPlain(node) ? "state" : null;
	const { keys, constants } = gateOf(node);
	if (constants.length > 0 && constants.every((each) => PLATFORM_ROLES.has(each))) return null;
	if (constants.some((each) => context.applicationRoles.includes(each))) return "signed-in";
	if (keys.some((key) => isTenantRole(context, key))) return "role";
	return isPlain(node) ? "switch" : null;
}

/** What a policy with such a condition does, as the end of a sentence. */
export function opens({ table, policy }: TenantPolicy, rows = "rows"): string {
	const name = shown(table);
	switch (policy.command) {
		case "insert":
			return `${name} takes ${rows} for any tenant`;
		case "update":
			return `whoever may change ${name} changes every tenant's ${rows}`;
		case "delete":
			return `whoever may delete from ${name} deletes every tenant's ${rows}`;
		default:
			return `${name} shows every tenant's ${rows}`;
	}
}

/** Words for the people of the product itself, whom a policy may well let at the rows of all tenants. */
const STAFF = /super|staff|platform|system|service|support|internal|bypass|global|worker|root/i;

/** What is said of a condition on the caller alone; null for one on the row. */
export function saidOf(each: TenantPolicy, opening: Opening): Pick<Detection, "severity" | "message" | "help"> | null {
	const { name, using, check } = each.policy;
	switch (opening) {
		case "state":
			return null;
		case "signed-in":
			return {
				message: `Policy ${name} asks for no more than a login, which the people of all tenants have, so ${opens(each)}.`,
				help: "Ask for the tenant as well: to be signed in says nothing of whose the rows are.",
			};
		case "role":
			return {
				message: `Policy ${name} asks for a role that other policies ask for together with the tenant, and not for the tenant: for whoever has it in one of them, ${opens(each)}.`,
				help: "Add the tenant column to the condition with AND.",
			};
		case "switch":
			return {
				severity: STAFF.test(`${using ?? ""} ${check ?? ""}`) ? "info" : "warning",
				message: `Policy ${name} asks who the caller is and never whose the row is: for whom it lets in, ${opens(each)}. That is right for the product's own staff and for nobody else.`,
				help: "If it is meant for people of a tenant, add the tenant column to the condition with AND; else say so in a tenancy-ignore comment.",
			};
		default:
			return opening satisfies never;
	}
}

/** Whether it is true for whoever is signed in: there is a caller, or the platform's role for such is theirs. */
export function isSignedIn(node: Node): boolean {
	if (hasColumns(node)) return false;
	const test = as(node, "NullTest");
	if (test) return test.nulltesttype === "IS_NOT_NULL" && test.arg !== undefined && asksSession(test.arg);
	const comparison = as(node, "A_Expr");
	if (comparison && stringsOf(comparison.name).join() === "<>")
		return asksSession(node) && [comparison.lexpr, comparison.rexpr].some((side) => constantOf(side) === "");
	const { constants } = gateOf(node);
	return constants.length > 0 && constants.every((each) => each === "authenticated" || each === "anon");
}

/** A condition on the caller: what is asked, by its shape, with each of the constants that are right. */
interface Gate {
	readonly keys: readonly string[];
	readonly constants: readonly string[];
}

const NO_GATE: Gate = { keys: [], constants: [] };

function gateOf(node: Node): Gate {
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

const roles = new WeakMap<RuleContext, ReadonlyMap<string, { bound: number; alone: number }>>();

/**
 * Whether what is asked of the caller is had in a tenant: most policies that ask for it ask for the tenant with it. What the
 * product's own staff has stands by itself.
 */
function isTenantRole(context: RuleContext, key: string): boolean {
	let counts = roles.get(context);
	if (!counts) {
		counts = countGates(context);
		roles.set(context, counts);
	}
	const { bound = 0, alone = 0 } = counts.get(key) ?? {};
	return bound >= 2 && bound > 2 * alone;
}

function countGates({ tenantPolicies }: RuleContext): ReadonlyMap<string, { bound: number; alone: number }> {
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
}
