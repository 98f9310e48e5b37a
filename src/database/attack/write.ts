import { quoteIdentifier, quoteName } from "../../core/emit/identifier";
import {
	type Attack,
	deleteReferences,
	deleteRow,
	insertRow,
	literal,
	plainColumn,
	type Scene,
	type Subject,
	type Verdict,
	without,
} from "./scene";
import type { Target } from "./target";
import { played, type Try, writes } from "./tries";
import { untested } from "./verdict";
import { noted } from "./whose";

/** Changes, deletes, adds and moves rows of others. */
export function writeAttacks({ target, subjects, version }: Scene): Attack[] {
	return [...subjects.values()].flatMap((subject) => {
		const attacks: [Attack["attack"], () => Promise<Verdict> | Verdict][] = [
			["update", () => update(target, subject)],
			["delete", () => remove(target, subject)],
			["merge", () => merge(target, subject, version)],
			["upsert", () => upsert(target, subject)],
			["truncate", () => truncate(target, subject)],
		];
		// A row of the tenants' own table belongs to the tenant that it makes: adding one is how tenants sign up.
		if (!subject.isRoot)
			attacks.push(
				["insert-as-other", () => insertAsOther(target, subject)],
				["move-to-other", () => moveToOther(target, subject)],
			);
		return attacks.map(([attack, run]) => ({ table: subject.key, attack, run: () => played(run) }));
	});
}

const CHANGE = { done: "changes", todo: "change rows", command: "update" } as const;
const DELETE = { done: "deletes", todo: "delete rows", command: "delete" } as const;
const INSERT = { done: "adds", todo: "add rows", command: "insert" } as const;

/** Changes rows of others. */
export function update(target: Target, subject: Subject): Promise<Verdict> | Verdict {
	const name = quoteName(subject.table);
	const column = plainColumn(subject);
	if (column === null) return untested("There is no column that could be changed.");
	const quoted = quoteIdentifier(column);
	const { ties, ownRow, theirRow } = subject;
	const own = ties.map((tie) => `${quoteIdentifier(tie)} = ${literal(ownRow.values.get(tie))}`).join(", ");
	// WITH CHECK has nothing against a row that becomes one's own.
	const takeOver = { setUp: deleteReferences(subject), sql: `UPDATE ${name} SET ${own}` };
	return writes(target, subject, CHANGE, [
		{ sql: `UPDATE ${name} SET ${quoted} = ${quoted}` },
		// Without reading a column: no policy for SELECT has a say.
		{ sql: `UPDATE ${name} SET ${quoted} = ${literal(ownRow.values.get(column))}` },
		// One row of another may stand in the way of all.
		{ sql: `UPDATE ${name} SET ${quoted} = ${quoted} WHERE (tableoid, ctid) = (${theirRow.place})` },
		...(subject.isRoot || own === "" ? [] : [takeOver]),
	]);
}

/** Deletes rows of others. */
export function remove(target: Target, subject: Subject): Promise<Verdict> {
	const name = quoteName(subject.table);
	const setUp = deleteReferences(subject);
	return writes(target, subject, DELETE, [
		{ sql: `DELETE FROM ${name}` },
		...(setUp.length > 0 ? [{ setUp, sql: `DELETE FROM ${name}` }] : []),
		{ sql: `DELETE FROM ${name} WHERE ${noted("theirs")}` },
	]);
}

/** Adds rows of others. One was taken away before, so that no key is in the way of adding it again. */
export function insertAsOther(target: Target, subject: Subject): Promise<Verdict> {
	const { table, ownRow, theirRow, ties } = subject;
	const away = (...rows: (typeof ownRow)[]) => without(...rows.map((row) => deleteRow(table, row)));
	return writes(
		target,
		subject,
		INSERT,
		[
			{ setUp: away(theirRow), sql: insertRow(subject, theirRow) },
			{ setUp: away(ownRow), sql: insertRow(subject, ownRow, { row: theirRow, columns: ties }) },
			{
				setUp: away(ownRow, theirRow),
				sql: insertRow(subject, ownRow, { row: theirRow, columns: references(subject) }),
			},
		],
		{ setUp: away(ownRow), sql: insertRow(subject, ownRow) },
	);
}

