import type { AlterTableCmd } from "@pgsql/types";
import type { Span } from "../text/span";
import type { Catalog } from "./catalog";
import {
	type ConstraintSource,
	columnNamed,
	constraintSource,
	defineColumn,
	isNoDefault,
	setGenerated,
	setIdentity,
} from "./columns";
import type { ColumnDraft, TableDraft } from "./drafts";
import { removeColumn } from "./drop-column";
import { expressionFor, expressionOf } from "./expression";
import { inheritedColumn } from "./inheritance";
import { setOptions } from "./sequences";
import { findWord, trimmed } from "./source-text";
import { as, optionsOf } from "./tree";
import { resolveType } from "./type-name";

/** The commands of ALTER TABLE that are about one column; they reach partitions and inheriting tables as PostgreSQL's do. */

/** The column of a command; reported when it isn't there. */
function columnOf(catalog: Catalog, table: TableDraft, name: string | undefined): ColumnDraft | null {
	const column = columnNamed(table, name);
	if (!column) catalog.reportMissing("Column", { schema: `${table.schema}.${table.name}`, name: name ?? "" });
	return column ?? null;
}

/** The column and the ones of the same name in all children. */
function withInherited(column: ColumnDraft): ColumnDraft[] {
	const columns = [column];
	for (const child of column.table.children) {
		const inherited = columnNamed(child, column.name);
		if (inherited) columns.push(...withInherited(inherited));
	}
	return columns;
}

/** ADD COLUMN; returns the constraints of its definition, which are added after the statement's other commands. */
export function addColumn(
	catalog: Catalog,
	table: TableDraft,
	command: AlterTableCmd,
	span: Span,
	recurse: boolean,
): readonly ConstraintSource[] {
	const definition = as(command.def, "ColumnDef");
	if (!definition) return [];
	if (columnNamed(table, definition.colname)) {
		if (!command.missing_ok)
			catalog.reportExisting("A column", { schema: `${table.schema}.${table.name}`, name: definition.colname ?? "" });
		return [];
	}
	if (!recurse && table.children.length > 0) {
		catalog.report(
			"unresolved",
			"warning",
			`${table.schema}.${table.name} has partitions or inheriting tables, so PostgreSQL refuses to add a column to it ONLY.`,
		);
		return [];
	}
	const { column, rest } = defineColumn(catalog, table, definition, {
		start: definition.location ?? span.start,
		end: span.end,
	});
	for (const source of rest) if (source.node.contype === "CONSTR_GENERATED") setGenerated(catalog, column, source);
	if (recurse) inheritNewColumn(column);
	return rest;
}

function inheritNewColumn(column: ColumnDraft): void {
	for (const child of column.table.children) {
		const existing = columnNamed(child, column.name);
		if (existing) existing.inherited++;
		else {
			const inherited = inheritedColumn(column, child);
			child.columns.push(inherited);
			inherited.generated = column.generated && expressionFor(column.generated, child);
			inheritNewColumn(inherited);
		}
	}
}

export function dropColumn(catalog: Catalog, table: TableDraft, command: AlterTableCmd, recurse: boolean): void {
	const column = columnNamed(table, command.name);
	if (!column) {
		if (!command.missing_ok)
			catalog.reportMissing("Column", { schema: `${table.schema}.${table.name}`, name: command.name ?? "" });
		return;
	}
	removeColumn(catalog, column, command.behavior === "DROP_CASCADE", recurse);
}

export function setColumnDefault(
	catalog: Catalog,
	table: TableDraft,
	command: AlterTableCmd,
	span: Span,
	recurse: boolean,
): void {
	const column = columnOf(catalog, table, command.name);
	if (!column) return;
	const { text } = catalog.origin.statement;
	const word =
		command.def && !isNoDefault(column, command.def) ? findWord(text, span.start, "default", span.end) : null;
	const expression = word && expressionOf(catalog, command.def, text, trimmed(text, word.end, span.end), null);
	for (const each of recurse ? withInherited(column) : [column]) {
		each.default = expression;
		each.serial = null;
	}
}

export function alterType(
	catalog: Catalog,
	table: TableDraft,
	command: AlterTableCmd,
	span: Span,
	recurse: boolean,
): void {
	const column = columnOf(catalog, table, command.name);
	const definition = as(command.def, "ColumnDef");
	if (!column || !definition) return;
	const type = resolveType(catalog, definition.typeName);
	const location = catalog.location(span);
	for (const each of recurse ? withInherited(column) : [column]) {
		each.type = type;
		each.location = location;
	}
}

export function setNotNull(
	catalog: Catalog,
	table: TableDraft,
	command: AlterTableCmd,
	notNull: boolean,
	recurse: boolean,
): void {
	const column = columnOf(catalog, table, command.name);
	if (column) for (const each of recurse ? withInherited(column) : [column]) each.notNull = notNull;
}

/** ADD, SET and DROP of identity and of a generated column's expression. */
export function setColumnIdentity(
	catalog: Catalog,
	table: TableDraft,
	command: AlterTableCmd,
	span: Span,
	recurse: boolean,
): void {
	const column = columnOf(catalog, table, command.name);
	if (!column) return;
	const constraint = as(command.def, "Constraint");
	if (command.subtype === "AT_AddIdentity" && constraint) setIdentity(catalog, column, constraint);
	else if (command.subtype === "AT_SetIdentity") {
		const items = as(command.def, "List")?.items;
		for (const sequence of catalog.sequences)
			if (sequence.identity && sequence.ownedBy === column) setOptions(sequence, items);
		const kind = optionsOf(items).get("generated");
		const character = as(kind, "Integer")?.ival;
		if (character !== undefined) column.identity = String.fromCharCode(character) === "a" ? "always" : "by default";
	} else if (command.subtype === "AT_DropIdentity") {
		column.identity = null;
		for (const sequence of catalog.sequences)
			if (sequence.identity && sequence.ownedBy === column) catalog.removeRelation(sequence);
	} else if (command.subtype === "AT_DropExpression")
		for (const each of recurse ? withInherited(column) : [column]) each.generated = null;
	else if (command.subtype === "AT_SetExpression" && command.def) {
		const source = constraintSource(
			catalog.origin.statement.text,
			{ contype: "CONSTR_GENERATED", raw_expr: command.def },
			span,
			null,
		);
		setGenerated(catalog, column, source);
	}
}
