import type { Answers } from "../../tenancy/answers";

/**
 * A sentence for a README: the SQL uses views with security_invoker, and SET NULL for some columns of a foreign key.
 * https://www.postgresql.org/docs/15/release-15.html
 */
export function neededVersion({ hosting }: Answers): string {
	const text = "PostgreSQL 15 or later is needed";
	return hosting.postgresVersion < 15
		? `**${text}; by your answers you have ${hosting.postgresVersion}: upgrade first.**`
		: `${text}.`;
}
