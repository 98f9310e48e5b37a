import { ConnectionMode, type EdgeTypes, type NodeTypes, type OnNodeDrag, ReactFlow, useStore } from "@xyflow/react";
import {
	type CSSProperties,
	type MouseEvent,
	type RefObject,
	useCallback,
	useEffect,
	useMemo,
	useRef,
	useState,
} from "react";
import type { DiagramTable } from "../../src/core/diagram/diagram";
import type { Detail } from "../../src/layout/size";
import type { Positions } from "../../src/protocol/messages";
import { tableBoxes } from "../flow/boxes";
import { clustersOf } from "../flow/clusters";
import { FRAMED_ABOVE, GROUPED_ABOVE, levelAt, OVERVIEW_ZOOM } from "../flow/detail-at-zoom";
import { edgeMaker, type PanelEdge } from "../flow/edges";
import { findHubs } from "../flow/hubs";
import { clusterNodeId, groupOfNode, nodeMaker, type PanelNode } from "../flow/nodes";
import { leaksOf } from "../flow/proof";
import { usePanel } from "../state/panel";
import type { PanelState } from "../state/reduce";
import type { Progress } from "../state/use-places";
import type { Viewport } from "../state/view";
import { CanvasControls } from "./CanvasControls";
import { ClusterBox } from "./ClusterBox";
import { FocusBar } from "./FocusBar";
import { KeyLine, TieLine } from "./Lines";
import { MiniMap } from "./MiniMap";
import { NothingShown } from "./NothingShown";
import { TableBox } from "./TableBox";
import type { TableMenuAt } from "./TableMenu";
import { focusNode, useCanvasKeys } from "./use-canvas-keys";
import { useLook } from "./use-look";

interface CanvasProps {
	readonly tables: readonly DiagramTable[];
	readonly positions: Positions | null;
	readonly detail: Detail;
	readonly focused: boolean;
	readonly moved: Positions;
	readonly look: PanelState["look"];
	/** The count of the last look that was followed; outlives this component. */
	readonly looked: RefObject<number>;
	readonly progress: Progress | null;
	readonly savedViewport: Viewport | null;
	readonly onViewport: (viewport: Viewport) => void;
	readonly onMenu: (at: TableMenuAt) => void;
}

const NODE_TYPES: NodeTypes = { table: TableBox, cluster: ClusterBox };
const EDGE_TYPES: EdgeTypes = { key: KeyLine, tie: TieLine };
const NO_POSITIONS: Positions = {};
const NOTHING: readonly never[] = [];
const NO_NODES: PanelNode[] = [];
const NO_EDGES: PanelEdge[] = [];
const NO_HUBS: ReadonlyMap<string, number> = new Map();

