import { ReactFlowProvider } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { shownTables } from "../flow/shown";
import { plural } from "../flow/words";
import { usePanel } from "../state/panel";
import { detailOf, type PanelState } from "../state/reduce";
import type { Progress } from "../state/use-places";
import type { Viewport } from "../state/view";
import { Canvas } from "./Canvas";
import { Details } from "./Details";
import { Header } from "./Header";
import { Problems } from "./Problems";
import { Proof } from "./Proof";
import { Search } from "./Search";
import { Shortcuts } from "./Shortcuts";
import { SuppliedSizes } from "./SuppliedSizes";
import { TableList } from "./TableList";
import { TableMenu, type TableMenuAt } from "./TableMenu";
import { useWindowKeys } from "./use-window-keys";

interface DiagramScreenProps {
	readonly state: PanelState;
	readonly progress: Progress | null;
	readonly savedViewport: Viewport | null;
	readonly onViewport: (viewport: Viewport) => void;
}

/** Header, picture or list, details, and what opens over them. */
export function DiagramScreen({ state, progress, savedViewport, onViewport }: DiagramScreenProps) {
	const { diagram, view, dispatch, announce, standalone } = usePanel();
	const [searching, setSearching] = useState(false);
	const [shortcuts, setShortcuts] = useState(false);
	const [menu, setMenu] = useState<TableMenuAt | null>(null);
	const root = useRef<HTMLDivElement>(null);
	const looked = useRef(savedViewport ? 0 : -1);
	const detail = detailOf(view, diagram);

	// The last picture stays until the tables around the focus have their places.
	const drawnFocus = view.focus && state.focused ? state.focused.focus : null;
	const { hiddenScopes, schema, findingsOnly } = view;
	const shown = useMemo(
		() =>
			shownTables(diagram, { hiddenScopes, schema, findingsOnly, focus: view.show === "diagram" ? drawnFocus : null }),
		[diagram, hiddenScopes, schema, findingsOnly, drawnFocus, view.show],
	);
	const positions = drawnFocus ? (state.focused?.positions ?? null) : state.positions;

	const announced = useRef(shown);
	useEffect(() => {
		if (announced.current.length !== shown.length)
			announce(`${plural(shown.length, "table")} of ${diagram.tables.length} shown`);
		announced.current = shown;
	}, [shown, diagram, announce]);

	const closeSearch = useCallback(() => {
		setSearching(false);
		root.current?.querySelector<HTMLElement>(".canvas, .list, .matrix")?.focus({ preventScroll: true });
	}, []);
	useWindowKeys((event) => {
		if (event.key === "/") setSearching(true);
		else if (event.key === "?") setShortcuts(true);
		else if (event.key.toLowerCase() === "l")
			dispatch({ type: "set", view: { show: view.show === "list" ? "diagram" : "list" } });
		else if (event.key.toLowerCase() === "p" && !standalone)
			dispatch({ type: "set", view: { show: view.show === "proof" ? "diagram" : "proof" } });
		else if (event.key === "Escape" && view.focus) dispatch({ type: "focus", table: null });
		else if (event.key === "Escape" && view.selected) dispatch({ type: "select", table: null });
		else return;
		event.preventDefault();
	});
	const openMenu = useCallback((at: TableMenuAt) => setMenu(at), []);
	const closeMenu = useCallback(() => setMenu(null), []);

	return (
		<div className={`panel mode-${diagram.mode}`} ref={root}>
			<ReactFlowProvider>
				<SuppliedSizes>
					<Header
						shown={shown}
						positions={positions}
						onSearch={() => setSearching(true)}
						onShortcuts={() => setShortcuts(true)}
					/>
					<main className="body">
						<div className="stage">
							{view.show === "proof" ? (
								<Proof />
							) : view.show === "list" ? (
								<TableList tables={shown} onMenu={openMenu} />
							) : (
								<Canvas
									tables={shown}
									positions={positions}
									detail={detail}
									focused={drawnFocus !== null}
									moved={state.moved}
									look={state.look}
									looked={looked}
									progress={progress}
									savedViewport={savedViewport}
									onViewport={onViewport}
									onMenu={openMenu}
								/>
							)}
							{searching && <Search onClose={closeSearch} />}
						</div>
						{view.details && view.show !== "proof" && view.selected !== null && <Details onMenu={openMenu} />}
					</main>
					<Problems />
					{menu && <TableMenu at={menu} onClose={closeMenu} />}
					{shortcuts && <Shortcuts onClose={() => setShortcuts(false)} />}
				</SuppliedSizes>
			</ReactFlowProvider>
		</div>
	);
}
