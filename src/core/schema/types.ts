import type {
	AlterDomainStmt,
	AlterEnumStmt,
	AlterTableCmd,
	CompositeTypeStmt,
	Constraint,
	CreateDomainStmt,
	CreateEnumStmt,
	Node,
} from "@pgsql/types";
import type { Catalog } from "./catalog";
import { plainColumn } from "./create-table";
import type { TypeDraft } from "./drafts";
import { removeColumn } from "./drop-column";
import { expressionOf } from "./expression";
import type { QName } from "./model";
import { findWord, insideParentheses, trimmed } from "./source-text";
import { as, stringsOf } from "./tree";
import { resolveType } from "./type-name";

function addType(
	catalog: Catalog,
	name: QName,
	kind: TypeDraft["kind"],
	more: Partial<TypeDraft> = {},
): TypeDraft | null {
	const key = `${name.schema}.${name.name}`;
	if (catalog.types.has(key)) {
		catalog.reportExisting("A type", name);
		return null;
	}
	const type: TypeDraft = {
		tag: "type",
		...name,
		kind,
		labels: [],
		base: null,
		notNull: false,
		attributes: [],
		default: null,
		checks: [],
		definition: null,
		location: catalog.location(),
		...more,
	};
	catalog.types.set(key, type);
	return type;
}

function typeNamed(catalog: Catalog, parts: readonly string[], missingOk = false): TypeDraft | null {
	const type = catalog.find(parts, (key) => catalog.types.get(key));
	if (!type && !missingOk) catalog.reportMissing("Type", catalog.meant(parts));
	return type ?? null;
}

export function createEnum(catalog: Catalog, statement: CreateEnumStmt): void {
	addType(catalog, catalog.newNameOf(stringsOf(statement.typeName)), "enum", { labels: stringsOf(statement.vals) });
}

/** ALTER TYPE … ADD VALUE and RENAME VALUE. */
export function alterEnum(catalog: Catalog, statement: AlterEnumStmt): void {
	const type = typeNamed(catalog, stringsOf(statement.typeName));
	if (!type || statement.newVal === undefined) return;
	if (statement.oldVal !== undefined) {
		const at = type.labels.indexOf(statement.oldVal);
		if (at < 0) catalog.reportMissing("Value", { schema: `${type.schema}.${type.name}`, name: statement.oldVal });
		else {
			type.labels[at] = statement.newVal;
			renameInDefaults(catalog, type, statement.oldVal, statement.newVal);
		}
		return;
	}
	if (type.labels.includes(statement.newVal)) {
		if (!statement.skipIfNewValExists)
			catalog.reportExisting(`A value of ${type.schema}.${type.name}`, { schema: type.schema, name: statement.newVal });
		return;
	}
	const neighbour = statement.newValNeighbor === undefined ? -1 : type.labels.indexOf(statement.newValNeighbor);
	const at = neighbour < 0 ? type.labels.length : neighbour + (statement.newValIsAfter ? 1 : 0);
	type.labels.splice(at, 0, statement.newVal);
}

/** Defaults that are the renamed value show its new name. */
function renameInDefaults(catalog: Catalog, type: TypeDraft, from: string, to: string): void {
	const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;
	for (const table of catalog.tables) {
		for (const column of table.columns) {
			const text = column.default?.text ?? "";
			if (
				column.type.named !== type ||
				!column.default ||
				!(text === literal(from) || text.startsWith(`${literal(from)}::`))
			)
				continue;
			column.default = { ...column.default, text: literal(to) + text.slice(literal(from).length), mentions: [] };
		}
	}
}

export function createComposite(catalog: Catalog, statement: CompositeTypeStmt): void {
	if (!statement.typevar) return;
	const name = catalog.newName(statement.typevar);
	const attributes = (statement.coldeflist ?? []).flatMap((node) => {
		const definition = as(node, "ColumnDef");
		return definition ? [{ name: definition.colname ?? "", type: resolveType(catalog, definition.typeName) }] : [];
	});
	const type = addType(catalog, name, "composite", { attributes });
	if (type) catalog.addRelation({ tag: "composite", type, ...name });
}

