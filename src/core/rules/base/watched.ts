import type { FunctionModel, SchemaModel, Table } from "../../schema/model";

/**
 * Whether a trigger that runs before a row is written may look at the column, to refuse it or to set it: one that only notes
 * when the row was changed, as most tables have, does not. What is in no file may do anything.
 */
export function isWatched(
	model: SchemaModel,
	{ triggers }: Table,
	column: string,
	command: "insert" | "update",
): boolean {
	return triggers.some(({ timing, events, function: name }) => {
		if (timing !== "before" || !events.includes(command) || STAMP.test(name)) return false;
		const found = [...model.functions.values()].filter((each) => `${each.schema}.${each.name}` === name);
		return found.length === 0 || found.some((each) => mayWatch(each, column));
	});
}

/** The function that PostgreSQL brings for it: https://www.postgresql.org/docs/current/contrib-spi.html */
const STAMP = /(^|\.)moddatetime$/;

/** Its body names the column, or handles the row as a whole: hands it on, replaces it, or keeps it from being written. */
function mayWatch({ body }: FunctionModel, column: string): boolean {
	return body.includes(column) || /\breturn\s+(null|old)\b|\bnew\s*:?=|[(,]\s*new\s*[,)]|\bnew\.\*/i.test(body);
}
