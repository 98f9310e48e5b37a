import {
	countScopes,
	type Diagram,
	type DiagramColumn,
	type DiagramEdge,
	type DiagramTable,
} from "../../src/core/diagram/diagram";
import { groupTables } from "../../src/core/diagram/groups";
import type { Scope } from "../../src/core/tenancy/scope";

/** Numbers between 0 and 1 that are the same each time (mulberry32, a public-domain generator by Tommy Ettinger). */
function numbers(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

const DOMAINS = [
	"booking",
	"invoice",
	"member",
	"message",
	"asset",
	"shipment",
	"campaign",
	"ticket",
	"device",
	"course",
	"recipe",
	"contract",
	"survey",
	"ledger",
	"report",
	"route",
];
const PARTS = [
	"",
	"items",
	"notes",
	"events",
	"labels",
	"versions",
	"approvals",
	"files",
	"comments",
	"schedules",
	"rules",
	"exports",
	"settings",
	"reminders",
	"assignments",
	"totals",
];
const EXTRA: readonly (readonly [string, string])[] = [
	["status", "text"],
	["title", "text"],
	["amount_cents", "bigint"],
	["currency", "character(3)"],
	["metadata", "jsonb"],
	["starts_at", "timestamp with time zone"],
	["ends_at", "timestamp with time zone"],
	["position", "integer"],
	["description", "text"],
	["external_reference", "character varying(255)"],
	["is_archived", "boolean"],
	["total", "numeric(12,2)"],
];

export function aColumn(column: Partial<DiagramColumn> & { readonly name: string }): DiagramColumn {
	return { type: "uuid", notNull: true, primaryKey: false, references: null, unique: false, tenant: false, ...column };
}

export function aTable(name: string, table: Partial<DiagramTable> = {}): DiagramTable {
	const schema = table.schema ?? "public";
	return {
		id: `${schema}.${name}`,
		schema,
		name,
		scope: "tenant-scoped",
		reason: `Its column organization_id names the tenant and references organizations.`,
		tenantColumn: "organization_id",
		tenantPath: [],
		rls: { enabled: false, forced: false, policies: [] },
		unprotected: true,
		columns: [aColumn({ name: "id", primaryKey: true })],
		partitions: [],
		group: "all",
		findings: { error: 0, warning: 0 },
		place: { file: "schema.sql", line: 1, column: 1, endLine: 8, endColumn: 3 },
		comment: null,
		...table,
	};
}

export function anEdge(from: string, to: string, edge: Partial<DiagramEdge> = {}): DiagramEdge {
	return {
		id: `${from} ${to} fkey`,
		from,
		to,
		columns: ["id"],
		toColumns: ["id"],
		nullable: false,
		tenant: false,
		onDelete: "no action",
		...edge,
	};
}

/** A diagram of exactly these tables and edges; groups and counts follow from them. */
export function aDiagram(
	tables: readonly DiagramTable[],
	edges: readonly DiagramEdge[] = [],
	diagram: Partial<Diagram> = {},
): Diagram {
	const groups = groupTables(
		tables,
		edges.filter((edge) => !edge.tenant),
	);
	const groupOf = new Map(groups.flatMap((group) => group.tables.map((id) => [id, group.id] as const)));
	return {
		database: ".",
		kind: "ordered",
		mode: "row",
		enforcement: "rls",
		reason: "Most tables carry organization_id, which references organizations.",
		roots: ["public.organizations"],
		tenantColumns: ["organization_id"],
		tables: tables.map((table) => ({ ...table, group: groupOf.get(table.id) ?? "" })),
		edges,
		groups,
		counts: countScopes(tables),
		problems: [],
		findings: [],
		statements: { total: tables.length * 3, understood: tables.length * 3, failed: 0 },
		...diagram,
	};
}

/**
 * A product with so many tables: a root, domains of some 16 tables each with a table in their middle, lookup tables, a users table
 * that many reference, some tables of each scope, wide and narrow ones. The same for the same count.
 */
export function aProduct(count: number): Diagram {
	const random = numbers(count);
	const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
	const tables: DiagramTable[] = [];
	const edges: DiagramEdge[] = [];
	const add = (
		name: string,
		scope: Scope,
		columns: DiagramColumn[],
		more: Partial<DiagramTable> = {},
	): DiagramTable => {
		const tenant = columns.find((column) => column.tenant)?.name ?? null;
		const table = aTable(name, {
			scope,
			reason: reasonFor(scope, name),
			tenantColumn: tenant,
			columns,
			place: {
				file: `migrations/${String(1 + Math.floor(tables.length / 10)).padStart(4, "0")}.sql`,
				line: 1 + (tables.length % 10) * 12,
				column: 1,
				endLine: 10,
				endColumn: 3,
			},
			...more,
		});
		tables.push(table);
		for (const column of columns)
			if (column.references)
				edges.push(
					anEdge(table.id, column.references, {
						id: `${table.id} ${name}_${column.name}_fkey`,
						columns: [column.name],
						nullable: !column.notNull,
						tenant: column.tenant,
					}),
				);
		return table;
	};
	const id = aColumn({ name: "id", primaryKey: true });
	const tenantColumn = aColumn({ name: "organization_id", references: "public.organizations", tenant: true });
	const extra = (from: number) =>
		EXTRA.slice(from, from + 1 + Math.floor(random() * (EXTRA.length - from))).map(([name, type]) =>
			aColumn({ name, type, notNull: random() < 0.5 }),
		);
	const rls = (name: string) => ({ enabled: true, forced: random() < 0.8, policies: [`${name}_isolation`] });

	add(
		"organizations",
		"tenant-root",
		[id, aColumn({ name: "name", type: "text" }), aColumn({ name: "slug", type: "text", unique: true }), ...extra(4)],
		{ rls: rls("organizations") },
	);
	add("users", "shared", [id, aColumn({ name: "email", type: "text", unique: true }), ...extra(5)]);
	add("countries", "shared", [
		aColumn({ name: "code", type: "character(2)", primaryKey: true }),
		aColumn({ name: "name", type: "text" }),
	]);
	for (let i = 0; tables.length < count; i++) {
		const round = Math.floor(i / DOMAINS.length);
		const domain = `${DOMAINS[i % DOMAINS.length]}${round === 0 ? "" : `_${"abcdefghij"[round - 1]}`}`;
		const members: string[] = [];
		const size = Math.min(count - tables.length, count < 20 ? 7 : 9 + Math.floor(random() * 14));
		for (let j = 0; j < size; j++) {
			const part = PARTS[j % PARTS.length] || "links";
			const name =
				j === 0 ? `${domain}s` : `${domain}_${part}${j >= PARTS.length ? `_${Math.floor(j / PARTS.length)}` : ""}`;
			const parent = members.length === 0 ? null : random() < 0.45 ? members[0] : pick(members);
			const columns = [id];
			const dice = random();
			const scope: Scope =
				j === 0
					? "tenant-scoped"
					: dice < 0.62
						? "tenant-scoped"
						: dice < 0.84
							? "tenant-derived"
							: dice < 0.9
								? "shared"
								: "unscoped";
			if (scope === "tenant-scoped") columns.push(tenantColumn);
			if (parent)
				columns.push(
					aColumn({
						name: `${parent.slice(7).replace(/s$/, "")}_id`,
						references: parent,
						notNull: scope === "tenant-derived" || random() < 0.6,
					}),
				);
			if (random() < 0.25) columns.push(aColumn({ name: "created_by", references: "public.users", notNull: false }));
			const other = i > 0 && random() < 0.12 ? pick(tables).id : null;
			if (other && other !== parent && other !== "public.organizations")
				columns.push(aColumn({ name: "related_id", references: other, notNull: false }));
			const unprotected = random() < 0.15;
			const table = add(name, scope, [...columns, ...extra(Math.floor(random() * 8))], {
				rls: unprotected || scope === "shared" ? { enabled: false, forced: false, policies: [] } : rls(name),
				tenantPath: scope === "tenant-derived" && parent ? [`${parent.slice(7).replace(/s$/, "")}_id → ${parent}`] : [],
				partitions: random() < 0.03 ? ["2026_01", "2026_02", "2026_03"].map((month) => `${name}_${month}`) : [],
				findings: { error: scope === "unscoped" ? 1 : 0, warning: random() < 0.1 ? 2 : 0 },
			});
			members.push(table.id);
		}
	}
	return aDiagram(tables, edges);
}

function reasonFor(scope: Scope, name: string): string {
	switch (scope) {
		case "tenant-root":
			return `Each row of ${name} is a tenant: most other tables reference it.`;
		case "tenant-scoped":
			return "Its column organization_id names the tenant: NOT NULL, and it references organizations.";
		case "tenant-derived":
			return "It has no tenant column, but each row belongs to one row of its parent, which has one.";
		case "shared":
			return `${name} holds the same rows for all tenants: no table with a tenant is needed to fill it.`;
		case "unscoped":
			return `Nothing says whose rows ${name} holds: its only foreign keys may be empty, and it has no tenant column.`;
		default:
			return scope satisfies never;
	}
}
