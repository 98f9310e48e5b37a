import { isSame } from "../schema/kept";
import { qualified, type SchemaModel, type Table } from "../schema/model";
import { byFrequency } from "../text/most-frequent";
import { chooseRoots } from "./choose-roots";
import { classify, type Decision } from "./classify";
import type { TenancyDecisions } from "./config";
import { applicationRoles, mainEnforcement, tableEnforcement } from "./enforcement";
import { type Override, overrideOf } from "./overrides";
import { findPeople } from "./people";
import { findPlacement, isPlaced, type Placement, saidPlacement } from "./placement";
import { collectReferences } from "./references";
import type { Root } from "./roots";
import type { Enforcement, TableTenancy, Tenancy, TenancyMode } from "./scope";
import { sharedContext } from "./shared";
import { singleTenant } from "./single-tenant";
import { snake } from "./vocabulary";

/**
 * Says of every table whose data it holds, and why. A person's decisions (configuration, then `@tenancy` in a
 * table's comment) go before what is detected. Pure: the same model and decisions give the same result.
 *
 * @param last what was said before an edit: what is said of a table again is the same object
 */
export function decideTenancy(model: SchemaModel, decisions: TenancyDecisions, last: Tenancy | null = null): Tenancy {
	const references = collectReferences(model);
	const people = findPeople(model, references);
	const overrides = new Map<string, Override>();
	for (const [name, table] of model.tables) {
		const override = overrideOf(table, decisions);
		if (override) overrides.set(name, override);
	}
	const placement = placementOf(model, decisions.mode);
	const roots =
		decisions.mode === "single-tenant" ? [] : chooseRoots(model, references, people, decisions, overrides, placement);
	const mode = decisions.mode ?? modeOf(roots, placement);
	const fixed = new Map(
		[...overrides].flatMap(([name, override]) =>
			override.scope ? [[name, overridden(name, override, model, roots)] as const] : [],
		),
	);
	const single =
		mode === "single-tenant"
			? singleTenant(model, { references, people }, fixed, decisions.mode === "single-tenant")
			: null;
	const decided = single
		? single.decisions
		: classify({
				model,
				references,
				people,
				roots,
				placement,
				fixed,
				shared: (held) =>
					sharedContext(
						model,
						references,
						people,
						held,
						roots.flatMap((r) => r.table ?? []),
						decisions.applicationRoles,
					),
			});
	const held = [...decided]
		.filter(([, d]) => d.scope === "tenant-scoped" || d.scope === "tenant-derived")
		.map(([name]) => name);
	const placed = (table: Table | undefined) =>
		table !== undefined && isPlaced(table, placement, decided.get(qualified(table))?.tenantColumn ?? null);
	const enforcement =
		decisions.enforcement ??
		(mode === "single-tenant"
			? "none"
			: mainEnforcement(model, held, held.filter((name) => placed(model.tables.get(name))).length));
	const tables = new Map<string, TableTenancy>();
	for (const [name, table] of model.tables) {
		const decision = decided.get(name);
		if (!decision) continue;
		const override = overrides.size === 0 ? undefined : overrides.get(name);
		const enforced = tableEnforcement(table, decision.scope, enforcement, placed(table));
		tables.set(name, keptTenancy(last?.tables.get(name), decision, enforced, override?.scope ? override.source : null));
	}
	const tenantColumns = columnsOf(decided, roots, decisions);
	return {
		mode,
		roots: roots.flatMap((root) => root.table ?? []),
		tenantColumns,
		ofPeople: roots.some(({ table, twins }) => twins !== undefined || (table !== null && people.isPerson(table))),
		enforcement,
		reason: workspaceReason(
			single?.reason ?? null,
			roots,
			placement,
			enforcement,
			tables,
			applicationRoles(model, decisions.applicationRoles),
		),
		tables,
	};
}

/** Compares field by field before it makes anything: nearly every edit leaves nearly every table's tenancy as it was. */
function keptTenancy(
	last: TableTenancy | undefined,
	{ scope, reason, tenantColumn, root, path, confidence }: Decision,
	enforcement: Enforcement,
	override: TableTenancy["override"],
): TableTenancy {
	if (
		last !== undefined &&
		last.scope === scope &&
		last.tenantColumn === tenantColumn &&
		last.root === root &&
		last.confidence === confidence &&
		last.enforcement === enforcement &&
		last.override === override &&
		last.reason === reason &&
		isSame(last.path, path)
	)
		return last;
	return { scope, reason, tenantColumn, root, path, confidence, enforcement, override };
}

