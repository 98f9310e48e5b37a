import type { Diagram } from "../core/diagram/diagram";
import type { DiagramMessage, HostMessage } from "./messages";

/** A list as what it takes from the list before, runs of `[first, count]`, and items that are new. */
type Listed<Item> = readonly (Item | readonly [first: number, count: number])[];

/** What of a diagram are long lists of objects. The rest is sent anew each time. */
const LISTS = ["tables", "edges", "groups", "findings"] as const;
type List = (typeof LISTS)[number];

/** A diagram message as it travels to a page that has the one before: a keystroke changes a few objects of thousands. */
export interface DiagramChanges {
	readonly type: "changes";
	/** The version of the message that it changes. */
	readonly base: number;
	/** All but the lists, and without `arranged`, which only matters to a page that has no diagram yet. */
	readonly message: Omit<DiagramMessage, "diagram" | "arranged"> & { readonly diagram: Omit<Diagram, List> };
	readonly lists: { readonly [L in List]: Listed<Diagram[L][number]> };
}

/** What travels to a page: messages, changes of the last diagram, and the question which one it has, answered by `ready`. */
export type Sent = HostMessage | DiagramChanges | { readonly type: "which" };

/** Null where they are not of the same database: then nearly everything is new. */
export function changesSince(before: DiagramMessage, now: DiagramMessage): DiagramChanges | null {
	if (before.diagram.database !== now.diagram.database) return null;
	const { tables, edges, groups, findings, ...diagram } = now.diagram;
	const { arranged: _, ...message } = now;
	const last = before.diagram;
	return {
		type: "changes",
		base: before.version,
		message: { ...message, diagram },
		lists: {
			tables: listed(last.tables, tables, ({ id }) => id),
			edges: listed(last.edges, edges, ({ id }) => id),
			groups: listed(last.groups, groups, ({ id }) => id),
			findings: listed(
				last.findings,
				findings,
				({ rule, message, place }) => `${rule} ${place.file}:${place.line}:${place.column} ${message}`,
			),
		},
	};
}

/** The message that was meant; undefined where the changes are not to this one, or not well formed. What it holds is not checked. */
export function withChanges(before: DiagramMessage, value: unknown): unknown {
	const { base, message, lists } = value as Partial<DiagramChanges>;
	if (base !== before.version || !message?.diagram || !lists) return undefined;
	const whole: Partial<Record<List, readonly unknown[]>> = {};
	for (const list of LISTS) {
		const items = unlisted(before.diagram[list], lists[list]);
		if (!items) return undefined;
		whole[list] = items;
	}
	return { ...message, arranged: before.arranged, diagram: { ...message.diagram, ...whole } };
}

function listed<Item extends object>(
	before: readonly Item[],
	now: readonly Item[],
	keyOf: (item: Item) => string,
): Listed<Item> {
	const places = new Map(before.map((item, i) => [keyOf(item), i]));
	const result: (Item | [first: number, count: number])[] = [];
	let run: [first: number, count: number] | null = null;
	for (const item of now) {
		const place = places.get(keyOf(item)) ?? -1;
		if (!isSame(before[place], item)) {
			result.push(item);
			run = null;
		} else if (run && run[0] + run[1] === place) run[1]++;
		else {
			run = [place, 1];
			result.push(run);
		}
	}
	return result;
}

/** Whether two say the same. Objects that an edit leaves alone are the same objects (decision 0007), but for findings, which are made anew. */
export function isSame(before: unknown, now: unknown): boolean {
	return before === now || JSON.stringify(before) === JSON.stringify(now);
}

function unlisted(before: readonly unknown[], list: unknown): unknown[] | null {
	if (!Array.isArray(list)) return null;
	const result: unknown[] = [];
	for (const each of list) {
		if (!Array.isArray(each)) result.push(each);
		else {
			const [first, count] = each as unknown[];
			if (!isIndex(first, before.length) || !isIndex(count, before.length - first + 1)) return null;
			for (let i = first; i < first + count; i++) result.push(before[i]);
		}
	}
	return result;
}

function isIndex(value: unknown, below: number): value is number {
	return Number.isInteger(value) && (value as number) >= 0 && (value as number) < below;
}
