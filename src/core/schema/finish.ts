import type { Location } from "../text/span";
import type { Catalog } from "./catalog";
import { currentText } from "./current-text";
import type { FunctionDraft, GrantDraft, SequenceDraft, TypeDraft, ViewDraft } from "./drafts";
import type { ForeignKeyDraft } from "./drafts-table";
import { finishIndex } from "./finish-parts";
import { finishTable } from "./finish-table";
import { signatureOf } from "./functions";
import { kept } from "./kept";
import type {
	FunctionModel,
	Grant,
	Publication,
	QName,
	SchemaModel,
	SequenceModel,
	Table,
	TypeModel,
	View,
} from "./model";
import { keyOf } from "./names";
import { printType } from "./type-name";

/** The model of what the catalog holds in the end, with the names that everything has by then; what is in `last` the same as there. */
export function finish(catalog: Catalog, last: SchemaModel | null): SchemaModel {
	reportUnlinked(catalog);
	const { tables, views, functions, sequences } = contentsOf(catalog, last);
	const types = new Map<string, TypeModel>();
	for (const type of catalog.types.values()) types.set(`${type.schema}.${type.name}`, finishType(type));
	const publications = new Map<string, Publication>();
	for (const { name, allTables, tables: published, filtered, schemas, location } of catalog.publications.values()) {
		const inSchemas = [...catalog.tables].filter((table) => schemas.includes(table.schema));
		publications.set(name, {
			name,
			allTables,
			tables: [...new Set([...published, ...inSchemas].map(readableKey))],
			filtered: filtered.filter((each) => published.includes(each)).map(readableKey),
			location,
		});
	}
	const seeded = new Map<string, Location>();
	for (const [table, location] of catalog.seeded)
		if (catalog.tables.has(table)) seeded.set(readableKey(table), location);
	const { schemas, roles, extensions, defaultPrivileges, alikeSchemas, problems } = catalog;
	return {
		schemas,
		tables: finished(tables),
		views: finished(views),
		functions: finished(functions),
		sequences: finished(sequences),
		types,
		roles,
		extensions,
		publications,
		grants: finishGrants(catalog.grants),
		revokes: finishGrants(catalog.revokes),
		defaultPrivileges,
		seeded,
		alikeSchemas,
		problems,
	};
}

/** Something in the catalog that has a key in the model. */
export interface Unfinished<T> {
	readonly key: string;
	/** Its own, or that of the table to which a sequence belongs. */
	readonly name: string;
	/** As in the last model where it is the same. */
	readonly finish: () => T;
}

/** What the catalog holds of each kind that may depend on tables. */
export function contentsOf(
	{ tables, views, functions, sequences }: Catalog,
	last: SchemaModel | null,
): {
	readonly tables: readonly Unfinished<Table>[];
	readonly views: readonly Unfinished<View>[];
	readonly functions: readonly Unfinished<FunctionModel>[];
	readonly sequences: readonly Unfinished<SequenceModel>[];
} {
	return {
		tables: [...tables].map((table) => {
			const key = keyOf(table.schema, table.name);
			return { key, name: table.name, finish: () => finishTable(table, last?.tables.get(key)) };
		}),
		views: [...views].map((view) => {
			const key = keyOf(view.schema, view.name);
			return { key, name: view.name, finish: () => kept(last?.views.get(key), finishView(view)) };
		}),
		functions: [...functions.values()].flat().map((each) => {
			const key = functionKey(each);
			return { key, name: each.name, finish: () => kept(last?.functions.get(key), finishFunction(each)) };
		}),
		sequences: [...sequences].map((sequence) => {
			const key = keyOf(sequence.schema, sequence.name);
			const name = sequence.ownedBy?.table.name ?? "";
			return { key, name, finish: () => kept(last?.sequences.get(key), finishSequence(sequence)) };
		}),
	};
}

function finished<T>(contents: readonly Unfinished<T>[]): Map<string, T> {
	return new Map(contents.map(({ key, finish: make }) => [key, make()]));
}

/** Says of foreign keys that still wait for their table that it never came: once a table, at the first of them. */
export function reportUnlinked(catalog: Catalog): void {
	const missing = new Map<string, ForeignKeyDraft[]>();
	for (const key of catalog.pending) {
		const name = `${key.references.schema}.${key.references.name}`;
		missing.set(name, [...(missing.get(name) ?? []), key]);
	}
	for (const [name, [first, ...others]] of missing) {
		if (!first) continue;
		if (!catalog.hasSchema(first.references.schema)) {
			catalog.reportElsewhere(first.references.schema, first.location);
			continue;
		}
		const more = others.length === 0 ? "" : others.length === 1 ? ", as does 1 more" : `, as do ${others.length} more`;
		catalog.report(
			"unresolved",
			"warning",
			`Foreign key ${first.name} of ${first.table.schema}.${first.table.name} refers to ${name}, which no statement creates${more}. Check the name, or whether a file is missing.`,
			first.location,
		);
	}
}

