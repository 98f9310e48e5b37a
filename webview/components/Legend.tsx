import { useMemo } from "react";
import { SCOPES } from "../../src/core/tenancy/scope";
import { hasFindings, isFiltered } from "../flow/shown";
import { number, scopeMeaning, scopeWord } from "../flow/words";
import { usePanel } from "../state/panel";
import { Icon, ScopeIcon } from "./Icon";

/** What the colours mean, how many tables have each, and switches that filter by them; then the other filters. */
export function Legend() {
	const { diagram, view, dispatch } = usePanel();
	const singleTenant = diagram.mode === "single-tenant";
	const schemas = useMemo(() => [...new Set(diagram.tables.map((table) => table.schema))].sort(), [diagram]);
	const findings = useMemo(() => diagram.tables.filter(hasFindings).length, [diagram]);
	return (
		<fieldset className="legend">
			<legend className="visually-hidden">Filters</legend>
			{SCOPES.filter((scope) => diagram.counts[scope] > 0 || view.hiddenScopes.includes(scope)).map((scope) => (
				<button
					key={scope}
					type="button"
					className={`chip ${scope}`}
					aria-pressed={!view.hiddenScopes.includes(scope)}
					title={`${scopeWord(scope, singleTenant)}: ${scopeMeaning(scope, singleTenant)}. Click to show or hide, double click to show nothing else.`}
					onClick={() => dispatch({ type: "toggleScope", scope })}
					onDoubleClick={() => dispatch({ type: "onlyScope", scope })}
				>
					<ScopeIcon scope={scope} singleTenant={singleTenant} />
					<span>{scopeWord(scope, singleTenant)}</span>
					<span className="chip-count">{number(diagram.counts[scope])}</span>
				</button>
			))}
			{findings > 0 && (
				<button
					type="button"
					className="chip findings"
					aria-pressed={view.findingsOnly}
					title="Only tables with errors or warnings"
					onClick={() => dispatch({ type: "set", view: { findingsOnly: !view.findingsOnly } })}
				>
					<Icon name="filter" />
					<span>Findings</span>
					<span className="chip-count">{number(findings)}</span>
				</button>
			)}
			{schemas.length > 1 && (
				<label className="schemas">
					<span className="visually-hidden">Schema</span>
					<select
						value={view.schema ?? ""}
						onChange={(event) =>
							dispatch({
								type: "set",
								view: { schema: schemas.find((schema) => schema === event.target.value) ?? null },
							})
						}
					>
						<option value="">All schemas</option>
						{schemas.map((schema) => (
							<option key={schema} value={schema}>
								{schema}
							</option>
						))}
					</select>
				</label>
			)}
			{isFiltered(view) && (
				<button type="button" className="link" onClick={() => dispatch({ type: "clearFilters" })}>
					Show all
				</button>
			)}
		</fieldset>
	);
}
