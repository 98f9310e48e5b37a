import { qualified, type SchemaModel, type Table } from "../schema/model";
import { findPaths, type TenantPath } from "./paths";
import type { People } from "./people";
import type { Placement } from "./placement";
import type { References } from "./references";
import type { Root } from "./roots";
import type { TableTenancy } from "./scope";
import { type Evidence, pairsShared, type SharedContext, sharedEvidence } from "./shared";
import { mistypedColumn, tenantColumnOf } from "./tenant-column";
import { whyMistyped, whyUnscoped } from "./unscoped";

export type Decision = Omit<TableTenancy, "enforcement" | "override">;

export interface Given {
	readonly model: SchemaModel;
	readonly references: References;
	readonly people: People;
	readonly roots: readonly Root[];
	readonly placement: Placement | null;
	/** Decisions of a person; they also count as tenants' data, or not, for the tables around. */
	readonly fixed: ReadonlyMap<string, Decision>;
	readonly shared: (held: ReadonlySet<string>) => SharedContext;
}

/** Decides every table of a workspace that has tenants: certain ones first, for the others lean on them. */
export function classify(given: Given): Map<string, Decision> {
	const { model, references, placement } = given;
	const decisions = new Map<string, Decision>(given.fixed);
	const tables = [...model.tables.values()].filter((t) => !t.partitionOf);
	for (const table of tables) {
		const name = qualified(table);
		if (decisions.has(name)) continue;
		const placed = () => asPlaced(table, placement);
		const scoped = () => asScoped(table, given);
		const decision = asRoot(name, given) ?? (placement?.said ? (scoped() ?? placed()) : (placed() ?? scoped()));
		if (decision) decisions.set(name, decision);
	}
	const anchors = new Map<string, string | null>();
	for (const [name, decision] of decisions) {
		if (decision.scope === "tenant-root" || decision.scope === "tenant-scoped")
			anchors.set(name, decision.root ?? (decision.scope === "tenant-root" ? name : null));
	}
	const paths = findPaths(model, references, anchors, (name) => !given.fixed.has(name));
	for (const [name, found] of paths) {
		const table = model.tables.get(name);
		if (table && !decisions.has(name)) decisions.set(name, asDerived(found, given));
	}
	const held = new Set<string>();
	for (const [name, { scope }] of decisions) if (scope !== "shared") held.add(name);
	const context = given.shared(held);
	const decideRest = (evidenceFor: (table: Table) => Evidence | null) => {
		for (const table of tables) {
			const name = qualified(table);
			const evidence = decisions.has(name) ? null : evidenceFor(table);
			if (evidence) decisions.set(name, { scope: "shared", tenantColumn: null, root: null, path: null, ...evidence });
		}
	};
	const mistyped = (table: Table) => mistypedColumn(table, model, references, given.roots);
	decideRest((table) => (mistyped(table) ? null : sharedEvidence(table, context)));
	// What people have is not among it: who has which permission is a tenant's own matter.
	const reference = new Set(
		[...decisions].filter(([name, d]) => d.scope === "shared" && !given.people.isPerson(name)).map(([name]) => name),
	);
	decideRest((table) => pairsShared(table, reference));
	const isShared = (name: string) => decisions.get(name)?.scope === "shared";
	for (const table of tables) {
		const name = qualified(table);
		if (decisions.has(name)) continue;
		decisions.set(name, asUnscoped(whyMistyped(mistyped(table)) ?? whyUnscoped(table, given, held, isShared)));
	}
	for (const table of model.tables.values()) {
		if (!table.partitionOf) continue;
		const parent = topParent(table, model);
		const decision = decisions.get(qualified(parent));
		if (decision)
			decisions.set(qualified(table), {
				...decision,
				reason: `It is a partition of \`${qualified(parent)}\`. ${decision.reason}`,
			});
	}
	return decisions;
}

function asRoot(name: string, given: Given): Decision | null {
	const { roots, references } = given;
	const free = roots.find((r) => r.list?.table === name);
	if (free?.list) return asList(free, free.list.column);
	const root = roots.find((r) => r.table === name);
	if (!root) return null;
	const tables = roots.filter((r) => r.table !== null);
	const level = tables.filter((r) => related(r.table as string, name, given));
	const listed = (all: readonly Root[], between: string) => all.map((r) => `\`${r.table}\``).join(between);
	const place =
		level.length > 1
			? ` It is level ${level.indexOf(root) + 1} of ${level.length}: ${listed(level, " › ")}.`
			: tables.length > 1
				? ` Neither above nor below it stand the other tenants, those of ${listed(
						tables.filter((r) => r !== root),
						", ",
					)}.`
				: "";
	const loose = references
		.of(name)
		.find((r) => !r.notNull && r.target !== name && tables.some((l) => l.table === r.target));
	const alone = loose
		? ` Its \`${loose.columns.join(", ")}\` may be NULL, and then it stands alone, below no row of \`${loose.target}\`.`
		: "";
	return {
		scope: "tenant-root",
		reason: `Its rows are the tenants: ${root.evidence}.${place}${alone}`,
		tenantColumn: null,
		root: name,
		path: null,
		confidence: root.carriers >= 4 ? "certain" : "likely",
	};
}

/** A list of tenants whose key is not theirs alone: its rows are told apart like those of any table with the free-standing key. */
function asList({ columns }: Root, column: string): Decision {
	return {
		scope: "tenant-root",
		reason: `Its rows are the tenants: it is called after what \`${columns[0]}\` names in other tables, and has it in \`${column}\`. That column alone is not its key, so no foreign key guards that a tenant exists.`,
		tenantColumn: column,
		root: null,
		path: null,
		confidence: "likely",
	};
}