function placementOf(model: SchemaModel, mode: TenancyMode | undefined): Placement | null {
	if (mode === "row" || mode === "single-tenant") return null;
	return findPlacement(model) ?? (mode === undefined ? null : saidPlacement(model));
}

function modeOf(roots: readonly Root[], placement: Placement | null): TenancyMode {
	const rows = roots.some((root) => root.carriers > 0);
	if (placement) {
		const inside = roots.some((root) => root.table === null || root.carriers >= 3);
		return rows && inside ? "hybrid" : "schema";
	}
	return roots.length > 0 ? "row" : "single-tenant";
}

function overridden(name: string, override: Override, model: SchemaModel, roots: readonly Root[]): Decision {
	const where = override.source === "config" ? "said in `tenancy.config.json`" : "said in the table's comment";
	const table = model.tables.get(name);
	const names = new Set(roots.flatMap((root) => root.columns.map(snake)));
	const column =
		override.tenantColumn ??
		(override.scope === "tenant-scoped" ? (table?.columns.find((c) => names.has(snake(c.name)))?.name ?? null) : null);
	return {
		scope: override.scope ?? "unscoped",
		reason: override.why
			? `${override.why.replace(/\.?$/, ".")} (${where[0]?.toUpperCase()}${where.slice(1)}.)`
			: `A person decided this: ${where}.`,
		tenantColumn: column,
		root: override.scope === "tenant-root" ? name : null,
		path: null,
		confidence: "certain",
	};
}

function columnsOf(
	decided: ReadonlyMap<string, Decision>,
	roots: readonly Root[],
	decisions: TenancyDecisions,
): string[] {
	if (decisions.tenantColumns) return [...decisions.tenantColumns];
	const counts = new Map<string, number>();
	const meant = new Set(roots.flatMap((root) => root.columns.map(snake)));
	for (const decision of decided.values()) {
		if (decision.tenantColumn !== null && meant.has(snake(decision.tenantColumn)))
			counts.set(decision.tenantColumn, (counts.get(decision.tenantColumn) ?? 0) + 1);
	}
	return byFrequency(counts);
}

function workspaceReason(
	single: string | null,
	roots: readonly Root[],
	placement: Placement | null,
	enforcement: Enforcement,
	tables: ReadonlyMap<string, TableTenancy>,
	roles: readonly string[],
): string {
	if (tables.size === 0) return "No table is created in these files.";
	if (single) return single;
	const parts: string[] = [];
	if (placement) parts.push(`Each tenant has a schema of its own: ${placement.evidence}.`);
	for (const root of roots.filter((r) => r.carriers > 0))
		parts.push(
			root.table === null
				? `Rows name their tenant: ${root.evidence}.`
				: `\`${root.table}\` holds the tenants: ${root.evidence}.`,
		);
	const how: Record<Enforcement, string> = {
		rls: "Row-level security keeps tenants apart in the database.",
		application: "No row-level security keeps them apart: the application's queries have to.",
		placement: "Their places keep tenants apart.",
		none: "Nothing was found that keeps tenants apart.",
	};
	parts.push(how[enforcement]);
	if (enforcement === "rls" && roles[0]) parts.push(`The application connects as \`${roles[0]}\`.`);
	if (placement === null && enforcement === "application") parts.push(...ofUnscoped(tables));
	return parts.join(" ");
}

/** Where most tables don't say whose their rows are, they may stand once for each tenant, which nothing in the files shows where the application runs them so. */
function ofUnscoped(tables: ReadonlyMap<string, TableTenancy>): string[] {
	const unscoped = [...tables.values()].filter(({ scope }) => scope === "unscoped").length;
	if (unscoped * 2 < tables.size) return [];
	return [
		`But ${unscoped} of ${tables.size} tables don't say whose their rows are: if each tenant has those in a schema of its own, say \`"mode": "schema"\` in \`tenancy.config.json\`.`,
	];
}
