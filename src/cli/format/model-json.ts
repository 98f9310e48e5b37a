import type { DatabaseAnalysis } from "../../core/analyze";
import { qualified, type Table } from "../../core/schema/model";
import type { Workspace } from "../load";

/** The JSON of `tenancy model --json`, version 1: one database plainly, several as `databases` with their paths. */
export function modelJson(workspace: Workspace): string {
	const [first, ...more] = workspace.databases.map((database) => databaseJson(database, workspace));
	const value = more.length === 0 ? { version: 1, ...first } : { version: 1, databases: [first, ...more] };
	return `${JSON.stringify(value, null, 2)}\n`;
}

function databaseJson(database: DatabaseAnalysis, { place, show }: Workspace) {
	const { path, kind, model, tenancy, statements, problems } = database;
	return {
		path: show(path),
		kind,
		tenancy: {
			mode: tenancy.mode,
			roots: tenancy.roots,
			tenantColumns: tenancy.tenantColumns,
			enforcement: tenancy.enforcement,
			reason: tenancy.reason,
		},
		tables: [...model.tables.values()]
			.sort((a, b) => (qualified(a) < qualified(b) ? -1 : 1))
			.map((table) => tableJson(table, database, place)),
		statements,
		problems: problems.map(({ location, message, kind, severity }) => ({
			place: place(database, location),
			message,
			kind,
			severity,
		})),
	};
}

function tableJson(table: Table, database: DatabaseAnalysis, place: Workspace["place"]) {
	const own = database.tenancy.tables.get(qualified(table));
	return {
		schema: table.schema,
		name: table.name,
		place: place(database, table.location),
		scope: own?.scope ?? "unscoped",
		reason: own?.reason ?? "",
		confidence: own?.confidence ?? "guess",
		tenantColumn: own?.tenantColumn ?? null,
		tenantPath: own?.path ?? null,
		enforcement: own?.enforcement ?? "none",
		rls: {
			enabled: table.rls.enabled,
			forced: table.rls.forced,
			policies: table.policies.map((policy) => policy.name),
		},
		columns: table.columns.map(({ name, type, notNull, default: value }) => ({ name, type, notNull, default: value })),
		primaryKey: table.primaryKey?.columns ?? [],
		foreignKeys: table.foreignKeys.map((key) => ({
			name: key.name,
			columns: key.columns,
			references: qualified(key.references),
			to: key.to,
			onDelete: key.onDelete,
		})),
		uniques: table.uniques.map(({ name, columns }) => ({ name, columns })),
		indexes: table.indexes.map((index) => ({
			name: index.name,
			columns: index.columns.map((column, i) => column ?? index.expressions[i] ?? ""),
			unique: index.unique,
			method: index.method,
			where: index.where,
		})),
		partitionOf: table.partitionOf ? qualified(table.partitionOf) : null,
	};
}
