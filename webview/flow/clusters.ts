import { countScopes, type Diagram, type DiagramEdge, type DiagramTable } from "../../src/core/diagram/diagram";
import type { Scope } from "../../src/core/tenancy/scope";
import { around, type Box } from "../../src/layout/boxes";
import type { Positions } from "../../src/protocol/messages";

/** A group of tables as it stands in the picture. */
export interface Cluster {
	readonly id: string;
	readonly label: string;
	/** Those that are shown. */
	readonly tables: readonly DiagramTable[];
	readonly counts: Readonly<Record<Scope, number>>;
	/** How many errors the rules found in them. */
	readonly errors: number;
	/** With room around its tables. */
	readonly box: Box;
	/** For each scope the tables as small squares, an SVG path relative to the box. */
	readonly tiles: readonly { readonly scope: Scope; readonly path: string }[];
}

/** How foreign keys join two groups. */
export interface ClusterTie {
	readonly from: string;
	readonly to: string;
	readonly count: number;
}

/** Pixels between a group's tables and its frame. */
const FRAME = 36;

/**
 * The groups of the shown tables. A table that was dragged out of its group doesn't stretch the frame,
 * unless all of the group was moved.
 */
export function clustersOf(
	diagram: Diagram,
	shown: readonly DiagramTable[],
	boxes: ReadonlyMap<string, Box>,
	moved: Positions,
): Cluster[] {
	const members = new Map<string, DiagramTable[]>();
	for (const table of shown) {
		if (!boxes.has(table.id)) continue;
		const list = members.get(table.group);
		if (list) list.push(table);
		else members.set(table.group, [table]);
	}
	return diagram.groups.flatMap((group) => {
		const tables = members.get(group.id);
		if (!tables) return [];
		const settled = tables.filter((table) => !Object.hasOwn(moved, table.id));
		const inner = around((settled.length > 0 ? settled : tables).map((table) => boxes.get(table.id) as Box));
		const box = {
			x: inner.x - FRAME,
			y: inner.y - FRAME,
			width: inner.width + 2 * FRAME,
			height: inner.height + 2 * FRAME,
		};
		return [
			{
				id: group.id,
				label: group.label,
				tables,
				counts: countScopes(tables),
				errors: tables.reduce((sum, { findings }) => sum + findings.error, 0),
				box,
				tiles: tilesOf(tables, boxes, box),
			},
		];
	});
}

function tilesOf(tables: readonly DiagramTable[], boxes: ReadonlyMap<string, Box>, within: Box): Cluster["tiles"] {
	const paths = new Map<Scope, string>();
	for (const table of tables) {
		const box = boxes.get(table.id) as Box;
		const tile = `M${box.x - within.x} ${box.y - within.y}h${box.width}v${box.height}h${-box.width}z`;
		paths.set(table.scope, (paths.get(table.scope) ?? "") + tile);
	}
	return [...paths].map(([scope, path]) => ({ scope, path }));
}

/**
 * Foreign keys as lines between what is drawn: a closed group stands for its tables. Lines within one closed group
 * disappear, those between the same two boxes become one.
 *
 * @param drawnAs the box that stands for a table, null for one that isn't shown
 */
export function clusterTies(edges: readonly DiagramEdge[], drawnAs: (table: string) => string | null): ClusterTie[] {
	const ties = new Map<string, { from: string; to: string; count: number }>();
	for (const edge of edges) {
		const [from, to] = [drawnAs(edge.from), drawnAs(edge.to)];
		if (from === null || to === null || from === to) continue;
		const key = from < to ? JSON.stringify([from, to]) : JSON.stringify([to, from]);
		const tie = ties.get(key) ?? { from, to, count: 0 };
		tie.count++;
		ties.set(key, tie);
	}
	return [...ties.values()];
}
