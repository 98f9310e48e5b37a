import type { CreateTableAsStmt, Node, RangeVar, ViewStmt } from "@pgsql/types";
import { type Catalog, TEMPORARY } from "./catalog";
import type { OutputColumn, ViewDraft } from "./drafts";
import { expressionOf } from "./expression";
import { outputColumns } from "./output-columns";
import { findWord, lastNamePart, trimmed } from "./source-text";
import { constantOf, isOn, optionsOf, stringsOf } from "./tree";

/** CREATE [OR REPLACE] VIEW. */
export function createView(catalog: Catalog, statement: ViewStmt): void {
	if (!statement.view) return;
	const view = newView(catalog, statement.view, "view", statement.query, stringsOf(statement.aliases));
	const options = optionsOf(statement.options);
	view.securityInvoker = isOn(options.get("security_invoker"));
	view.options = [...options].flatMap(([name, value]) =>
		name === "security_invoker" || name === "check_option" ? [] : [`${name}=${constantOf(value) ?? "true"}`],
	);
	if (statement.withCheckOption === "LOCAL_CHECK_OPTION") view.ending = "WITH LOCAL CHECK OPTION";
	if (statement.withCheckOption === "CASCADED_CHECK_OPTION") view.ending = "WITH CHECK OPTION";
	// A view over temporary tables is temporary itself.
	if (view.reads.some((each) => typeof each !== "string" && each.schema === TEMPORARY)) view.schema = TEMPORARY;
	const existing = catalog.relations.get(`${view.schema}.${view.name}`);
	if (!existing) catalog.addRelation(view);
	else if (existing.tag === "view" && existing.kind === "view" && statement.replace) {
		const { query, reads, columns, securityInvoker, aliases, recursive, options, ending, location, nameLocation } =
			view;
		Object.assign(existing, { query, reads, columns, securityInvoker, aliases, recursive, options, ending });
		Object.assign(existing, { location, nameLocation });
	} else catalog.reportExisting("A relation", view);
}

/** CREATE MATERIALIZED VIEW. */
export function createMaterializedView(catalog: Catalog, statement: CreateTableAsStmt): void {
	const relation = statement.into?.rel;
	if (!relation) return;
	const view = newView(catalog, relation, "materialized", statement.query, stringsOf(statement.into?.colNames));
	if (statement.into?.skipData) view.ending = "WITH NO DATA";
	if (!catalog.relations.has(`${view.schema}.${view.name}`)) catalog.addRelation(view);
	else if (!statement.if_not_exists) catalog.reportExisting("A relation", view);
}

function newView(
	catalog: Catalog,
	relation: RangeVar,
	kind: ViewDraft["kind"],
	query: Node | undefined,
	aliases: readonly string[],
): ViewDraft {
	const { text } = catalog.origin.statement;
	const word = findWord(text, lastNamePart(text, relation.location ?? 0).end, "as");
	const expression = expressionOf(
		catalog,
		query,
		text,
		withoutEnding(text, trimmed(text, word?.end ?? 0, text.length)),
		null,
	);
	return {
		tag: "view",
		...catalog.newName(relation),
		kind,
		query: expression,
		reads: expression.reads,
		columns: renamed(outputColumns(catalog, query), aliases),
		securityInvoker: false,
		aliases,
		recursive: findWord(text, 0, "recursive", relation.location ?? 0) !== null,
		options: [],
		ending: null,
		indexes: [],
		location: catalog.location(),
		nameLocation: catalog.nameLocation(relation),
		owner: catalog.role,
		comment: null,
	};
}

function renamed(columns: readonly OutputColumn[] | null, aliases: readonly string[]): readonly OutputColumn[] | null {
	return columns?.map((column, i) => ({ ...column, name: aliases[i] ?? column.name })) ?? null;
}

/** Without WITH CHECK OPTION or WITH [NO] DATA, which belong to the view and not to its query. */
function withoutEnding(text: string, span: { start: number; end: number }): { start: number; end: number } {
	const ending = /\s+with\s+((local\s+|cascaded\s+)?check\s+option|(no\s+)?data)$/i.exec(
		text.slice(span.start, span.end),
	);
	return ending ? { start: span.start, end: span.start + ending.index } : span;
}
