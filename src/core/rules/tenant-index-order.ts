import { addIndex, dropIndex } from "../emit/indexes";
import { indexName } from "../emit/names";
import type { Index, Table } from "../schema/model";
import { snake } from "../tenancy/vocabulary";
import { ORDERS, PRODUCT, secured } from "./base/examples";
import { shown } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext } from "./base/rule";

const INDEXED = (rest: string) =>
	`${PRODUCT}${ORDERS}${secured("orders")}ALTER TABLE orders ADD COLUMN status text NOT NULL DEFAULT 'new', ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();\n${rest}`;

export const tenantIndexOrder: Rule = {
	id: "tenant-index-order",
	summary: "An index of a tenant's table does not begin with the tenant, so it finds all tenants' rows.",
	severity: "hint",
	doc: {
		why: "A tenant's query for new orders reads, by an index on the status alone, the new orders of all tenants, and throws the others' away. A large tenant makes the small ones slow.",
		remedy:
			"Create the index with the tenant in front, concurrently, then drop the old one. Keep the old one where something reads all tenants at once, such as a job that clears old rows.",
		sources: [
			{
				title: "PostgreSQL: Multicolumn Indexes",
				url: "https://www.postgresql.org/docs/current/indexes-multicolumn.html",
			},
			{
				title: "Citus: Multi-tenant applications",
				url: "https://docs.citusdata.com/en/stable/use_cases/multi_tenant.html",
			},
		],
		bad: INDEXED("CREATE INDEX orders_status_created_at_idx ON orders (status, created_at DESC);\n"),
		good: INDEXED(
			"CREATE INDEX orders_tenant_id_status_created_at_idx ON orders (tenant_id, status, created_at DESC);\n",
		),
		traps: [
			{
				title: "an index that a foreign key needs",
				sql: INDEXED(
					"ALTER TABLE orders ADD COLUMN customer_id uuid REFERENCES customers;\nCREATE INDEX ON orders (customer_id, created_at);\n",
				),
			},
			{
				title: "a partial index is made for one query",
				sql: INDEXED("CREATE INDEX ON orders (created_at) WHERE status = 'new';\n"),
			},
			{
				title: "values that hardly two tenants share",
				sql: INDEXED("ALTER TABLE orders ADD COLUMN checkout_id uuid;\nCREATE INDEX ON orders (checkout_id);\n"),
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const { enforcement } = context.tenancy;
		if (enforcement !== "rls" && enforcement !== "application") return;
		for (const { key, table, own } of context.tenantTables) {
			const tenant = own.tenantColumn;
			if (own.scope !== "tenant-scoped" || tenant === null || table.kind === "foreign") continue;
			for (const index of table.indexes) {
				if (!isForAll(table, index, tenant)) continue;
				const columns = [tenant, ...index.columns.filter((name) => name !== tenant)];
				yield {
					table: key,
					location: index.location,
					message: `Index ${index.name} of ${shown(table)} does not begin with ${tenant}, so a tenant's query that uses it reads other tenants' rows, too.`,
					help: `Index (${columns.join(", ")}) instead, unless something reads all tenants at once.`,
					remedies: () => [replace(context, table, index, tenant)],
				};
			}
		}
	},
};

/** Whether many tenants share the values that the index finds, and only queries use it. */
function isForAll(table: Table, { unique, method, where, columns }: Index, tenant: string): boolean {
	if (unique || method !== "btree" || where !== null || columns.includes(null) || columns[0] === tenant) return false;
	return columns.every((name) => {
		const type = table.columns.find((column) => column.name === name)?.type;
		if (isSchedule(name as string, type)) return false;
		return !isKeyed(table, name as string, tenant) && type !== "uuid" && !NARROW.test(snake(name as string));
	});
}

/** Whether a key tells by the column which row, or which of another table's rows, is meant. */
function isKeyed(table: Table, name: string, tenant: string): boolean {
	const isAlone = ({ columns }: { readonly columns: readonly (string | null)[] }) =>
		columns.length === 1 && columns[0] === name;
	const isPart = ({ columns }: { readonly columns: readonly string[] }) => name !== tenant && columns.includes(name);
	return (
		table.foreignKeys.some(isPart) ||
		(table.primaryKey !== null && isPart(table.primaryKey)) ||
		table.uniques.some(isAlone) ||
		table.indexes.some((index) => index.unique && isAlone(index))
	);
}

/** Values that belong to one row, or to one thing elsewhere. */
const NARROW = /(^|_)(id|ids|uuid|guid|key|token|hash|digest|secret|email|phone|slug|url|reference|number|code)$/;

/** What jobs look for in all tenants' rows: what is due, and what is to be cleared. */
function isSchedule(name: string, type: string | undefined): boolean {
	const word =
		/(^|_)(deleted|archived|discarded|removed|expires?|expired|expiry|expiration|scheduled|due|next|retry|locked|processed|synced)(_|$)/;
	return type?.startsWith("timestamp") === true && word.test(snake(name));
}

function replace({ model }: RuleContext, table: Table, old: Index, tenant: string): Remedy {
	// Where the tenant stood further back, it moves.
	const rest = old.columns.flatMap((column, i) => (column === tenant ? [] : [i]));
	const columns = [tenant, ...rest.map((i) => old.columns[i] as string)];
	const plan = {
		...old,
		columns,
		expressions: columns.map(() => null),
		...(old.options ? { options: ["", ...rest.map((i) => old.options?.[i] ?? "")] } : {}),
		name: indexName(model, table, columns, "idx"),
	};
	return {
		title: `Begin index ${old.name} of ${shown(table)} with ${tenant}`,
		steps: [addIndex(table, plan), dropIndex(table, old)],
		automatic: false,
	};
}
