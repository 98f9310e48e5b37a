import type { ColumnDef, CreateStmt, RangeVar, TableLikeClause } from "@pgsql/types";
import type { Statement } from "../sql/statement";
import type { Location, Span } from "../text/span";
import type { Catalog } from "./catalog";
import { type ConstraintSource, constraintSource, type Memory, type Settled } from "./columns";
import { afterOpening, splitList } from "./source-text";
import { as } from "./tree";

/** A CREATE TABLE with the places of what it is made of. */
export interface TablePlaces {
	/** The same text elsewhere has other places. */
	readonly file: string;
	readonly statement: Statement;
	readonly location: Location;
	readonly nameLocation: Location;
	readonly elements: readonly TableElement[];
	/** Once each of its columns has settled: what they give all together. */
	settled: SettledTable | null;
}

export interface SettledTable {
	readonly columns: readonly Settled["column"][];
	readonly calls: Settled["calls"];
	/** The constraints that are left to do. */
	readonly rest: readonly ConstraintSource[];
}

export type TableElement =
	| { readonly kind: "column"; readonly definition: ColumnDef; readonly span: Span; readonly memory: Memory }
	| { readonly kind: "constraint"; readonly source: ConstraintSource }
	| { readonly kind: "like"; readonly like: TableLikeClause; readonly span: Span };

const known = new WeakMap<CreateStmt, TablePlaces>();

/** The places in the statement that is being applied; cached by tree, for as long as the statement stays where it is. */
export function tablePlaces(catalog: Catalog, statement: CreateStmt, relation: RangeVar): TablePlaces {
	const { origin } = catalog;
	const before = known.get(statement);
	if (before && before.statement === origin.statement && before.file === origin.file) return before;
	const places: TablePlaces = {
		file: origin.file,
		statement: origin.statement,
		location: catalog.location(),
		nameLocation: catalog.nameLocation(relation),
		elements: elementsOf(origin.statement.text, statement),
		settled: null,
	};
	known.set(statement, places);
	return places;
}

/** What the elements give when nothing in them depends on the rest of the schema; null where something does. */
export function settledTable(
	elements: readonly TableElement[],
	rest: readonly ConstraintSource[],
): SettledTable | null {
	const columns: Settled["column"][] = [];
	const calls = new Map<string, Settled["calls"][number]>();
	for (const element of elements) {
		if (element.kind === "constraint") continue;
		const settled = element.kind === "column" ? element.memory.settled : null;
		if (!settled || settled.rest.some((source) => !rest.includes(source))) return null;
		columns.push(settled.column);
		for (const call of settled.calls) calls.set(call.path.join("."), call);
	}
	return { columns, calls: [...calls.values()], rest };
}

function elementsOf(text: string, statement: CreateStmt): TableElement[] {
	const spans = elementSpans(text, statement);
	return (statement.tableElts ?? []).flatMap((element, i): TableElement[] => {
		const span = spans[i] ?? { start: 0, end: text.length };
		const definition = as(element, "ColumnDef");
		if (definition) return [{ kind: "column", definition, span, memory: { settled: null } }];
		const constraint = as(element, "Constraint");
		if (constraint) return [{ kind: "constraint", source: constraintSource(text, constraint, span, null) }];
		const like = as(element, "TableLikeClause");
		return like ? [{ kind: "like", like, span }] : [];
	});
}

const spansOf = new WeakMap<CreateStmt, readonly Span[]>();

/** Where each element of the list in parentheses stands; cached by tree. */
function elementSpans(text: string, statement: CreateStmt): readonly Span[] {
	let spans = spansOf.get(statement);
	if (!spans) {
		const open =
			(statement.tableElts ?? []).length === 0 ? null : afterOpening(text, statement.relation?.location ?? 0);
		spans = open === null ? [] : splitList(text, open);
		spansOf.set(statement, spans);
	}
	return spans;
}
