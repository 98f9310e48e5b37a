import { type Node, type NodeHandle, Position } from "@xyflow/react";
import type { DiagramTable } from "../../src/core/diagram/diagram";
import type { AttackKind } from "../../src/core/prove/proof";
import type { Box } from "../../src/layout/boxes";
import { type Detail, HEADER_HEIGHT, isKey, ROW_HEIGHT, shownColumns } from "../../src/layout/size";
import type { Cluster } from "./clusters";
import { plural, tableLabel } from "./words";

export type TableNode = Node<
	{
		readonly table: DiagramTable;
		readonly detail: Detail;
		readonly schemaShown: boolean;
		/** How many tables reference a hub; 0 for any other. */
		readonly references: number;
		/** Attacks on it that got through. */
		readonly leaks: readonly AttackKind[];
	},
	"table"
>;
export type ClusterNode = Node<
	{
		readonly cluster: Cluster;
		readonly open: boolean;
		/** How many of its tables an attack got into. */
		readonly leaking: number;
	},
	"cluster"
>;
export type PanelNode = TableNode | ClusterNode;

const NO_LEAKS: readonly AttackKind[] = [];

/** Closed groups and frames share React Flow's ids with tables, whose ids are names. */
const CLUSTER_PREFIX = "cluster ";

export function clusterNodeId(group: string): string {
	return CLUSTER_PREFIX + group;
}

export function groupOfNode(id: string): string | null {
	return id.startsWith(CLUSTER_PREFIX) ? id.slice(CLUSTER_PREFIX.length) : null;
}

export function handleId(column: string | null, side: "left" | "right"): string {
	return column === null ? side : `${side} ${column}`;
}

export interface NodeInput {
	readonly tables: readonly DiagramTable[];
	readonly boxes: ReadonlyMap<string, Box>;
	readonly detail: Detail;
	readonly clusters: readonly Cluster[];
	/** Ids of the groups that are drawn as one box. */
	readonly closed: ReadonlySet<string>;
	readonly selected: string | null;
	/** The node that Tab comes to. */
	readonly current: string | null;
	readonly schemaShown: boolean;
	readonly singleTenant: boolean;
	readonly hubs: ReadonlyMap<string, number>;
	/** Attacks that got through, by table; the same list as before where they are the same. */
	readonly leaks: ReadonlyMap<string, readonly AttackKind[]>;
}

/**
 * Makes React Flow's nodes, and gives the same object again for whatever is drawn the same: React Flow and React then skip it.
 * Size and handles are supplied; without them every node would be mounted once to be measured.
 */
export function nodeMaker(): (input: NodeInput) => PanelNode[] {
	let last = new Map<string, { key: readonly unknown[]; node: PanelNode }>();
	return (input) => {
		const next: typeof last = new Map();
		const reuse = (id: string, key: readonly unknown[], make: () => PanelNode): PanelNode => {
			const before = last.get(id);
			const kept = before?.key.every((part, i) => part === key[i]) ? before : { key, node: make() };
			next.set(id, kept);
			return kept.node;
		};
		const clusterNodes = input.clusters.map((cluster) => {
			const id = clusterNodeId(cluster.id);
			const open = !input.closed.has(cluster.id);
			const leaking = cluster.tables.filter((table) => input.leaks.has(table.id)).length;
			return reuse(id, [cluster, open, input.current === id, leaking], () =>
				clusterNode(id, cluster, open, input.current === id, leaking),
			);
		});
		const tableNodes = input.tables.flatMap((table) => {
			const box = input.boxes.get(table.id);
			if (!box || input.closed.has(table.group)) return [];
			const [isSelected, isCurrent] = [input.selected === table.id, input.current === table.id];
			const key = [
				table,
				box.x,
				box.y,
				input.detail,
				isSelected,
				isCurrent,
				input.schemaShown,
				input.singleTenant,
				input.hubs.get(table.id),
				input.leaks.get(table.id),
			];
			return [
				reuse(table.id, key, () => tableNode(table, box, isSelected, isCurrent, input, last.get(table.id)?.node)),
			];
		});
		last = next;
		return [...clusterNodes, ...tableNodes];
	};
}

