import type { Node } from "@pgsql/types";
import { quoteIdentifier } from "../../core/emit/identifier";
import { as, stringOf } from "../../core/schema/tree";
import type { Session } from "../engine";

/** What real files take for granted and an empty server lacks, made on demand. */
export interface StandIn {
	readonly kind: "role" | "extension" | "publication";
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
	if (missing === null) return null;
	const { kind, name, schema } = missing;
	await session.query(
		kind === "role" ? `CREATE ROLE ${quoteIdentifier(name)}` : `SELECT 1; ${extensionTypes(name, schema)}`,
	);
	return { kind, name };
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

/** Whether a statement is about an extension that a stand-in is there for: there is nothing to create, change or drop. */
export function standsFor(standIns: readonly StandIn[], node: Node | null): boolean {
	const named =
		as(node, "CreateExtensionStmt")?.extname ??
		as(node, "AlterExtensionStmt")?.extname ??
		(as(node, "CommentStmt")?.objtype === "OBJECT_EXTENSION" ? stringOf(as(node, "CommentStmt")?.object) : null) ??
		(as(node, "DropStmt")?.removeType === "OBJECT_EXTENSION" ? stringOf(as(node, "DropStmt")?.objects?.[0]) : null);
	return standIns.some(({ kind, name }) => kind === "extension" && name === named);
}
