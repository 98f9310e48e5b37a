import { Lexer } from "../text/lexer";
import type { Catalog } from "./catalog";
import { columnNamed } from "./columns";
import type { ConstraintDraft, RelationDraft, TableDraft } from "./drafts";
import { printType } from "./type-name";

/** What is known of a condition; null: it depends on what reading can't tell. */
export type Verdict = boolean | null;

/**
 * Decides the conditions that migrations write to run twice without harm: `NOT EXISTS (SELECT … FROM pg_type WHERE typname
 * = 'x')`, `to_regclass('x') IS NULL` and their like, by what the files have created up to here.
 */
export function decide(catalog: Catalog, condition: string): Verdict {
	const text = withoutParentheses(condition.trim());
	const either = partsBetween(text, "or");
	if (either.length > 1) return not(all(either.map((part) => not(decide(catalog, part)))));
	const both = partsBetween(text, "and");
	if (both.length > 1) return all(both.map((part) => decide(catalog, part)));
	const negated = /^not\b([\s\S]*)$/i.exec(text);
	if (negated) return not(decide(catalog, negated[1] as string));
	const constant = /^'?(true|false)'?(?:::bool(?:ean)?)?$/i.exec(text);
	if (constant) return constant[1]?.toLowerCase() === "true";
	const regclass = /^to_regclass\s*\(\s*'([^']+)'(?:::\w+)?\s*\)\s+is\s+(not\s+)?null$/i.exec(text);
	if (regclass) return (relationOf(catalog, regclass[1] as string) !== undefined) === (regclass[2] !== undefined);
	const regtype = /^to_regtype\s*\(\s*'([^']+)'(?:::\w+)?\s*\)\s+is\s+(not\s+)?null$/i.exec(text);
	if (regtype)
		return (
			(catalog.find(splitName(regtype[1] as string), (key) => catalog.types.get(key)) !== undefined) ===
			(regtype[2] !== undefined)
		);
	const exists = /^exists\s*\(\s*select\b[\s\S]*?\bfrom\b([\s\S]*)\)$/i.exec(text);
	if (!exists) return null;
	const here = `'${catalog.creationSchema().replaceAll("'", "''")}'`;
	return decideExists(catalog, (exists[1] as string).replace(/\bcurrent_schema\b(?:\s*\(\s*\))?/gi, here));
}

function not(verdict: Verdict): Verdict {
	return verdict === null ? null : !verdict;
}

export function all(verdicts: readonly Verdict[]): Verdict {
	if (verdicts.includes(false)) return false;
	return verdicts.includes(null) ? null : true;
}

/** What stands between the words, outside of parentheses. */
export function partsBetween(text: string, word: string): string[] {
	const lexer = new Lexer(text);
	const parts: string[] = [];
	let depth = 0;
	let start = 0;
	for (let kind = lexer.nextCode(); kind !== "end"; kind = lexer.nextCode()) {
		if (lexer.is("(")) depth++;
		else if (lexer.is(")")) depth--;
		else if (depth === 0 && lexer.isWord(word)) {
			parts.push(text.slice(start, lexer.start));
			start = lexer.end;
		}
	}
	return [...parts, text.slice(start)];
}

function withoutParentheses(text: string): string {
	if (!text.startsWith("(") || !text.endsWith(")")) return text;
	let depth = 0;
	for (let i = 0; i < text.length - 1; i++) {
		if (text[i] === "(") depth++;
		else if (text[i] === ")") depth--;
		if (depth === 0) return text;
	}
	return withoutParentheses(text.slice(1, -1).trim());
}

/** `name = 'value'` in a WHERE: the columns that are compared with literals, and how many conditions there are in all. */
interface Asked {
	readonly values: ReadonlyMap<string, string>;
	readonly complete: boolean;
}

/** Stands for a condition that isn't understood. */
const TEMPLATE = " {{}} ";

