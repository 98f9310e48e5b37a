import type { Finding } from "../rules/base/rule";
import type { ForeignKey, SchemaModel, Table } from "../schema/model";
import { qualified } from "../schema/model";
import type { TableTenancy, Tenancy } from "../tenancy/scope";
import type { LineIndex } from "../text/line-index";
import { placeOf } from "../text/line-index";
import type { Location, Place, Problem } from "../text/span";
import { countScopes, type Diagram, type DiagramColumn, type DiagramEdge, type DiagramTable } from "./diagram";
import { drawEdges } from "./edges";
import { groupTables } from "./groups";

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
	const place = (location: Location): Place => {
		const index = indexes.get(location.file);
		if (!index) throw new Error(`No line index for ${location.file}`);
		return placeOf(location, index);
	};
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
	const found = new Map<string, Finding[]>();
	for (const finding of findings) {
		const drawnIn = drawnAs.get(finding.table ?? "");
		if (drawnIn !== undefined) found.set(drawnIn, [...(found.get(drawnIn) ?? []), finding]);
	}
	const tables = drawn.map(([id, table]): DiagramTable => {
		const own = tenancy.tables.get(id) ?? UNDECIDED;
		return {
			id,
			schema: table.schema,
			name: table.name,
			scope: own.scope,
			reason: own.reason,
			tenantColumn: own.tenantColumn,
			tenantPath: (own.path ?? []).map((step) => `${step.columns.join(", ")} → ${step.references}`),
			rls: {
				enabled: table.rls.enabled,
				forced: table.rls.forced,
				policies: table.policies.map((policy) => policy.name),
			},
			columns: drawColumns(table, own.tenantColumn),
			partitions: partitions.get(id) ?? [],
			group: groupOf.get(id) ?? "",
			findings: countsOf(found.get(id)),
			place: place(table.location),
			comment: table.comment,
		};
	});
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
		findings: findings.map(({ rule, severity, table, message, help, location }) => ({
			rule,
			severity,
			table: drawnAs.get(table ?? "") ?? null,
			message,
			help,
			place: place(location),
		})),
		problems: problems.map(({ location, kind, severity, message }) => ({
			place: place(location),
			kind,
			severity,
			message,
		})),
		statements,
	};
}

function countsOf(findings: readonly Finding[] = []): DiagramTable["findings"] {
	const count = (severity: Finding["severity"]) => findings.filter((finding) => finding.severity === severity).length;
	return { error: count("error"), warning: count("warning") };
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
		last.edges.every(({ from, to, tenant }, i) => {
			const edge = edges[i];
			return from === edge?.from && to === edge.to && tenant === edge.tenant;
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

/** Called for each table at each keystroke, so it makes no collection that most tables would leave empty. */
function drawColumns(table: Table, tenantColumn: string | null): DiagramColumn[] {
	const keyColumns = table.primaryKey?.columns ?? [];
	const unique = (name: string) =>
		table.uniques.some(({ columns }) => columns.length === 1 && columns[0] === name) ||
		table.indexes.some(
			(index) => index.unique && index.where === null && index.columns.length === 1 && index.columns[0] === name,
		);
	return table.columns.map(({ name, type, notNull }) => ({
		name,
		type,
		notNull,
		primaryKey: keyColumns.includes(name),
		references: referenceOf(table, name),
		unique: unique(name),
		tenant: name === tenantColumn,
	}));
}

/** Of a column in several foreign keys the one that is most its own: the first of those with the fewest columns. */
function referenceOf(table: Table, column: string): string | null {
	let best: ForeignKey | null = null;
	for (const key of table.foreignKeys) {
		if (key.columns.includes(column) && (best === null || key.columns.length < best.columns.length)) best = key;
	}
	return best && qualified(best.references);
}
