import { quoteIdentifier } from "../sql/quote";
import { currentText } from "./current-text";
import type { TableDraft } from "./drafts";
import type { CheckDraft, ConstraintDraft, ExcludeDraft, ForeignKeyDraft, KeyDraft } from "./drafts-table";
import {
	finishCheck,
	finishColumn,
	finishExclude,
	finishForeignKey,
	finishIndex,
	finishKey,
	finishPolicy,
	finishTrigger,
	qnameOf,
} from "./finish-parts";
import { isSamePlace, kept, keptList, keptPlace } from "./kept";
import type { RowSecurity, Table } from "./model";

/** @param last the table as it was after the last fold, whose parts stay where they are the same */
export function finishTable(table: TableDraft, last: Table | undefined): Table {
	const { constraints } = table;
	const primary = constraints.findLast(isPrimary);
	const { schema, name, location, nameLocation, alterations, rls, persistence, kind, owner, comment, commentLocation } =
		table;
	const ownIndexes = table.indexes.filter((index) => index.constraint === null);
	return keptTable(last, {
		schema,
		name,
		location: keptPlace(last?.location, location),
		nameLocation: keptPlace(last?.nameLocation, nameLocation),
		alterations: keptList(alterations, last?.alterations, (each, before) => keptPlace(before, each)),
		columns: keptList(table.columns, last?.columns, finishColumn),
		primaryKey: primary ? finishKey(primary, last?.primaryKey ?? undefined) : null,
		uniques: keptList(constraints.filter(isUnique), last?.uniques, finishKey),
		excludes: keptList(constraints.filter(isExclude), last?.excludes, finishExclude),
		checks: keptList(constraints.filter(isCheck), last?.checks, finishCheck),
		foreignKeys: keptList(constraints.filter(isForeign), last?.foreignKeys, finishForeignKey),
		indexes: keptList(ownIndexes, last?.indexes, finishIndex),
		policies: keptList(table.policies, last?.policies, finishPolicy),
		triggers: keptList(table.triggers, last?.triggers, finishTrigger),
		rls: keptSecurity(last?.rls, rls),
		persistence,
		kind,
		partitionKey: table.partitionKey && kept(last?.partitionKey, finishPartitionKey(table.partitionKey)),
		partitionOf: table.partitionOf && kept(last?.partitionOf, qnameOf(table.partitionOf)),
		...(table.partitionBound === null ? {} : { partitionBound: table.partitionBound }),
		inherits: keptList(table.inherits, last?.inherits, (parent, before) => kept(before, qnameOf(parent))),
		owner,
		comment,
		commentLocation: commentLocation && keptPlace(last?.commentLocation, commentLocation),
	});
}

const isPrimary = (each: ConstraintDraft): each is KeyDraft => each.tag === "key" && each.primary;
const isUnique = (each: ConstraintDraft): each is KeyDraft => each.tag === "key" && !each.primary;
const isExclude = (each: ConstraintDraft): each is ExcludeDraft => each.tag === "exclude";
const isCheck = (each: ConstraintDraft): each is CheckDraft => each.tag === "check";
const isForeign = (each: ConstraintDraft): each is ForeignKeyDraft => each.tag === "foreign";

/** The last table where nothing about it changed: its parts are the same objects by now. */
function keptTable(last: Table | undefined, next: Table): Table {
	if (last === undefined) return next;
	for (const key in next) if (next[key as keyof Table] !== last[key as keyof Table]) return next;
	return last;
}

function keptSecurity(last: RowSecurity | undefined, next: RowSecurity): RowSecurity {
	return last !== undefined &&
		last.enabled === next.enabled &&
		last.forced === next.forced &&
		isSamePlace(last.location, next.location) &&
		isSamePlace(last.forcedLocation, next.forcedLocation)
		? last
		: next;
}

function finishPartitionKey({
	strategy,
	columns,
	elements,
}: NonNullable<TableDraft["partitionKey"]>): Table["partitionKey"] {
	return {
		strategy,
		columns: columns.map((column) => column?.name ?? null),
		elements: elements.map((element, i) => (element ? currentText(element) : quoteIdentifier(columns[i]?.name ?? ""))),
	};
}
