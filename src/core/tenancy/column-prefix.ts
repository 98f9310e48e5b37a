import { factOf } from "../schema/facts";
import type { Table } from "../schema/model";
import { snake } from "./vocabulary";

/**
 * What each column of a table begins with, where all begin alike, as `task_id`, `task_title` and `task_space_id` do in `tasks`;
 * else empty. With its underscore.
 */
export const columnPrefix = factOf((table: Table): string => {
	const [first, ...others] = table.columns.map((column) => snake(column.name).split("_"));
	if (first === undefined || others.length < 2) return "";
	let length = 0;
	const all = [first, ...others];
	// Each has a name of its own behind it.
	while (all.every((words) => words.length > length + 1 && words[length] === first[length])) length++;
	return length === 0 ? "" : `${first.slice(0, length).join("_")}_`;
});

/** A column's name in snake case without what all columns of its table begin with: `task_space_id` → `space_id`. */
export function ownName(table: Table | undefined, column: string): string {
	return snake(column).slice(table === undefined ? 0 : columnPrefix(table).length);
}
