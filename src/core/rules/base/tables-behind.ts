import type { Node } from "@pgsql/types";
import { factOf } from "../../schema/facts";
import { type FunctionModel, qualified, type Table } from "../../schema/model";
import { usesOf } from "../../schema/uses";
import { relationsOf, statementsOf, tableIn } from "./bodies";
import type { RuleContext, TenantPolicy } from "./rule";

/** The functions of the files that an expression calls. */
export function helpersIn({ model }: RuleContext, { policy }: TenantPolicy, node: Node): FunctionModel[] {
	if (model.functions.size === 0 || policy.usesFunctions.length === 0) return [];
	return [...model.functions.values()].filter(
		(each) =>
			policy.usesFunctions.includes(qualified(each)) &&
			usesOf(node).calls.some(
				({ path }) => path.at(-1) === each.name && (path.length === 1 || path.at(-2) === each.schema),
			),
	);
}

const known = factOf((_: RuleContext) => new Map<FunctionModel, readonly Table[]>());

/** The tables that a function reads, and the functions that it calls, as far as their bodies can be read. */
export function tablesBehind(context: RuleContext, called: FunctionModel): readonly Table[] {
	const found = known(context);
	let tables = found.get(called);
	if (!tables) {
		// What calls itself adds nothing to itself.
		found.set(called, []);
		tables = [...readIn(context, called)];
		found.set(called, tables);
	}
	return tables;
}

function* readIn(context: RuleContext, called: FunctionModel): Iterable<Table> {
	for (const { node } of statementsOf(context, called))
		if (node)
			for (const name of relationsOf(node)) {
				const table = tableIn(context.model, called, name);
				if (table) yield table;
			}
	const words = new Set(called.body.match(/\w+(?=\s*\()/g));
	for (const other of context.model.functions.values())
		if (other !== called && words.has(other.name)) yield* tablesBehind(context, other);
}
