import { useReactFlow, useStore } from "@xyflow/react";
import { number } from "../flow/words";
import { usePanel } from "../state/panel";
import type { Progress } from "../state/use-places";
import { Icon } from "./Icon";

interface CanvasControlsProps {
	/** The diagram is big enough for its groups to close. */
	readonly grouped: boolean;
	readonly progress: Progress | null;
	readonly onFit: () => void;
}

/** Zoom, fit, groups, new layout; and how far the layout is. */
export function CanvasControls({ grouped, progress, onFit }: CanvasControlsProps) {
	const { view, diagram, dispatch, send, announce } = usePanel();
	const flow = useReactFlow();
	const allOpen = view.openGroups.length >= diagram.groups.length;
	const relayout = () => {
		dispatch({ type: "relayout" });
		send({ type: "resetPositions" });
		announce("The tables are laid out anew.");
	};
	return (
		<>
			<div className="controls" role="toolbar" aria-label="View" aria-orientation="horizontal">
				<button
					type="button"
					className="icon-button"
					title="Zoom out (-)"
					aria-label="Zoom out"
					onClick={() => void flow.zoomOut()}
				>
					<Icon name="remove" />
				</button>
				<Zoom />
				<button
					type="button"
					className="icon-button"
					title="Zoom in (+)"
					aria-label="Zoom in"
					onClick={() => void flow.zoomIn()}
				>
					<Icon name="add" />
				</button>
				<button
					type="button"
					className="icon-button"
					title="Show everything (0)"
					aria-label="Show everything"
					onClick={onFit}
				>
					<Icon name="screen-full" />
				</button>
				{grouped && (
					<button
						type="button"
						className="icon-button"
						title={allOpen ? "Close all groups" : "Open all groups"}
						aria-label={allOpen ? "Close all groups" : "Open all groups"}
						onClick={() => dispatch({ type: "openAllGroups", open: !allOpen })}
					>
						<Icon name={allOpen ? "collapse-all" : "expand-all"} />
					</button>
				)}
				{!view.focus && (
					<button
						type="button"
						className="icon-button"
						title="Lay out anew: forgets where tables were dragged"
						aria-label="Lay out anew"
						onClick={relayout}
					>
						<Icon name="editor-layout" />
					</button>
				)}
			</div>
			{progress && (
				<div className="laying-out">
					<span>Laying out {number(progress.total)} tables</span>
					<progress className="progress" aria-label="Layout" max={progress.total} value={progress.done} />
				</div>
			)}
		</>
	);
}

function Zoom() {
	const percent = useStore((store) => Math.round(store.transform[2] * 100));
	return <span className="zoom">{percent} %</span>;
}
