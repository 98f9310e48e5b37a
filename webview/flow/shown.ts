import type { Diagram, DiagramTable } from "../../src/core/diagram/diagram";
import { neighbourhood } from "../../src/core/diagram/select";
import type { View } from "../state/view";

/** The tables that the filters and the focus leave, in the diagram's order. The focus itself is never filtered out. */
export function shownTables(
	diagram: Diagram,
	view: Pick<View, "hiddenScopes" | "schema" | "findingsOnly" | "focus">,
): readonly DiagramTable[] {
	const near = view.focus && neighbourhood(diagram, view.focus.table, view.focus.distance);
	const tables = diagram.tables.filter(
		(table) =>
			table.id === view.focus?.table ||
			((near?.has(table.id) ?? true) &&
				!view.hiddenScopes.includes(table.scope) &&
				(view.schema === null || table.schema === view.schema) &&
				(!view.findingsOnly || hasFindings(table))),
	);
	return tables.length === diagram.tables.length ? diagram.tables : tables;
}

export function hasFindings({ findings }: DiagramTable): boolean {
	return findings.error + findings.warning > 0;
}

export function isFiltered(view: View): boolean {
	return view.hiddenScopes.length > 0 || view.schema !== null || view.findingsOnly;
}
