import { escapePattern } from "../../core/text/escape-pattern";
import type { Session } from "../engine";
import { valuesIn } from "./asked";

export interface ColumnFacts {
	readonly name: string;
	/** As `format_type` prints it, to cast to. */
	readonly type: string;
	/** The type's own name, a domain's base, an array's `_element`. */
	readonly base: string;
	readonly notNull: boolean;
	readonly generated: boolean;
	/** Of a generated column: where in which document it comes from. */
	readonly from: readonly { readonly document: string; readonly path: readonly string[] }[];
	/** True by default. */
	readonly isOn: boolean;
	/** Labels of an enum. */
	readonly labels: readonly string[];
	/** Longest text, 0 where unlimited. */
	readonly length: number;
	/** Literals in the checks that name the column: one of them may be what is wanted. Of a number, what lies within its bounds. */
	readonly hints: readonly string[];
}

export interface TableFacts {
	readonly schema: string;
	readonly name: string;
	/** `schema.name`, as in the model. */
	readonly key: string;
	readonly columns: readonly ColumnFacts[];
	readonly primaryKey: readonly string[];
	readonly checks: readonly { readonly name: string; readonly columns: readonly string[] }[];
	readonly foreignKeys: readonly {
		readonly columns: readonly string[];
		readonly references: string;
		readonly to: readonly string[];
	}[];
}

/** The tables that rows can be put into, partitions left to their parents, as PostgreSQL's catalog describes them. */
export async function readTables(client: Session): Promise<TableFacts[]> {
	const { rows } = await client.query(`
		SELECT n.nspname AS schema, c.relname AS name, n.nspname || '.' || c.relname AS key,
			(SELECT coalesce(json_agg(json_build_object(
				'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'base', coalesce(b.typname, t.typname),
				'notNull', a.attnotnull OR t.typnotnull, 'generated', a.attgenerated <> '',
				'from', (SELECT coalesce(json_agg(json_build_object('document', btrim(m[1], '"'), 'path', CASE m[2] WHEN '->>' THEN ARRAY[m[3]] ELSE m[3]::text[] END)), '[]')
					FROM pg_attrdef d, regexp_matches(pg_get_expr(d.adbin, d.adrelid), '("[^"]+"|[[:alpha:]_][[:alnum:]_]*) (->>|#>>) ''([^'']+)''::text', 'g') m
					WHERE d.adrelid = c.oid AND d.adnum = a.attnum AND a.attgenerated <> ''),
				'default', (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d WHERE d.adrelid = c.oid AND d.adnum = a.attnum AND a.attgenerated = ''),
				'labels', (SELECT coalesce(json_agg(e.enumlabel ORDER BY e.enumsortorder), '[]') FROM pg_enum e WHERE e.enumtypid IN (t.oid, t.typbasetype)),
				'length', CASE WHEN coalesce(b.typname, t.typname) IN ('varchar', 'bpchar') THEN greatest(0, greatest(a.atttypmod, t.typtypmod) - 4)
					WHEN coalesce(b.typname, t.typname) IN ('bit', 'varbit') THEN greatest(0, a.atttypmod) ELSE 0 END,
				'hints', (SELECT coalesce(json_agg(m[1]), '[]') FROM pg_constraint k, regexp_matches(pg_get_constraintdef(k.oid), '''([^'']*)''', 'g') m
					WHERE k.contype = 'c' AND (k.conrelid = c.oid AND a.attnum = ANY (k.conkey) OR k.contypid = t.oid)),
				'checks', (SELECT string_agg(pg_get_constraintdef(k.oid), ' ') FROM pg_constraint k
					WHERE k.contype = 'c' AND k.conrelid = c.oid AND a.attnum = ANY (k.conkey)))
				ORDER BY a.attnum), '[]')
			 FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = t.typbasetype
			 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
			(SELECT coalesce(json_agg(a.attname ORDER BY o), '[]') FROM pg_index x, unnest(x.indkey) WITH ORDINALITY u (n, o)
				JOIN pg_attribute a ON a.attnum = n WHERE a.attrelid = c.oid AND x.indrelid = c.oid AND x.indisprimary) AS "primaryKey",
			(SELECT coalesce(json_agg(json_build_object('name', k.conname,
				'columns', (SELECT json_agg(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (k.conkey)))), '[]')
			 FROM pg_constraint k WHERE k.contype = 'c' AND k.conrelid = c.oid AND cardinality(k.conkey) > 0) AS checks,
			(SELECT coalesce(json_agg(json_build_object(
				'columns', (SELECT json_agg(a.attname ORDER BY o) FROM unnest(k.conkey) WITH ORDINALITY u (n, o) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n),
				'references', rn.nspname || '.' || r.relname,
				'to', (SELECT json_agg(a.attname ORDER BY o) FROM unnest(k.confkey) WITH ORDINALITY u (n, o) JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = n))
				ORDER BY k.oid), '[]')
			 FROM pg_constraint k JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
			 WHERE k.contype = 'f' AND k.conrelid = c.oid AND k.conparentid = 0) AS "foreignKeys"
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^(pg_|information_schema)'
		ORDER BY c.oid`);
	return (rows as unknown as ReadTable[]).map((table) => ({ ...table, columns: table.columns.map(columnOf) }));
}

interface ReadColumn extends Omit<ColumnFacts, "isOn"> {
	readonly default: string | null;
	readonly checks: string | null;
}

interface ReadTable extends Omit<TableFacts, "columns"> {
	readonly columns: readonly ReadColumn[];
}

/** What a row has by default comes first: what is active is so, and who joins has a plain role. */
function columnOf({ checks, default: expression, ...column }: ReadColumn): ColumnFacts {
	const initial = /^'([^']*)'/.exec(expression ?? "")?.[1];
	const first = (values: readonly string[]) =>
		initial !== undefined && values.includes(initial) ? [...new Set([initial, ...values])] : values;
	const labels = first(column.labels);
	return { ...column, isOn: expression === "true", labels, hints: hintsOf(column, first(column.hints), checks ?? "") };
}

/** A text that has to be one of a list is one of it in every attempt; a number that has only to be large enough needs no hint. */
function hintsOf(
	{ name, base }: Pick<ColumnFacts, "name" | "base">,
	hints: readonly string[],
	checks: string,
): readonly string[] {
	if (!/^(int[248]|numeric|float[48])$/.test(base)) return isListed(name, checks) ? often(hints) : hints;
	const isBound = valuesIn(checks.replace(/>=?\s*\(*-?\d+/g, ""), name).length > 0;
	return isBound ? valuesIn(checks, name).flatMap((value) => value ?? []) : hints;
}

function isListed(column: string, checks: string): boolean {
	return new RegExp(`\\(\\(*"?${escapePattern(column)}"?\\)?(::\\w+)? = ANY \\(\\(?ARRAY\\[`).test(checks);
}

/** The same again and again, for more attempts than there are. */
function often(values: readonly string[]): string[] {
	return Array.from({ length: values.length * 20 }, (_, i) => values[i % values.length] as string);
}
