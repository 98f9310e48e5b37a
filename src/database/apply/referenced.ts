import { quoteIdentifier, quoteName } from "../../core/emit/identifier";
import { type QName, qualified, type SchemaModel } from "../../core/schema/model";
import { type Session, sqlStateOf } from "../engine";

/**
 * Makes what foreign keys refer to and no file creates, as where the first migrations are kept elsewhere: a table with
 * the columns that are referred to, as its key. Without it PostgreSQL would refuse every table that points at it.
 *
 * @returns the names of those that were made, `schema.name`
 */
export async function makeReferenced(session: Session, model: SchemaModel): Promise<string[]> {
	const made: string[] = [];
	for (const { table, columns } of referencedElsewhere(model)) {
		// Its CREATE SCHEMA is still to come.
		if (table.schema !== "public" && model.schemas.has(table.schema)) continue;
		const list = [...columns].map(([name, type]) => `${quoteIdentifier(name)} ${type}`).join(", ");
		const key = [...columns.keys()].map(quoteIdentifier).join(", ");
		try {
			if (table.schema !== "public")
				await session.query(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(table.schema)}`);
			await session.query(`CREATE TABLE ${quoteName(table)} (${list}, PRIMARY KEY (${key}))`);
			made.push(qualified(table));
		} catch (error) {
			// It is there, a platform's, or of a type that the files make: what needs it is refused, and listed.
			if (sqlStateOf(error) === null) throw error;
		}
	}
	return made;
}

interface Referenced {
	readonly table: QName;
	/** The first key that is referred to: names and types. */
	readonly columns: ReadonlyMap<string, string>;
}

function referencedElsewhere({ tables }: SchemaModel): Referenced[] {
	const found = new Map<string, Referenced>();
	for (const { columns, foreignKeys } of tables.values())
		for (const { columns: own, references, to } of foreignKeys) {
			const key = qualified(references);
			if (tables.has(key) || found.has(key)) continue;
			const types = own.map((name) => columns.find((column) => column.name === name)?.type);
			// Where none are named it is the primary key, whose name is not known here.
			const names = to.length === own.length ? to : own.length === 1 ? ["id"] : [];
			if (names.length === 0 || types.includes(undefined)) continue;
			found.set(key, { table: references, columns: new Map(names.map((name, i) => [name, types[i] as string])) });
		}
	return [...found.values()];
}
