import { Dependencies } from "../../emit/ddl/dependencies";
import type { ObjectKind } from "../../emit/schema";
import { type QName, qualified, type SchemaModel, type Table } from "../../schema/model";
import { findPlacement } from "../../tenancy/placement";
import type { Tenancy } from "../../tenancy/scope";

/** What of a product's schema each tenant gets, and what all share. Keys are those of the model's maps. */
export interface Split {
	isTenants(kind: ObjectKind, key: string): boolean;
	isShared(kind: ObjectKind, key: string): boolean;
	/** Where names find an object: null for a tenant's own, which the search path finds. */
	schemaOf(object: QName): string | null;
	/** The model without what would reach from what is shared into a tenant's schema. */
	readonly model: SchemaModel;
	/** Schemas that hold what is shared, in the order of the search path behind the tenant's. */
	readonly sharedSchemas: readonly string[];
	/** Shared tables that tenants may read: those that hold neither people nor secrets. */
	readonly readable: readonly Table[];
	/** What could not be carried over as it was, a sentence each. */
	readonly notes: readonly string[];
}

/** Columns by which a table tells people or secrets: such a table is no reference data that every tenant may read. */
const PRIVATE = /e_?mail|password|passwd|secret|token|phone|hash|api_?key|first_?name|last_?name|full_?name|birth/i;

export function splitSchema(model: SchemaModel, tenancy: Tenancy): Split {
	const placement = tenancy.mode === "schema" || tenancy.mode === "hybrid" ? findPlacement(model) : null;
	const template = placement === null ? null : (placement.template ?? [...placement.schemas].sort()[0] ?? null);
	const isCopy = (schema: string) => placement !== null && schema !== template && placement.schemas.has(schema);
	const notes: string[] = [];
	const tables = tenantTables(model, tenancy, template, isCopy, notes);
	const own = { table: tables, ...ownObjects(model, tables, template) };
	const tenants: Readonly<Record<ObjectKind, ReadonlySet<string>>> = { extension: new Set(), ...own };
	const names = new Set([...own.table, ...own.view, ...own.sequence, ...own.type]);
	for (const key of own.function) names.add(qualified(model.functions.get(key) as QName));
	const isTenants = (kind: ObjectKind, key: string) => tenants[kind].has(key);
	const isShared = (kind: ObjectKind, key: string) => {
		const schema = schemaOfKey(model, kind, key);
		return !tenants[kind].has(key) && schema !== template && !isCopy(schema);
	};
	const shared = [...model.tables].filter(([key]) => isShared("table", key));
	const readable = shared
		.filter(([key]) => tenancy.tables.get(key)?.scope === "shared")
		.map(([, table]) => table)
		.filter(({ columns }) => !columns.some(({ name }) => PRIVATE.test(name)));
	for (const [key, table] of shared)
		if (tenancy.tables.get(key)?.scope === "shared" && !readable.includes(table))
			notes.push(
				`${key} is shared, but has columns about people or secrets: tenants' roles may not read it until you grant them the columns that they need.`,
			);
	for (const [key, view] of model.views)
		if (
			own.view.has(key) &&
			!view.securityInvoker &&
			view.reads.some((read) => model.tables.has(read) && !own.table.has(read))
		)
			notes.push(
				`The view ${key} reads shared tables with its owner's rights: check that it shows a tenant nothing of the others.`,
			);
	const schemas = new Set(shared.map(([, { schema }]) => schema));
	for (const kind of ["view", "function", "type"] as const)
		for (const [key, { schema }] of objectsOf(model, kind)) if (isShared(kind, key)) schemas.add(schema);
	schemas.delete("public");
	return {
		isTenants,
		isShared,
		schemaOf: (object) => (names.has(qualified(object)) ? null : object.schema),
		model: withoutCrossings(model, own.table, own.function, notes),
		sharedSchemas: [...[...schemas].sort(), "public"],
		readable,
		notes,
	};
}

function objectsOf(model: SchemaModel, kind: ObjectKind): ReadonlyMap<string, QName> {
	const maps = {
		table: model.tables,
		view: model.views,
		function: model.functions,
		sequence: model.sequences,
		type: model.types,
	};
	return kind === "extension" ? new Map() : maps[kind];
}

function schemaOfKey(model: SchemaModel, kind: ObjectKind, key: string): string {
	return objectsOf(model, kind).get(key)?.schema ?? "";
}