/** ALTER TYPE … ADD, DROP, ALTER ATTRIBUTE. */
export function alterComposite(catalog: Catalog, type: TypeDraft, command: AlterTableCmd): void {
	const definition = as(command.def, "ColumnDef");
	const at = type.attributes.findIndex((attribute) => attribute.name === command.name);
	const typed = [...catalog.tables].filter((table) => table.ofType === type);
	if (command.subtype === "AT_AddColumn" && definition) {
		const attribute = { name: definition.colname ?? "", type: resolveType(catalog, definition.typeName) };
		if (type.attributes.some((each) => each.name === attribute.name)) {
			catalog.reportExisting("Attribute", { schema: `${type.schema}.${type.name}`, name: attribute.name });
			return;
		}
		type.attributes.push(attribute);
		for (const table of typed) table.columns.push(plainColumn(table, attribute.name, attribute.type));
	} else if (command.subtype === "AT_DropColumn" && at >= 0) {
		type.attributes.splice(at, 1);
		for (const table of typed)
			for (const column of table.columns.filter((each) => each.name === command.name))
				removeColumn(catalog, column, true, true);
	} else if (command.subtype === "AT_AlterColumnType" && at >= 0 && definition) {
		const changed = resolveType(catalog, definition.typeName);
		type.attributes[at] = { name: command.name ?? "", type: changed };
		for (const table of typed)
			for (const column of table.columns) if (column.name === command.name) column.type = changed;
	}
}

export function createDomain(catalog: Catalog, statement: CreateDomainStmt): void {
	const name = catalog.newNameOf(stringsOf(statement.domainname));
	const type = addType(catalog, name, "domain", { base: resolveType(catalog, statement.typeName) });
	if (!type) return;
	const constraints = (statement.constraints ?? []).flatMap((node) => as(node, "Constraint") ?? []);
	const { text } = catalog.origin.statement;
	for (const [i, constraint] of constraints.entries())
		constrainDomain(catalog, type, constraint, constraints[i + 1]?.location ?? text.length);
}

/** @param end where the constraint ends at the latest, in the statement's text */
function constrainDomain(catalog: Catalog, type: TypeDraft, constraint: Constraint | undefined, end: number): void {
	if (constraint?.contype === "CONSTR_NOTNULL") type.notNull = true;
	const { text } = catalog.origin.statement;
	const start = constraint?.location ?? 0;
	if (constraint?.contype === "CONSTR_DEFAULT") {
		const word = findWord(text, start, "default", end);
		if (word) type.default = expressionOf(catalog, constraint.raw_expr, text, trimmed(text, word.end, end), null);
	}
	if (constraint?.contype !== "CONSTR_CHECK") return;
	const word = findWord(text, start, "check", end);
	const span = word && insideParentheses(text, word.end, end);
	if (!span) return;
	const name = constraint.conname ?? catalog.chooseConstraintName(type.schema, type.name, null, "check");
	type.checks.push({ name, expression: expressionOf(catalog, constraint.raw_expr, text, span, null) });
	catalog.addConstraintName(type.schema, name);
}

/** ALTER DOMAIN … SET/DROP NOT NULL, ADD/DROP CONSTRAINT; the letters are those of AlterDomainStmt.subtype. */
export function alterDomain(catalog: Catalog, statement: AlterDomainStmt): void {
	const type = typeNamed(catalog, stringsOf(statement.typeName));
	if (!type) return;
	switch (statement.subtype) {
		case "O":
		case "N":
			type.notNull = statement.subtype === "O";
			break;
		case "C":
			constrainDomain(catalog, type, as(statement.def, "Constraint"), catalog.origin.statement.text.length);
			break;
		case "T": {
			const { text } = catalog.origin.statement;
			const word = findWord(text, 0, "default");
			type.default =
				statement.def && word
					? expressionOf(catalog, statement.def, text, trimmed(text, word.end, text.length), null)
					: null;
			break;
		}
		case "X": {
			const at = type.checks.findIndex(({ name }) => name === statement.name);
			if (at < 0) break;
			type.checks.splice(at, 1);
			catalog.removeConstraintName(type.schema, statement.name ?? "");
		}
	}
}

/** CREATE TYPE … AS RANGE, and the base types and shells of CREATE TYPE name (…). */
export function createOtherType(catalog: Catalog, names: readonly Node[] | undefined, kind: "range" | "base"): void {
	const name = catalog.newNameOf(stringsOf(names));
	const existing = catalog.types.get(`${name.schema}.${name.name}`);
	if (existing?.kind === "base" && kind === "base") return;
	const { text } = catalog.origin.statement;
	const span = kind === "range" ? insideParentheses(text, findWord(text, 0, "range")?.end ?? 0) : null;
	addType(catalog, name, kind, { definition: span && text.slice(span.start, span.end) });
}
