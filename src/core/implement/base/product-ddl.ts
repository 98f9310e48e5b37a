import type { DatabaseAnalysis } from "../../analyze";
import { quoteRole } from "../../emit/identifier";
import { printSchema } from "../../emit/schema";
import type { SchemaModel } from "../../schema/model";
import { routineBody } from "./raw";

export interface ProductDdl {
	/** Each statement ended; runs once in an empty database, in one transaction. */
	readonly sql: string;
	/** What the files have and it has not, each in a sentence. */
	readonly leftOut: readonly string[];
}

/** The product's schema with its grants. Roles belong to the server, not to a database: they are made only where they are missing. */
export function productDdl({ model, files }: DatabaseAnalysis): ProductDdl {
	const { statements, leftOut } = printSchema(model, files, { grants: true });
	const sql = [...rolesOf(model).map(makeRole), ...statements].map((statement) => `${statement};\n`).join("\n");
	return { sql, leftOut: [...leftOut.map(({ what, why }) => `${what}: ${why}`), ...rowsOf(model), ...callsOf(model)] };
}

function rowsOf({ seeded }: SchemaModel): string[] {
	return [...seeded.keys()].sort().map((table) => `the rows of \`${table}\`, which your files insert`);
}

function callsOf({ grants }: SchemaModel): string[] {
	const granted = grants.filter(({ objectKind }) => objectKind === "function").flatMap(({ objects }) => objects);
	return [...new Set(granted)]
		.sort()
		.map((routine) => `the right to call \`${routine}\`, where PUBLIC doesn't have it`);
}

/** Roles that the schema makes or speaks of; some are made by a platform, or by a script of the server's. */
function rolesOf(model: SchemaModel): string[] {
	const named = [
		...model.roles.keys(),
		...model.grants.flatMap(({ roles }) => roles),
		...model.defaultPrivileges.flatMap(({ roles, forRoles }) => [...roles, ...forRoles]),
		...[...model.tables.values()].flatMap(({ owner, policies }) => [owner, ...policies.flatMap(({ roles }) => roles)]),
	];
	const isRole = (role: string | null): role is string =>
		role !== null && !/^(public|current_user|current_role|session_user|pg_.*)$/.test(role);
	return [...new Set(named.filter(isRole))].sort();
}

function makeRole(role: string): string {
	return `DO ${routineBody` BEGIN
  CREATE ROLE ${quoteRole(role)} NOLOGIN;
EXCEPTION WHEN duplicate_object THEN NULL;
END `}`;
}
