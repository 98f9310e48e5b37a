import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from "react";
import type { Host } from "../host";
import type { Layouter } from "../layout/layouter";
import { type Intent, type Panel, PanelContext } from "../state/panel";
import { initialState, reduce } from "../state/reduce";
import { usePlaces } from "../state/use-places";
import { useSaved } from "../state/use-saved";
import type { Saved, Viewport } from "../state/view";
import { Crash } from "./Crash";
import { DiagramScreen } from "./DiagramScreen";
import { Empty, Failed, Loading } from "./Screens";

interface AppProps {
	readonly host: Host;
	readonly layouter: Layouter;
	readonly saved: Saved | null;
}

/** The whole panel: one of its screens, and the voice that tells a screen reader what happened. */
export function App({ host, layouter, saved }: AppProps) {
	const [state, dispatch] = useReducer(reduce, saved, initialState);
	const [said, announce] = useState("");
	const viewport = useRef<Viewport | null>(saved?.viewport ?? null);
	const [viewportMoves, setViewportMoves] = useState(0);
	const progress = usePlaces(state, dispatch, layouter);
	useSaved(state, viewport, viewportMoves, host);

	useEffect(() => {
		const end = host.listen((message) => dispatch({ type: "message", message }));
		void host.loaded.then((version) => host.post({ type: "ready", version }));
		return end;
	}, [host]);

	const { laidOut } = state;
	useEffect(() => {
		if (laidOut) host.post({ type: "arranged", ...laidOut });
	}, [laidOut, host]);

	const { screen, view, proof } = state;
	const version = screen.type === "diagram" ? screen.version : 0;
	const send = useCallback((intent: Intent) => host.post({ ...intent, version }), [host, version]);
	const keepViewport = useCallback((moved: Viewport) => {
		viewport.current = moved;
		setViewportMoves((count) => count + 1);
	}, []);
	const panel = useMemo<Panel | null>(
		() =>
			screen.type === "diagram"
				? {
						message: screen,
						diagram: screen.diagram,
						view,
						proof,
						dispatch,
						send,
						announce,
						canEdit: screen.canEdit && !host.standalone,
						standalone: host.standalone,
					}
				: null,
		[screen, view, proof, send, host],
	);

	return (
		<>
			{panel && (
				<Crash screen={screen}>
					<PanelContext value={panel}>{screenOfDiagram()}</PanelContext>
				</Crash>
			)}
			{screen.type === "loading" && <Loading label={screen.label} done={screen.done} total={screen.total} />}
			{screen.type === "empty" && <Empty reason={screen.reason} send={send} />}
			{screen.type === "failed" && <Failed message={screen.message} send={host.standalone ? null : send} />}
			<div className="visually-hidden" role="status" aria-live="polite">
				{said}
			</div>
		</>
	);

	function screenOfDiagram() {
		return (
			<DiagramScreen state={state} progress={progress} savedViewport={viewport.current} onViewport={keepViewport} />
		);
	}
}
