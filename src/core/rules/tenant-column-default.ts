import { quoteIdentifier, quoteName } from "../emit/identifier";
import { type Column, qualified, type Table } from "../schema/model";
import { ORDERS, PRODUCT, secured } from "./base/examples";
import { shown } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext } from "./base/rule";

const DEFAULTED = ORDERS.replace(
	"tenant_id uuid NOT NULL",
	"tenant_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001'",
);

export const tenantColumnDefault: Rule = {
	id: "tenant-column-default",
	summary: "A tenant column has one tenant as its default.",
	severity: "info",
	doc: {
		why: "An INSERT that forgets the tenant is not refused: its row lands in whatever tenant the default names, where others see it, or in none. NOT NULL, which would have caught the mistake, never does.",
		remedy:
			"Drop the default, so that an INSERT without a tenant fails. Where rows are to get the session's tenant by themselves, make that the default: current_setting('app.tenant_id').",
		sources: [
			{
				title: "PostgreSQL: Default Values",
				url: "https://www.postgresql.org/docs/current/ddl-default.html",
			},
			{
				title: "PostgreSQL: ALTER TABLE, SET and DROP DEFAULT",
				url: "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-DEFAULT",
			},
		],
		bad: `${PRODUCT}${DEFAULTED}${secured("orders")}`,
		good: `${PRODUCT}${ORDERS}${secured("orders")}`,
		traps: [
			{
				title: "the session's own tenant as the default",
				sql: `${PRODUCT}${ORDERS.replace("tenant_id uuid NOT NULL", "tenant_id uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid")}${secured("orders")}`,
			},
			{
				title: "NULL as the default",
				sql: `${PRODUCT}${ORDERS.replace("tenant_id uuid NOT NULL", "tenant_id uuid NOT NULL DEFAULT NULL")}${secured("orders")}`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		let carriers = 0;
		const found: { table: Table; column: Column }[] = [];
		for (const { table, own } of context.tenantTables) {
			const column = table.columns.find(({ name }) => name === own.tenantColumn);
			if (!column || table.kind === "foreign" || table.partitionOf) continue;
			carriers++;
			if (isLiteral(column.default)) found.push({ table, column });
		}
		// Where most tables have one, it is how the product is built, and said once.
		const isUsual = found.length > 1 && found.length * 2 > carriers;
		const rest = isUsual ? ` The same goes for ${found.length - 1} more.` : "";
		for (const { table, column } of isUsual ? found.slice(0, 1) : found) {
			yield {
				table: qualified(table),
				location: column.nameLocation,
				message: `${shown(table)}.${column.name} is ${column.default} in a row whose INSERT forgets the tenant, and nothing refuses it.${rest}`,
				help: "Drop the default, so that an INSERT without a tenant fails.",
				remedies: () => [dropDefault(table, column)],
			};
		}
	},
};

/** A number or a string, cast or not: the same in every row. */
function isLiteral(value: string | null): boolean {
	return value !== null && /^\(*\s*(?:[-+]?\d+|'(?:[^']|'')*')\s*\)*\s*(?:::\s*[\w\s".()]+)?$/.test(value);
}

function dropDefault(table: Table, column: Column): Remedy {
	const alter = `ALTER TABLE ${quoteName(table)} ALTER COLUMN ${quoteIdentifier(column.name)}`;
	return {
		title: `Drop the default of ${shown(table)}.${column.name}`,
		steps: [
			{
				sql: `${alter} DROP DEFAULT`,
				phase: "finish",
				down: `${alter} SET DEFAULT ${column.default}`,
				table: qualified(table),
			},
		],
		// Code that relies on the default is refused from then on.
		automatic: false,
	};
}
