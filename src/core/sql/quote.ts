/**
 * Keywords that can't stand as a bare identifier everywhere: all of PostgreSQL 15's src/include/parser/kwlist.h
 * that aren't UNRESERVED_KEYWORD, which is what `quote_identifier` quotes.
 */
const KEYWORDS = new Set(
	(
		"all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char character check coalesce " +
		"collate collation column concurrently constraint create cross current_catalog current_date current_role current_schema current_time " +
		"current_timestamp current_user dec decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign " +
		"freeze from full grant greatest group grouping having ilike in initially inner inout int integer intersect interval into is isnull join " +
		"lateral leading least left like limit localtime localtimestamp national natural nchar none normalize not notnull null nullif numeric offset " +
		"on only or order out outer overlaps overlay placing position precision primary real references returning right row select session_user setof " +
		"similar smallint some substring symmetric table tablesample then time timestamp to trailing treat trim true union unique user using values " +
		"varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot " +
		"xmlserialize xmltable"
	).split(" "),
);

/** The name as `quote_identifier` prints it: bare where PostgreSQL would read it back as it is. */
export function quoteIdentifier(name: string): string {
	return /^[a-z_][a-z0-9_]*$/.test(name) && !KEYWORDS.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/**
 * A qualified name as psql with `search_path = public` shows it: what is in `public` or `pg_catalog` stands without its
 * schema, all else with it.
 */
export function quoteQualified(schema: string, name: string): string {
	const quoted = quoteIdentifier(name);
	return schema === "public" || schema === "pg_catalog" ? quoted : `${quoteIdentifier(schema)}.${quoted}`;
}
