import type { Node } from "@pgsql/types";
import { as, stringOf, stringsOf } from "./tree";

/**
 * The name that PostgreSQL gives to an unnamed output column or index expression (`FigureColname` in
 * src/backend/parser/parse_target.c); null where it has none to offer.
 */
export function outputName(node: Node | undefined): string | null {
	return figure(node)?.name ?? null;
}

/** Strong names come from what is written; weak ones (a cast's type, `case`) give way to them. */
interface Figured {
	readonly name: string;
	readonly strong: boolean;
}

const strong = (name: string | null | undefined): Figured | null => (name ? { name, strong: true } : null);

function figure(node: Node | undefined): Figured | null {
	if (!node) return null;
	const column = as(node, "ColumnRef");
	if (column) return strong(stringOf(column.fields?.at(-1)));
	const indirection = as(node, "A_Indirection");
	if (indirection) return strong(stringsOf(indirection.indirection).at(-1)) ?? figure(indirection.arg);
	const call = as(node, "FuncCall");
	if (call) return strong(stringsOf(call.funcname).at(-1));
	const cast = as(node, "TypeCast");
	if (cast) return weaker(figure(cast.arg), stringsOf(cast.typeName?.names).at(-1));
	const collate = as(node, "CollateClause");
	if (collate) return figure(collate.arg);
	const choice = as(node, "CaseExpr");
	if (choice) return weaker(figure(choice.defresult), "case");
	const link = as(node, "SubLink");
	if (link) return subqueryName(link.subLinkType, link.subselect);
	const clock = as(node, "SQLValueFunction");
	if (clock)
		return strong(
			(clock.op ?? "")
				.replace(/^SVFOP_/, "")
				.replace(/_N$/, "")
				.toLowerCase(),
		);
	return strong(fixedName(node));
}

function weaker(name: Figured | null, otherwise: string | undefined): Figured | null {
	if (name?.strong) return name;
	return otherwise === undefined ? name : { name: otherwise, strong: false };
}

function subqueryName(type: string | undefined, query: Node | undefined): Figured | null {
	if (type === "EXISTS_SUBLINK") return strong("exists");
	if (type === "ARRAY_SUBLINK") return strong("array");
	if (type !== "EXPR_SUBLINK") return null;
	const target = as(as(query, "SelectStmt")?.targetList?.[0], "ResTarget");
	return strong(target?.name ?? outputName(target?.val) ?? "?column?");
}

function fixedName(node: Node): string | null {
	if (as(node, "A_ArrayExpr")) return "array";
	if (as(node, "RowExpr")) return "row";
	if (as(node, "CoalesceExpr")) return "coalesce";
	if (as(node, "GroupingFunc")) return "grouping";
	if (as(node, "XmlSerialize")) return "xmlserialize";
	const extreme = as(node, "MinMaxExpr");
	if (extreme) return extreme.op === "IS_LEAST" ? "least" : "greatest";
	const xml = as(node, "XmlExpr");
	if (xml) return xml.op === "IS_DOCUMENT" ? null : (xml.op ?? "").replace(/^IS_/, "").toLowerCase();
	return as(node, "A_Expr")?.kind === "AEXPR_NULLIF" ? "nullif" : null;
}
