import type { AlterSeqStmt, CreateSeqStmt, Node } from "@pgsql/types";
import { type Catalog, partsOf } from "./catalog";
import type { ColumnDraft, SequenceDraft, TableDraft } from "./drafts";
import { as, constantOf, isOn, namePartsOf, optionsOf, stringsOf } from "./tree";

/** The sequence of a serial or identity column, `table_column_seq`. */
export function makeSequence(
	catalog: Catalog,
	table: TableDraft,
	column: ColumnDraft,
	identity: boolean,
	options?: readonly Node[],
): SequenceDraft {
	const name = catalog.chooseRelationName(table.schema, table.name, column.name, "seq", false);
	// A serial's sequence has the column's type; an identity's is given it by PostgreSQL.
	const type = column.type.text;
	const sequence: SequenceDraft = {
		tag: "sequence",
		schema: table.schema,
		name,
		ownedBy: column,
		identity,
		options: new Map(identity || type === "bigint" ? [] : [["as", `AS ${type}`]]),
		location: column.location,
	};
	setOptions(sequence, options);
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
		options: new Map(),
		location: catalog.location(),
	};
	setOptions(sequence, statement.options);
	catalog.addRelation(sequence);
	setOwner(catalog, sequence, statement.options);
}

export function alterSequence(catalog: Catalog, statement: AlterSeqStmt): void {
	if (!statement.sequence) return;
	const sequence = catalog.relation(statement.sequence);
	if (sequence?.tag === "sequence") {
		setOptions(sequence, statement.options);
		setOwner(catalog, sequence, statement.options);
	} else if (!statement.missing_ok) catalog.reportMissing("Sequence", catalog.meant(partsOf(statement.sequence)));
}

const CLAUSES: Readonly<Record<string, string>> = {
	increment: "INCREMENT BY",
	minvalue: "MINVALUE",
	maxvalue: "MAXVALUE",
	start: "START WITH",
	cache: "CACHE",
};

/** What CREATE and ALTER SEQUENCE, and an identity's parentheses, say of how it counts. */
export function setOptions(sequence: SequenceDraft, nodes: readonly Node[] | undefined): void {
	for (const [name, value] of optionsOf(nodes)) {
		const clause = CLAUSES[name];
		const constant = constantOf(value);
		if (name === "as") sequence.options.set(name, `AS ${stringsOf(as(value, "TypeName")?.names).at(-1) ?? "bigint"}`);
		else if (name === "cycle" && isOn(value)) sequence.options.set(name, "CYCLE");
		else if (clause !== undefined && constant !== null) sequence.options.set(name, `${clause} ${constant}`);
		// NO MINVALUE, NO MAXVALUE, NO CYCLE.
		else if (name !== "owned_by") sequence.options.delete(name);
	}
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
