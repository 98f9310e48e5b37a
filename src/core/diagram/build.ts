import { noRemedies } from "../rules/base/remedy";
import type { Finding } from "../rules/base/rule";
import type { SchemaModel, Table } from "../schema/model";
import { qualified } from "../schema/model";
import type { TableTenancy, Tenancy } from "../tenancy/scope";
import type { LineIndex } from "../text/line-index";
import type { Problem } from "../text/span";
import { countScopes, type Diagram, type DiagramEdge } from "./diagram";
import { drawEdges } from "./edges";
import { groupTables } from "./groups";
import { drawTable, placeIn } from "./tables";

/** One database's analysis, as far as the picture needs it. */
export interface DiagramInput {
	readonly path: string;
	readonly kind: string;
	readonly model: SchemaModel;
	readonly tenancy: Tenancy;
	readonly statements: Diagram["statements"];
	readonly problems: readonly Problem[];
	readonly findings: readonly Finding[];
	/** For every file that a location of the model or of a problem names. */
	readonly indexes: ReadonlyMap<string, LineIndex>;
	/** The same database's diagram before an edit: its groups stay while its tables and keys do. */
	readonly last?: Diagram | null;
}

/**
 * The picture of one database: its tables sorted by name, partitions folded into the table that they divide,
 * and its foreign keys. Ids are names, so they stay the same from one edit to the next.
 */
export function buildDiagram({
	path,
	kind,
	model,
	tenancy,
	statements,
	problems,
	findings,
	indexes,
	last,
}: DiagramInput): Diagram {
	const drawnAs = foldPartitions(model.tables);
	const partitions = partitionNames(model.tables, drawnAs);
	const sorted = [...model.tables].sort(([a], [b]) => (a < b ? -1 : 1));
	const edges = drawEdges(sorted, drawnAs, tenancy);
	const drawn = sorted.filter(([key]) => drawnAs.get(key) === key);
	const groups =
		last && sameShape(last, drawn, edges)
			? last.groups
			: groupTables(
					drawn.map(([id, table]) => ({ id, schema: table.schema, name: table.name })),
					edges.filter((edge) => !edge.tenant),
				);
	const groupOf = new Map(groups.flatMap((group) => group.tables.map((table) => [table, group.id])));
	const counts = countsOf(findings, drawnAs);
	const tables = drawn.map(([id, table]) =>
		drawTable(table, {
			id,
			tenancy: tenancy.tables.get(id) ?? UNDECIDED,
			partitions: partitions.get(id) ?? NONE,
			group: groupOf.get(id) ?? "",
			findings: counts.get(id) ?? NO_FINDINGS,
			index: indexes.get(table.location.file),
		}),
	);
	return {
		database: path,
		kind,
		mode: tenancy.mode,
		enforcement: tenancy.enforcement,
		reason: tenancy.reason,
		roots: tenancy.roots,
		tenantColumns: tenancy.tenantColumns,
		tables,
		edges,
		groups,
		counts: countScopes(tables),
		findings: findings.map(({ rule, severity, table, message, help, location, remedies }) => ({
			rule,
			severity,
			table: drawnAs.get(table ?? "") ?? null,
			message,
			help,
			fixable: remedies !== noRemedies,
			place: placeIn(location, indexes.get(location.file)),
		})),
		problems: problems.map(({ location, kind, severity, message }) => ({
			place: placeIn(location, indexes.get(location.file)),
			kind,
			severity,
			message,
		})),
		statements,
	};
}

const NONE: readonly string[] = [];
const NO_FINDINGS = { error: 0, warning: 0 };

/** How many errors and warnings each drawn table has; a partition's are its parent's. */
function countsOf(
	findings: readonly Finding[],
	drawnAs: ReadonlyMap<string, string>,
): Map<string, { error: number; warning: number }> {
	const counts = new Map<string, { error: number; warning: number }>();
	for (const { table, severity } of findings) {
		const id = drawnAs.get(table ?? "");
		if (id === undefined || (severity !== "error" && severity !== "warning")) continue;
		const count = counts.get(id) ?? { error: 0, warning: 0 };
		count[severity]++;
		counts.set(id, count);
	}
	return counts;
}

/** Whether grouping would give the same again. */
function sameShape(
	last: Diagram,
	drawn: readonly (readonly [string, Table])[],
	edges: readonly DiagramEdge[],
): boolean {
	return (
		last.tables.length === drawn.length &&
		last.edges.length === edges.length &&
		last.tables.every(({ id }, i) => id === drawn[i]?.[0]) &&
		last.edges.every((edge, i) => {
			const now = edges[i] as DiagramEdge;
			return edge === now || (edge.from === now.from && edge.to === now.to && edge.tenant === now.tenant);
		})
	);
}

/** Only for a table that the tenancy stage passed over, which is a bug of ours that must show as a doubt, not as safety. */
const UNDECIDED: TableTenancy = {
	scope: "unscoped",
	reason: "Nothing was decided about this table.",
	tenantColumn: null,
	root: null,
	path: null,
	confidence: "guess",
	enforcement: "none",
	override: null,
};

/** For each table the table that stands for it: itself, or the topmost one that it is a partition of. */
function foldPartitions(tables: SchemaModel["tables"]): Map<string, string> {
	const drawnAs = new Map<string, string>();
	for (const key of tables.keys()) {
		const seen = new Set([key]);
		let top = key;
		for (;;) {
			const parent = tables.get(top)?.partitionOf;
			const next = parent ? qualified(parent) : null;
			if (next === null || seen.has(next) || !tables.has(next)) break;
			seen.add(next);
			top = next;
		}
		drawnAs.set(key, top);
	}
	return drawnAs;
}

function partitionNames(tables: SchemaModel["tables"], drawnAs: ReadonlyMap<string, string>): Map<string, string[]> {
	const names = new Map<string, string[]>();
	for (const [key, table] of tables) {
		const top = drawnAs.get(key) ?? key;
		if (top === key) continue;
		const name = tables.get(top)?.schema === table.schema ? table.name : key;
		names.set(top, [...(names.get(top) ?? []), name]);
	}
	for (const list of names.values()) list.sort();
	return names;
}
