import { usePanel } from "../state/panel";

/** The filters leave no table. */
export function NothingShown() {
	const { diagram, dispatch } = usePanel();
	return (
		<div className="nothing">
			<p>None of the {diagram.tables.length} tables passes the filters.</p>
			<button type="button" className="button primary" onClick={() => dispatch({ type: "clearFilters" })}>
				Show all tables
			</button>
		</div>
	);
}
