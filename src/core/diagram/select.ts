import type { Scope } from "../tenancy/scope";
import { countScopes, type Diagram } from "./diagram";

/** A part of a diagram; what is absent does not narrow it. */
export interface Selection {
	/** A table's id, whose neighbours at most `distance` foreign keys away are kept with it. */
	readonly focus?: string;
	/** Default 1. */
	readonly distance?: number;
	/** Tables of other scopes go, but for the focus itself. */
	readonly scopes?: readonly Scope[];
	/** Only these tables, by id. */
	readonly tables?: readonly string[];
}

/** The part of the diagram that is asked for: its tables, the foreign keys between them, their groups and counts. */
export function selectTables(diagram: Diagram, { focus, distance = 1, scopes, tables: only }: Selection): Diagram {
	const near = focus === undefined ? null : neighbourhood(diagram, focus, distance);
	const listed = only === undefined ? null : new Set(only);
	const tables = diagram.tables.filter(
		({ id, scope }) =>
			(near?.has(id) ?? true) && (listed?.has(id) ?? true) && (id === focus || (scopes?.includes(scope) ?? true)),
	);
	if (tables.length === diagram.tables.length) return diagram;
	const kept = new Set(tables.map((table) => table.id));
	const groups = diagram.groups
		.map((group) => ({ ...group, tables: group.tables.filter((id) => kept.has(id)) }))
		.filter((group) => group.tables.length > 0);
	return {
		...diagram,
		tables,
		edges: diagram.edges.filter(({ from, to }) => kept.has(from) && kept.has(to)),
		groups,
		counts: countScopes(tables),
	};
}

/**
 * The table and all within `distance` foreign keys of it, whichever way they point. Keys to a tenant root are only
 * followed from a root that is itself the focus: through them, everything is two steps from everything.
 */
export function neighbourhood(diagram: Diagram, focus: string, distance: number): Set<string> {
	const near = new Set([focus]);
	let edge = [focus];
	for (let step = 0; step < distance && edge.length > 0; step++) {
		const last = new Set(edge);
		edge = [];
		const visit = (here: string, there: string) => {
			if (!last.has(here) || near.has(there)) return;
			near.add(there);
			edge.push(there);
		};
		for (const { from, to, tenant } of diagram.edges) {
			if (!tenant) visit(from, to);
			if (!tenant || to === focus) visit(to, from);
		}
	}
	return near;
}

/** The tables that a person may mean by `name`: the one with that id, else those with that name, in whatever case. */
export function findTables(diagram: Diagram, name: string): string[] {
	const ids = diagram.tables.map((table) => table.id);
	if (ids.includes(name)) return [name];
	const lower = name.toLowerCase();
	const same = diagram.tables.filter((table) => table.name === name);
	const alike = diagram.tables.filter(
		(table) => table.name.toLowerCase() === lower || table.id.toLowerCase() === lower,
	);
	return (same.length > 0 ? same : alike).map((table) => table.id);
}
