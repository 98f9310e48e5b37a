import type { Node, RangeVar } from "@pgsql/types";
import { factOf } from "../../schema/facts";
import { type FunctionModel, qualified, type SchemaModel, type Table, type View } from "../../schema/model";
import { as, tagOf } from "../../schema/tree";
import { usesOf } from "../../schema/uses";
import { bodyOf } from "../../sql/body";
import type { Statement } from "../../sql/statement";
import { isGivenByPlatform } from "../../tenancy/platform";
import { asksWho } from "./asks-who";
import { isOfApplication } from "./privileges";
import { protectedTables } from "./protection";
import type { RuleContext } from "./rule";

/** What functions do with tables, as far as their bodies can be read. */

/** The statements that a function runs; none where its body can't be read. */
export function statementsOf({ files }: RuleContext, { location }: FunctionModel): Statement[] {
	const file = files.find((each) => each.file === location.file);
	const statement = file?.statements.find(({ span }) => span.start === location.span.start);
	const items = (statement && bodyOf(statement)?.items) ?? [];
	return items.flatMap((item) => ("statement" in item ? [item.statement] : item.statements));
}

/** The relations that a statement reads or writes. */
export function relationsOf(node: Node): readonly RangeVar[] {
	const written = (as(node, "InsertStmt") ?? as(node, "UpdateStmt") ?? as(node, "DeleteStmt") ?? as(node, "MergeStmt"))
		?.relation;
	const read = usesOf(node).relations;
	return written ? [written, ...read] : read;
}

/** The table that a name in a function's body means: by its schema, by the function's search_path, or as the only one of that name. */
export function tableIn(model: SchemaModel, called: FunctionModel, name: RangeVar): Table | null {
	const { schemaname, relname } = name;
	if (!relname) return null;
	if (schemaname) return model.tables.get(`${schemaname}.${relname}`) ?? null;
	const path = called.settings.get("search_path")?.split(",") ?? ["public"];
	for (const schema of path) {
		const table = model.tables.get(`${schema.trim().replaceAll('"', "")}.${relname}`);
		if (table) return table;
	}
	const all = [...model.tables.values()].filter((table) => table.name === relname);
	return (all.length === 1 && all[0]) || null;
}

/** Whether its text asks who the caller is, and the names of what it calls. */
const askedIn = factOf((source: FunctionModel | View) => {
	const text = "body" in source ? source.body : source.query;
	return { asks: asksWho(text), calls: new Set(text.toLowerCase().match(/[\w"]+(?=\s*\()/g)) };
});

const byBareName = factOf((model: SchemaModel) => {
	const found = new Map<string, FunctionModel[]>();
	for (const each of model.functions.values()) found.set(each.name, [...(found.get(each.name) ?? []), each]);
	return found;
});

/** Whether it asks who the caller is, or calls one of the files' functions that does. */
export function asksCaller(model: SchemaModel, source: FunctionModel | View): boolean {
	const reached = new Set([source]);
	// A set that grows while it is walked through is walked through to its end.
	for (const each of reached) {
		const { asks, calls } = askedIn(each);
		if (asks) return true;
		for (const name of calls) for (const called of byBareName(model).get(name) ?? []) reached.add(called);
	}
	return false;
}

/** Whether a call of that name, as written, asks who the caller is. */
export function callAsksCaller(model: SchemaModel, path: readonly string[]): boolean {
	return (
		asksWho(`${path.join(".")}(`) ||
		(byBareName(model).get(path.at(-1) ?? "") ?? []).some((called) => asksCaller(model, called))
	);
}

/** A function that runs with its owner's rights and shows or changes rows of any tenant. */
export interface Opening {
	readonly called: FunctionModel;
	/** A table whose policies it goes around. */
	readonly table: Table;
	/** All such tables bind their owner as well: only an owner that no policy binds goes around them. */
	readonly forced: boolean;
}

const openings = new WeakMap<RuleContext, Opening[]>();

/** The SECURITY DEFINER functions that go around policies and don't ask who calls. */
export function openingsOf(context: RuleContext): readonly Opening[] {
	let found = openings.get(context);
	if (!found) {
		found = [...findOpenings(context)];
		openings.set(context, found);
	}
	return found;
}

/** What proves by itself that the caller may have the row: who has the token of an invitation may read it. */
export const SECRET = /token|secret|hash|password|otp|nonce|api_?key/i;

function* findOpenings(context: RuleContext): Iterable<Opening> {
	const { model, tenantPolicies } = context;
	const definers = [...model.functions.values()].filter((each) => each.securityDefiner);
	if (definers.length === 0) return;
	const secured = new Map(protectedTables(context).map(({ key, table }) => [key, table]));
	// A policy's helper has to see what the policy hides.
	const helpers = new Set(tenantPolicies.flatMap(({ policy }) => policy.usesFunctions));
	for (const called of definers) {
		if (/^(boolean|trigger|event_trigger)$/.test(called.returns ?? "") || helpers.has(qualified(called))) continue;
		if (called.arguments.some(({ name }) => SECRET.test(name ?? ""))) continue;
		if (asksCaller(model, called)) continue;
		const touched = [
			...statementsOf(context, called)
				.flatMap(({ node }) => (node && tagOf(node) !== "CreateStmt" ? relationsOf(node) : []))
				.flatMap((name) => tableIn(model, called, name) ?? []),
			...namedInStrings(model, called),
		].filter((table) => table.rls.enabled && secured.has(qualified(table)));
		const table = touched.find((each) => !each.rls.forced) ?? touched[0];
		if (table) yield { called, table, forced: table.rls.forced };
	}
}

/** Tables that stand behind FROM, INTO, UPDATE or JOIN in a string that the function puts together and runs. */
function namedInStrings(model: SchemaModel, called: FunctionModel): Table[] {
	if (!/\bexecute\b/i.test(called.body)) return [];
	const strings = [...called.body.matchAll(/'(?:[^']|'')*'/g)].map(([text]) => text);
	return strings.flatMap((text) =>
		[...text.matchAll(/\b(?:from|into|update|join)\s+(?:(\w+)\.)?(\w+)/gi)].flatMap(
			([, schemaname, relname = ""]) => tableIn(model, called, { ...(schemaname && { schemaname }), relname }) ?? [],
		),
	);
}

/** Whether the application may call it. */
export function isCallable({ model, applicationRoles }: RuleContext, called: FunctionModel, key: string): boolean {
	const isOurs = isOfApplication(applicationRoles);
	const granted = (objectKind: string, object: string) =>
		model.grants.some(
			(each) => each.objectKind === objectKind && each.objects.includes(object) && each.roles.some(isOurs),
		);
	const isGiven =
		called.publicExecute ||
		granted("function", key) ||
		isGivenByPlatform(model, applicationRoles, "function", called, key, "execute");
	if (!isGiven && applicationRoles.length > 0) return false;
	const grantsSchemas = model.grants.some(({ objectKind, roles }) => objectKind === "schema" && roles.some(isOurs));
	return called.schema === "public" || !grantsSchemas || granted("schema", called.schema);
}
