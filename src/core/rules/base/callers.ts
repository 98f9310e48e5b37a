import type { Node } from "@pgsql/types";
import { qualified, type Table } from "../../schema/model";
import { as, constantOf, stringsOf } from "../../schema/tree";
import { isNotNull } from "../../tenancy/references";
import { constantsIn, isAlwaysTrue, isNeverTrue, joinedBy, names } from "./expressions";
import { gateOf, isTenantRole } from "./gates";
import { PLATFORM_ROLES } from "./policies";
import { shown } from "./protection";
import type { Detection, RuleContext, TenantPolicy } from "./rule";
import { asksSession, hasColumns, isCallersOwn, isPlain } from "./session";
import { helpersIn, tablesBehind } from "./tables-behind";

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
	| "role"
	/** That the caller is listed in a table of tenants, which a helper function reads. */
	| "listed";

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

const WIDEST = ["signed-in", "state", "role", "listed", "switch"] as const;
const NARROWEST = ["switch", "role", "listed", "state", "signed-in"] as const;

function openingOfPart(context: RuleContext, each: TenantPolicy, node: Node): Opening | null {
	const { columns } = each;
	if (names(node, columns) || isNeverTrue(node) || isCallersOwn(node)) return null;
	if (isSignedIn(node) || isAlwaysTrue(node)) return "signed-in";
	if (hasColumns(node)) return isPlain(node) ? "state" : null;
	const { keys, constants } = gateOf(node);
	if (constants.length > 0 && constants.every((each) => PLATFORM_ROLES.has(each))) return null;
	if (constants.some((each) => context.applicationRoles.includes(each))) return "signed-in";
	if (keys.some((key) => isTenantRole(context, key))) return "role";
	return isPlain(node) ? "switch" : openingOfHelpers(context, each, node);
}

/** A helper that is given nothing of the row and looks the caller up among the people of tenants. */
function openingOfHelpers(context: RuleContext, each: TenantPolicy, node: Node): Opening | null {
	const helpers = helpersIn(context, each, node);
	const constants = [...constantsIn(node), ...helpers.flatMap(({ body }) => body.match(/'[^']*'/g) ?? [])];
	// What the product's own staff is called stands in the function's name, or in a constant.
	if (STAFF.test([...helpers.map(({ name }) => name), ...constants].join(" "))) return null;
	const listed = listedFor(
		context,
		helpers.flatMap((called) => tablesBehind(context, called)),
		constants,
	);
	return listed && (listed === "tenant" ? "listed" : "switch");
}

/**
 * For whom the tables that are read list people: for a tenant each, or also for none, as the product's own staff may be. Null
 * where none of them is of tenants: being listed there may well open all. So may a role where each person is a tenant, as there is
 * nobody but the product that a person could have it from.
 *
 * @param constants what the condition asks of those who are listed
 */
export function listedFor(
	{ tenancy }: RuleContext,
	read: readonly Table[],
	constants: readonly string[],
): "tenant" | "any" | null {
	const listing = read.flatMap((table) => {
		const { scope, tenantColumn } = tenancy.tables.get(qualified(table)) ?? {};
		return scope === "tenant-scoped" && tenantColumn ? [{ table, tenantColumn }] : [];
	});
	if (listing.length === 0) return null;
	if (tenancy.ofPeople) return constants.some(isWord) ? null : "any";
	return listing.every(({ table, tenantColumn }) => isNotNull(table, tenantColumn)) ? "tenant" : "any";
}

const isWord = (constant: string) => /[a-z]/i.test(constant) && !/^'?(t|f|true|false)'?$/i.test(constant);

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
export const STAFF = /super|staff|platform|system|service|support|internal|bypass|global|worker|root/i;

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
		case "listed":
			return {
				message: `Policy ${name} asks a function whether the caller is listed, and never for which tenant: for whoever is listed for one of them, ${opens(each)}.`,
				help: "Give the function the row's tenant, and let it ask for that; or add the tenant column to the condition with AND.",
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
