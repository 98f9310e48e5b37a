import type pg from "pg";
import type { Expression } from "./facts";

/**
 * Has PostgreSQL read an expression at its place and gives what it prints for it,
 * or its refusal. Leaves the database as it was.
 * @param searchPath Where the expression's unqualified names may be.
 */
export async function readBack(client: pg.Client, expression: Expression, searchPath: string): Promise<string> {
	const [make, read] = probe(expression);
	await client.query("BEGIN");
	try {
		await client.query(`SET LOCAL search_path = ${searchPath}`);
		await client.query(make);
		await client.query("SET LOCAL search_path = ''");
		return (await client.query(read)).rows[0]?.sql ?? "nothing";
	} catch (error) {
		return `refused, ${(error as Error).message}`;
	} finally {
		await client.query("ROLLBACK");
	}
}

/** A statement that uses the expression, and the query that prints it back. */
function probe({ sql, place }: Expression): [make: string, read: string] {
	const table = `${quote(place.schema)}.${quote(place.table)}`;
	const id = `${literal(table)}::regclass`;
	const index = `${literal(`${quote(place.schema)}.tenancy_probe`)}::regclass`;
	const defaultOf = (of: string, column: string) => `
		SELECT pg_get_expr(d.adbin, d.adrelid) AS sql FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
		WHERE d.adrelid = ${of} AND a.attname = ${literal(column)}`;
	const policy = `SELECT pg_get_expr(coalesce(polqual, polwithcheck), polrelid) AS sql FROM pg_policy WHERE polrelid = ${id} AND polname = 'tenancy_probe'`;
	switch (place.kind) {
		case "default":
			return [
				`ALTER TABLE ${table} ALTER COLUMN ${quote(place.column)} SET DEFAULT ${sql}`,
				defaultOf(id, place.column),
			];
		case "generated":
			// On a copy: a partition takes no column of its own.
			return [
				`CREATE TEMP TABLE tenancy_copy (LIKE ${table});
				ALTER TABLE tenancy_copy ADD COLUMN tenancy_probe ${place.type} GENERATED ALWAYS AS (${sql}) STORED`,
				defaultOf("'pg_temp.tenancy_copy'::regclass", "tenancy_probe"),
			];
		case "check":
			return [
				`ALTER TABLE ${table} ADD CONSTRAINT tenancy_probe CHECK (${sql}) NOT VALID`,
				`SELECT pg_get_expr(conbin, conrelid) AS sql FROM pg_constraint WHERE conrelid = ${id} AND conname = 'tenancy_probe'`,
			];
		case "using":
			return [`CREATE POLICY tenancy_probe ON ${table} USING (${sql})`, policy];
		case "with check":
			return [`CREATE POLICY tenancy_probe ON ${table} WITH CHECK (${sql})`, policy];
		case "index predicate":
			return [
				`CREATE INDEX tenancy_probe ON ${table} ((1)) WHERE ${sql}`,
				`SELECT pg_get_expr(indpred, indrelid) AS sql FROM pg_index WHERE indexrelid = ${index}`,
			];
		case "index expression":
			return [`CREATE INDEX tenancy_probe ON ${table} ((${sql}))`, `SELECT pg_get_indexdef(${index}, 1, false) AS sql`];
	}
}

export function quote(name: string): string {
	return `"${name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
	return `'${text.replaceAll("'", "''")}'`;
}
