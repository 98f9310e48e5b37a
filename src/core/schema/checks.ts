import type { Catalog } from "./catalog";
import type { ConstraintSource } from "./columns";
import type { TableDraft } from "./drafts";
import type { CheckDraft } from "./drafts-table";
import { expressionFor, expressionOf } from "./expression";
import { addConstraint } from "./keys";

/** Adds a CHECK; with `recurse` to partitions and inheriting tables too. */
export function addCheck(
	catalog: Catalog,
	table: TableDraft,
	{ node, span, expression }: ConstraintSource,
	recurse: boolean,
): CheckDraft {
	const { text } = catalog.origin.statement;
	const parsed = expressionOf(catalog, node.raw_expr, text, expression ?? span, table);
	const only = parsed.columns.length === 1 ? (parsed.columns[0]?.name ?? null) : null;
	const check: CheckDraft = {
		tag: "check",
		name: node.conname ?? catalog.chooseConstraintName(table.schema, table.name, only, "check"),
		table,
		location: catalog.location(span),
		parent: null,
		expression: parsed,
		validated: node.skip_validation !== true || node.initially_valid === true,
		noInherit: node.is_no_inherit === true,
		isLocal: true,
		inherited: 0,
	};
	const existing = table.constraints.find((each) => each.tag === "check" && each.name === check.name);
	if (existing?.tag === "check" && existing.inherited > 0) {
		existing.isLocal = true;
		return existing;
	}
	addConstraint(catalog, check);
	if (recurse && !check.noInherit) for (const child of table.children) inheritCheck(catalog, child, check);
	return check;
}

/** Gives a parent's check to a child, or merges it with the child's own of the same name. */
export function inheritCheck(catalog: Catalog, child: TableDraft, parent: CheckDraft): void {
	const existing = child.constraints.find((each) => each.tag === "check" && each.name === parent.name);
	if (existing?.tag === "check") {
		existing.inherited++;
		return;
	}
	const expression = expressionFor(parent.expression, child);
	const check: CheckDraft = { ...parent, table: child, parent, expression, isLocal: false, inherited: 1 };
	addConstraint(catalog, check);
	for (const grandchild of child.children) inheritCheck(catalog, grandchild, check);
}
