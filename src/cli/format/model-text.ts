import type { DatabaseAnalysis } from "../../core/analyze";
import type { DiagramTable } from "../../core/diagram/diagram";
import { CONFIG_FILE } from "../../core/tenancy/config-file";
import type { Enforcement, Scope, TenancyMode } from "../../core/tenancy/scope";
import type { Workspace } from "../load";
import { count, oneLine, type Paint } from "../output";

/** What needs a person's eye comes first. */
const ORDER: readonly {
	readonly scope: Scope;
	readonly sign: string;
	readonly title: string;
	readonly colour: Parameters<Paint>[0];
}[] = [
	{ scope: "unscoped", sign: "!", title: "Unscoped: nothing says whose rows these are", colour: "red" },
	{ scope: "tenant-root", sign: "★", title: "Tenant roots: their rows are the tenants", colour: "yellow" },
	{
		scope: "tenant-scoped",
		sign: "●",
		title: "Tenant-scoped: a column names the tenant, or they stand in a schema of the tenant's own",
		colour: "green",
	},
	{
		scope: "tenant-derived",
		sign: "↳",
		title: "Tenant-derived: they reach one tenant over their foreign keys",
		colour: "blue",
	},
	{ scope: "shared", sign: "○", title: "Shared: they belong to no tenant", colour: "grey" },
];

const MODES: Readonly<Record<TenancyMode, string>> = {
	"single-tenant": "single-tenant: no sign of several tenants",
	row: "row: tenants share the tables, each row belongs to one",
	schema: "schema: each tenant has a schema of its own",
	hybrid: "hybrid: some tenants share tables, others have a schema of their own",
};

const ENFORCEMENTS: Readonly<Record<Enforcement, string>> = {
	rls: "rls: the database refuses another tenant's rows (row-level security)",
	application: "application: only the application's queries keep tenants apart",
	placement: "placement: tenants have their own schema or database",
	none: "none: nothing keeps tenants apart",
};

/** `tenancy model` for people: what was found out about each database, then its tables by scope with the reason. */
export function modelText(workspace: Workspace, paint: Paint): string {
	return workspace.databases.map((database) => databaseText(database, workspace, paint)).join("\n\n");
}

function databaseText(database: DatabaseAnalysis, { show, place }: Workspace, paint: Paint): string {
	const { diagram, statements, tenancy } = database;
	const tenants: [string, string][] = [
		["Tenant roots", tenancy.roots.join(", ") || "none"],
		["Tenant columns", tenancy.tenantColumns.join(", ") || "none"],
		["Enforcement", ENFORCEMENTS[tenancy.enforcement]],
	];
	const single: [string, string][] = [
		[
			"If not so",
			`name the table whose rows are the tenants under "roots" in ${CONFIG_FILE}, or say "mode": "schema" there if each tenant has these tables in a schema of its own`,
		],
	];
	const facts: [string, string][] = [
		["Mode", MODES[tenancy.mode]],
		["Why", tenancy.reason],
		...(tenancy.mode === "single-tenant" ? single : tenants),
		["Scopes", ORDER.map(({ scope }) => `${diagram.counts[scope]} ${scope}`).join(", ")],
		[
			"Statements",
			`${count(statements.total, "statement")}, ${statements.failed === 0 ? "all understood" : `${statements.failed} not understood`}`,
		],
	];
	const lines = [
		paint("bold", `${oneLine(show(database.path))} · ${database.kind} · ${count(diagram.tables.length, "table")}`),
		...facts.map(([name, value]) => `  ${paint("dim", name.padEnd(15))} ${oneLine(value)}`),
		...ORDER.flatMap(({ scope, sign, title, colour }) => {
			const tables = diagram.tables.filter((table) => table.scope === scope);
			return tables.length === 0
				? []
				: ["", paint(colour, `${sign} ${title} (${tables.length})`), ...tableLines(tables, paint)];
		}),
	];
	if (database.problems.length > 0) {
		lines.push("", paint("bold", `Problems (${database.problems.length})`));
		for (const { location, severity, message } of database.problems) {
			const { file, line, column } = place(database, location);
			lines.push(`  ${oneLine(file)}:${line}:${column}: ${severity}: ${oneLine(message)}`);
		}
	}
	return `${lines.join("\n")}\n`;
}

function tableLines(tables: readonly DiagramTable[], paint: Paint): string[] {
	const names = tables.map((table) => oneLine(table.schema === "public" ? table.name : table.id));
	const width = Math.min(40, Math.max(...names.map((name) => name.length)));
	return tables.map((table, i) => {
		const partitions =
			table.partitions.length > 0 ? paint("dim", ` (${count(table.partitions.length, "partition")})`) : "";
		return `  ${names[i]?.padEnd(width)}  ${oneLine(table.reason)}${partitions}`;
	});
}
