import { type Dispatch, useEffect, useState } from "react";
import { layoutRequest } from "../../src/layout/layout";
import { shownTables } from "../flow/shown";
import type { Layouter } from "../layout/layouter";
import { type Action, detailOf, diagramOf, focusKey, type PanelState } from "./reduce";

export interface Progress {
	readonly done: number;
	readonly total: number;
}

/** Has tables laid out whenever their places are missing. Gives how far it is, null when nothing is under way. */
export function usePlaces(state: PanelState, dispatch: Dispatch<Action>, layouter: Layouter): Progress | null {
	const [progress, setProgress] = useState<Progress | null>(null);
	const diagram = diagramOf(state);
	const detail = diagram && detailOf(state.view, diagram);
	const isMissing = diagram !== null && state.positions === null;
	// A message that says the same of them leaves these the same objects, and what is under way goes on.
	const tables = diagram?.tables;
	const edges = diagram?.edges;

	useEffect(() => {
		if (!isMissing || !tables || !edges || !detail) return;
		let stale = false;
		setProgress({ done: 0, total: tables.length });
		void layouter
			.layout(
				layoutRequest({ tables, edges }, detail, state.moved),
				(done, total) => stale || setProgress({ done, total }),
			)
			.then((positions) => {
				if (stale || !positions) return;
				setProgress(null);
				dispatch({ type: "laidOut", detail, positions });
			});
		return () => {
			stale = true;
			setProgress(null);
		};
	}, [isMissing, tables, edges, detail, state.moved, layouter, dispatch]);

	const key = diagram && focusKey(state.view, diagram);
	const focusIsMissing = key !== null && state.focused?.key !== key && state.positions !== null;
	const { focus } = state.view;
	useEffect(() => {
		if (!focusIsMissing || !diagram || !detail || !key || !focus) return;
		let stale = false;
		const near = shownTables(diagram, { focus, hiddenScopes: [], schema: null, findingsOnly: false });
		const sized = layoutRequest({ ...diagram, tables: near }, detail);
		// One picture: what belongs to other groups stands close here.
		const request = { ...sized, tables: sized.tables.map((table) => ({ ...table, group: "" })) };
		void layouter
			.layout(request, () => {})
			.then(
				(positions) => !stale && positions && dispatch({ type: "focusLaidOut", focused: { key, focus, positions } }),
			);
		return () => {
			stale = true;
		};
	}, [focusIsMissing, diagram, detail, key, focus, layouter, dispatch]);

	return progress;
}