function asPlaced(table: Table, placement: Placement | null): Decision | null {
	if (!placement?.schemas.has(table.schema)) return null;
	const template = table.schema === placement.template;
	return {
		scope: "tenant-scoped",
		reason: placement.said
			? `Each tenant has this table in a schema of its own, for which \`${table.schema}\` stands here, as \`tenancy.config.json\` says. If it is not a tenant's, name it under "tables" there.`
			: template
				? `It stands in \`${table.schema}\`, the template that each tenant's own schema is made from: the schema says whose rows they are.`
				: `It stands in the schema \`${table.schema}\`, which belongs to one tenant: ${placement.schemas.size > 1 ? `${placement.schemas.size} schemas have the same tables` : "the files do the same to each schema that is called alike"}.`,
		tenantColumn: null,
		root: placement.catalog,
		path: null,
		confidence: placement.said || placement.schemas.size >= 2 ? "certain" : "likely",
	};
}

function asScoped(table: Table, given: Given): Decision | null {
	const { model, references, roots } = given;
	const tenant = tenantColumnOf(table, model, references, roots);
	if (!tenant) return null;
	const means =
		tenant.root === null
			? `Every row names its tenant in \`${tenant.column}\``
			: `Every row names its tenant in \`${tenant.column}\` → \`${tenant.root}\``;
	const notes: string[] = [];
	if (!tenant.notNull) notes.push("The column may be NULL, so a row may belong to nobody.");
	const guarded = tenant.declared || isGuardedByOwner(table, tenant.column, given);
	if (tenant.root !== null && !guarded) notes.push("No foreign key guards that the tenant exists.");
	return {
		scope: "tenant-scoped",
		reason: [`${tenant.notNull ? means : means.replace("Every row", "A row")}.`, ...notes].join(" "),
		tenantColumn: tenant.column,
		root: tenant.root,
		path: null,
		confidence: guarded ? "certain" : "likely",
	};
}

/** Whether a key of several columns names the tenant together with a row of that tenant: `(tenant_id, order_id)`. */
function isGuardedByOwner(table: Table, column: string, { model, references, roots }: Given): boolean {
	return references.of(qualified(table)).some(({ declared, notNull, columns, target, to }) => {
		const named = declared && notNull ? to[columns.indexOf(column)] : undefined;
		const owner = model.tables.get(target);
		return (
			named !== undefined && owner !== undefined && tenantColumnOf(owner, model, references, roots)?.column === named
		);
	});
}

function asDerived(paths: readonly TenantPath[], given: Given): Decision {
	const best = paths[0] as TenantPath;
	const chain = best.steps.map((s) => `\`${s.columns.join(", ")}\` → \`${s.references}\``).join(", ");
	const ends = [...new Set(paths.map((p) => p.root).filter((r): r is string => r !== null))];
	const apart = ends.filter((root) => !related(root, ends[0] as string, given));
	const direct = paths.filter((p) => p.steps.length === 1 && given.roots.some((r) => r.table === p.end));
	if (apart.length > 0 || direct.length > 1) {
		const ways = (direct.length > 1 ? direct : paths)
			.slice(0, 3)
			.map((p) => `\`${p.steps[0]?.columns.join(", ")}\` → \`${p.steps[0]?.references}\``);
		return {
			scope: "unscoped",
			reason: `Each row reaches more than one tenant (${ways.join(" and ")}), and nothing says which of them owns it.`,
			tenantColumn: null,
			root: null,
			path: null,
			confidence: "likely",
		};
	}
	const others = [...new Set(paths.slice(1).map((p) => `\`${p.steps[0]?.columns.join(", ")}\``))].filter(
		(c) => c !== `\`${best.steps[0]?.columns.join(", ")}\``,
	);
	const note =
		others.length > 0
			? ` It also reaches one over ${others.slice(0, 3).join(" and ")}; nothing in the database forces the two to be the same tenant.`
			: "";
	const end = given.model.tables.get(best.end);
	const column = end ? tenantColumnOf(end, given.model, given.references, given.roots) : null;
	const loose =
		column && !column.notNull
			? ` \`${best.end}.${column.column}\` may be NULL, though, and then the row belongs to nobody.`
			: "";
	return {
		scope: "tenant-derived",
		reason: `It has no tenant column, but each row belongs to one tenant over ${chain}.${loose}${note}`,
		tenantColumn: null,
		root: best.root,
		path: best.steps,
		confidence: others.length > 0 ? "likely" : "certain",
	};
}

/** Two levels of one hierarchy are the same tenant seen from near and far. */
function related(a: string, b: string, { references, roots }: Given): boolean {
	const above = (name: string, seen: Set<string>): Set<string> => {
		for (const r of references.of(name)) {
			if (seen.has(r.target) || !roots.some((root) => root.table === r.target)) continue;
			seen.add(r.target);
			above(r.target, seen);
		}
		return seen;
	};
	return (
		a === b || above(a, new Set([a])).has(b) || above(b, new Set([b])).has(a) || roots.every((r) => r.table === null)
	);
}

function asUnscoped(reason: string): Decision {
	return {
		scope: "unscoped",
		reason,
		tenantColumn: null,
		root: null,
		path: null,
		confidence: "likely",
	};
}

function topParent(table: Table, model: SchemaModel): Table {
	let parent = table;
	for (let depth = 0; parent.partitionOf && depth < 32; depth++) {
		const above = model.tables.get(qualified(parent.partitionOf));
		if (!above || above === table) break;
		parent = above;
	}
	return parent;
}