function askedOf(where: string): Asked {
	const values = new Map<string, string>();
	const left = where.replace(
		/(?:\w+\.)?(\w+)\s*=\s*\(?\s*(?:to_regclass\s*\(\s*)?'((?:[^']|'')*)'(?:\s*::\s*[\w. "]+?)?\s*\)?(?=\s|$|;|\))/gi,
		(_, column: string, value: string) => {
			// What a template puts in can't be known.
			if (/\{\{/.test(value)) return TEMPLATE;
			values.set(column.toLowerCase(), value.replaceAll("''", "'"));
			return "";
		},
	);
	// What is left over but for AND is a condition that isn't understood here.
	return {
		values,
		complete: /^(?:\s|;|\(|\)|\band\b|\blimit\s+1\b)*$/i.test(left) && !/\bor\b/i.test(where),
	};
}

function decideExists(catalog: Catalog, from: string): Verdict {
	const [sources = "", ...rest] = from.split(/\bwhere\b/i);
	const table = (/^\s*(?:pg_catalog\.)?("?[\w.]+"?)/.exec(sources)?.[1] ?? "").toLowerCase();
	const test = TESTS[table];
	if (!test) return null;
	// Join conditions only connect the catalogs with each other.
	const { values, complete } = askedOf(rest.join(" where ").replace(/\b\w+\.\w+\s*=\s*\w+\.\w+/g, ""));
	if (values.size === 0 || /\bor\b/i.test(rest.join(" "))) return null;
	for (const value of values.values()) catalog.reach(splitName(value).at(-1) ?? value);
	const found = test(catalog, values);
	if (found === false) return false;
	return found === true && complete ? true : null;
}

type Test = (catalog: Catalog, values: ReadonlyMap<string, string>) => Verdict;

/** For each catalog or view that conditions ask: whether it has such a row. */
const TESTS: Readonly<Record<string, Test>> = {
	"information_schema.columns": (catalog, values) => hasColumn(catalog, values),
	"information_schema.tables": (catalog, values) =>
		hasRelation(catalog, values, ["table", "view"], "table_name", "table_schema"),
	"information_schema.views": (catalog, values) => hasRelation(catalog, values, ["view"], "table_name", "table_schema"),
	"information_schema.schemata": (catalog, values) => named(values, "schema_name", (name) => catalog.hasSchema(name)),
	"information_schema.table_constraints": (catalog, values) =>
		hasConstraint(catalog, values, "constraint_name", "table_name"),
	pg_tables: (catalog, values) => hasRelation(catalog, values, ["table"], "tablename", "schemaname"),
	pg_views: (catalog, values) => hasRelation(catalog, values, ["view"], "viewname", "schemaname"),
	pg_matviews: (catalog, values) => hasRelation(catalog, values, ["view"], "matviewname", "schemaname"),
	pg_indexes: (catalog, values) => hasRelation(catalog, values, ["index"], "indexname", "schemaname"),
	pg_class: (catalog, values) =>
		hasRelation(catalog, values, ["table", "view", "index", "sequence", "composite"], "relname", "nspname"),
	pg_sequences: (catalog, values) => hasRelation(catalog, values, ["sequence"], "sequencename", "schemaname"),
	pg_type: (catalog, values) =>
		named(values, "typname", (name) =>
			[...catalog.types.values()].some((type) => type.name === name && inSchema(type.schema, values, "nspname")),
		),
	pg_enum: (catalog, values) =>
		named(values, "enumlabel", (label) => {
			const type = values.get("typname") ?? splitName(values.get("enumtypid") ?? "").at(-1);
			return [...catalog.types.values()].some(
				(each) => (type === undefined || type === "" || each.name === type) && each.labels.includes(label),
			);
		}),
	pg_constraint: (catalog, values) => hasConstraint(catalog, values, "conname", "conrelid"),
	pg_attribute: (catalog, values) =>
		hasColumn(
			catalog,
			new Map(
				[...values].map(([key, value]) => [{ attname: "column_name", attrelid: "table_name" }[key] ?? key, value]),
			),
		),
	pg_policies: (catalog, values) => hasOnTable(catalog, values, "policyname", (table) => table.policies),
	pg_policy: (catalog, values) => hasOnTable(catalog, values, "polname", (table) => table.policies),
	pg_trigger: (catalog, values) => hasOnTable(catalog, values, "tgname", (table) => table.triggers),
	pg_namespace: (catalog, values) => named(values, "nspname", (name) => catalog.hasSchema(name)),
	pg_extension: (catalog, values) => named(values, "extname", (name) => catalog.extensions.has(name)),
	pg_publication: (catalog, values) => named(values, "pubname", (name) => catalog.publications.has(name)),
	pg_roles: (catalog, values) => named(values, "rolname", (name) => catalog.roles.has(name)),
	pg_authid: (catalog, values) => named(values, "rolname", (name) => catalog.roles.has(name)),
	pg_user: (catalog, values) => named(values, "usename", (name) => catalog.roles.has(name)),
	pg_proc: (catalog, values) =>
		named(values, "proname", (name) =>
			[...catalog.functions.values()]
				.flat()
				.some((each) => each.name === name && inSchema(each.schema, values, "nspname")),
		),
};

function named(values: ReadonlyMap<string, string>, column: string, test: (name: string) => boolean): Verdict {
	const name = values.get(column);
	return name === undefined ? null : test(name);
}

function inSchema(schema: string, values: ReadonlyMap<string, string>, column: string): boolean {
	const asked = values.get(column);
	return asked === undefined || asked === schema;
}

function hasRelation(
	catalog: Catalog,
	values: ReadonlyMap<string, string>,
	tags: readonly RelationDraft["tag"][],
	column: string,
	schema: string,
): Verdict {
	return named(values, column, (name) => {
		const asked = values.get(schema);
		for (const each of asked === undefined ? catalog.usedSchemas() : [asked]) {
			const relation = catalog.relations.get(`${each}.${name}`);
			if (!relation || !tags.includes(relation.tag)) continue;
			if (relation.tag === "index") catalog.reach(relation.on.name);
			return true;
		}
		return false;
	});
}

/** The tables that a condition is about: by bare name, or by a regclass text. */
function tablesAsked(catalog: Catalog, values: ReadonlyMap<string, string>, column: string): TableDraft[] {
	const name = values.get(column);
	if (name === undefined) return [...catalog.tables];
	const parts = splitName(name);
	return [...catalog.tables].filter(
		(table) =>
			(table.name === name || table.name === parts.at(-1)) &&
			inSchema(table.schema, values, "table_schema") &&
			inSchema(table.schema, values, "schemaname"),
	);
}

function hasColumn(catalog: Catalog, values: ReadonlyMap<string, string>): Verdict {
	return named(values, "column_name", (name) =>
		tablesAsked(catalog, values, "table_name").some((table) => {
			const column = columnNamed(table, name);
			if (!column) return false;
			const type = values.get("data_type");
			const nullable = values.get("is_nullable");
			return (
				(type === undefined || printType(column.type).replace(/\(.*\)/, "") === type.toLowerCase()) &&
				(nullable === undefined || column.notNull === (nullable === "NO"))
			);
		}),
	);
}

/** What catalogs call the kinds of constraints. https://www.postgresql.org/docs/current/catalog-pg-constraint.html */
const KINDS: Readonly<Record<string, (constraint: ConstraintDraft) => boolean>> = {
	"primary key": (each) => each.tag === "key" && each.primary,
	p: (each) => each.tag === "key" && each.primary,
	unique: (each) => each.tag === "key" && !each.primary,
	u: (each) => each.tag === "key" && !each.primary,
	"foreign key": (each) => each.tag === "foreign",
	f: (each) => each.tag === "foreign",
};

function hasConstraint(catalog: Catalog, values: ReadonlyMap<string, string>, column: string, table: string): Verdict {
	const isKind = KINDS[(values.get("constraint_type") ?? values.get("contype") ?? "").toLowerCase()];
	if (!values.has(column) && isKind && values.has(table))
		return tablesAsked(catalog, values, table).some((each) => each.constraints.some(isKind));
	return named(values, column, (name) =>
		hasItem(catalog, tablesAsked(catalog, values, table), ({ constraints }) => constraints, name),
	);
}

function hasOnTable(
	catalog: Catalog,
	values: ReadonlyMap<string, string>,
	column: string,
	list: (table: TableDraft) => readonly { readonly name: string }[],
): Verdict {
	const table = ["tablename", "polrelid", "tgrelid", "relname"].find((each) => values.has(each)) ?? "tablename";
	return named(values, column, (name) => hasItem(catalog, tablesAsked(catalog, values, table), list, name));
}

function hasItem(
	catalog: Catalog,
	tables: readonly TableDraft[],
	list: (table: TableDraft) => readonly { readonly name: string }[],
	name: string,
): boolean {
	const found = tables.find((table) => list(table).some((item) => item.name === name));
	if (found) catalog.reach(found.name);
	return found !== undefined;
}

function relationOf(catalog: Catalog, text: string): RelationDraft | undefined {
	return catalog.relationNamed(splitName(text));
}

/** The parts of a name in a string, folded as `regclass` folds it. */
export function splitName(text: string): string[] {
	return [...text.matchAll(/"((?:[^"]|"")*)"|([^.\s"]+)/g)].map(
		(match) => match[1]?.replaceAll('""', '"') ?? (match[2] as string).toLowerCase(),
	);
}
