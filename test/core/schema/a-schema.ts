import { foldSchema } from "../../../src/core/schema/fold";
import type { SchemaModel, Table } from "../../../src/core/schema/model";
import { createSqlReader, type SqlReader } from "../../../src/core/sql/reader";

let reader: Promise<SqlReader> | null = null;

/** The schema that these files make, in this order, named 1.sql, 2.sql, … */
export async function modelOf(...texts: readonly string[]): Promise<SchemaModel> {
	reader ??= createSqlReader();
	const { read } = await reader;
	return foldSchema(texts.map((text, i) => read({ path: `${i + 1}.sql`, text })));
}

/** The table of that name (in `public` where it has no schema); fails the test when there is none. */
export function tableOf(model: SchemaModel, name: string): Table {
	const table = model.tables.get(name.includes(".") ? name : `public.${name}`);
	if (!table) throw new Error(`No table ${name}; there are ${[...model.tables.keys()].join(", ")}`);
	return table;
}

/** `name type [not null] [default …]` of each column, which is what most tests ask about. */
export function columnsOf(table: Table): string[] {
	return table.columns.map((column) => {
		const notNull = column.notNull ? " not null" : "";
		const value = column.default === null ? "" : ` default ${column.default}`;
		return `${column.name} ${column.type}${notNull}${value}`;
	});
}

/** `kind: message` of each problem. */
export function problemsOf(model: SchemaModel): string[] {
	return model.problems.map((problem) => `${problem.kind}: ${problem.message}`);
}
