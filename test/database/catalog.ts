import type pg from "pg";
import { type ExpressionPlace, emptyFacts, type Facts, isNullDefault, list, words } from "./facts";

const ACTIONS: Record<string, string> = {
	a: "no action",
	r: "restrict",
	c: "cascade",
	n: "set null",
	d: "set default",
};
const COMMANDS: Record<string, string> = { "*": "all", r: "select", a: "insert", w: "update", d: "delete" };
const STRATEGIES: Record<string, string> = { l: "list", r: "range", h: "hash" };
const TABLE_KINDS: Record<string, string> = { r: "table", p: "partitioned", f: "foreign" };
const FUNCTION_KINDS: Record<string, string> = { f: "function", w: "function", p: "procedure", a: "aggregate" };
const VOLATILITIES: Record<string, string> = { i: "immutable", s: "stable", v: "volatile" };

/** Objects of users: outside PostgreSQL's own schemas and not part of an extension. */
const users = (catalog: string, alias: string, schema: string) => `${alias}.${schema} IN (
	SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')
	AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass AND e.objid = ${alias}.oid AND e.deptype = 'e')`;

const columnNames = (table: string, numbers: string) => `array(
	SELECT a.attname::text FROM unnest(${numbers}) WITH ORDINALITY number(n, o)
	LEFT JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = number.n AND number.n > 0 ORDER BY number.o)`;

/**
 * Reads what a database holds from pg_catalog (https://www.postgresql.org/docs/15/catalogs.html).
 * Left out is what PostgreSQL makes by itself beside a thing that is compared: the
 * indexes of constraints, row types and array types, foreign keys that it clones
 * for the partitions of the table they point to. The session's search_path is emptied, so that
 * every name of a user's comes back qualified.
 */
