import { type RefObject, useEffect } from "react";
import type { Host } from "../host";
import { diagramOf, type PanelState } from "./reduce";
import type { Saved, Viewport } from "./view";

/** Saving copies all positions; so often is enough for a reload. Milliseconds. */
const DELAY = 400;

/** Keeps the view over a reload of the panel. The viewport lives in a ref: panning must not draw anything anew. */
export function useSaved(
	state: PanelState,
	viewport: RefObject<Viewport | null>,
	viewportMoves: number,
	host: Host,
): void {
	const { view, positions } = state;
	const database = diagramOf(state)?.database ?? null;
	// biome-ignore lint/correctness/useExhaustiveDependencies: viewportMoves tells that the ref changed
	useEffect(() => {
		if (database === null) return;
		const timer = setTimeout(
			() => host.save({ view, viewport: viewport.current, database, positions } satisfies Saved),
			DELAY,
		);
		return () => clearTimeout(timer);
	}, [view, positions, database, viewportMoves, host, viewport]);
}
