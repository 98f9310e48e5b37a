import { quoteIdentifier, quoteName } from "../../emit/identifier";
import type { Remedy } from "../../rules/base/remedy";
import { as } from "../../schema/tree";
import type { TextEdit } from "../../text/edit";
import { applyEdits } from "../../text/edit";
import type { QueryContext, ReadQuery } from "../rule";
import { behindOn, wherePlace } from "./clauses";
import { isolationOf, tenantColumns } from "./isolation";
import { readStatement } from "./read-statement";
import type { Relation } from "./relation";
import { tenantParameter } from "./tenant-parameter";

/** SQL to put before offsets of the statement's text. */
interface Insertion {
	readonly offset: number;
	readonly sql: string;
}

/** The condition that keeps a relation to one tenant, put into its query; nothing where it can't be said for sure. */
export function scopeRemedies(context: QueryContext, read: ReadQuery, relation: Relation): Remedy[] {
	const parameter = tenantParameter(read, relation, context.tenancy);
	if (!parameter || relation.view !== null || relation.location === null) return [];
	const condition = conditionOn(context, read, relation, parameter.sql);
	if (condition === null) return [];
	const edits = editsFor(context, read, relation, conditionInsertions(read, relation, condition));
	if (!edits) return [];
	const also = parameter.toPass === null ? "" : `, and pass the tenant as ${parameter.toPass}`;
	return [{ title: `Add ${condition}${also}`, steps: [], automatic: parameter.toPass === null, edits }];
}

/** The condition that a joined relation's rows are the same tenant's, put into its ON. */
export function joinRemedies(context: QueryContext, read: ReadQuery, relation: Relation): Remedy[] {
	const { text } = read.query.statement;
	const [own] = tenantColumns(relation, context.tenancy);
	if (relation.location === null || relation.view !== null || own === undefined) return [];
	const partner = [...read.isolation].find(
		([other, how]) => how === "bound" && other.level === relation.level && other.own?.root === relation.own?.root,
	)?.[0];
	const [theirs] = partner ? tenantColumns(partner, context.tenancy) : [];
	const at = behindOn(text, relation.location);
	if (!partner || theirs === undefined || at === null) return [];
	const condition = `${reference(relation, own)} = ${reference(partner, theirs)}`;
	const edits = editsFor(context, read, relation, [{ offset: at, sql: ` ${condition} AND` }]);
	return edits ? [{ title: `Add ${condition} to the join`, steps: [], automatic: true, edits }] : [];
}

function reference({ alias }: Relation, column: string): string {
	return `${quoteIdentifier(alias)}.${quoteIdentifier(column)}`;
}

function conditionOn(
	{ tenancy, model }: QueryContext,
	{ reading }: ReadQuery,
	relation: Relation,
	value: string,
): string | null {
	const isAlone = reading.relations.filter(({ level }) => level === relation.level).length === 1;
	const name = (column: string) => (isAlone ? quoteIdentifier(column) : reference(relation, column));
	const own = relation.own?.scope === "tenant-root" ? tenantColumns(relation, tenancy)[0] : relation.own?.tenantColumn;
	if (own) return `${name(own)} = ${value}`;
	const [step, ...more] = relation.own?.path ?? [];
	const parent = step && model.tables.get(step.references);
	const theirs = step && tenancy.tables.get(step.references)?.tenantColumn;
	if (!step || !parent || !theirs || more.length > 0 || step.columns.length !== 1) return null;
	const [column = "", to = ""] = [step.columns[0], step.to[0]];
	return `${name(column)} IN (SELECT ${quoteIdentifier(to)} FROM ${quoteName(parent)} WHERE ${quoteIdentifier(theirs)} = ${value})`;
}

function conditionInsertions({ query }: ReadQuery, relation: Relation, condition: string): Insertion[] {
	const { behindWhere, end } = wherePlace(query.statement.text, relation.location ?? 0);
	if (behindWhere === null) return [{ offset: end, sql: ` WHERE ${condition}` }];
	const { node } = relation.level;
	const where = (as(node, "SelectStmt") ?? as(node, "UpdateStmt") ?? as(node, "DeleteStmt"))?.whereClause;
	if (as(where, "BoolExpr")?.boolop !== "OR_EXPR") return [{ offset: behindWhere, sql: ` ${condition} AND` }];
	const opening = behindWhere + (/^\s*/.exec(query.statement.text.slice(behindWhere))?.[0].length ?? 0);
	return [
		{ offset: behindWhere, sql: ` ${condition} AND` },
		{ offset: opening, sql: "(" },
		{ offset: end, sql: ")" },
	];
}

/** The insertions as edits of the file, if the statement is still one and then keeps the relation to its tenant; else null. */
function editsFor(
	context: QueryContext,
	{ query }: ReadQuery,
	relation: Relation,
	insertions: readonly Insertion[],
): TextEdit[] | null {
	const { statement } = query;
	const parseable = insertions.map(({ offset, sql }) => ({
		span: { start: offset, end: offset },
		// The tree knows `$n` alone.
		newText: sql.replace(/[:@]\w+|%\(\w+\)s|\$\{[^}]*\}/g, "$65535"),
	}));
	const node = context.parse(applyEdits(statement.text, parseable));
	if (!node) return null;
	const after = readStatement(node, context);
	const isolation = [...isolationOf(after, context.model, context.tenancy)];
	const again = isolation.find(([each]) => each.id === relation.id || each.alias === relation.alias);
	if (again?.[1] !== "bound") return null;
	const edits = insertions.map(({ offset, sql }) => query.insertion(offset, sql));
	if (edits.includes(null)) return null;
	return edits.flatMap((edit) => (edit ? [{ file: query.file, ...edit }] : []));
}
