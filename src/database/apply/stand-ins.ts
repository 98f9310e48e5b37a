import type { Node } from "@pgsql/types";
import { quoteIdentifier, quoteLiteral } from "../../core/emit/identifier";
import { as, stringOf } from "../../core/schema/tree";
import type { Session } from "../engine";

/** What real files take for granted and an empty server lacks, made on demand. */
export interface StandIn {
	/** `beforehand`: an extension that no file creates; it is there, or its types stand for themselves as text. */
	readonly kind: "role" | "extension" | "publication" | "beforehand";
	readonly name: string;
}

/** The types that extensions which are often not installed bring; other extensions' stand-ins are empty. */
const EXTENSION_TYPES: Record<string, readonly string[]> = {
	vector: ["vector", "halfvec", "sparsevec"],
	postgis: ["geometry", "geography", "box2d", "box3d"],
	timescaledb: [],
	pg_graphql: [],
	semver: ["semver"],
	citext: ["citext"],
	hstore: ["hstore"],
	ltree: ["ltree", "lquery", "ltxtquery"],
};

/**
 * Makes what a statement's refusal says is missing: a role, or an extension that
 * isn't installed. Null where the refusal is about something else.
 * @param refusal PostgreSQL's error for the statement.
 * @param sql The statement.
 */
export async function makeMissing(session: Session, refusal: Error, sql: string): Promise<StandIn | null> {
	const missing = missingIn(refusal, sql);
	if (missing === null) return madeBeforehand(session, refusal);
	const { kind, name, schema } = missing;
	await session.query(
		kind === "role" ? `CREATE ROLE ${quoteIdentifier(name)}` : `SELECT 1; ${extensionTypes(name, schema)}`,
	);
	return { kind, name };
}

/** Types, functions and operator classes by which common extensions are known. */
const BRINGS: Readonly<Record<string, RegExp>> = {
	citext: /\b(?:citext)\b/i,
	hstore: /\b(?:hstore)\b/i,
	ltree: /\b(?:ltree|lquery|ltxtquery)\b/i,
	vector: /\b(?:vector|halfvec|sparsevec)\b/i,
	postgis: /\b(?:geometry|geography|box2d|box3d)\b/i,
	"uuid-ossp": /\b(?:uuid_generate_v\w+|uuid_ns_\w+)\b/i,
	pgcrypto: /\b(?:gen_random_bytes|gen_salt|crypt|digest|hmac|pgp_sym_\w+|pgp_pub_\w+)\b/i,
	unaccent: /\b(?:unaccent)\b/i,
	pg_trgm: /\b(?:gin_trgm_ops|gist_trgm_ops|word_similarity|similarity)\b/i,
};

/** Common extensions that a text may need, by the names of what they bring. */
export function extensionsHinted(text: string): string[] {
	return Object.entries(BRINGS).flatMap(([name, brings]) => (brings.test(text) ? [name] : []));
}

/** An extension that whoever set the database up made before the first migration, as that takes more rights. */
async function madeBeforehand(session: Session, { message }: Error): Promise<StandIn | null> {
	const [, wanted, missing] =
		/^(?:type|function|operator class) "?(?:(\w+)\.)?(\w+).*does not exist/.exec(message) ?? [];
	const [name] = missing === undefined ? [] : extensionsHinted(missing);
	if (name === undefined) return null;
	// A stand-in that an earlier file asked for may be in another schema than the one that a later file moved the extension to.
	const schema = wanted ?? "public";
	const [type] = EXTENSION_TYPES[name] ?? [];
	const { rows } = await session.query(
		`SELECT EXISTS (SELECT FROM pg_extension WHERE extname = ${quoteLiteral(name)}) OR to_regtype(${quoteLiteral(`${quoteIdentifier(schema)}.${quoteIdentifier(type ?? name)}`)}) IS NOT NULL AS made, EXISTS (SELECT FROM pg_available_extensions WHERE name = ${quoteLiteral(name)}) AS available, to_regnamespace(${quoteLiteral(quoteIdentifier(schema))}) IS NOT NULL AS placed`,
	);
	// It is there, and in a schema that the session doesn't look in; or it can't be where it is looked for.
	if (rows[0]?.made === true || rows[0]?.placed !== true) return null;
	if (rows[0]?.available === true)
		await session.query(`CREATE EXTENSION ${quoteIdentifier(name)} WITH SCHEMA ${quoteIdentifier(schema)}`);
	else if (type !== undefined) await session.query(`SELECT 1; ${extensionTypes(name, schema)}`);
	else return null;
	return { kind: "beforehand", name };
}

/** What PostgreSQL says is not there, and for an extension the schema that it should go into. */
export function missingIn(
	{ message }: Error,
	sql: string,
): { readonly kind: "role" | "extension"; readonly name: string; readonly schema: string } | null {
	const role = /^role "(.+)" does not exist$/.exec(message)?.[1];
	if (role !== undefined) return { kind: "role", name: role, schema: "" };
	const extension = /^extension "(.+)" is not available$/.exec(message)?.[1];
	if (extension === undefined) return null;
	const schema = /\bwith\s+schema\s+"?([\w$]+)"?/i.exec(sql)?.[1] ?? "public";
	return { kind: "extension", name: extension, schema };
}

/** The types that are known of an extension, as SQL; empty where none are. */
export function extensionTypes(name: string, schema: string): string {
	return (EXTENSION_TYPES[name] ?? []).map(typeOverText(quoteIdentifier(schema))).join("");
}

/** A base type over text's own functions that takes type modifiers, as `vector(3)` and `geometry(Point, 4326)` do. */
const typeOverText = (schema: string) => (name: string) =>
	`
	CREATE TYPE ${schema}.${name};
	CREATE FUNCTION ${schema}.${name}_in(cstring, oid, integer) RETURNS ${schema}.${name} LANGUAGE internal IMMUTABLE STRICT AS 'varcharin';
	CREATE FUNCTION ${schema}.${name}_out(${schema}.${name}) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varcharout';
	CREATE TYPE ${schema}.${name} (INPUT = ${schema}.${name}_in, OUTPUT = ${schema}.${name}_out, TYPMOD_IN = varchartypmodin, TYPMOD_OUT = varchartypmodout, LIKE = text);
`;

/** `geometry(Point, 4326)`: a stand-in's modifiers are numbers, as what reads words belongs to the extension. */
const SHAPE = /\b(geometry|geography)\s*\(\s*[a-z]\w*\s*(?:,\s*\d+\s*)?\)/gi;

/** The statement with the types that a stand-in is there for bare of what only their extension can read; null where it names none. */
export function withoutShapes(standIns: readonly StandIn[], sql: string): string | null {
	const bare = standIns.some(({ name }) => name === "postgis") ? sql.replace(SHAPE, "$1") : sql;
	return bare === sql ? null : bare;
}

/** Whether a statement is about an extension that a stand-in is there for: there is nothing to create, change or drop. */
export function standsFor(standIns: readonly StandIn[], node: Node | null): boolean {
	const named =
		as(node, "CreateExtensionStmt")?.extname ??
		as(node, "AlterExtensionStmt")?.extname ??
		(as(node, "CommentStmt")?.objtype === "OBJECT_EXTENSION" ? stringOf(as(node, "CommentStmt")?.object) : null) ??
		(as(node, "DropStmt")?.removeType === "OBJECT_EXTENSION" ? stringOf(as(node, "DropStmt")?.objects?.[0]) : null);
	return standIns.some(({ kind, name }) => kind === "extension" && name === named);
}
