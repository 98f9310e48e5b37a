import type { Diagram, DiagramColumn, DiagramEdge, DiagramTable } from "../core/diagram/diagram";
import { selectTables } from "../core/diagram/select";
import { LIGHT, SCOPE_WORDS } from "./scope-style";

/**
 * DBML (dbml.dbdiagram.io/docs): every name quoted, each table with its scope's colour and, as a note, scope and reason.
 * All foreign keys are in it, those to the tenant root too: it is read by programs more than by people.
 */
export function toDbml(complete: Diagram): string {
	const { diagram, columnless } = withoutColumnless(complete);
	const blocks = [
		`Project ${name(diagram.database)} {\n\tdatabase_type: 'PostgreSQL'\n\tNote: ${string(diagram.reason)}\n}`,
		...columnless.map((id) => `// ${name(id)} has no columns, which DBML does not allow.`),
		...diagram.tables.map(table),
		...references(diagram),
		...(diagram.groups.length > 1
			? diagram.groups.map(
					(group) =>
						`TableGroup ${name(group.label)} {\n${group.tables.map((id) => `\t${tableName(diagram, id)}\n`).join("")}}`,
				)
			: []),
	];
	return `${blocks.join("\n\n")}\n`;
}

function withoutColumnless(diagram: Diagram): { diagram: Diagram; columnless: readonly string[] } {
	const columnless = diagram.tables.filter((table) => table.columns.length === 0).map((table) => table.id);
	if (columnless.length === 0) return { diagram, columnless };
	return {
		diagram: selectTables(diagram, {
			tables: diagram.tables.flatMap((table) => (table.columns.length === 0 ? [] : [table.id])),
		}),
		columnless,
	};
}

function table(table: DiagramTable): string {
	const note = [`${SCOPE_WORDS[table.scope]}: ${table.reason}`, table.comment].filter(Boolean).join("\n");
	const key = table.columns.filter((column) => column.primaryKey);
	const lines = table.columns.map((column) => `\t${columnLine(column, key.length === 1)}`);
	if (key.length > 1) lines.push(`\tIndexes {\n\t\t(${key.map((column) => name(column.name)).join(", ")}) [pk]\n\t}`);
	lines.push(`\tNote: ${string(note)}`);
	return `Table ${name(table.schema)}.${name(table.name)} [headercolor: ${LIGHT[table.scope].border}] {\n${lines.join("\n")}\n}`;
}

function columnLine(column: DiagramColumn, single: boolean): string {
	const settings = [
		column.primaryKey && single && "pk",
		column.unique && !(column.primaryKey && single) && "unique",
		column.notNull && "not null",
		column.tenant && "note: 'tenant column'",
	].filter(Boolean);
	return `${name(column.name)} ${name(column.type)}${settings.length > 0 ? ` [${settings.join(", ")}]` : ""}`;
}

/** DBML refuses a second reference over the same columns, and one from a set of columns to itself. */
function references(diagram: Diagram): string[] {
	const seen = new Set<string>();
	return diagram.edges.flatMap((edge) => {
		const [from, to] = [end(diagram, edge.from, edge.columns), end(diagram, edge.to, edge.toColumns)];
		if (from === null || to === null || edge.columns.length !== edge.toColumns.length) return [];
		if (edge.from === edge.to && edge.columns.every((column) => edge.toColumns.includes(column))) return [];
		if (seen.has(`${from} ${to}`) || seen.has(`${to} ${from}`)) return [];
		seen.add(`${from} ${to}`);
		return [`Ref: ${from} ${isUnique(diagram, edge) ? "-" : ">"} ${to} [delete: ${edge.onDelete}]`];
	});
}

function end(diagram: Diagram, id: string, columns: readonly string[]): string | null {
	const found = diagram.tables.find((table) => table.id === id);
	if (columns.length === 0 || !found || !columns.every((column) => found.columns.some((c) => c.name === column)))
		return null;
	const list = columns.map(name);
	return `${tableName(diagram, id)}.${list.length === 1 ? list[0] : `(${list.join(", ")})`}`;
}

function isUnique(diagram: Diagram, edge: DiagramEdge): boolean {
	if (edge.columns.length !== 1) return false;
	return (
		diagram.tables
			.find((table) => table.id === edge.from)
			?.columns.some((column) => column.name === edge.columns[0] && column.unique) ?? false
	);
}

function tableName(diagram: Diagram, id: string): string {
	const found = diagram.tables.find((table) => table.id === id);
	return found ? `${name(found.schema)}.${name(found.name)}` : name(id);
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function name(text: string): string {
	return `"${text.replace(/[\\\n\r\t]/g, (c) => ESCAPES[c] as string).replaceAll('"', '\\"')}"`;
}

function string(text: string): string {
	return `'${text.replace(/[\\\n\r\t]/g, (c) => ESCAPES[c] as string).replaceAll("'", "\\'")}'`;
}