function tableNode(
	table: DiagramTable,
	box: Box,
	selected: boolean,
	current: boolean,
	{ detail, schemaShown, singleTenant, hubs, leaks: leaksByTable }: NodeInput,
	before: PanelNode | undefined,
): TableNode {
	const old = before?.type === "table" ? before : undefined;
	const references = hubs.get(table.id) ?? 0;
	const leaks = leaksByTable.get(table.id) ?? NO_LEAKS;
	const sameData =
		old?.data.table === table &&
		old.data.detail === detail &&
		old.data.schemaShown === schemaShown &&
		old.data.references === references &&
		old.data.leaks === leaks;
	return {
		id: table.id,
		type: "table",
		position: { x: box.x, y: box.y },
		width: box.width,
		height: box.height,
		measured: { width: box.width, height: box.height },
		handles: sameData && old.handles ? old.handles : tableHandles(table, box, detail),
		data: sameData ? old.data : { table, detail, schemaShown, references, leaks },
		className: `${table.scope}${selected ? " is-selected" : ""}${leaks.length > 0 ? " is-leaking" : ""}`,
		zIndex: selected ? 2 : 1,
		ariaRole: "button",
		ariaLabel: `${tableLabel(table, singleTenant)}${leaks.length > 0 ? `, leaks: ${leaks.join(", ")}` : ""}`,
		domAttributes: {
			tabIndex: current ? 0 : -1,
			"aria-roledescription": "table",
			"aria-pressed": selected,
			"aria-keyshortcuts": "Enter Space F Shift+F10",
		},
	};
}

/** Where lines can end: both sides of the header and of every key. */
function tableHandles(table: DiagramTable, { width }: Box, detail: Detail): NodeHandle[] {
	const handles: NodeHandle[] = [];
	const add = (column: string | null, y: number) => {
		handles.push(
			{ id: handleId(column, "left"), type: "source", position: Position.Left, x: 0, y, width: 0, height: 0 },
			{ id: handleId(column, "right"), type: "source", position: Position.Right, x: width, y, width: 0, height: 0 },
		);
	};
	add(null, HEADER_HEIGHT / 2);
	shownColumns(table, detail).columns.forEach((column, i) => {
		if (isKey(column) || column.unique) add(column.name, HEADER_HEIGHT + (i + 0.5) * ROW_HEIGHT);
	});
	return handles;
}

function clusterNode(id: string, cluster: Cluster, open: boolean, current: boolean, leaking: number): ClusterNode {
	const { box } = cluster;
	const count = `${cluster.tables.length} ${cluster.tables.length === 1 ? "table" : "tables"}`;
	const unscoped = cluster.counts.unscoped > 0 ? `, ${cluster.counts.unscoped} unscoped` : "";
	const errors = cluster.errors > 0 ? `, ${plural(cluster.errors, "error")}` : "";
	const leaks = leaking > 0 ? `, ${leaking} leaking` : "";
	return {
		id,
		type: "cluster",
		position: { x: box.x, y: box.y },
		width: box.width,
		height: box.height,
		measured: { width: box.width, height: box.height },
		handles: [
			{ id: "left", type: "source", position: Position.Left, x: 0, y: box.height / 2, width: 0, height: 0 },
			{ id: "right", type: "source", position: Position.Right, x: box.width, y: box.height / 2, width: 0, height: 0 },
			{
				id: "middle",
				type: "source",
				position: Position.Right,
				x: box.width / 2,
				y: box.height / 2,
				width: 0,
				height: 0,
			},
		],
		data: { cluster, open, leaking },
		className: leaking > 0 && !open ? "is-leaking" : "",
		zIndex: 0,
		draggable: !open,
		...(open
			? { style: { pointerEvents: "none" as const }, domAttributes: { "aria-hidden": true } }
			: {
					ariaRole: "button" as const,
					ariaLabel: `Group ${cluster.label}: ${count}${unscoped}${errors}${leaks}. Press Enter to open.`,
					domAttributes: {
						tabIndex: current ? 0 : -1,
						"aria-roledescription": "group of tables",
						"aria-expanded": false,
					},
				}),
	};
}
