import { shortName } from "../flow/words";
import { usePanel } from "../state/panel";
import { DISTANCES } from "../state/view";
import { Icon } from "./Icon";

/** Which table is in the middle, and how far its neighbours are shown. */
export function FocusBar() {
	const { view, dispatch } = usePanel();
	if (!view.focus) return null;
	const { table, distance } = view.focus;
	return (
		<div className="focus-bar" role="toolbar" aria-label="Focus">
			<button
				type="button"
				className="button"
				onClick={() => dispatch({ type: "focus", table: null })}
				title="Back to all tables (Escape)"
			>
				<Icon name="arrow-left" />
				All tables
			</button>
			<span className="focus-name">
				<Icon name="type-hierarchy" />
				<strong>{shortName(table)}</strong>
				<span className="focus-words">and its neighbours, steps:</span>
			</span>
			<fieldset className="segments">
				<legend className="visually-hidden">How many foreign keys away</legend>
				{DISTANCES.map((candidate) => (
					<button
						key={candidate}
						type="button"
						className="segment"
						aria-pressed={candidate === distance}
						aria-label={`${candidate} ${candidate === 1 ? "step" : "steps"}`}
						onClick={() => dispatch({ type: "focus", table, distance: candidate })}
					>
						{candidate}
					</button>
				))}
			</fieldset>
		</div>
	);
}
