import {
	countScopes,
	type Diagram,
	type DiagramColumn,
	type DiagramEdge,
	type DiagramTable,
} from "../../src/core/diagram/diagram";
import type { Positions } from "../../src/protocol/messages";

export function aColumn(column: Partial<DiagramColumn> = {}): DiagramColumn {
	return {
		name: "id",
		type: "uuid",
		notNull: true,
		primaryKey: false,
		references: null,
		unique: false,
		tenant: false,
		...column,
	};
}

export function aTable(name: string, table: Partial<DiagramTable> = {}): DiagramTable {
	const schema = table.schema ?? "public";
	return {
		id: `${schema}.${name}`,
		schema,
		name,
		scope: "tenant-scoped",
		reason: `${name} has a tenant column.`,
		tenantColumn: null,
		tenantPath: [],
		rls: { enabled: false, forced: false, policies: [] },
		unprotected: true,
		columns: [aColumn({ primaryKey: true })],
		partitions: [],
		group: "all",
		findings: { error: 0, warning: 0 },
		place: { file: "schema.sql", line: 1, column: 1, endLine: 2, endColumn: 3 },
		comment: null,
		...table,
	};
}

export function anEdge(from: string, to: string, edge: Partial<DiagramEdge> = {}): DiagramEdge {
	return {
		id: `${from} ${to}`,
		from,
		to,
		columns: ["id"],
		toColumns: ["id"],
		nullable: false,
		tenant: false,
		onDelete: "cascade",
		...edge,
	};
}

export function aDiagram(tables: readonly DiagramTable[], edges: readonly DiagramEdge[] = []): Diagram {
	return {
		database: "db",
		kind: "ordered",
		mode: "row",
		enforcement: "rls",
		reason: "Five tables carry organization_id.",
		roots: ["public.organizations"],
		tenantColumns: ["organization_id"],
		tables,
		edges,
		groups: [{ id: "all", label: "all", tables: tables.map((table) => table.id) }],
		counts: countScopes(tables),
		problems: [],
		findings: [],
		statements: { total: tables.length, understood: tables.length, failed: 0 },
	};
}

/** Names that PostgreSQL takes and that end a string, a tag or a statement somewhere else. */
export const HOSTILE_NAMES = [
	'"><img src=x onerror=alert(1)>',
	'x"; DROP TABLE y; --',
	"two\nlines\r\nand\ttabs",
	"</script><script>alert(1)</script>",
	"<!--<script>",
	"emoji 🏢 and 订单",
	"back\\slash \\",
	"it's 'quoted'",
	"%%{init: {}}%% #quot; &amp; ${x} `tick`",
	'}o--|| z : "y"',
	"]] }} ]]> */ // '''",
	"constructor",
	"__proto__",
	"to",
	"1",
	"\u0001control\u2028line",
] as const;

/** Every scope, a composite key, a self reference, a tenant edge, and every hostile name as table, column, type, reason and comment. */
export function hostileDiagram(): Diagram {
	const scopes = ["tenant-root", "tenant-scoped", "tenant-derived", "shared", "unscoped"] as const;
	const tables = HOSTILE_NAMES.map((name, i) =>
		aTable(name, {
			schema: i % 3 === 0 ? "public" : name,
			scope: scopes[i % scopes.length] ?? "shared",
			reason: `Because ${name}.`,
			comment: name,
			rls: { enabled: i % 2 === 0, forced: false, policies: [name] },
			columns: [
				aColumn({ primaryKey: true }),
				aColumn({ name, type: `t ${name}`, notNull: false, references: "public.organizations", tenant: true }),
			],
		}),
	);
	const organizations = aTable("organizations", {
		scope: "tenant-root",
		columns: [aColumn({ primaryKey: true }), aColumn({ name: "parent_id", notNull: false })],
	});
	const members = aTable("members", {
		columns: [
			aColumn({ name: "organization_id", primaryKey: true, tenant: true }),
			aColumn({ name: "user_id", primaryKey: true }),
			aColumn({ name: "note", type: "character varying(20)" }),
		],
	});
	const empty = aTable("empty", { columns: [] });
	const edges = [
		...tables.map((table) =>
			anEdge(table.id, "public.organizations", { id: `${table.id} fk`, columns: [table.name], nullable: true }),
		),
		anEdge("public.members", "public.organizations", { id: "m o", columns: ["organization_id"], tenant: true }),
		anEdge("public.organizations", "public.organizations", {
			id: "self",
			columns: ["parent_id"],
			nullable: true,
			onDelete: "set null",
		}),
		anEdge("public.organizations", "public.organizations", { id: "silly", columns: ["id"] }),
		anEdge("public.members", "public.members", {
			id: "pair",
			columns: ["organization_id", "user_id"],
			toColumns: ["user_id", "organization_id"],
		}),
		anEdge("public.members", "public.organizations", { id: "again", columns: ["organization_id"] }),
		anEdge("public.members", "public.empty", { id: "gone", columns: ["user_id"], toColumns: ["nothing"] }),
	];
	return {
		...aDiagram([...tables, organizations, members, empty], edges),
		database: HOSTILE_NAMES[0],
		reason: HOSTILE_NAMES.join(" "),
	};
}

export function inRows(diagram: Diagram): Positions {
	return Object.fromEntries(
		diagram.tables.map((table, i) => [table.id, { x: (i % 4) * 320, y: Math.floor(i / 4) * 260 }]),
	);
}
