import type { Diagram } from "../../src/core/diagram/diagram";
import { isSame } from "../../src/protocol/changes";
import type { Positions } from "../../src/protocol/messages";

/**
 * The new diagram with the old one's objects wherever they say the same. Messages arrive as copies; with this, a keystroke that
 * changes one table draws one table.
 */
export function keepSame(before: Diagram | null, now: Diagram): Diagram {
	if (!before) return now;
	return {
		...now,
		tables: keepItems(before.tables, now.tables),
		edges: keepItems(before.edges, now.edges),
		groups: keepItems(before.groups, now.groups),
	};
}

/** The same for places. */
export function keepSamePlaces(before: Positions, now: Positions): Positions {
	const ids = Object.keys(now);
	const isUnmoved =
		ids.length === Object.keys(before).length &&
		ids.every((id) => before[id]?.x === now[id]?.x && before[id]?.y === now[id]?.y);
	return isUnmoved ? before : now;
}

function keepItems<Item extends { readonly id: string }>(
	before: readonly Item[],
	now: readonly Item[],
): readonly Item[] {
	const old = new Map(before.map((item) => [item.id, item]));
	let same = before.length === now.length;
	const items = now.map((item, i) => {
		const last = old.get(item.id);
		const kept = last && isSame(last, item) ? last : item;
		same &&= kept === before[i];
		return kept;
	});
	return same ? before : items;
}
