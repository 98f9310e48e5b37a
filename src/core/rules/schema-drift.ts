import { columnList, quoteIdentifier, quoteName } from "../emit/identifier";
import type { Step } from "../emit/step";
import { type Column, qualified, type SchemaModel, type Table } from "../schema/model";
import type { Placement } from "../tenancy/placement";
import type { Detection, Rule, RuleContext } from "./base/rule";
import { CLINICS, clinic, tenantSchemas } from "./base/tenant-schemas";

/** Differences that a message names before it counts. */
const SHOWN = 3;

const THREE = `${CLINICS}${clinic("tenant_umbra")}`;
const CHIP = (schema: string) => `ALTER TABLE ${schema}.patients ADD COLUMN chip_number text;\n`;

export const schemaDrift: Rule = {
	id: "schema-drift",
	summary: "A tenant's schema differs from the template, or from what most tenants have.",
	severity: "warning",
	doc: {
		why: "The application is one for all: a query that names the missing column fails for that tenant alone, a missing key lets in what the others refuse, and each later migration meets a schema that it wasn't tried on.",
		remedy: "Bring the schema in line, and run each migration over all tenants and the template.",
		sources: [
			{
				title: "django-tenants: Migrating all schemas",
				url: "https://django-tenants.readthedocs.io/en/latest/use.html",
			},
			{ title: "Apartment: Migrations", url: "https://github.com/rails-on-services/apartment" },
		],
		bad: `${THREE}${CHIP("tenant_acme")}${CHIP("tenant_globex")}`,
		good: `${THREE}${CHIP("tenant_acme")}${CHIP("tenant_globex")}${CHIP("tenant_umbra")}`,
		traps: [
			{
				title: "names of indexes and the order of columns are no difference",
				sql: `${THREE}${CHIP("tenant_acme")}${CHIP("tenant_globex")}${CHIP("tenant_umbra")}CREATE INDEX one ON tenant_acme.patients (owner_id);\nCREATE INDEX two ON tenant_globex.patients (owner_id);\nCREATE INDEX three ON tenant_umbra.patients (owner_id);\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const placement = tenantSchemas(context);
		if (!placement || placement.schemas.size < 2) return;
		const { model } = context;
		const bySchema = new Map([...placement.schemas].map((schema) => [schema, featuresOf(model, schema)]));
		const expected = expectedOf(placement, bySchema);
		const pattern = placement.template ?? "most tenants";
		for (const [schema, features] of bySchema) {
			const missing = outermost([...expected].filter(([name]) => !features.has(name)));
			const added = outermost([...features].filter(([name]) => !expected.has(name)));
			const [first] = [...added, ...missing];
			if (!first) continue;
			const table = (first[1].table.schema === schema && first[1].table) || ownTable(model, schema, first[1].table);
			yield {
				table: table ? qualified(table) : null,
				location: table?.nameLocation ?? model.schemas.get(schema)?.location ?? first[1].table.nameLocation,
				message: `Schema ${schema} differs from ${pattern}: ${[said("lacks", missing), said("has in addition", added)].filter(Boolean).join("; ")}.`,
				help: "Bring the schema in line, and run each migration over all tenants and the template.",
				remedies: () => {
					const steps = added.length === 0 ? missing.map(([, feature]) => addColumn(model, schema, feature)) : [];
					if (steps.length === 0 || steps.includes(null)) return [];
					return [{ title: `Add to ${schema} what it lacks`, steps: steps as Step[], automatic: false }];
				},
			};
		}
	},
};

/** A part of a schema, as messages name it; of which table it is, and which column. */
interface Feature {
	readonly table: Table;
	readonly column?: Column;
}

function featuresOf(model: SchemaModel, schema: string): Map<string, Feature> {
	const features = new Map<string, Feature>();
	for (const table of model.tables.values()) {
		if (table.schema !== schema || table.partitionOf) continue;
		const { name } = table;
		features.set(`table ${name}`, { table });
		const own = (text: string) => text.replaceAll(`${schema}.`, "");
		for (const column of table.columns)
			features.set(`column ${name}.${column.name} ${own(column.type)}${column.notNull ? " NOT NULL" : ""}`, {
				table,
				column,
			});
		if (table.primaryKey) features.set(`primary key ${name} (${columnList(table.primaryKey.columns)})`, { table });
		for (const { columns } of table.uniques) features.set(`unique key ${name} (${columnList(columns)})`, { table });
		for (const { columns, references, to } of table.foreignKeys) {
			const target = own(qualified(references)).replace(/^public\./, "");
			features.set(`foreign key ${name} (${columnList(columns)}) to ${target} (${columnList(to)})`, { table });
		}
		for (const { columns, unique, where } of table.indexes)
			if (columns.every((column) => column !== null))
				features.set(
					`${unique ? "unique " : ""}index ${name} (${columnList(columns)})${where === null ? "" : ` WHERE ${own(where)}`}`,
					{ table },
				);
	}
	return features;
}

/** What a schema should have: what the template has, else what more than half of them have, else what the first has. */
function expectedOf(
	{ template }: Placement,
	bySchema: ReadonlyMap<string, Map<string, Feature>>,
): Map<string, Feature> {
	const pattern = template !== null && bySchema.get(template);
	if (pattern) return pattern;
	const all = [...bySchema.values()];
	if (all.length === 2) return all[0] as Map<string, Feature>;
	const counts = new Map<string, number>();
	for (const features of all) for (const name of features.keys()) counts.set(name, (counts.get(name) ?? 0) + 1);
	return new Map(all.flatMap((features) => [...features].filter(([name]) => (counts.get(name) ?? 0) > all.length / 2)));
}

/** Without the parts of tables that differ as a whole. */
function outermost(features: readonly [string, Feature][]): [string, Feature][] {
	const tables = new Set(features.flatMap(([name, { table }]) => (name === `table ${table.name}` ? [table.name] : [])));
	return features.filter(([name, { table }]) => !tables.has(table.name) || name === `table ${table.name}`);
}

function said(verb: string, features: readonly [string, Feature][]): string {
	if (features.length === 0) return "";
	const names = features.slice(0, SHOWN).map(([name]) => name);
	const more = features.length - names.length;
	return `it ${verb} ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function ownTable(model: SchemaModel, schema: string, { name }: Table): Table | undefined {
	return model.tables.get(`${schema}.${name}`);
}

/** Adds a column that rows can do without; null where it takes more. */
function addColumn(model: SchemaModel, schema: string, { table, column }: Feature): Step | null {
	const own = ownTable(model, schema, table);
	if (!own || !column || column.notNull || column.generated !== null || column.identity !== null) return null;
	if (own.columns.some(({ name }) => name === column.name) || column.type.includes(`${table.schema}.`)) return null;
	const change = (what: string) => `ALTER TABLE ${quoteName(own)} ${what}`;
	const name = quoteIdentifier(column.name);
	const value = column.default === null || column.default.includes("(") ? "" : ` DEFAULT ${column.default}`;
	return {
		sql: change(`ADD COLUMN ${name} ${column.type}${value}`),
		phase: "prepare",
		down: change(`DROP COLUMN ${name}`),
		table: qualified(own),
	};
}
