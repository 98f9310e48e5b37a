import { addIndex, indexOn } from "../emit/indexes";
import { factOf } from "../schema/facts";
import { type ForeignKey, qualified, type Table } from "../schema/model";
import { escapePattern } from "../text/escape-pattern";
import { ORDERS, PRODUCT, secured } from "./base/examples";
import { shown } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext } from "./base/rule";

const LINES = (rest: string) =>
	`${PRODUCT}${ORDERS}${secured("orders")}CREATE TABLE order_items (id uuid PRIMARY KEY, order_id uuid NOT NULL REFERENCES orders ON DELETE CASCADE, amount integer NOT NULL);\n${rest}`;

export const fkIndexMissing: Rule = {
	id: "fk-index-missing",
	summary:
		"A foreign key of a tenant's table has no index, so each delete of a row that it points at reads all tenants' rows.",
	severity: "info",
	doc: {
		why: "PostgreSQL looks for rows that point at a deleted one, by the foreign key's columns. Without an index it reads the whole table each time: one tenant that deletes much, or leaves, slows all others down.",
		remedy: "Create an index that begins with the foreign key's columns, concurrently.",
		sources: [
			{
				title: "PostgreSQL: Foreign Keys",
				url: "https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
			},
			{
				title: "Supabase: Unindexed foreign keys",
				url: "https://supabase.com/docs/guides/database/database-advisors?lint=0001_unindexed_foreign_keys",
			},
		],
		bad: LINES(""),
		good: LINES("CREATE INDEX ON order_items (order_id);\n"),
		traps: [
			{
				title: "the foreign key contains the tenant, and an index leads to the tenant's rows",
				sql: `${PRODUCT}ALTER TABLE customers ADD UNIQUE (tenant_id, id);\nCREATE TABLE orders (tenant_id uuid NOT NULL REFERENCES tenants, id uuid, customer_id uuid NOT NULL, PRIMARY KEY (tenant_id, id), FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id));\n${secured("orders")}`,
			},
			{
				title: "an index without the rows that point at nothing",
				sql: LINES(
					"ALTER TABLE order_items ADD COLUMN refund_of uuid REFERENCES order_items;\nCREATE INDEX ON order_items (order_id);\nCREATE INDEX ON order_items (refund_of) WHERE refund_of IS NOT NULL;\n",
				),
			},
			{
				title: "rows of shared data are hardly ever deleted",
				sql: `${PRODUCT}CREATE TABLE countries (code text PRIMARY KEY);\nCOMMENT ON TABLE countries IS '@tenancy shared';\nALTER TABLE customers ADD COLUMN country text REFERENCES countries;\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const { key, table, own } of context.tenantTables) {
			if (table.kind === "foreign") continue;
			const seen = new Set<string>();
			for (const foreignKey of table.foreignKeys) {
				const columns = foreignKey.columns.join();
				// A tenant column alone is tenant-index-missing's.
				if (columns === own.tenantColumn || seen.has(columns) || !isFollowed(context, foreignKey)) continue;
				seen.add(columns);
				if (isIndexed(table, foreignKey, own.tenantColumn)) continue;
				// A schema of the tenant's own holds no other's.
				const rows = own.enforcement === "placement" ? "all rows" : "the rows of all tenants";
				yield {
					table: key,
					location: foreignKey.location,
					message: `No index of ${shown(table)} begins with ${foreignKey.columns.join(", ")}, so a delete in ${qualified(foreignKey.references)} reads ${rows} here.`,
					help: `CREATE INDEX CONCURRENTLY ON ${shown(table)} (${foreignKey.columns.join(", ")}).`,
					remedies: () => [indexFor(context, table, foreignKey)],
				};
			}
		}
	},
};

/** Whether rows that it points at come and go with tenants' work. */
function isFollowed({ tenancy }: RuleContext, { references, onDelete }: ForeignKey): boolean {
	const scope = tenancy.tables.get(qualified(references))?.scope;
	return (scope !== "shared" && scope !== undefined) || /^(cascade|set)/.test(onDelete);
}

function isIndexed(table: Table, { columns }: ForeignKey, tenant: string | null): boolean {
	return searchable(table).some(({ columns: index, where }) => {
		const leads =
			index.length >= columns.length &&
			columns.every((_, i) => index[i] !== null && columns.includes(index[i] as string));
		// One tenant's rows are few enough to look through.
		const leadsToTenant = tenant !== null && index[0] === tenant && columns.includes(tenant);
		return (leads || leadsToTenant) && omitsNothing(where, columns);
	});
}

/** The keys and indexes by which PostgreSQL can find rows that equal something. */
const searchable = factOf(({ primaryKey, uniques, indexes }: Table) => [
	...[...(primaryKey ? [primaryKey] : []), ...uniques].map(({ columns }) => ({ columns, where: null })),
	...indexes.filter(({ method }) => /^(btree|hash)$/.test(method)),
]);

/** Whether an index has all rows in which the columns point at something. */
function omitsNothing(where: string | null, columns: readonly string[]): boolean {
	return (
		where === null ||
		columns.some((name) => new RegExp(`^\\W*${escapePattern(name)}\\W+is\\s+not\\s+null\\W*$`, "i").test(where))
	);
}

function indexFor({ model }: RuleContext, table: Table, { columns, name }: ForeignKey): Remedy {
	const why = `Finds the rows that foreign key ${name} points from.`;
	return {
		title: `Index ${shown(table)} by ${columns.join(", ")}`,
		steps: [addIndex(table, indexOn(model, table, columns), why)],
		automatic: true,
	};
}
