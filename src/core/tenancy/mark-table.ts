import type { Scope } from "./scope";
import { writeConfig } from "./write-config";

/**
 * The new text of `tenancy.config.json` after a person says whose data a table holds (`scope`), or takes
 * that back (null). `text` is null where there is no file yet.
 * `database` is the path of one of several databases, null where the decision holds for the workspace.
 */
export function markTable(
	text: string | null,
	table: string,
	scope: Scope | null,
	database: string | null = null,
): string {
	return writeConfig(text, ["tables", table, "scope"], scope ?? undefined, database);
}
