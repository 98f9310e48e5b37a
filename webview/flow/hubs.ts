import type { DiagramEdge } from "../../src/core/diagram/diagram";

/** Referenced by more tables than this, a table ties everything to everything. */
const HUB = 12;

/**
 * Tables that so many others reference (users, files) that their lines would hide all the rest: each with how many.
 * Their lines from other groups are drawn when one of the two tables is selected or pointed at. Keys to the tenant don't count.
 */
export function findHubs(edges: readonly DiagramEdge[]): ReadonlyMap<string, number> {
	const referencing = new Map<string, Set<string>>();
	for (const { from, to, tenant } of edges) {
		if (tenant || from === to) continue;
		const tables = referencing.get(to);
		if (tables) tables.add(from);
		else referencing.set(to, new Set([from]));
	}
	return new Map([...referencing].flatMap(([id, tables]) => (tables.size > HUB ? [[id, tables.size] as const] : [])));
}
