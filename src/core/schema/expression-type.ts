import type { A_Const, A_Expr, Node } from "@pgsql/types";
import type { TypeRef } from "./drafts";
import { callType, clockType } from "./function-type";
import { operatorType } from "./operator-type";
import { columnInScope, outputColumns, type QueryScope } from "./output-columns";
import { as, stringOf, stringsOf } from "./tree";
import { resolveType, sameType, textType } from "./type-name";
import {
	arrayOf,
	BIGINT,
	BOOLEAN,
	INTEGER,
	NULL_TYPE,
	NUMBERS,
	NUMERIC,
	plain,
	TEXT,
	withoutModifier,
} from "./well-known-types";

/** The type of an expression, as far as it follows from columns, casts, literals and well-known functions; null otherwise. */
export function typeOf(scope: QueryScope, node: Node | undefined): TypeRef | null {
	if (!node) return null;
	const column = as(node, "ColumnRef");
	if (column) return columnInScope(scope, stringsOf(column.fields))?.type ?? null;
	const cast = as(node, "TypeCast");
	if (cast) return resolveType(scope.catalog, cast.typeName);
	const constant = as(node, "A_Const");
	if (constant) return constantType(constant);
	const operation = as(node, "A_Expr");
	if (operation) return operationType(scope, operation);
	if (as(node, "BoolExpr") || as(node, "NullTest") || as(node, "BooleanTest")) return BOOLEAN;
	const call = as(node, "FuncCall");
	if (call) return callType(scope, stringsOf(call.funcname), call.args ?? []);
	const choice = as(node, "CaseExpr");
	if (choice)
		return commonType(scope, [...(choice.args ?? []).map((when) => as(when, "CaseWhen")?.result), choice.defresult]);
	const coalesce = as(node, "CoalesceExpr");
	if (coalesce) return coalesceType(scope, coalesce.args ?? []);
	const extreme = as(node, "MinMaxExpr");
	if (extreme) return commonType(scope, extreme.args ?? []);
	const array = as(node, "A_ArrayExpr");
	if (array) return arrayOf(commonType(scope, array.elements ?? []));
	const link = as(node, "SubLink");
	if (link) {
		if (link.subLinkType !== "EXPR_SUBLINK" && link.subLinkType !== "ARRAY_SUBLINK") return BOOLEAN;
		const type = outputColumns(scope.catalog, link.subselect, scope)?.[0]?.type ?? null;
		return link.subLinkType === "ARRAY_SUBLINK" ? arrayOf(type) : type;
	}
	const collate = as(node, "CollateClause");
	if (collate) return typeOf(scope, collate.arg);
	const element = as(node, "A_Indirection");
	if (element) return elementType(scope, element.arg, element.indirection);
	return clockType(as(node, "SQLValueFunction")?.op);
}

/** The planner takes NULLs out of COALESCE before the table is made, so an only other one keeps its length. */
function coalesceType(scope: QueryScope, args: readonly Node[]): TypeRef | null {
	const kept = args.filter((argument) => !as(argument, "A_Const")?.isnull);
	const type = commonType(scope, kept.length === 0 ? args : kept);
	return type && kept.length < args.length ? baseType(type) : type;
}

function constantType(constant: A_Const): TypeRef {
	if (constant.isnull) return NULL_TYPE;
	const value = constant as { ival?: object; fval?: { fval?: string }; boolval?: object };
	if (value.ival) return INTEGER;
	if (value.boolval) return BOOLEAN;
	if (!value.fval) return TEXT;
	return /^\d{1,18}$/.test(value.fval.fval ?? "") ? BIGINT : NUMERIC;
}

/** Date types from the narrowest: what stands side by side becomes the widest. */
const TIMES = ["date", "timestamp without time zone", "timestamp with time zone"];

/** Beside another type a domain is what it is a domain over. */
function baseType(type: TypeRef): TypeRef {
	const domain = type.array ? null : type.named;
	return domain?.tag === "type" && domain.base ? baseType(domain.base) : type;
}

/** The type that alternatives have in common (`select_common_type` in src/backend/parser/parse_coerce.c). */
function commonType(scope: QueryScope, nodes: readonly (Node | undefined)[]): TypeRef | null {
	const types: TypeRef[] = [];
	let bare = false;
	for (const node of nodes) {
		const type = typeOf(scope, node);
		// A bare string or NULL takes the type of what stands beside it, but for its length.
		if (as(node, "A_Const") && (type === TEXT || type === NULL_TYPE)) bare = true;
		else if (type) types.push(type);
	}
	const [first] = types;
	if (!first) return bare ? TEXT : null;
	if (!bare && types.every((type) => sameType(type, first))) return first;
	if (first.named || first.array) return baseType(first);
	const names = types.map(plain);
	for (const order of [NUMBERS, TIMES, ["character", "character varying", "text"]]) {
		const ranks = names.map((name) => order.indexOf(name));
		if (!ranks.includes(-1)) return textType(order[Math.max(...ranks)] as string);
	}
	return textType(names[0] as string);
}

function elementType(
	scope: QueryScope,
	argument: Node | undefined,
	indirection: readonly Node[] | undefined,
): TypeRef | null {
	const type = typeOf(scope, argument);
	const field = stringOf(indirection?.[0]);
	if (field !== null)
		return type?.named?.tag === "type"
			? (type.named.attributes.find((each) => each.name === field)?.type ?? null)
			: null;
	const slice = (indirection ?? []).some((node) => as(node, "A_Indices")?.is_slice);
	return type?.array ? { ...type, array: slice } : type;
}

function operationType(scope: QueryScope, operation: A_Expr): TypeRef | null {
	const left = typeOf(scope, operation.lexpr);
	if (operation.kind === "AEXPR_NULLIF") return left && withoutModifier(left);
	if (operation.kind !== "AEXPR_OP") return BOOLEAN;
	const operator = stringsOf(operation.name).at(-1) ?? "";
	return operatorType(operator, operation.lexpr ? left : undefined, typeOf(scope, operation.rexpr));
}