/** The picture. React Flow draws and moves it; selection, focus and keys are ours. */
export function Canvas({
	tables,
	positions,
	detail,
	focused,
	moved,
	look,
	looked,
	progress,
	savedViewport,
	onViewport,
	onMenu,
}: CanvasProps) {
	const { diagram, view, proof, dispatch, send } = usePanel();
	const stage = useRef<HTMLDivElement>(null);
	const [current, setCurrent] = useState<string | null>(view.selected);
	// Whoever found a table by search, list or SQL goes on from there with the arrow keys.
	useEffect(() => {
		if (view.selected !== null) setCurrent(view.selected);
	}, [view.selected]);
	const [hovered, setHovered] = useState<string | null>(null);
	const [dragged, setDragged] = useState<Positions>(NO_POSITIONS);
	const far = useStore((store) => store.transform[2] < OVERVIEW_ZOOM);
	const level = useStore((store) => levelAt(store.transform[2]));

	const boxes = useMemo(
		() => tableBoxes(tables, { ...positions, ...dragged }, detail),
		[tables, positions, dragged, detail],
	);
	const framed = !focused && diagram.groups.length > 1 && diagram.tables.length > FRAMED_ABOVE;
	const clusters = useMemo(
		() => (framed ? clustersOf(diagram, tables, boxes, moved) : NOTHING),
		[framed, diagram, tables, boxes, moved],
	);
	const grouped = framed && diagram.tables.length > GROUPED_ABOVE;
	const closed = useMemo(
		() =>
			new Set(
				grouped && far ? clusters.map((cluster) => cluster.id).filter((id) => !view.openGroups.includes(id)) : [],
			),
		[grouped, far, clusters, view.openGroups],
	);
	const reachable = useMemo(() => {
		const all = new Map(
			tables.flatMap((table) => {
				const box = boxes.get(table.id);
				return box && !closed.has(table.group) ? [[table.id, box] as const] : [];
			}),
		);
		for (const cluster of clusters) if (closed.has(cluster.id)) all.set(clusterNodeId(cluster.id), cluster.box);
		return all;
	}, [tables, boxes, clusters, closed]);

	const hubs = useMemo(() => (framed ? findHubs(diagram.edges) : NO_HUBS), [framed, diagram.edges]);
	const leaks = useMemo(() => leaksOf(proof), [proof]);
	const makeNodes = useMemo(nodeMaker, []);
	const makeEdges = useMemo(edgeMaker, []);
	const schemaShown = useMemo(() => new Set(diagram.tables.map((table) => table.schema)).size > 1, [diagram]);
	const singleTenant = diagram.mode === "single-tenant";
	const nodes = useMemo(
		() =>
			makeNodes({
				tables,
				boxes,
				detail,
				clusters,
				closed,
				selected: view.selected,
				current,
				schemaShown,
				singleTenant,
				hubs,
				leaks,
			}),
		[
			makeNodes,
			tables,
			boxes,
			detail,
			clusters,
			closed,
			view.selected,
			current,
			schemaShown,
			singleTenant,
			hubs,
			leaks,
		],
	);
	const byId = useMemo(() => new Map(tables.map((table) => [table.id, table])), [tables]);
	const edges = useMemo(
		() =>
			makeEdges({
				edges: diagram.edges,
				tables: byId,
				boxes,
				detail,
				closed,
				hubs,
				current,
				tenantEdges: view.tenantEdges,
				distant: level === "rectangle",
				selected: view.selected,
				hovered,
			}),
		[
			makeEdges,
			diagram.edges,
			byId,
			boxes,
			detail,
			closed,
			hubs,
			current,
			view.tenantEdges,
			level,
			view.selected,
			hovered,
		],
	);

	const { showAll, bringIn, placed } = useLook({ look, looked, boxes, selected: view.selected, focused });
	const openGroup = useCallback(
		(group: string) => {
			dispatch({ type: "openGroup", group, open: true });
			const cluster = clusters.find(({ id }) => id === group);
			if (cluster) showAll([cluster.box]);
		},
		[clusters, dispatch, showAll],
	);
	const reveal = useCallback(
		(id: string) => {
			setCurrent(id);
			dispatch({ type: "select", table: id });
			send({ type: "revealTable", table: id });
		},
		[dispatch, send],
	);
	useCanvasKeys({
		stage,
		current,
		setCurrent,
		reachable,
		bringIn,
		openGroup,
		reveal,
		onMenu,
		showAll: () => showAll([...boxes.values()]),
	});

	const onNodeClick = useCallback(
		(_: MouseEvent, node: PanelNode) => {
			focusNode(stage, node.id);
			if (node.type === "table") reveal(node.id);
			else setCurrent(node.id);
		},
		[reveal],
	);
	const onNodeDoubleClick = useCallback(
		(_: MouseEvent, node: PanelNode) => {
			const group = groupOfNode(node.id);
			if (group === null) dispatch({ type: "focus", table: node.id });
			else openGroup(group);
		},
		[dispatch, openGroup],
	);
	const onNodeContextMenu = useCallback(
		(event: MouseEvent, node: PanelNode) => {
			event.preventDefault();
			if (node.type === "table") onMenu({ table: node.id, x: event.clientX, y: event.clientY });
		},
		[onMenu],
	);
	const onNodeDrag: OnNodeDrag<PanelNode> = useCallback(
		(_, node) => setDragged(placesAfterDrag(node, boxes, clusters)),
		[boxes, clusters],
	);
	const onNodeDragStop: OnNodeDrag<PanelNode> = useCallback(
		(_, node) => {
			const places = placesAfterDrag(node, boxes, clusters);
			setDragged(NO_POSITIONS);
			if (Object.keys(places).length === 0) return;
			dispatch({ type: "move", positions: places });
			// What stands close for the focus says nothing about the whole picture.
			if (!focused) send({ type: "movePositions", positions: places });
		},
		[boxes, clusters, dispatch, focused, send],
	);

	return (
		<section
			className={`canvas level-${level}${view.selected === null ? "" : " has-selection"}${closed.size > 0 ? " is-overview" : ""}`}
			ref={stage}
			tabIndex={current !== null && reachable.has(current) ? -1 : 0}
			aria-label={`Diagram of ${tables.length} tables. Arrow keys move between tables, question mark lists all keys.`}
			style={{ "--zoom": 1 } as CSSProperties}
		>
			<ReactFlow<PanelNode, PanelEdge>
				nodes={placed ? nodes : NO_NODES}
				edges={placed ? edges : NO_EDGES}
				nodeTypes={NODE_TYPES}
				edgeTypes={EDGE_TYPES}
				connectionMode={ConnectionMode.Loose}
				onlyRenderVisibleElements
				minZoom={0.02}
				maxZoom={2}
				defaultViewport={savedViewport ?? { x: 0, y: 0, zoom: 0.5 }}
				nodesConnectable={false}
				nodesFocusable={false}
				edgesFocusable={false}
				elementsSelectable={false}
				disableKeyboardA11y
				zoomOnDoubleClick={false}
				deleteKeyCode={null}
				selectionKeyCode={null}
				multiSelectionKeyCode={null}
				panActivationKeyCode={null}
				nodeDragThreshold={4}
				onMove={(_, { zoom }) => stage.current?.style.setProperty("--zoom", String(zoom))}
				onMoveEnd={(_, viewport) => onViewport(viewport)}
				onNodeClick={onNodeClick}
				onNodeDoubleClick={onNodeDoubleClick}
				onNodeContextMenu={onNodeContextMenu}
				onNodeMouseEnter={({ buttons }, node) => buttons === 0 && setHovered(node.id)}
				onNodeMouseLeave={() => setHovered(null)}
				onNodeDrag={onNodeDrag}
				onNodeDragStop={onNodeDragStop}
				onPaneClick={() => dispatch({ type: "select", table: null })}
			/>
			<CanvasControls grouped={grouped} progress={progress} onFit={() => showAll([...boxes.values()])} />
			{view.focus && <FocusBar />}
			{tables.length > 1 && <MiniMap tables={tables} boxes={boxes} />}
			{tables.length === 0 && <NothingShown />}
		</section>
	);
}

/** Where everything that moves with the dragged node stands: a closed group takes its tables along. */
function placesAfterDrag(
	node: PanelNode,
	boxes: ReadonlyMap<string, { x: number; y: number }>,
	clusters: readonly { id: string; box: { x: number; y: number }; tables: readonly DiagramTable[] }[],
): Positions {
	const { x, y } = node.position;
	if (node.type === "table") return { [node.id]: { x: Math.round(x), y: Math.round(y) } };
	const cluster = clusters.find(({ id }) => id === groupOfNode(node.id));
	if (!cluster) return NO_POSITIONS;
	const [dx, dy] = [Math.round(x - cluster.box.x), Math.round(y - cluster.box.y)];
	return Object.fromEntries(
		cluster.tables.flatMap(({ id }) => {
			const box = boxes.get(id);
			return box ? [[id, { x: box.x + dx, y: box.y + dy }]] : [];
		}),
	);
}
