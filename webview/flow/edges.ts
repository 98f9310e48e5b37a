import type { Edge } from "@xyflow/react";
import type { DiagramEdge, DiagramTable } from "../../src/core/diagram/diagram";
import type { Box } from "../../src/layout/boxes";
import { type Detail, shownColumns } from "../../src/layout/size";
import { clusterTies } from "./clusters";
import { sides } from "./edge-path";
import { clusterNodeId, groupOfNode, handleId } from "./nodes";

export type KeyEdge = Edge<{ readonly edge: DiagramEdge; readonly level: "tied" | "plain" }, "key">;
export type TieEdge = Edge<{ readonly count: number }, "tie">;
export type PanelEdge = KeyEdge | TieEdge;

/** So many lines can be followed from afar. */
const MOST_DISTANT_EDGES = 300;

/** A root's keys are drawn at once when it is selected, unless there are more than anybody can follow. */
const MOST_TENANT_EDGES = 60;

export interface EdgeInput {
	readonly edges: readonly DiagramEdge[];
	/** By id; those that are shown. */
	readonly tables: ReadonlyMap<string, DiagramTable>;
	readonly boxes: ReadonlyMap<string, Box>;
	readonly detail: Detail;
	readonly closed: ReadonlySet<string>;
	/** Tables whose lines from other groups wait until they are asked for. */
	readonly hubs: ReadonlyMap<string, number>;
	/** The node, table or closed group, whose ties to others are drawn. */
	readonly current: string | null;
	/** Foreign keys to the tenant root, for all tables. */
	readonly tenantEdges: boolean;
	/** Tables are small rectangles: among many of them a line leads nowhere that one could see. */
	readonly distant: boolean;
	readonly selected: string | null;
	/** The table under the pointer; its lines stand out as the selected one's do. */
	readonly hovered: string | null;
}

/** Makes React Flow's edges, and gives the same object again for whatever is drawn the same. */
export function edgeMaker(): (input: EdgeInput) => PanelEdge[] {
	let last = new Map<string, { key: readonly unknown[]; edge: PanelEdge }>();
	return (input) => {
		const next: typeof last = new Map();
		const reuse = (id: string, key: readonly unknown[], make: () => PanelEdge): PanelEdge => {
			const before = last.get(id);
			const kept = before?.key.every((part, i) => part === key[i]) ? before : { key, edge: make() };
			next.set(id, kept);
			return kept.edge;
		};
		const wanted = wantedEdges(input);
		const drawn = wanted.filter((edge) => isOpen(edge.from, input) && isOpen(edge.to, input));
		const edges = drawn.map((edge) => {
			const [child, parent] = [input.boxes.get(edge.from) as Box, input.boxes.get(edge.to) as Box];
			const [from, to] = sides(child, parent);
			const tied = joins(edge, input.selected) || joins(edge, input.hovered);
			const [source, target] = [
				handleOf(edge.from, edge.columns, from, input),
				handleOf(edge.to, edge.toColumns, to, input),
			];
			return reuse(edge.id, [edge, source, target, tied], () => keyEdge(edge, source, target, tied));
		});
		if (input.closed.size === 0) {
			last = next;
			return edges;
		}
		const drawnAs = (table: string) => {
			const group = input.tables.get(table)?.group;
			if (group === undefined || !input.boxes.has(table)) return null;
			return input.closed.has(group) ? clusterNodeId(group) : table;
		};
		const between = input.edges.filter((edge) => !edge.tenant && !(isOpen(edge.from, input) && isOpen(edge.to, input)));
		const isAsked = (id: string) => id === input.current || id === input.hovered;
		const ties = clusterTies(between, drawnAs)
			.filter(({ from, to }) => isAsked(from) || isAsked(to))
			.map(({ from, to, count }) => {
				const id = JSON.stringify([from, to]);
				return reuse(id, [count], () => tieEdge(id, from, to, count));
			});
		last = next;
		return [...ties, ...edges];
	};
}

function joins(edge: DiagramEdge, table: string | null): boolean {
	return table !== null && (edge.from === table || edge.to === table);
}

function wantedEdges({
	edges,
	tables,
	hubs,
	tenantEdges,
	distant,
	selected,
	hovered,
}: EdgeInput): readonly DiagramEdge[] {
	const shown = edges.filter((edge) => tables.has(edge.from) && tables.has(edge.to));
	const ofSelected = shown.filter((edge) => edge.tenant && joins(edge, selected));
	const some = new Set(ofSelected.length <= MOST_TENANT_EDGES ? ofSelected : []);
	const onlyJoined = distant && shown.length > MOST_DISTANT_EDGES;
	return shown.filter((edge) => {
		if (onlyJoined && !joins(edge, selected) && !joins(edge, hovered)) return false;
		if (edge.tenant) return tenantEdges || some.has(edge);
		return !hubs.has(edge.to) || isWithinGroup(edge, tables) || joins(edge, selected) || joins(edge, hovered);
	});
}

function isWithinGroup(edge: DiagramEdge, tables: EdgeInput["tables"]): boolean {
	return tables.get(edge.from)?.group === tables.get(edge.to)?.group;
}

function isOpen(table: string, { tables, boxes, closed }: EdgeInput): boolean {
	const group = tables.get(table)?.group;
	return group !== undefined && boxes.has(table) && !closed.has(group);
}

/** At the row of the first column that is shown, else at the header. */
function handleOf(
	id: string,
	columns: readonly string[],
	side: "left" | "right",
	{ tables, detail }: EdgeInput,
): string {
	const table = tables.get(id);
	const shown = table ? shownColumns(table, detail).columns : [];
	const column = shown.find(
		(candidate) =>
			columns.includes(candidate.name) &&
			(candidate.primaryKey || candidate.tenant || candidate.references !== null || candidate.unique),
	);
	return handleId(column?.name ?? null, side);
}

function keyEdge(edge: DiagramEdge, sourceHandle: string, targetHandle: string, tied: boolean): KeyEdge {
	return {
		id: edge.id,
		type: "key",
		source: edge.from,
		target: edge.to,
		sourceHandle,
		targetHandle,
		data: { edge, level: tied ? "tied" : "plain" },
		className: `key-edge${edge.nullable ? " is-nullable" : ""}${edge.tenant ? " is-tenant" : ""}${tied ? " is-tied" : ""}`,
		// The list view and the details tell keys in words; hundreds of pictures would drown a screen reader.
		domAttributes: { "aria-hidden": true },
	};
}

function tieEdge(id: string, source: string, target: string, count: number): TieEdge {
	return {
		id,
		type: "tie",
		source,
		target,
		sourceHandle: groupOfNode(source) !== null ? "middle" : "right",
		targetHandle: groupOfNode(target) !== null ? "middle" : "left",
		data: { count },
		// Over the boxes, which would cover it.
		zIndex: 3,
		domAttributes: { "aria-hidden": true },
	};
}