/** What ties a row to its tenant, and what else points at the tenant's rows. */
function references({ table, ties }: Subject): string[] {
	return [...new Set([...ties, ...table.foreignKeys.flatMap(({ columns }) => columns)])];
}

function moveToOther(target: Target, subject: Subject): Promise<Verdict> {
	const { table, ownRow, theirRow, ties } = subject;
	const set = (columns: readonly string[]) =>
		columns.map((column) => `${quoteIdentifier(column)} = ${literal(theirRow.values.get(column))}`).join(", ");
	const name = quoteName(table);
	const setUp = [...deleteReferences(subject), ...without(deleteRow(table, theirRow))];
	const one = `WHERE ${noted("own")}`;
	const tries: Try[] = [
		{ sql: `UPDATE ${name} SET ${set(ties)}` },
		{ setUp, sql: `UPDATE ${name} SET ${set(ties)}` },
		{ setUp, sql: `UPDATE ${name} SET ${set(ties)} WHERE (tableoid, ctid) = (${ownRow.place})` },
		{ setUp, sql: `UPDATE ${name} SET ${set(references(subject))}` },
		{ setUp: [...setUp, ...onlyOneOwn(subject)], sql: `UPDATE ${name} SET ${set(references(subject))} ${one}` },
	];
	const keep = ties.map((column) => `${quoteIdentifier(column)} = ${literal(ownRow.values.get(column))}`).join(", ");
	return writes(target, subject, { ...CHANGE, done: "moves", todo: "make its rows those" }, tries, {
		sql: `UPDATE ${name} SET ${keep}`,
	});
}

/** Rows that differ in what is moved alone would collide: one is enough. */
function onlyOneOwn({ table, whose, ownRow }: Subject): string[] {
	return without(`DELETE FROM ${quoteName(table)} WHERE ${whose.own} AND (tableoid, ctid) <> (${ownRow.place})`);
}

/** MERGE came with PostgreSQL 15: https://www.postgresql.org/docs/15/sql-merge.html */
function merge(target: Target, subject: Subject, version: number): Promise<Verdict> | Verdict {
	if (version < 15) return untested("MERGE came with PostgreSQL 15.");
	const column = plainColumn(subject);
	if (column === null) return untested("There is no column that could be changed.");
	const quoted = quoteIdentifier(column);
	const into = `MERGE INTO ${quoteName(subject.table)} AS mine USING (VALUES (1)) AS every (row) ON true`;
	const setUp = deleteReferences(subject);
	return writes(target, subject, CHANGE, [
		{ sql: `${into} WHEN MATCHED THEN UPDATE SET ${quoted} = mine.${quoted}` },
		{ setUp, sql: `${into} WHEN MATCHED THEN DELETE` },
	]);
}

/** ON CONFLICT DO UPDATE changes the row that is in the way, whosever it is, if a policy lets it. */
function upsert(target: Target, subject: Subject): Promise<Verdict> | Verdict {
	const { facts, ownRow, theirRow, ties } = subject;
	const key = facts.uniques.find(({ primary }) => primary) ?? facts.uniques.find(({ plain }) => plain);
	const column = plainColumn(subject);
	if (!key || column === null) return untested("It has no unique key, so no row can be in the way of another.");
	const arm = `ON CONFLICT (${key.columns.map(quoteIdentifier).join(", ")}) DO UPDATE SET ${quoteIdentifier(column)} = EXCLUDED.${quoteIdentifier(column)}`;
	return writes(
		target,
		subject,
		CHANGE,
		[
			{ sql: `${insertRow(subject, theirRow)} ${arm}` },
			{ sql: `${insertRow(subject, theirRow, { row: ownRow, columns: ties })} ${arm}` },
		],
		{ sql: `${insertRow(subject, ownRow)} ${arm}` },
	);
}

/** TRUNCATE is not subject to row-level security: https://www.postgresql.org/docs/current/ddl-rowsecurity.html */
function truncate(target: Target, subject: Subject): Promise<Verdict> {
	const name = quoteName(subject.table);
	return writes(target, subject, { done: "empties the table of", todo: "empty the table", command: "delete" }, [
		{ sql: `TRUNCATE ${name}` },
		{ sql: `TRUNCATE ${name} CASCADE` },
	]);
}
