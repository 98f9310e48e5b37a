import { factOf } from "../schema/facts";
import type { Column, Table } from "../schema/model";
import { PRODUCT, secured } from "./base/examples";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";
import { onlyKey } from "./base/ways";

export const sequenceCountsTenants: Rule = {
	id: "sequence-counts-tenants",
	summary: "Rows of all tenants are numbered by one sequence, so each tenant can see how much the others do.",
	severity: "hint",
	doc: {
		why: "A tenant that makes two orders a day and reads their numbers knows how many orders all tenants made in between. Numbers can be guessed, too: whoever forgets a check shows order 1042 to the wrong tenant.",
		remedy:
			"Nothing has to change at once: row-level security still hides the rows. Give new tables keys of `uuid DEFAULT gen_random_uuid()`. Where people need short numbers, count them for each tenant, with UNIQUE (tenant_id, number).",
		sources: [
			{
				title: "PostgreSQL: UUID Functions",
				url: "https://www.postgresql.org/docs/current/functions-uuid.html",
			},
			{
				title: "OWASP: Insecure Direct Object Reference Prevention",
				url: "https://cheatsheetseries.owasp.org/cheatsheets/Insecure_Direct_Object_Reference_Prevention_Cheat_Sheet.html",
			},
		],
		bad: `${PRODUCT}CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);\nCREATE INDEX orders_tenant_id_idx ON orders (tenant_id);\n${secured("orders")}`,
		good: `${PRODUCT}CREATE TABLE orders (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants);\nCREATE INDEX orders_tenant_id_idx ON orders (tenant_id);\n${secured("orders")}`,
		traps: [
			{
				title: "numbers of a table that the application can't read are seen by nobody",
				sql: `${PRODUCT}CREATE TABLE imports (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);\nCREATE INDEX imports_tenant_id_idx ON imports (tenant_id);\n`,
			},
		],
	},
	// Once for the whole database: it is a habit of the product, not a mistake of each table.
	*detect(context: RuleContext): Iterable<Detection> {
		const found = context.tenantTables.flatMap(({ key, table, own }) => {
			// A table in a schema of the tenant's own has a sequence of the tenant's own.
			const isCommon = own.enforcement !== "placement" && context.reachable.has(key);
			const column = isCommon ? numbered(table) : undefined;
			return column ? [{ key, table, column }] : [];
		});
		const [first, ...others] = found;
		if (!first) return;
		const rest = others.length === 0 ? "" : `, as in ${others.length} more table${others.length === 1 ? "" : "s"}`;
		yield {
			table: first.key,
			location: first.column.nameLocation,
			message: `${shown(first.table)}.${first.column.name} counts the rows of all tenants${rest}: whoever sees two of the numbers knows how much the others did in between.`,
			help: "Give new tables uuid keys, gen_random_uuid(); what is there can stay.",
		};
	},
};

const numbered = factOf((table: Table): Column | undefined => {
	const key = onlyKey(table);
	const column = table.columns.find(({ name }) => name === key);
	return column && (column.identity !== null || /^nextval\(/i.test(column.default ?? "")) ? column : undefined;
});
