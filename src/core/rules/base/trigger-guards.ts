import type { Table, Trigger } from "../../schema/model";
import type { RuleContext } from "./rule";

/** What PostgreSQL ships, which writes the columns that it is given and refuses nothing. */
const HARMLESS = /\.(moddatetime|autoinc|insert_username|tsvector_update_trigger(_column)?)$/;

const REFUSES = /\braise\s+(?!notice|log|debug|info|warning)|\bnew\s*:?=/i;
const DROPS = /\breturn\s+(null|old)\b/i;

/**
 * Whether a trigger may see to what is written into the column: its function names the column, refuses or replaces rows, or can't
 * be read. One that keeps the time of the last change sees to nothing.
 */
export function isSeenTo(context: RuleContext, table: Table, command: string, column: string): boolean {
	return table.triggers.some((each) => each.events.includes(command) && maySeeTo(context, each, column));
}

function maySeeTo({ model }: RuleContext, trigger: Trigger, column: string): boolean {
	const isBefore = trigger.timing !== "after";
	const called = [...model.functions.values()].filter(({ schema, name }) => `${schema}.${name}` === trigger.function);
	if (called.length === 0) return isBefore && !HARMLESS.test(trigger.function);
	return called.some(({ body }) => {
		const code = body.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, " ");
		if (REFUSES.test(code)) return true;
		// What comes after a change can only refuse it.
		return isBefore && (code === "" || DROPS.test(code) || code.includes(column));
	});
}