export function readableKey(each: QName | string): string {
	return typeof each === "string" ? each : `${each.schema}.${each.name}`;
}

function finishView(view: ViewDraft): View {
	const { schema, name, kind, securityInvoker, aliases, recursive, options, ending, location, nameLocation } = view;
	return {
		schema,
		name,
		kind,
		query: currentText(view.query),
		reads: view.reads.map(readableKey),
		securityInvoker,
		...(aliases.length > 0 ? { aliases } : {}),
		...(recursive ? { recursive } : {}),
		...(options.length > 0 ? { options } : {}),
		...(ending === null ? {} : { ending }),
		indexes: view.indexes.map((index) => finishIndex(index, undefined)),
		location,
		nameLocation,
		owner: view.owner,
		comment: view.comment,
	};
}

function functionKey(each: FunctionDraft): string {
	return `${each.schema}.${each.name}(${signatureOf(each)})`;
}

function finishFunction(each: FunctionDraft): FunctionModel {
	const { schema, name, kind, language, volatility, settings, body, owner, location, comment } = each;
	return {
		schema,
		name,
		kind,
		arguments: each.arguments.map(({ default: value, ...argument }) => ({
			...argument,
			type: printType(argument.type),
			...(value ? { default: currentText(value) } : {}),
		})),
		returns: printReturns(each),
		language,
		securityDefiner: each.securityDefiner,
		leakproof: each.leakproof,
		publicExecute: each.publicExecute,
		volatility,
		settings,
		body,
		attributes: [...each.attributes.values()],
		owner,
		location,
		comment,
	};
}

function printReturns(each: FunctionDraft): string | null {
	if (each.returnsTable) {
		const columns = each.arguments
			.filter((argument) => argument.mode === "table")
			.map((argument) => `${argument.name ?? ""} ${printType(argument.type)}`);
		return `TABLE(${columns.join(", ")})`;
	}
	return each.returns && `${each.returnsSet ? "SETOF " : ""}${printType(each.returns)}`;
}

function finishSequence({ schema, name, ownedBy, options, location }: SequenceDraft): SequenceModel {
	return {
		schema,
		name,
		ownedBy: ownedBy && { table: { schema: ownedBy.table.schema, name: ownedBy.table.name }, column: ownedBy.name },
		options: [...options.values()],
		location,
	};
}

function finishType(type: TypeDraft): TypeModel {
	const { schema, name, kind, labels, base, notNull, attributes, definition, location } = type;
	return {
		schema,
		name,
		kind,
		labels,
		base: base && printType(base),
		notNull,
		default: type.default && currentText(type.default),
		checks: type.checks.map((check) => ({ name: check.name, expression: currentText(check.expression) })),
		definition,
		attributes: attributes.map((attribute) => ({ name: attribute.name, type: printType(attribute.type) })),
		location,
	};
}

/** Grants are kept one by one; those of one statement with the same privileges are shown as one. */
function finishGrants(drafts: Iterable<GrantDraft>): Grant[] {
	const grants = new Map<string, { grant: Grant; objects: Set<string>; roles: Set<string> }>();
	for (const draft of drafts) {
		const { object, objectKind, role, privileges, location } = draft;
		const columns = draft.columns.map((column) => (typeof column === "string" ? column : column.name));
		const name =
			typeof object === "string"
				? object
				: object.tag === "function"
					? functionKey(object)
					: `${object.schema}.${object.name}`;
		const key = `${location.file} ${location.span.start} ${objectKind} ${privileges.join()} ${columns.join()} ${role}`;
		const same = grants.get(key);
		if (same) same.objects.add(name);
		else
			grants.set(key, {
				grant: { privileges, columns, objectKind, objects: [], roles: [], location },
				objects: new Set([name]),
				roles: new Set([role]),
			});
	}
	const merged = new Map<string, { grant: Grant; objects: Set<string>; roles: Set<string> }>();
	for (const each of grants.values()) {
		const { grant, objects, roles } = each;
		const key = `${grant.location.file} ${grant.location.span.start} ${grant.objectKind} ${grant.privileges.join()} ${grant.columns.join()} ${[...objects].join()}`;
		const same = merged.get(key);
		if (same) for (const role of roles) same.roles.add(role);
		else merged.set(key, each);
	}
	return [...merged.values()].map(({ grant, objects, roles }) => ({
		...grant,
		objects: [...objects],
		roles: [...roles],
	}));
}
