import { useReactFlow, useStore, useStoreApi } from "@xyflow/react";
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { around, type Box } from "../../src/layout/boxes";
import { GROUPED_ABOVE } from "../flow/detail-at-zoom";
import type { PanelState } from "../state/reduce";
import type { Viewport } from "../state/view";

/** A table that is looked for is shown at least this big. */
const READABLE = 0.8;
/** Pixels kept free around what is shown. */
const MARGIN = 36;
/** The same below, where the zoom buttons are. */
const BOTTOM = 58;
/** Milliseconds of a movement that helps to see where one is going. */
const MOVEMENT = 220;

/** The small map with its distance from the edges; narrow panels have none (styles/canvas.css). Pixels. */
const CORNER = { width: 200, height: 150 };
const NO_CORNER_BELOW = 620;

interface LookInput {
	readonly look: PanelState["look"];
	readonly looked: RefObject<number>;
	readonly boxes: ReadonlyMap<string, Box>;
	readonly selected: string | null;
	/** Only a table and its neighbours are drawn. */
	readonly focused: boolean;
}

/** Moves the viewport to what the state asks to look at; gives the movements for others to use. */
export function useLook({ look, looked, boxes, selected, focused }: LookInput) {
	const flow = useReactFlow();
	const store = useStoreApi();
	const ready = useStore((state) => state.width > 0 && state.height > 0 && state.panZoom !== null);
	// Big diagrams jump: to draw what lies on the way would take longer than the movement.
	const many = boxes.size > GROUPED_ABOVE;

	// Drawing waits for the first place to look at; what is seen before would be drawn for nothing.
	const [placed, setPlaced] = useState(looked.current === look.count);
	const move = useCallback(
		(viewport: Viewport, atOnce = false) => {
			const still = atOnce || !placed || many || matchMedia("(prefers-reduced-motion: reduce)").matches;
			void flow.setViewport(viewport, still ? { duration: 0 } : { duration: MOVEMENT, interpolate: "linear" });
		},
		[flow, many, placed],
	);
	/** Where all that is drawn was last in view, and since when (`performance.now`). */
	const whole = useRef<(Viewport & { readonly since: number }) | null>(null);
	const showAll = useCallback(
		(wanted: readonly Box[], atOnce = false) => {
			if (wanted.length === 0) return;
			const { width, height, minZoom } = store.getState();
			const viewport = fitting(wanted, width, height, minZoom);
			whole.current = { ...viewport, since: performance.now() };
			move(viewport, atOnce);
		},
		[store, move],
	);
	/** All is still in view as it was: neither a hand nor a button has moved the picture since. */
	const isWhole = useCallback(() => {
		const [x, y, zoom] = store.getState().transform;
		const at = whole.current;
		if (at !== null && performance.now() - at.since < MOVEMENT) return true;
		return at !== null && Math.hypot(at.x - x, at.y - y) < 1 && Math.abs(at.zoom / zoom - 1) < 0.001;
	}, [store]);
	const showTable = useCallback(
		(box: Box) => {
			const { width, height, transform } = store.getState();
			const zoom = Math.max(transform[2], READABLE);
			const y = box.height * zoom > height ? MARGIN - box.y * zoom : height / 2 - (box.y + box.height / 2) * zoom;
			move({ x: width / 2 - (box.x + box.width / 2) * zoom, y, zoom });
		},
		[store, move],
	);
	/** Moves only as far as the box needs to be seen. */
	const bringIn = useCallback(
		(box: Box) => {
			const { width, height, transform } = store.getState();
			const [x, y, zoom] = transform;
			const shift = (start: number, length: number, room: number) => {
				if (start < MARGIN) return MARGIN - start;
				return Math.min(0, Math.max(MARGIN - start, room - MARGIN - start - length));
			};
			const dx = shift(x + box.x * zoom, box.width * zoom, width);
			const dy = shift(y + box.y * zoom, box.height * zoom, height);
			if (dx !== 0 || dy !== 0) move({ x: x + dx, y: y + dy, zoom });
		},
		[store, move],
	);

	// Who leaves the focus finds the picture as it was.
	const before = useRef<Viewport | null>(null);
	const wasFocused = useRef(focused);
	useLayoutEffect(() => {
		if (focused === wasFocused.current) return;
		wasFocused.current = focused;
		const [x, y, zoom] = store.getState().transform;
		if (focused) before.current = { x, y, zoom };
		else if (before.current) void flow.setViewport(before.current, { duration: 0 });
		else showAll([...boxes.values()]);
	}, [focused, store, flow, showAll, boxes]);

	const box = look.table === null ? undefined : boxes.get(look.table);
	const drawn = boxes.size > 0;
	// biome-ignore lint/correctness/useExhaustiveDependencies: looks once for each count, when there is something to see
	useEffect(() => {
		if (!ready || !drawn || looked.current === look.count) return;
		looked.current = look.count;
		if (box) showTable(box);
		else showAll([...boxes.values()]);
		setPlaced(true);
	}, [ready, drawn, look.count]);

	// A picture that was whole stays so in a room of another width; lists above and below come and go with the SQL, and nothing
	// moves for them. What opens beside it must not cover what it was opened for: a table with its neighbours, or the selected
	// one, which stays under the pointer where it can.
	const width = useStore((state) => state.width);
	const height = useStore((state) => state.height);
	const room = useRef({ width: 0, height: 0 });
	const selectedBox = selected === null ? undefined : boxes.get(selected);
	// biome-ignore lint/correctness/useExhaustiveDependencies: only when the room changes, not when the table does
	useEffect(() => {
		const last = room.current;
		room.current = { width, height };
		if (last.width === 0 || !placed) return;
		const isLess = last.width > width || last.height > height;
		if (!selectedBox && last.width !== width && isWhole()) showAll([...boxes.values()], true);
		else if (isLess && focused && isWhole()) showAll([...boxes.values()]);
		else if (isLess && selectedBox) bringIn(selectedBox);
	}, [width, height]);

	return { showAll, bringIn, placed };
}

/** The viewport that shows all boxes, none of them behind the small map in the corner. */
function fitting(boxes: readonly Box[], width: number, height: number, minZoom: number) {
	const all = around(boxes);
	const into = (right: number, bottom: number) => {
		const [roomX, roomY] = [width - right - 2 * MARGIN, height - bottom - MARGIN - BOTTOM];
		const zoom = Math.max(minZoom, Math.min(1, roomX / all.width, roomY / all.height));
		return {
			x: MARGIN + roomX / 2 - (all.x + all.width / 2) * zoom,
			y: MARGIN + roomY / 2 - (all.y + all.height / 2) * zoom,
			zoom,
		};
	};
	const whole = into(0, 0);
	const [left, top] = [width - CORNER.width, height - CORNER.height];
	const isHidden = boxes.some(
		(box) => whole.x + (box.x + box.width) * whole.zoom > left && whole.y + (box.y + box.height) * whole.zoom > top,
	);
	if (!isHidden || width < NO_CORNER_BELOW) return whole;
	const [beside, above] = [into(CORNER.width, 0), into(0, CORNER.height)];
	return beside.zoom > above.zoom ? beside : above;
}
