import type { Statement } from "../sql/statement";
import type { Concern } from "./concern";
import { statementsNaming } from "./file-subjects";
import type { SchemaModel, Table } from "./model";

/** Longer names may have been cut, or be cut when they get a number. */
const LONGEST = 58;

/**
 * Whether no name that came or went with an edit is, or ever was, one of what the edit does not concern: PostgreSQL puts a
 * number behind a generated name that is taken (which begins with its table's), and refuses a given one.
 */
export function areNamesFree(last: SchemaModel, next: SchemaModel, { files, applied, left }: Concern): boolean {
	const names = new Set<string>();
	for (const [key, table] of next.tables) {
		const before = last.tables.get(key);
		if (!before || before === table) continue;
		const old = new Set(namesIn(before));
		const now = new Set(namesIn(table));
		for (const name of old) if (!now.has(name)) names.add(name.toLowerCase());
		for (const name of now) if (!old.has(name)) names.add(name.toLowerCase());
	}
	const isFree = (name: string): boolean =>
		name.length <= LONGEST &&
		![...left].some((table) => name.startsWith(`${table}_`)) &&
		files.every((file) =>
			statementsNaming(file, name).every((index) => applied.has(file.statements[index] as Statement)),
		);
	return [...names].every(isFree);
}

/** Of a table's constraints and indexes. */
function namesIn(table: Table): string[] {
	const { primaryKey, uniques, excludes, checks, foreignKeys, indexes } = table;
	return [...(primaryKey ? [primaryKey] : []), ...uniques, ...excludes, ...checks, ...foreignKeys, ...indexes].map(
		({ name }) => name,
	);
}
