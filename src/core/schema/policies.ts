import type { AlterPolicyStmt, CreatePolicyStmt, Node } from "@pgsql/types";
import type { Span } from "../text/span";
import type { Catalog } from "./catalog";
import type { TableDraft } from "./drafts";
import { type Expression, expressionOf } from "./expression";
import type { Policy } from "./model";
import { findWord, insideParentheses } from "./source-text";
import { roleName } from "./statement-parts";
import { as } from "./tree";

export function createPolicy(catalog: Catalog, statement: CreatePolicyStmt): void {
	const table = statement.table && catalog.table(statement.table);
	if (!table) return;
	const name = statement.policy_name ?? "";
	const existing = table.policies.findIndex((policy) => policy.name === name);
	if (existing >= 0 && catalog.mayBeDropped("policy")) table.policies.splice(existing, 1);
	else if (existing >= 0) {
		catalog.reportExisting(`A policy of ${table.schema}.${table.name}`, { schema: table.schema, name });
		return;
	}
	const { using, check } = expressionsOf(catalog, statement, table);
	table.policies.push({
		name,
		command: (statement.cmd_name ?? "all") as Policy["command"],
		permissive: statement.permissive === true,
		roles: rolesOf(statement.roles) ?? ["public"],
		using,
		check,
		location: catalog.location(),
	});
}

export function alterPolicy(catalog: Catalog, statement: AlterPolicyStmt): void {
	const table = statement.table && catalog.table(statement.table);
	if (!table) return;
	const policy = table.policies.find((each) => each.name === statement.policy_name);
	if (!policy) {
		catalog.reportMissing("Policy", { schema: `${table.schema}.${table.name}`, name: statement.policy_name ?? "" });
		return;
	}
	const { using, check } = expressionsOf(catalog, statement, table);
	policy.roles = rolesOf(statement.roles) ?? policy.roles;
	policy.using = using ?? policy.using;
	policy.check = check ?? policy.check;
}

function rolesOf(nodes: readonly Node[] | undefined): string[] | null {
	return nodes && nodes.length > 0 ? nodes.map((node) => roleName(as(node, "RoleSpec"))) : null;
}

interface PolicyPlaces {
	readonly using: Span | null;
	readonly check: Span | null;
}

const places = new WeakMap<CreatePolicyStmt | AlterPolicyStmt, PolicyPlaces>();

/** Where USING (…) and WITH CHECK (…) stand, behind the table's name; cached by tree. */
function policyPlaces(text: string, statement: CreatePolicyStmt | AlterPolicyStmt): PolicyPlaces {
	let result = places.get(statement);
	if (result) return result;
	const from = statement.table?.location ?? 0;
	const find = (node: Node | undefined, word: string): Span | null => {
		const keyword = node && findWord(text, from, word);
		return keyword ? insideParentheses(text, keyword.end) : null;
	};
	result = { using: find(statement.qual, "using"), check: find(statement.with_check, "check") };
	places.set(statement, result);
	return result;
}

function expressionsOf(
	catalog: Catalog,
	statement: CreatePolicyStmt | AlterPolicyStmt,
	table: TableDraft,
): { using: Expression | null; check: Expression | null } {
	const { text } = catalog.origin.statement;
	const { using, check } = policyPlaces(text, statement);
	return {
		using: using && expressionOf(catalog, statement.qual, text, using, table),
		check: check && expressionOf(catalog, statement.with_check, text, check, table),
	};
}
