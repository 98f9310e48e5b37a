import { type ForeignKey, qualified, type Table } from "../schema/model";
import { columnList, quoteIdentifier, quoteName } from "./identifier";
import type { Step } from "./step";

export type ForeignKeyPlan = Omit<ForeignKey, "location" | "validated" | "inherited">;

/** A foreign key as it stands in CREATE TABLE. */
export function foreignKeyConstraint(key: ForeignKeyPlan): string {
	return `CONSTRAINT ${quoteIdentifier(key.name)} FOREIGN KEY (${columnList(key.columns)}) ${referencesClause(key)}`;
}

/** `REFERENCES …` with all that belongs to it. */
export function referencesClause(
	key: Omit<ForeignKeyPlan, "name" | "columns">,
	name: string = quoteName(key.references),
): string {
	const action = (what: string) => what.toUpperCase();
	const columns = key.onDeleteColumns?.length ? ` (${columnList(key.onDeleteColumns)})` : "";
	return [
		// Of a table that no file makes only its primary key can be meant.
		`REFERENCES ${name}${key.to.length > 0 ? ` (${columnList(key.to)})` : ""}`,
		...(key.matchFull ? ["MATCH FULL"] : []),
		...(key.onDelete === "no action" ? [] : [`ON DELETE ${action(key.onDelete)}${columns}`]),
		...(key.onUpdate === "no action" ? [] : [`ON UPDATE ${action(key.onUpdate)}`]),
		...(key.deferrable ? ["DEFERRABLE"] : []),
		...(key.initiallyDeferred ? ["INITIALLY DEFERRED"] : []),
	].join(" ");
}

/**
 * Adds a foreign key for new rows in one phase, then checks the old ones in the last, while the table is read and written.
 * On a partitioned table PostgreSQL before 18 can only do both at once.
 */
export function addForeignKey(table: Table, key: ForeignKeyPlan, phase: Step["phase"], why?: string): Step[] {
	const name = quoteName(table);
	const constraint = quoteIdentifier(key.name);
	const declared = `ALTER TABLE ${name} ADD ${foreignKeyConstraint(key)}`;
	const atOnce = table.kind === "partitioned";
	const sql = atOnce ? declared : `${declared} NOT VALID`;
	const add: Step = {
		sql,
		phase,
		...(phase === "outside" ? { inTransaction: sql } : {}),
		declared,
		down: `ALTER TABLE ${name} DROP CONSTRAINT IF EXISTS ${constraint}`,
		table: qualified(table),
		...(why === undefined ? {} : { why }),
	};
	return atOnce ? [add] : [add, validate(table, key.name)];
}

/** Checks the rows that were there before the constraint; reads and writes go on. */
export function validate(table: Table, constraint: string): Step {
	return {
		sql: `ALTER TABLE ${quoteName(table)} VALIDATE CONSTRAINT ${quoteIdentifier(constraint)}`,
		phase: "finish",
		declared: null,
		down: null,
		table: qualified(table),
	};
}

export function dropForeignKey(table: Table, key: ForeignKey): Step {
	return {
		sql: `ALTER TABLE ${quoteName(table)} DROP CONSTRAINT ${quoteIdentifier(key.name)}`,
		phase: "finish",
		down: `ALTER TABLE ${quoteName(table)} ADD ${foreignKeyConstraint(key)}${key.validated ? "" : " NOT VALID"}`,
		table: qualified(table),
	};
}
