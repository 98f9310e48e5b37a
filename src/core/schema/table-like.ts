import type { TableLikeClause } from "@pgsql/types";
import type { Span } from "../text/span";
import { type Catalog, partsOf } from "./catalog";
import { columnNamed } from "./columns";
import { plainColumn } from "./create-table";
import type { TableDraft } from "./drafts";
import type { CheckDraft } from "./drafts-table";
import { expressionFor } from "./expression";
import { clonePlan, makeIndex } from "./indexes";
import { addConstraint, constrainClone } from "./keys";
import { makeSequence } from "./sequences";
import { textType } from "./type-name";

/** Bits of TableLikeClause.options, `TableLikeOption` in src/include/nodes/parsenodes.h. */
const COMMENTS = 1 << 0;
const CONSTRAINTS = 1 << 2;
const DEFAULTS = 1 << 3;
const GENERATED = 1 << 4;
const IDENTITY = 1 << 5;
const INDEXES = 1 << 6;

/** Copies the columns of LIKE's source to where the clause stands; the source when it is a table with more to copy. */
export function likeColumns(
	catalog: Catalog,
	table: TableDraft,
	clause: TableLikeClause,
	span: Span,
): TableDraft | null {
	const source = clause.relation && catalog.relation(clause.relation);
	const options = clause.options ?? 0;
	const location = catalog.location(span);
	if (source?.tag === "composite") {
		for (const attribute of source.type.attributes)
			table.columns.push({ ...plainColumn(table, attribute.name, attribute.type), location, nameLocation: location });
		return null;
	}
	if (source?.tag === "view") {
		for (const column of source.columns ?? [])
			table.columns.push({
				...plainColumn(table, column.name, column.type ?? textType("unknown")),
				location,
				nameLocation: location,
			});
		return null;
	}
	if (source?.tag !== "table") {
		if (clause.relation) catalog.reportMissing("Table", catalog.meant(partsOf(clause.relation)));
		return null;
	}
	for (const original of source.columns) {
		const column = {
			...plainColumn(table, original.name, original.type),
			notNull: original.notNull,
			location,
			nameLocation: location,
		};
		if (options & DEFAULTS) {
			column.default = original.default;
			column.serial = original.serial;
		}
		if (options & COMMENTS) column.comment = original.comment;
		if (options & IDENTITY && original.identity) {
			column.identity = original.identity;
			makeSequence(catalog, table, column, true);
		}
		table.columns.push(column);
	}
	return source;
}

/** Copies what needs the finished table: generated columns, checks, indexes with their constraints. */
export function completeLike(catalog: Catalog, table: TableDraft, source: TableDraft, options: number): void {
	if (options & GENERATED) {
		for (const original of source.columns) {
			const column = columnNamed(table, original.name);
			if (column && original.generated) column.generated = expressionFor(original.generated, table);
		}
	}
	const location = catalog.location();
	if (options & CONSTRAINTS) {
		for (const original of source.constraints) {
			if (original.tag !== "check") continue;
			const expression = expressionFor(original.expression, table);
			const check: CheckDraft = {
				...original,
				table,
				expression,
				parent: null,
				location,
				isLocal: true,
				inherited: 0,
				validated: true,
			};
			addConstraint(catalog, check);
		}
	}
	if (options & INDEXES) {
		for (const original of source.indexes) {
			const index = makeIndex(catalog, { ...clonePlan(original, table), location });
			if (original.constraint) constrainClone(catalog, index, original.constraint, null);
		}
	}
}
