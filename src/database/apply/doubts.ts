import type { Node } from "@pgsql/types";
import { nodesOf } from "../../core/rules/base/expressions";
import { as, constantOf, namePartsOf, stringsOf, type Tag, tagOf } from "../../core/schema/tree";
import type { Refused } from "./apply";
import { OF_THE_SERVER } from "./server-wide";

/** What a refused statement might have opened: relations and functions by name; `null` where it might be anything. */
export type Doubt = { readonly names: readonly Name[] | null };

/** As the statement has it: without a schema where it gives none. */
export interface Name {
	readonly schema: string | null;
	readonly name: string;
}

/** Statements about rows, about speed, or about the server: none of them opens a table to anybody. */
const CLOSED: ReadonlySet<Tag> = new Set<Tag>([
	...OF_THE_SERVER,
	"InsertStmt",
	"UpdateStmt",
	"DeleteStmt",
	"MergeStmt",
	"TruncateStmt",
	"CopyStmt",
	"RefreshMatViewStmt",
	"CommentStmt",
	"SecLabelStmt",
	"VacuumStmt",
	"ReindexStmt",
	"CreateStatsStmt",
	"AlterStatsStmt",
	"LockStmt",
	"DiscardStmt",
	"CheckPointStmt",
	"TransactionStmt",
	"VariableShowStmt",
	"CreatePublicationStmt",
	"AlterPublicationStmt",
	"DropStmt",
	"DropRoleStmt",
]);

/** What is there already would be refused anywhere. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const DUPLICATE = /^(42P07|42710|42701|42P06|42723|42P04)$/;

/**
 * What a statement that was refused here, but may run elsewhere, could have opened. An attack that holds without it says
 * nothing. Null where it could have opened nothing.
 */
export function doubtOf({ node, code }: Pick<Refused, "node" | "code">): Doubt | null {
	if (code !== null && DUPLICATE.test(code)) return null;
	if (node === null) return { names: null };
	if (CLOSED.has(tagOf(node))) return null;
	const found = narrow(node);
	return found === undefined ? { names: null } : found;
}

/** Null where it opens nothing, undefined where nothing tells what it is about. */
function narrow(node: Node): Doubt | null | undefined {
	const grant = as(node, "GrantStmt");
	if (grant) {
		// Without a REVOKE there is more to reach, not less.
		if (grant.is_grant !== true || /^OBJECT_(DATABASE|TABLESPACE|LANGUAGE)$/.test(grant.objtype ?? "")) return null;
		return grant.targtype === "ACL_TARGET_OBJECT" && grant.objtype !== "OBJECT_SCHEMA"
			? { names: (grant.objects ?? []).flatMap((each) => rangeOf(each) ?? nameOf(namePartsOf(each)) ?? []) }
			: undefined;
	}
	const select = as(node, "SelectStmt");
	if (select) return callsOnlySettings(node) ? null : undefined;
	const set = as(node, "VariableSetStmt");
	if (set) return /^(search_path|role|session_authorization)$/i.test(set.name ?? "") ? undefined : null;
	const database = as(node, "AlterDatabaseSetStmt");
	// A tenant's setting may have a value for everybody.
	if (database) return database.setstmt?.name?.includes(".") ? undefined : null;
	const index = as(node, "IndexStmt");
	if (index && index.unique !== true) return null;
	const created = as(node, "CreateFunctionStmt");
	if (created) return named(nameOf(stringsOf(created.funcname)));
	const altered = as(node, "AlterFunctionStmt");
	if (altered) return named(nameOf(namePartsOf(altered.func ? { ObjectWithArgs: altered.func } : null)));
	const extension = as(node, "CreateExtensionStmt") ?? as(node, "AlterExtensionStmt");
	if (extension) return null;
	return named(relationOf(node));
}

const named = (name: Name | null | undefined): Doubt | undefined => (name ? { names: [name] } : undefined);

function nameOf(parts: readonly string[]): Name | null {
	const name = parts.at(-1);
	return name === undefined ? null : { schema: parts.at(-2) ?? null, name };
}

function rangeOf(node: Node | undefined | null): Name | null {
	const range = as(node, "RangeVar");
	return range?.relname === undefined ? null : { schema: range.schemaname ?? null, name: range.relname };
}

/** The table or view that a statement is about. */
function relationOf(node: Node): Name | null {
	const relation =
		as(node, "CreatePolicyStmt")?.table ??
		as(node, "AlterPolicyStmt")?.table ??
		as(node, "AlterTableStmt")?.relation ??
		as(node, "RenameStmt")?.relation ??
		as(node, "AlterObjectSchemaStmt")?.relation ??
		as(node, "AlterOwnerStmt")?.relation ??
		as(node, "CreateTrigStmt")?.relation ??
		as(node, "RuleStmt")?.relation ??
		as(node, "IndexStmt")?.relation ??
		as(node, "ViewStmt")?.view ??
		as(node, "CreateTableAsStmt")?.into?.rel ??
		as(node, "CreateStmt")?.relation ??
		as(node, "CreateForeignTableStmt")?.base?.relation ??
		as(node, "CreateSeqStmt")?.sequence ??
		as(node, "AlterSeqStmt")?.sequence;
	return relation ? rangeOf({ RangeVar: relation }) : null;
}

/** What dumps call to go on with: where sequences stand, a session's settings. */
function callsOnlySettings(select: Node): boolean {
	const calls = [...nodesOf(select)].flatMap((node) => as(node, "FuncCall") ?? []);
	return calls.every(({ funcname, args }) => {
		const name = stringsOf(funcname).at(-1) ?? "";
		return name === "setval" || (name === "set_config" && constantOf(args?.[0]) !== "search_path");
	});
}
