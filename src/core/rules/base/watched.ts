import type { SchemaModel, Table, Trigger } from "../../schema/model";
import { withoutComments } from "./without-comments";

/**
 * Whether a trigger may look at what is written into the column, to refuse it or to set it: one that only notes when the row was
 * changed, as most tables have, does not. What is in no file may do anything.
 */
export function isWatched(
	model: SchemaModel,
	{ triggers }: Table,
	column: string,
	command: "insert" | "update",
): boolean {
	return triggers.some((each) => {
		if (!each.events.includes(command) || STAMPS.test(each.function)) return false;
		const found = [...model.functions.values()].filter(({ schema, name }) => `${schema}.${name}` === each.function);
		if (found.length === 0) return each.timing !== "after";
		return found.some(({ body }) => mayWatch(withoutComments(body), each.timing, column));
	});
}

/** What PostgreSQL brings for columns of its own: https://www.postgresql.org/docs/current/contrib-spi.html, and for text search. */
const STAMPS = /(^|\.)(moddatetime|autoinc|insert_username|tsvector_update_trigger(_column)?)$/;

const RAISES = /\braise\s+(?!notice|log|debug|info|warning)/i;
/** It hands the row on, replaces it, or keeps it from being written. */
const HANDLES_ROW = /\breturn\s+(null|old)\b|\bnew\s*:?=|[(,]\s*new\s*[,)]|\bnew\.\*/i;

function mayWatch(body: string, timing: Trigger["timing"], column: string): boolean {
	const namesIt = body.includes(column);
	// What is refused for no column may be refused for who asks.
	if (RAISES.test(body) && (namesIt || !/\b(?:new|old)\.\w/i.test(body))) return true;
	// What comes after a change can only refuse it.
	return timing !== "after" && (body === "" || namesIt || HANDLES_ROW.test(body));
}
