import type { AlterSeqStmt, CreateSeqStmt, Node } from "@pgsql/types";
import { type Catalog, partsOf } from "./catalog";
import type { ColumnDraft, SequenceDraft, TableDraft } from "./drafts";
import { namePartsOf, optionsOf } from "./tree";

/** The sequence of a serial or identity column, `table_column_seq`. */
export function makeSequence(
	catalog: Catalog,
	table: TableDraft,
	column: ColumnDraft,
	identity: boolean,
): SequenceDraft {
	const name = catalog.chooseRelationName(table.schema, table.name, column.name, "seq", false);
	const sequence: SequenceDraft = {
		tag: "sequence",
		schema: table.schema,
		name,
		ownedBy: column,
		identity,
		location: column.location,
	};
	catalog.addRelation(sequence);
	return sequence;
}

export function createSequence(catalog: Catalog, statement: CreateSeqStmt): void {
	if (!statement.sequence) return;
	const name = catalog.newName(statement.sequence);
	if (catalog.relations.has(`${name.schema}.${name.name}`)) {
		if (!statement.if_not_exists) catalog.reportExisting("A relation", name);
		return;
	}
	const sequence: SequenceDraft = {
		tag: "sequence",
		...name,
		ownedBy: null,
		identity: false,
		location: catalog.location(),
	};
	catalog.addRelation(sequence);
	setOwner(catalog, sequence, statement.options);
}

export function alterSequence(catalog: Catalog, statement: AlterSeqStmt): void {
	if (!statement.sequence) return;
	const sequence = catalog.relation(statement.sequence);
	if (sequence?.tag === "sequence") setOwner(catalog, sequence, statement.options);
	else if (!statement.missing_ok) catalog.reportMissing("Sequence", catalog.meant(partsOf(statement.sequence)));
}

/** OWNED BY table.column, or OWNED BY NONE. */
function setOwner(catalog: Catalog, sequence: SequenceDraft, options: readonly Node[] | undefined): void {
	const owner = namePartsOf(optionsOf(options).get("owned_by"));
	if (owner.length === 0) return;
	if (owner.length === 1) {
		sequence.ownedBy = null;
		return;
	}
	const relation = catalog.relationNamed(owner.slice(0, -1));
	const column = relation?.tag === "table" ? relation.columns.find((each) => each.name === owner.at(-1)) : undefined;
	if (column) sequence.ownedBy = column;
	else catalog.reportMissing("Table", catalog.meant(owner.slice(0, -1)));
}
