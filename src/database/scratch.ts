import { quoteIdentifier, quoteLiteral } from "../core/emit/identifier";
import type { Session } from "./engine";

/**
 * Scratch databases on a server. A run that is killed at any moment leaves something behind which the next one recognises:
 * a role is made first, with the database's name and our comment, in one transaction; the database follows; each role that
 * is made for it carries its name in a comment. What has no such mark is never touched.
 */

/** Something about the server that a person has to put right. */
export class ServerProblem extends Error {
	override readonly name = "ServerProblem";
}

const MARK = "Scratch database of tenancy prove; it may be dropped.";
const ROLE_MARK = "Made by tenancy prove for ";
const NAME = "^tenancy_scratch_[0-9a-f]{12}$";

/** PostgreSQL notices a killed client when it next speaks to it: after this many tries, 0.5 s apart, somebody is there. */
const TRIES = 10;

/** The comment that marks a role as made for a scratch database. */
export function markRole(role: string, database: string): string {
	return `COMMENT ON ROLE ${quoteIdentifier(role)} IS ${quoteLiteral(ROLE_MARK + database)}`;
}

export async function makeScratch(admin: Session, name: string): Promise<void> {
	const marker = quoteIdentifier(name);
	await admin.query("BEGIN");
	await admin.query(`CREATE ROLE ${marker} NOLOGIN`);
	await admin.query(`COMMENT ON ROLE ${marker} IS ${quoteLiteral(MARK)}`);
	await admin.query("COMMIT");
	await admin.query(`CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE template0 ENCODING 'UTF8'`);
}

/** Drops a scratch database, the roles that were made for it, and at last its mark. Nothing of it may be there any more. */
export async function removeScratch(admin: Session, name: string): Promise<void> {
	await admin.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`);
	const { rows } = await admin.query(
		`SELECT rolname AS role FROM pg_roles WHERE shobj_description(oid, 'pg_authid') = ${quoteLiteral(ROLE_MARK + name)}`,
	);
	for (const { role } of rows) await admin.query(`DROP ROLE IF EXISTS ${quoteIdentifier(String(role))}`);
	await admin.query(`DROP ROLE IF EXISTS ${quoteIdentifier(name)}`);
}

/**
 * Removes what killed runs left. Roles belong to the whole server, so that only one run may be there at a time.
 *
 * @throws ServerProblem where another run is at work
 */
export async function dropLeftovers(admin: Session): Promise<void> {
	const { rows } = await admin.query(
		`SELECT rolname AS name FROM pg_roles WHERE rolname ~ ${quoteLiteral(NAME)} AND shobj_description(oid, 'pg_authid') = ${quoteLiteral(MARK)}`,
	);
	for (const { name } of rows) {
		for (let i = 0; await isUsed(admin, String(name)); i++) {
			if (i >= TRIES)
				throw new ServerProblem(
					`Another tenancy prove is at work on that server, in the database ${name}. Only one can be at a time: wait for it, or end it.`,
				);
			await new Promise((resolve) => setTimeout(resolve, 500));
		}
		await removeScratch(admin, String(name));
	}
}

async function isUsed(admin: Session, name: string): Promise<boolean> {
	const { rows } = await admin.query(
		`SELECT 1 AS used FROM pg_stat_activity WHERE datname = ${quoteLiteral(name)} AND backend_type = 'client backend'`,
	);
	return rows.length > 0;
}
