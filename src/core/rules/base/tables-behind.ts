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

const knownBehind = factOf((_: RuleContext) => new Map<FunctionModel, readonly FunctionModel[]>());

/** A function, and all that it calls, by their names. */
export function functionsBehind(context: RuleContext, called: FunctionModel): readonly FunctionModel[] {
	const known = knownBehind(context);
	let behind = known.get(called);
	if (!behind) {
		const found = new Set([called]);
		for (const at of found) {
			const words = new Set(at.body.match(/\w+(?=\s*\()/g));
			for (const other of context.model.functions.values()) if (words.has(other.name)) found.add(other);
		}
		behind = [...found];
		known.set(called, behind);
	}
	return behind;
}

const known = factOf((_: RuleContext) => new Map<FunctionModel, readonly Table[]>());

/** The tables that a function reads, and the functions that it calls, as far as their bodies can be read. */
export function tablesBehind(context: RuleContext, called: FunctionModel): readonly Table[] {
	const found = known(context);
	let tables = found.get(called);
	if (!tables) {
		tables = functionsBehind(context, called).flatMap((each) => readIn(context, each));
		found.set(called, tables);
	}
	return tables;
}

function readIn(context: RuleContext, called: FunctionModel): Table[] {
	return statementsOf(context, called).flatMap(({ node }) =>
		node ? relationsOf(node).flatMap((name) => tableIn(context.model, called, name) ?? []) : [],
	);
}
