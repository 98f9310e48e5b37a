import { columnList, quoteIdentifier, quoteName } from "../../emit/identifier";
import { createIndex, uniqueConstraint } from "../../emit/indexes";
import { qualified, type SchemaModel, type Table } from "../../schema/model";
import type { Placement } from "./placement";

/**
 * Puts the distribution column in front of the keys that lack it. A key that a foreign key points at stays, as well as an
 * exclusion: `violations` still names those. Statements, each ended.
 */
export function keyChanges(model: SchemaModel, { distributed }: Placement): string[] {
	return [...distributed].flatMap(([key, column]) => {
		const table = model.tables.get(key);
		return table ? changesOf(model, table, column) : [];
	});
}

function changesOf(model: SchemaModel, table: Table, column: string): string[] {
	const alter = `ALTER TABLE ${quoteName(table)}`;
	const drop = (name: string) => `DROP CONSTRAINT ${quoteIdentifier(name)}`;
	const lacks = (columns: readonly (string | null)[]) =>
		!columns.includes(column) && !isPointedAt(model, table, columns);
	const { primaryKey } = table;
	return [
		...(primaryKey && lacks(primaryKey.columns)
			? [
					`${alter} ${drop(primaryKey.name)}, ADD CONSTRAINT ${quoteIdentifier(primaryKey.name)} PRIMARY KEY (${columnList([column, ...primaryKey.columns])});`,
				]
			: []),
		...table.uniques
			.filter(({ columns }) => lacks(columns))
			.map(
				(key) => `${alter} ${drop(key.name)}, ADD ${uniqueConstraint({ ...key, columns: [column, ...key.columns] })};`,
			),
		...table.indexes
			.filter(({ unique, columns }) => unique && lacks(columns))
			.flatMap((index) => {
				const wider = {
					...index,
					columns: [column, ...index.columns],
					expressions: [null, ...index.expressions],
					...(index.options ? { options: ["", ...index.options] } : {}),
				};
				return [
					`DROP INDEX ${quoteName({ schema: table.schema, name: index.name })};`,
					`${createIndex(table, wider, false)};`,
				];
			}),
	];
}

function isPointedAt(model: SchemaModel, table: Table, columns: readonly (string | null)[]): boolean {
	return [...model.tables.values()].some(({ foreignKeys }) =>
		foreignKeys.some(
			({ references, to }) =>
				qualified(references) === qualified(table) &&
				to.length === columns.length &&
				to.every((each) => columns.includes(each)),
		),
	);
}