/** The tables that each tenant gets. What might hold tenants' rows counts as theirs: in a shared table all could read it. */
function tenantTables(
	model: SchemaModel,
	tenancy: Tenancy,
	template: string | null,
	isCopy: (schema: string) => boolean,
	notes: string[],
): Set<string> {
	const result = new Set<string>();
	for (const [key, table] of model.tables) {
		if (table.persistence === "temporary" || table.kind === "foreign") continue;
		const own = tenancy.tables.get(key);
		const belongs =
			template !== null
				? table.schema === template
				: tenancy.mode === "single-tenant"
					? own?.override === null || own?.scope !== "shared"
					: own?.scope !== "shared" && own?.scope !== "tenant-root";
		const isInnerRoot = template === null && own?.scope === "tenant-root" && reachesRoot(table, key, tenancy);
		if ((belongs || isInnerRoot) && !isCopy(table.schema)) result.add(key);
	}
	const byName = new Map<string, string>();
	for (const key of [...result]) {
		const { name } = model.tables.get(key) as Table;
		const first = byName.get(name);
		if (first === undefined) byName.set(name, key);
		else {
			result.delete(key);
			notes.push(
				`${key} and ${first} have the same name, and a tenant has one schema: rename one of them, ${key} is left out.`,
			);
		}
	}
	return result;
}

/** Whether a root is a level below another one: `organization › project`. */
function reachesRoot(table: Table, key: string, tenancy: Tenancy): boolean {
	return table.foreignKeys.some(({ references }) => {
		const target = qualified(references);
		return target !== key && tenancy.roots.includes(target);
	});
}

type Owned = Readonly<Record<"view" | "function" | "sequence" | "type", Set<string>>>;

/** Views and functions that read a tenant's tables, sequences that those own, and all of the template's schema. */
function ownObjects(model: SchemaModel, tables: ReadonlySet<string>, template: string | null): Owned {
	const needs = new Dependencies(model);
	const inTemplate = (kind: ObjectKind) =>
		new Set([...objectsOf(model, kind)].filter(([, { schema }]) => schema === template).map(([key]) => key));
	const own: Owned = {
		view: inTemplate("view"),
		function: inTemplate("function"),
		sequence: inTemplate("sequence"),
		type: inTemplate("type"),
	};
	// Whatever a shared table needs stays beside it.
	const kept = new Set(
		[...model.tables].flatMap(([key, table]) =>
			tables.has(key)
				? []
				: [...needs.ofTable(table), ...table.triggers.flatMap(({ function: run }) => functionsNamed(model, run))],
		),
	);
	for (let before = -1; before !== own.view.size + own.function.size; ) {
		before = own.view.size + own.function.size;
		const isOwn = (key: string) => tables.has(key) || own.view.has(key) || own.function.has(key);
		for (const [key, view] of model.views)
			if ([...view.reads, ...needs.named(view.query)].some(isOwn)) own.view.add(key);
		for (const [key, routine] of model.functions) {
			const mentioned = [...needs.named(routine.body, true), ...needs.ofFunction(routine, "")];
			if (!kept.has(key) && mentioned.some((each) => each !== key && isOwn(each)) && template === null)
				own.function.add(key);
		}
	}
	for (const [key, sequence] of model.sequences) {
		const used = [...model.tables].filter(([, table]) => needs.ofTable(table).includes(key)).map(([table]) => table);
		if (
			sequence.ownedBy
				? tables.has(qualified(sequence.ownedBy.table))
				: used.length > 0 && used.every((table) => tables.has(table))
		)
			own.sequence.add(key);
	}
	return own;
}

function functionsNamed(model: SchemaModel, name: string): string[] {
	return [...model.functions].filter(([, each]) => qualified(each) === name).map(([key]) => key);
}

/** A shared table can't reference a tenant's: there is one for each tenant. */
function withoutCrossings(
	model: SchemaModel,
	own: ReadonlySet<string>,
	functions: ReadonlySet<string>,
	notes: string[],
): SchemaModel {
	const tables = new Map<string, Table>();
	const runsOwn = (name: string) => functionsNamed(model, name).some((key) => functions.has(key));
	for (const [key, table] of model.tables) {
		if (own.has(key)) {
			tables.set(key, table);
			continue;
		}
		for (const { name, references } of table.foreignKeys)
			if (own.has(qualified(references)))
				notes.push(
					`The foreign key ${name} of the shared ${key} is left out: it references ${qualified(references)}, which each tenant has one of.`,
				);
		for (const { name, function: run } of table.triggers)
			if (runsOwn(run))
				notes.push(`The trigger ${name} of the shared ${key} is left out: ${run} works on tenants' tables.`);
		tables.set(key, {
			...table,
			foreignKeys: table.foreignKeys.filter(({ references }) => !own.has(qualified(references))),
			triggers: table.triggers.filter(({ function: run }) => !runsOwn(run)),
		});
	}
	return { ...model, tables };
}
