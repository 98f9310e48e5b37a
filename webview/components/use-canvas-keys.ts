import { useReactFlow } from "@xyflow/react";
import type { RefObject } from "react";
import type { Box } from "../../src/layout/boxes";
import { type Direction, nearestBox, nextBox } from "../flow/navigate";
import { groupOfNode } from "../flow/nodes";
import { usePanel } from "../state/panel";
import { DISTANCES } from "../state/view";
import type { TableMenuAt } from "./TableMenu";
import { useWindowKeys } from "./use-window-keys";

interface CanvasKeysInput {
	readonly stage: RefObject<HTMLElement | null>;
	/** The node that has the keyboard, or had it last. */
	readonly current: string | null;
	readonly setCurrent: (id: string) => void;
	/** What arrow keys can reach: tables, and closed groups. */
	readonly reachable: ReadonlyMap<string, Box>;
	readonly bringIn: (box: Box) => void;
	readonly showAll: () => void;
	readonly openGroup: (group: string) => void;
	readonly reveal: (table: string) => void;
	readonly onMenu: (at: TableMenuAt) => void;
}

const DIRECTIONS: Readonly<Record<string, Direction>> = {
	ArrowLeft: "left",
	ArrowRight: "right",
	ArrowUp: "up",
	ArrowDown: "down",
};
/** A node that lies outside of the viewport is drawn only after it has been moved in. */
const MOST_FRAMES = 30;

/** Everything that can be done in the picture with keys alone. */
export function useCanvasKeys(input: CanvasKeysInput): void {
	const { stage, current, setCurrent, reachable, bringIn, showAll, openGroup, reveal, onMenu } = input;
	const { diagram, view, dispatch } = usePanel();
	const flow = useReactFlow();

	const goTo = (id: string) => {
		setCurrent(id);
		const box = reachable.get(id);
		if (box) bringIn(box);
		focusNode(stage, id);
	};
	const step = (direction: Direction) => {
		const here = current !== null && reachable.has(current) ? current : null;
		const rect = stage.current?.getBoundingClientRect();
		const middle = flow.screenToFlowPosition({
			x: (rect?.left ?? 0) + (rect?.width ?? 0) / 2,
			y: (rect?.top ?? 0) + (rect?.height ?? 0) / 2,
		});
		const isTied = (id: string) =>
			diagram.edges.some((edge) => (edge.from === here && edge.to === id) || (edge.to === here && edge.from === id));
		const next = here === null ? nearestBox(middle, reachable) : nextBox(here, direction, reachable, isTied);
		if (next !== null) goTo(next);
	};
	const actOn = (id: string, act: (table: string) => void) => {
		const group = groupOfNode(id);
		if (group === null) return act(id);
		openGroup(group);
		const first = diagram.groups.find((candidate) => candidate.id === group)?.tables[0];
		if (first === undefined) return;
		setCurrent(first);
		focusNode(stage, first);
	};

	useWindowKeys((event) => {
		const target = event.target instanceof Element ? event.target : null;
		if (target !== document.body && (!stage.current?.contains(target) || target?.closest("button"))) return;
		const direction = DIRECTIONS[event.key];
		const here = current !== null && reachable.has(current) ? current : null;
		const distance = DISTANCES.find((candidate) => String(candidate) === event.key);
		if (direction) step(direction);
		else if (event.key === "Enter" && here !== null) actOn(here, reveal);
		else if (event.key === " " && here !== null)
			actOn(here, (table) => dispatch({ type: "select", table: view.selected === table ? null : table }));
		else if (event.key.toLowerCase() === "f" && here !== null)
			actOn(here, (table) => dispatch({ type: "focus", table }));
		else if (distance !== undefined && view.focus) dispatch({ type: "focus", table: view.focus.table, distance });
		else if (event.key === "+" || event.key === "=") void flow.zoomIn();
		else if (event.key === "-") void flow.zoomOut();
		else if (event.key === "0") showAll();
		else if (
			(event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) &&
			here !== null &&
			groupOfNode(here) === null
		) {
			const rect = nodeElement(stage, here)?.getBoundingClientRect();
			onMenu({ table: here, x: (rect?.left ?? 0) + 24, y: (rect?.top ?? 0) + 24 });
		} else return;
		event.preventDefault();
	});
}

/** Gives a node the keyboard as soon as it is drawn. */
export function focusNode(stage: RefObject<HTMLElement | null>, id: string, frames = MOST_FRAMES): void {
	requestAnimationFrame(() => {
		const element = nodeElement(stage, id);
		if (element) element.focus({ preventScroll: true });
		else if (frames > 0) focusNode(stage, id, frames - 1);
	});
}

function nodeElement(stage: RefObject<HTMLElement | null>, id: string): HTMLElement | null {
	return stage.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`) ?? null;
}
