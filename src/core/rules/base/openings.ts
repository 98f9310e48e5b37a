import type { Node } from "@pgsql/types";
import { factOf } from "../../schema/facts";
import { type FunctionModel, qualified, type SchemaModel, type Table } from "../../schema/model";
import { tagOf } from "../../schema/tree";
import { asksCaller, calledAsks, relationsOf, statementsOf, tableIn, writtenBy } from "./bodies";
import { isChosenByArgument, onlyNotesCaller } from "./caller-noted";
import { protectedTables } from "./protection";
import type { RuleContext } from "./rule";

/** A function that runs with its owner's rights and shows or changes rows of any tenant. */
export interface Opening {
	readonly called: FunctionModel;
	/** A table whose policies it goes around. */
	readonly table: Table;
	/** All such tables bind their owner as well: only an owner that no policy binds goes around them. */
	readonly forced: boolean;
	/** It names who calls, but only in what it writes down. */
	readonly notesCaller: boolean;
}

/** The SECURITY DEFINER functions that go around policies and don't ask who calls. */
export const openingsOf = factOf((context: RuleContext): readonly Opening[] => [...findOpenings(context)]);

/** What proves by itself that the caller may have the row: who has the token of an invitation may read it. */
export const SECRET = /token|secret|hash|password|otp|nonce|api_?key|invit|(?:join|share|access)_?code/i;

function* findOpenings(context: RuleContext): Iterable<Opening> {
	const { model, tenantPolicies } = context;
	const definers = [...model.functions.values()].filter((each) => each.securityDefiner);
	if (definers.length === 0) return;
	const secured = new Map(
		protectedTables(context).flatMap((each) => (each.table.rls.enabled ? [[each.key, each] as const] : [])),
	);
	// A policy's helper has to see what the policy hides.
	const helpers = new Set(tenantPolicies.flatMap(({ policy }) => policy.usesFunctions));
	for (const called of definers) {
		if (/^(trigger|event_trigger)$/.test(called.returns ?? "") || helpers.has(qualified(called))) continue;
		if (called.arguments.some(({ name }) => SECRET.test(name ?? ""))) continue;
		const notesCaller = onlyNotesCaller(context, called) && !calledAsks(model, called);
		if (!notesCaller && asksCaller(model, called)) continue;
		const touched = [
			...statementsOf(context, called).flatMap(({ node }) =>
				node ? tablesIn(model, called, node).map((table) => ({ node, table })) : [],
			),
			...namedInStrings(model, called).map((table) => ({ node: null, table })),
		].flatMap(({ node, table }) => {
			const own = secured.get(qualified(table));
			return own && (!notesCaller || (node && isChosenByArgument(node, called, own))) ? [table] : [];
		});
		const table = touched.find((each) => !each.rls.forced) ?? touched[0];
		if (table) yield { called, table, forced: table.rls.forced, notesCaller };
	}
}

/** The tables that a statement shows or changes: what answers with yes or no shows none. */
function tablesIn(model: SchemaModel, called: FunctionModel, node: Node): Table[] {
	if (tagOf(node) === "CreateStmt") return [];
	const written = writtenBy(node);
	const names = called.returns === "boolean" ? (written ? [written] : []) : relationsOf(node);
	return names.flatMap((name) => tableIn(model, called, name) ?? []);
}

/** Tables that stand behind FROM, INTO, UPDATE or JOIN in a string that the function puts together and runs. */
function namedInStrings(model: SchemaModel, called: FunctionModel): Table[] {
	if (!/\bexecute\b/i.test(called.body)) return [];
	const strings = [...called.body.matchAll(/'(?:[^']|'')*'/g)].map(([text]) => text);
	const verbs = called.returns === "boolean" ? "into|update|delete\\s+from" : "from|into|update|join";
	const names = new RegExp(String.raw`\b(?:${verbs})\s+(?:(\w+)\.)?(\w+)`, "gi");
	return strings.flatMap((text) =>
		[...text.matchAll(names)].flatMap(
			([, schemaname, relname = ""]) => tableIn(model, called, { ...(schemaname && { schemaname }), relname }) ?? [],
		),
	);
}