export async function readCatalog(client: pg.Client): Promise<Facts> {
	await client.query("SET search_path = ''");
	const facts = emptyFacts();
	const rows = async (sql: string) => (await client.query(sql)).rows;
	const expression = (key: string, sql: string | null, place: ExpressionPlace) => {
		if (sql !== null) facts.expressions.set(key, { sql, place });
	};

	// Where an extension lives doesn't matter here, and the model can't know its types' schema.
	const extensionTypes =
		await rows(`SELECT n.nspname AS schema, format_type(t.oid, NULL) AS name FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
		JOIN pg_depend e ON e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e' WHERE n.nspname <> 'pg_catalog'`);
	const typeName = (type: string): string => {
		const owner = extensionTypes.find(
			({ name }) => type === name || type.startsWith(`${name}[`) || type.startsWith(`${name}(`),
		);
		return owner === undefined ? type : type.slice(owner.name.indexOf(".") + 1);
	};

	for (const row of await rows(`SELECT nspname FROM pg_namespace n WHERE ${users("pg_namespace", "n", "oid")}`)) {
		facts.values.set(`schema ${row.nspname}`, "schema");
	}

	for (const row of await rows(`
		SELECT n.nspname AS schema, c.relname AS name, c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity, c.relispartition,
			obj_description(c.oid, 'pg_class') AS comment, p.partstrat, ${columnNames("c.oid", "p.partattrs")} AS partition_columns,
			array(SELECT pn.nspname || '.' || pc.relname FROM pg_inherits i JOIN pg_class pc ON pc.oid = i.inhparent
				JOIN pg_namespace pn ON pn.oid = pc.relnamespace WHERE i.inhrelid = c.oid ORDER BY i.inhseqno) AS parents
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_partitioned_table p ON p.partrelid = c.oid
		WHERE c.relkind IN ('r', 'p', 'f') AND ${users("pg_class", "c", "relnamespace")}`)) {
		const id = `${row.schema}.${row.name}`;
		const parents = row.parents.join(", ");
		facts.values.set(
			`table ${id}`,
			words(
				row.relpersistence === "u" && "unlogged",
				TABLE_KINDS[row.relkind],
				row.partstrat !== null && `by ${STRATEGIES[row.partstrat]} ${list(row.partition_columns)}`,
				parents !== "" && `${row.relispartition ? "partition of" : "inherits"} ${parents}`,
			),
		);
		facts.values.set(
			`row security ${id}`,
			words(row.relrowsecurity ? "enabled" : "disabled", row.relforcerowsecurity && "forced"),
		);
		if (row.comment !== null) facts.values.set(`comment ${id}`, row.comment);
	}

	const columns = new Map<string, string[]>();
	for (const row of await rows(`
		SELECT n.nspname AS schema, c.relname AS table, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull,
			a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid) AS expression, col_description(c.oid, a.attnum) AS comment
		FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
		WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f') AND ${users("pg_class", "c", "relnamespace")}
		ORDER BY c.oid, a.attnum`)) {
		const table = `${row.schema}.${row.table}`;
		const id = `${table}.${row.name}`;
		if (isNullDefault(row.expression)) row.expression = null;
		columns.set(table, [...(columns.get(table) ?? []), row.name]);
		facts.values.set(
			`column ${id}`,
			words(
				typeName(row.type),
				row.attnotnull && "not null",
				row.attidentity !== "" && `identity ${row.attidentity === "a" ? "always" : "by default"}`,
				row.attgenerated !== "" && "generated",
				row.attgenerated === "" && row.expression !== null && "default",
			),
		);
		const kind = row.attgenerated === "" ? "default" : "generated";
		expression(`${kind} ${id}`, row.expression, {
			kind,
			schema: row.schema,
			table: row.table,
			column: row.name,
			type: row.type,
		});
		if (row.comment !== null) facts.values.set(`comment ${id}`, row.comment);
	}
	for (const [table, names] of columns) facts.values.set(`columns ${table}`, list(names));

	for (const row of await rows(`
		SELECT n.nspname AS schema, c.relname AS table, k.conname AS name, k.contype, k.convalidated, k.condeferrable, k.confdeltype, k.confupdtype,
			${columnNames("k.conrelid", "k.conkey")} AS columns, ${columnNames("k.confrelid", "k.confkey")} AS "to",
			(SELECT fn.nspname || '.' || f.relname FROM pg_class f JOIN pg_namespace fn ON fn.oid = f.relnamespace WHERE f.oid = k.confrelid) AS "references",
			array(SELECT o.oprname::text FROM unnest(k.conexclop) WITH ORDINALITY x(o, n) JOIN pg_operator o ON o.oid = x.o ORDER BY x.n) AS operators,
			i.indnullsnotdistinct, pg_get_expr(k.conbin, k.conrelid) AS expression,
			EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = k.confrelid AND e.deptype = 'e') AS of_extension
		FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
		LEFT JOIN pg_constraint parent ON parent.oid = k.conparentid
		WHERE k.contype IN ('p', 'u', 'x', 'c', 'f') AND parent.conrelid IS DISTINCT FROM k.conrelid AND ${users("pg_class", "c", "relnamespace")}`)) {
		const table = `${row.schema}.${row.table}`;
		const key = `${table}.${row.name}`;
		if (row.contype === "p") facts.values.set(`primary key ${table}`, `${row.name} ${list(row.columns)}`);
		if (row.contype === "u")
			facts.values.set(`unique ${key}`, words(list(row.columns), row.indnullsnotdistinct && "nulls not distinct"));
		if (row.contype === "x") facts.values.set(`exclude ${key}`, `${list(row.columns)} with ${list(row.operators)}`);
		if (row.contype === "c") {
			facts.values.set(`check ${key}`, row.convalidated ? "validated" : "not validated");
			expression(`check expression ${key}`, row.expression, { kind: "check", schema: row.schema, table: row.table });
		}
		if (row.contype === "f") {
			facts.values.set(
				`foreign key ${key}`,
				words(
					`${list(row.columns)} references ${row.references} ${list(row.of_extension ? [] : row.to)}`,
					`on delete ${ACTIONS[row.confdeltype]} on update ${ACTIONS[row.confupdtype]}`,
					!row.convalidated && "not validated",
					row.condeferrable && "deferrable",
				),
			);
		}
	}

	for (const row of await rows(`
		SELECT n.nspname AS schema, c.relname AS name, t.relname AS table, m.amname AS method, i.indisunique, ${columnNames("i.indrelid", "i.indkey")} AS columns,
			i.indnkeyatts::int AS keys, pg_get_expr(i.indpred, i.indrelid) AS predicate,
			array(SELECT pg_get_indexdef(i.indexrelid, n, false) FROM generate_series(1, i.indnkeyatts) n) AS definitions
		FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid JOIN pg_am m ON m.oid = c.relam
		JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')) AND ${users("pg_class", "t", "relnamespace")}`)) {
		const key = `${row.schema}.${row.name}`;
		const include = row.columns.slice(row.keys);
		const keys: (string | null)[] = row.columns.slice(0, row.keys);
		facts.values.set(
			`index ${key}`,
			words(
				`on ${row.schema}.${row.table} ${list(keys)}`,
				include.length > 0 && `include ${list(include)}`,
				row.indisunique && "unique",
				row.method,
				row.predicate !== null && "where",
			),
		);
		const place = { schema: row.schema, table: row.table };
		expression(`index predicate ${key}`, row.predicate, { kind: "index predicate", ...place });
		for (const [position, column] of keys.entries()) {
			if (column === null)
				expression(`index expression ${key} ${position}`, row.definitions[position], {
					kind: "index expression",
					...place,
				});
		}
	}

	for (const row of await rows(`
		SELECT n.nspname AS schema, c.relname AS table, p.polname AS name, p.polcmd, p.polpermissive,
			array(SELECT CASE WHEN r = 0 THEN 'public' ELSE pg_get_userbyid(r)::text END FROM unnest(p.polroles) r) AS roles,
			pg_get_expr(p.polqual, p.polrelid) AS "using", pg_get_expr(p.polwithcheck, p.polrelid) AS "check"
		FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${users("pg_class", "c", "relnamespace")}`)) {
		const key = `${row.schema}.${row.table}.${row.name}`;
		facts.values.set(
			`policy ${key}`,
			words(
				row.polpermissive ? "permissive" : "restrictive",
				`for ${COMMANDS[row.polcmd]} to ${list(row.roles.sort())}`,
				row.using !== null && "using",
				row.check !== null && "with check",
			),
		);
		const place = { schema: row.schema, table: row.table };
		expression(`using ${key}`, row.using, { kind: "using", ...place });
		expression(`with check ${key}`, row.check, { kind: "with check", ...place });
	}

	for (const row of await rows(`
		SELECT n.nspname AS schema, c.relname AS table, t.tgname AS name, t.tgtype, fn.nspname || '.' || f.proname AS function
		FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		JOIN pg_proc f ON f.oid = t.tgfoid JOIN pg_namespace fn ON fn.oid = f.pronamespace
		WHERE NOT t.tgisinternal AND c.relkind IN ('r', 'p', 'f') AND ${users("pg_class", "c", "relnamespace")}`)) {
		const timing = row.tgtype & 64 ? "instead of" : row.tgtype & 2 ? "before" : "after";
		const events = Object.entries({ insert: 4, delete: 8, update: 16, truncate: 32 }).filter(
			([, bit]) => row.tgtype & bit,
		);
		facts.values.set(
			`trigger ${row.schema}.${row.table}.${row.name}`,
			`${timing} ${list(events.map(([event]) => event).sort())} ${row.function}`,
		);
	}

	for (const row of await rows(`
		SELECT n.nspname AS schema, c.relname AS name, c.relkind, obj_description(c.oid, 'pg_class') AS comment, c.reloptions::text ~ 'security_invoker=(true|on|1|yes)' AS invoker
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND ${users("pg_class", "c", "relnamespace")}`)) {
		facts.values.set(
			`view ${row.schema}.${row.name}`,
			words(row.relkind === "m" ? "materialized" : "view", row.invoker && "security invoker"),
		);
		if (row.comment !== null) facts.values.set(`comment ${row.schema}.${row.name}`, row.comment);
	}

	for (const row of await rows(`
		SELECT n.nspname AS schema, t.typname AS name, t.typtype, t.typnotnull, format_type(t.typbasetype, t.typtypmod) AS base,
			array(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) AS labels,
			(SELECT json_agg(json_build_array(a.attname, format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum) FROM pg_attribute a
				WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) AS attributes
		FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
		WHERE (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c')) AND ${users("pg_type", "t", "typnamespace")}`)) {
		const value: Record<string, string> = {
			e: `enum ${list(row.labels)}`,
			d: words(`domain ${typeName(row.base ?? "")}`, row.typnotnull && "not null"),
			r: "range",
			c: `composite ${list((row.attributes ?? []).map(([name, type]: [string, string]) => `${name} ${typeName(type)}`))}`,
		};
		facts.values.set(`type ${row.schema}.${row.name}`, value[row.typtype] ?? row.typtype);
	}

	for (const row of await rows(`
		SELECT n.nspname AS schema, p.proname AS name, p.prokind, p.prosecdef, p.proleakproof, has_function_privilege('public', p.oid, 'execute') AS open, p.provolatile, l.lanname AS language,
			array(SELECT format_type(t, NULL) FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY x(t, o) ORDER BY x.o) AS arguments
		FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
		WHERE NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i')
			AND ${users("pg_proc", "p", "pronamespace")}`)) {
		facts.values.set(
			`function ${row.schema}.${row.name}(${row.arguments.map(typeName).join(", ")})`,
			row.prokind === "a"
				? "aggregate"
				: words(
						FUNCTION_KINDS[row.prokind],
						row.language,
						row.prokind !== "p" && VOLATILITIES[row.provolatile],
						row.prosecdef && "security definer",
						row.proleakproof && "leakproof",
						!row.open && "closed to public",
					),
		);
	}

	for (const row of await rows(`
		SELECT n.nspname AS schema, c.relname AS name, o.owner
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		LEFT JOIN LATERAL (SELECT tn.nspname || '.' || t.relname || '.' || a.attname AS owner
			FROM pg_depend d JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace
			JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
			WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')) o ON true
		WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND ${users("pg_class", "c", "relnamespace")}`)) {
		facts.values.set(`sequence ${row.schema}.${row.name}`, row.owner === null ? "free" : `owned by ${row.owner}`);
	}

	for (const row of await rows("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'"))
		facts.values.set(`extension ${row.extname}`, "extension");

	for (const row of await rows(`
		SELECT p.pubname AS name, p.puballtables, array(SELECT n.nspname || '.' || c.relname || CASE WHEN r.prqual IS NULL THEN '' ELSE ' filtered' END FROM pg_publication_rel r
			JOIN pg_class c ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE r.prpubid = p.oid) AS tables
		FROM pg_publication p`)) {
		facts.values.set(`publication ${row.name}`, row.puballtables ? "all tables" : list(row.tables.sort()));
	}
	return facts;
}
