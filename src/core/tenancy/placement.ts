import { qualified, type SchemaModel, type Table } from "../schema/model";
import { byFrequency } from "../text/most-frequent";
import { considered } from "./considered";
import type { Root } from "./roots";
import { headNoun, snake, tenantWeight, wordsOf } from "./vocabulary";

/** A schema for each tenant: which schemas, and the table that lists the tenants. */
export interface Placement {
	/** Schemas of tenants, and the template they are made from. */
	readonly schemas: ReadonlySet<string>;
	readonly template: string | null;
	/** Qualified key of the table that lists tenants and their schemas, or null. */
	readonly catalog: string | null;
	readonly evidence: string;
	/** A person said so, and the files show no tenant's schema: one schema stands for all of theirs, and may hold other tables as well. */
	readonly said?: true;
}

/** Below this many tables in common, likeness says nothing. */
const LEAST_TABLES = 2;
/** Tenant schemas are made from one template, so they share nearly all tables; drift takes some. */
const LEAST_LIKENESS = 0.6;

/**
 * Finds schema-level tenancy: several schemas with the same tables, a function that creates schemas from a name that it
 * is given, files that do the same to each schema that is called alike, or a template of tenants' schemas beside the
 * table that lists those. Null where there is none.
 */
export function findPlacement(model: SchemaModel): Placement | null {
	const bySchema = new Map<string, Set<string>>();
	for (const table of model.tables.values()) {
		if (table.partitionOf) continue;
		const names = bySchema.get(table.schema) ?? new Set<string>();
		bySchema.set(table.schema, names.add(table.name));
	}
	const alike = likeSchemas(bySchema);
	const creator = [...model.functions.values()].find(
		(f) => /\bcreate\s+schema\b/i.test(f.body) && /\bexecute\b/i.test(f.body),
	);
	const named = [...model.alikeSchemas].filter(([name]) => (bySchema.get(name)?.size ?? 0) >= LEAST_TABLES);
	const template = findTemplate(bySchema, alike);
	const isMade = creator !== undefined && (template !== null || listsSchemas(model, alike) !== null);
	if (alike.length < 2 && named.length === 0 && !isMade && !isListed(model, template)) return null;
	const own = template === null ? [] : [template];
	const schemas = new Set(alike.length >= 2 ? alike : [...named.map(([name]) => name), ...own]);
	const catalog = listsSchemas(model, [...schemas]);
	if (schemas.size === 0 && catalog === null) return null;
	const evidence = [
		alike.length >= 2 ? `the schemas ${list([...schemas])} hold the same tables` : null,
		named[0] ? `the files do the same to each schema called like \`${named[0][1]}\`` : null,
		alike.length < 2 && template !== null ? `\`${template}\` is what they are made from` : null,
		creator ? `the function \`${qualified(creator)}\` creates a schema` : null,
		catalog ? `\`${catalog}\` lists the tenants` : null,
	];
	return { schemas, template, catalog, evidence: evidence.filter((part) => part !== null).join("; ") };
}

/**
 * A schema for each tenant of which the files say nothing, as the application runs them once for each: the schema that most tables
 * stand in is taken for each tenant's own. Null where there are no tables.
 */
export function saidPlacement(model: SchemaModel): Placement | null {
	const counts = new Map<string, number>();
	for (const { schema } of considered(model)) counts.set(schema, (counts.get(schema) ?? 0) + 1);
	const [schema] = byFrequency(counts);
	if (schema === undefined) return null;
	return {
		schemas: new Set([schema]),
		template: schema,
		catalog: listsSchemas(model, [], 5),
		evidence: `\`tenancy.config.json\` says so; \`${schema}\` stands for it in these files`,
		said: true,
	};
}

/** Whether a table stands in tenants' schemas. One that is said to hold several tenants' rows does not, nor one that names a tenant in each row where all of it was said. */
export function isPlaced(table: Table, placement: Placement | null, tenantColumn: string | null): boolean {
	return placement?.schemas.has(table.schema) === true && !(placement.said && tenantColumn !== null);
}

function likeSchemas(bySchema: ReadonlyMap<string, ReadonlySet<string>>): string[] {
	let best: string[] = [];
	for (const [schema, names] of bySchema) {
		if (names.size < LEAST_TABLES) continue;
		const family = [...bySchema]
			.filter(([other, theirs]) => other === schema || likeness(names, theirs) >= LEAST_LIKENESS)
			.map(([other]) => other);
		if (family.length > best.length) best = family;
	}
	return best.length >= 2 ? best.sort() : [];
}

function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
	const common = [...a].filter((name) => b.has(name)).length;
	return common < LEAST_TABLES ? 0 : common / Math.max(a.size, b.size);
}

function findTemplate(bySchema: ReadonlyMap<string, ReadonlySet<string>>, alike: readonly string[]): string | null {
	const named = [...bySchema.keys()].filter((name) => /template|blueprint|prototype|skeleton/i.test(name));
	return (
		named.find((name) => alike.includes(name)) ?? named.find((name) => (bySchema.get(name)?.size ?? 0) > 0) ?? null
	);
}

/** Whether a schema is called the template of tenants', and a table that is called after them lists them. */
function isListed(model: SchemaModel, template: string | null): boolean {
	return (
		template !== null &&
		wordsOf(template).some((word) => tenantWeight(word) >= 2) &&
		listsSchemas(model, [template], 6) !== null
	);
}

/**
 * The table that names each tenant's schema: outside their schemas, with a column for it, or called after tenants, or
 * what the schemas are called after.
 * @param least how much has to speak for it: 4 for such a column or a plain name, more for both
 */
function listsSchemas(model: SchemaModel, schemas: readonly string[], least = 4): string | null {
	const outside = [...model.tables.values()].filter((t) => !schemas.includes(t.schema) && !t.partitionOf);
	const score = (table: Table) => {
		const noun = Math.max(0, ...wordsOf(table.name).slice(-1).map(tenantWeight));
		const names = table.columns.some((c) =>
			/(^|_)(schema|schema_name|db_schema|search_path|database|database_name|dsn)$/.test(snake(c.name)),
		);
		const stem = `${headNoun(table.name)}_`;
		const called = schemas.length > 0 && schemas.every((schema) => schema.startsWith(stem));
		return (names ? 4 : 0) + (noun >= 2 ? noun : 0) + (called ? 4 : 0);
	};
	const best = outside.map((table) => ({ table, score: score(table) })).sort((a, b) => b.score - a.score)[0];
	return best && best.score >= least ? qualified(best.table) : null;
}

/** The catalog of tenants as a root, where rows do not say it already. */
export function catalogRoot(placement: Placement): Root | null {
	return placement.catalog === null
		? null
		: {
				table: placement.catalog,
				columns: [],
				carriers: 0,
				policed: 0,
				evidence: "it lists the tenants and where each one's tables stand",
			};
}

function list(names: readonly string[]): string {
	const shown = names.slice(0, 3).map((name) => `\`${name}\``);
	return names.length > 3 ? `${shown.join(", ")} and ${names.length - 3} more` : shown.join(" and ");
}
