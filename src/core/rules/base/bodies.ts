import type { Node, RangeVar } from "@pgsql/types";
import { factOf } from "../../schema/facts";
import type { FunctionModel, SchemaModel, Table, View } from "../../schema/model";
import { as } from "../../schema/tree";
import { usesOf } from "../../schema/uses";
import { bodyOf } from "../../sql/body";
import type { Statement } from "../../sql/statement";
import { isGivenByPlatform } from "../../tenancy/platform";
import { asksWho } from "./asks-who";
import { isOfApplication } from "./privileges";
import type { RuleContext } from "./rule";

/** What functions do with tables, as far as their bodies can be read. */

/** The statements that a function runs; none where its body can't be read. */
export function statementsOf({ files }: RuleContext, { location }: FunctionModel): Statement[] {
	const file = files.find((each) => each.file === location.file);
	const statement = file?.statements.find(({ span }) => span.start === location.span.start);
	const items = (statement && bodyOf(statement)?.items) ?? [];
	return items.flatMap((item) => ("statement" in item ? [item.statement] : item.statements));
}

/** The relation that a statement writes. */
export function writtenBy(node: Node): RangeVar | undefined {
	return (as(node, "InsertStmt") ?? as(node, "UpdateStmt") ?? as(node, "DeleteStmt") ?? as(node, "MergeStmt"))
		?.relation;
}

/** The relations that a statement reads or writes. */
export function relationsOf(node: Node): readonly RangeVar[] {
	const written = writtenBy(node);
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
	const asOwner = "body" in source && source.securityDefiner;
	return { asks: asksWho(text, asOwner), calls: new Set(text.toLowerCase().match(/[\w"]+(?=\s*\()/g)) };
});

const byBareName = factOf((model: SchemaModel) => {
	const found = new Map<string, FunctionModel[]>();
	for (const each of model.functions.values()) found.set(each.name, [...(found.get(each.name) ?? []), each]);
	return found;
});

/** Whether it asks who the caller is, or calls one of the files' functions that does. */
export function asksCaller(model: SchemaModel, source: FunctionModel | View): boolean {
	return askedIn(source).asks || calledAsks(model, source);
}

/** Whether one of the files' functions that it calls does, or what they call. */
export function calledAsks(model: SchemaModel, source: FunctionModel | View): boolean {
	const named = (names: Iterable<string>) => [...names].flatMap((name) => byBareName(model).get(name) ?? []);
	const reached = new Set(named(askedIn(source).calls).filter((each) => each !== source));
	// A set that grows while it is walked through is walked through to its end.
	for (const each of reached) {
		if (askedIn(each).asks) return true;
		for (const called of named(askedIn(each).calls)) if (called !== source) reached.add(called);
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
