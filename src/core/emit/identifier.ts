import type { QName } from "../schema/model";

/**
 * Words that need quotes as a name: all of PostgreSQL's keywords but the unreserved ones.
 * https://www.postgresql.org/docs/current/sql-keywords-appendix.html
 */
const KEYWORDS = new Set(
	(
		"all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char character check coalesce collate " +
		"collation column concurrently constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp current_user " +
		"dec decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full grant greatest group grouping " +
		"having ilike in initially inner inout int integer intersect interval into is isnull join json json_array json_arrayagg json_exists json_object json_objectagg " +
		"json_query json_scalar json_serialize json_table json_value lateral leading least left like limit localtime localtimestamp merge_action national natural nchar " +
		"none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay placing position precision primary real references returning " +
		"right row select session_user setof similar smallint some substring symmetric system_user table tablesample then time timestamp to trailing treat trim true " +
		"union unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse " +
		"xmlpi xmlroot xmlserialize xmltable"
	).split(" "),
);

/** A name as SQL: quoted where PostgreSQL would fold it, or read it as a keyword (`quote_ident`). */
export function quoteIdentifier(name: string): string {
	return /^[a-z_][a-z0-9_]*$/.test(name) && !KEYWORDS.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** Columns, separated by commas. */
export function columnList(names: readonly string[]): string {
	return names.map(quoteIdentifier).join(", ");
}

/** A table, view or type as SQL. Always with its schema: a migration's search_path may be anything. */
export function quoteName({ schema, name }: QName): string {
	return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** A role; `public` and the like are keywords of their own there. */
export function quoteRole(role: string): string {
	return /^(public|current_user|current_role|session_user)$/.test(role) ? role.toUpperCase() : quoteIdentifier(role);
}

/** A string as SQL. With `standard_conforming_strings`, as it has been the default since 9.1, a backslash is itself. */
export function quoteLiteral(text: string): string {
	return `'${text.replaceAll("'", "''")}'`;
}
