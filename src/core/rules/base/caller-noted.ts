import type { Node, SelectStmt } from "@pgsql/types";
import type { FunctionModel } from "../../schema/model";
import { as, stringsOf } from "../../schema/tree";
import { usesOf } from "../../schema/uses";
import { namedCaller } from "./asks-who";
import { statementsOf } from "./bodies";
import type { RuleContext, TenantTable } from "./rule";

/**
 * Functions that name who calls only in what they write down (`created_by`, an audit log): that binds no row to the caller.
 */

/** Whether a function's body names its caller, and each time as a value that a statement stores. */
export function onlyNotesCaller(context: RuleContext, called: FunctionModel): boolean {
	const named = namedCaller(called.body);
	if (!named || named.times === 0) return false;
	const stored = statementsOf(context, called).flatMap(({ node }) => (node ? storedBy(node) : []));
	return stored.reduce((sum, { value }) => sum + timesNamed(value, named.variables), 0) === named.times;
}

/**
 * Whether a statement gets at rows of the table that an argument of the function chooses: a condition that asks for it, or a
 * new row whose tenant it is. Rows of a tenant that the function itself has just made are not chosen so.
 */
export function isChosenByArgument(node: Node, called: FunctionModel, { table, own }: TenantTable): boolean {
	const names = new Set(called.arguments.flatMap(({ name }) => name ?? []));
	const insert = as(node, "InsertStmt");
	if (!insert) return mentions((as(node, "UpdateStmt") ?? as(node, "DeleteStmt"))?.whereClause ?? node, names);
	if (insert.relation?.relname !== table.name || own.scope === "tenant-root") return false;
	const owner = own.tenantColumn ?? own.path?.[0]?.columns[0];
	return storedBy(node).some(({ column, value }) => column === owner && isArgument(value, names));
}

function isArgument(value: Node, names: ReadonlySet<string>): boolean {
	const cast = as(value, "TypeCast")?.arg;
	return cast ? isArgument(cast, names) : "ParamRef" in value || names.has(columnIn(value));
}

/** Whether an expression or a query names an argument. */
function mentions(node: Node, names: ReadonlySet<string>): boolean {
	return (
		usesOf(node).references.some(({ path }) => names.has(path.at(-1) ?? "")) ||
		JSON.stringify(node).includes('"ParamRef"')
	);
}

function columnIn(node: Node): string {
	return stringsOf(as(node, "ColumnRef")?.fields).at(-1) ?? "";
}

interface Stored {
	/** Null where the statement doesn't say which one it is. */
	readonly column: string | null;
	readonly value: Node;
}

function storedBy(node: Node): Stored[] {
	const insert = as(node, "InsertStmt");
	const changed = insert?.onConflictClause?.targetList ?? as(node, "UpdateStmt")?.targetList ?? [];
	const columns = (insert?.cols ?? []).map((each) => as(each, "ResTarget")?.name ?? null);
	const rows = rowsOf(as(insert?.selectStmt, "SelectStmt"));
	return [
		...rows.flatMap((row) => row.map((value, i) => ({ column: columns[i] ?? null, value }))),
		...changed.flatMap((each) => {
			const target = as(each, "ResTarget");
			return target?.val ? [{ column: target.name ?? null, value: target.val }] : [];
		}),
	];
}

function rowsOf(select: SelectStmt | undefined): Node[][] {
	if (!select) return [];
	if (select.valuesLists) return select.valuesLists.map((row) => as(row, "List")?.items ?? []);
	return [(select.targetList ?? []).flatMap((each) => as(each, "ResTarget")?.val ?? [])];
}

/** How often a stored value is the caller, by itself or as a part of a document. */
function timesNamed(value: Node, variables: ReadonlySet<string>): number {
	const inner = as(value, "TypeCast")?.arg ?? oneOf(as(value, "SubLink")?.subselect);
	if (inner) return timesNamed(inner, variables);
	const call = as(value, "FuncCall");
	if (call && stringsOf(call.funcname).join(".") === "auth.uid") return 1;
	const parts =
		call && /^jsonb?_build_(object|array)$/.test(stringsOf(call.funcname).at(-1) ?? "")
			? call.args
			: as(value, "CoalesceExpr")?.args;
	if (parts) return parts.reduce((sum, each) => sum + timesNamed(each, variables), 0);
	return variables.has(columnIn(value)) ? 1 : 0;
}

/** `(SELECT auth.uid())`. */
function oneOf(subquery: Node | undefined): Node | undefined {
	const select = as(subquery, "SelectStmt");
	if (!select || select.fromClause || select.targetList?.length !== 1) return undefined;
	return as(select.targetList[0], "ResTarget")?.val;
}
