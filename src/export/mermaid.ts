import type { Diagram, DiagramColumn, DiagramEdge, DiagramTable } from "../core/diagram/diagram";
import { SCOPES, type Scope } from "../core/tenancy/scope";
import { LIGHT, SCOPE_MEANINGS, SCOPE_WORDS } from "./scope-style";

/**
 * A Mermaid `erDiagram` (mermaid.js.org/syntax/entityRelationshipDiagram): tables coloured by scope with `classDef`, which
 * Mermaid knows from 11.5 on. Names that its grammar has no room for stand in the entity's alias or the column's comment.
 * Keys to the tenant root are left out, as in the panel.
 */
export function toMermaid(diagram: Diagram): string {
	const ids = entityIds(diagram.tables);
	const lines = [
		"erDiagram",
		`\taccTitle: ${plain(`Tenancy of ${diagram.database}`)}`,
		`\taccDescr: ${plain(diagram.reason)}`,
	];
	for (const scope of SCOPES)
		lines.push(`\t%% ${SCOPE_WORDS[scope]}: ${SCOPE_MEANINGS[scope]} (${diagram.counts[scope]})`);
	for (const table of diagram.tables) lines.push(...entity(table, ids.get(table.id) ?? ""));
	for (const edge of diagram.edges) if (!edge.tenant) lines.push(`\t${relation(diagram, edge, ids)}`);
	for (const scope of SCOPES) {
		const members = diagram.tables.filter((table) => table.scope === scope);
		if (members.length === 0) continue;
		const { band, text, border } = LIGHT[scope];
		lines.push(`\tclassDef ${className(scope)} fill:${band},stroke:${border},color:${text}`);
		lines.push(`\tclass ${members.map((table) => ids.get(table.id)).join(",")} ${className(scope)}`);
	}
	return `${lines.join("\n")}\n`;
}

function className(scope: Scope): string {
	return scope.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** `schema_name` in letters, digits and `_`; what would collide gets a number. The `_` keeps it from being a keyword. */
function entityIds(tables: readonly DiagramTable[]): Map<string, string> {
	const ids = new Map<string, string>();
	const used = new Set<string>();
	for (const table of tables) {
		const base = `${table.schema}_${table.name}`.replace(/[^A-Za-z0-9_]/g, "_").replace(/^(?![A-Za-z])/, "t_");
		let id = base;
		for (let n = 2; used.has(id); n++) id = `${base}_${n}`;
		used.add(id);
		ids.set(table.id, id);
	}
	return ids;
}

function entity(table: DiagramTable, id: string): string[] {
	const name = table.schema === "public" ? table.name : table.id;
	const head = `\t${id}["${encode(name)}"]`;
	if (table.columns.length === 0) return [head];
	return [`${head} {`, ...table.columns.map((column) => `\t\t${attribute(column)}`), "\t}"];
}

function attribute(column: DiagramColumn): string {
	const name = word(column.name);
	const keys = [
		column.primaryKey && "PK",
		column.references !== null && "FK",
		column.unique && !column.primaryKey && "UK",
	]
		.filter(Boolean)
		.join(", ");
	const notes = [
		name !== column.name && column.name,
		column.tenant && "tenant column",
		!column.notNull && "nullable",
	].filter((note) => note !== false);
	return [word(column.type), name, keys, notes.length > 0 ? `"${encode(notes.join(", "))}"` : ""]
		.filter(Boolean)
		.join(" ");
}

/** What Mermaid's grammar takes for a type or a column: a letter or `_` first, then letters, digits, `_`, `-`, `[]`, `()`. */
function word(name: string): string {
	return name.replace(/[^A-Za-z0-9_\-[\]()]/g, "_").replace(/^(?![A-Za-z_])/, "_");
}

/** Child on the left. Solid where the child's key contains the foreign key (an identifying relationship). */
function relation(diagram: Diagram, edge: DiagramEdge, ids: ReadonlyMap<string, string>): string {
	const columns =
		diagram.tables
			.find((table) => table.id === edge.from)
			?.columns.filter((column) => edge.columns.includes(column.name)) ?? [];
	const one = columns.length === 1 && columns.every((column) => column.unique);
	const line = columns.length > 0 && columns.every((column) => column.primaryKey) ? "--" : "..";
	return `${ids.get(edge.from)} ${one ? "|o" : "}o"}${line}${edge.nullable ? "o|" : "||"} ${ids.get(edge.to)} : "${encode(edge.columns.join(", "))}"`;
}

/** Mermaid's own character codes, `#34;` for a quotation mark, for everything that ends a string or is taken for markup. */
function encode(text: string): string {
	return (
		text
			.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, " ")
			.replace(/["#;%\\<>&`*_[\]{}()$~|]/g, (character) =>
				/[_()[\]]/.test(character) ? character : `#${character.codePointAt(0)};`,
			) || " "
	);
}

/** A title's text has no codes: what could end it or start a comment goes. */
function plain(text: string): string {
	return text.replace(/[\u0000-\u001f\u007f#;%{}<>"`\\]+/g, " ").trim();
}
