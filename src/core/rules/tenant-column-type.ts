import { quoteIdentifier, quoteName } from "../emit/identifier";
import { dropPolicy } from "../emit/policy";
import { repeatPolicy } from "../emit/repeat-policy";
import type { Step } from "../emit/step";
import { type Column, qualified, type Table } from "../schema/model";
import { sameKind } from "../tenancy/references";
import { secured } from "./base/examples";
import { shown } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext } from "./base/rule";
import { onlyKey, tenantColumnFor } from "./base/ways";

const INTEGERS = ["smallint", "integer", "bigint"];

export const tenantColumnType: Rule = {
	id: "tenant-column-type",
	summary:
		"A tenant column is of another type than the key that it names, and can't hold all of those or can't be compared with them.",
	severity: "warning",
	doc: {
		why: "A text that names a uuid can have no foreign key, so nothing keeps it true, and policies that cast it for the comparison can't use its index. A smaller number does for a while: the day the tenants' keys outgrow the column, its table refuses the newest tenants' rows, and changing the type then means that the largest table stands still.",
		remedy:
			"Give the column the type of the key that it names. ALTER COLUMN … TYPE rewrites the table and locks it meanwhile: do it while the table is small, or fill a new column beside the old one.",
		sources: [
			{
				title: "PostgreSQL: ALTER TABLE",
				url: "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES",
			},
			{
				title: "PostgreSQL: Numeric Types",
				url: "https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-INT",
			},
		],
		bad: product("integer"),
		good: product("bigint"),
		traps: [
			{
				title: "a larger type than the key's holds all of them",
				sql: product("bigint").replace("accounts (id bigint", "accounts (id integer"),
			},
			{
				title: "a text of limited length is a text",
				sql: product("bigint")
					.replaceAll("bigint", "text")
					.replace(
						"account_id text NOT NULL REFERENCES accounts, total",
						"account_id varchar(40) NOT NULL REFERENCES accounts, total",
					),
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const { table, column, root, type, help } of mismatches(context)) {
			yield {
				table: qualified(table),
				location: column.location,
				severity: context.tenancy.enforcement === "rls" ? "warning" : "info",
				message: `${shown(table)}.${column.name} is ${column.type}, but the key of ${root}, which it names, is ${type}.`,
				help: `${help} Make it ${type}; that rewrites the table and locks it meanwhile.`,
				remedies: () => retype(context, table, column, type),
			};
		}
	},
};

interface Mismatch {
	readonly table: Table;
	readonly column: Column;
	readonly root: string;
	readonly type: string;
	readonly help: string;
}

function* mismatches(context: RuleContext): Iterable<Mismatch> {
	const { model, tenancy } = context;
	const roots = tenancy.roots.flatMap((root) => {
		const table = model.tables.get(root);
		const key = table?.columns.find(({ name }) => name === onlyKey(table));
		return key ? { root, type: key.type, name: tenantColumnFor(context, root) } : [];
	});
	for (const [key, own] of tenancy.tables) {
		const table = model.tables.get(key);
		if (!table || table.partitionOf) continue;
		for (const { root, type, name } of roots) {
			if (root === key || (own.tenantColumn !== null && own.root !== root)) continue;
			const column = table.columns.find((each) => each.name === (own.tenantColumn ?? name));
			if (!column || own.scope === "shared") continue;
			if (isSmaller(column.type, type)) yield { table, column, root, type, help: "It can't hold every tenant's key." };
			// A column of another kind doesn't even count as the table's tenant column.
			else if (own.tenantColumn === null && !sameKind(column.type, type, model.types) && !isKeyed(table, column))
				yield { table, column, root, type, help: "No foreign key can join the two, and each comparison needs a cast." };
		}
	}
}

function isKeyed(table: Table, { name }: Column): boolean {
	return table.foreignKeys.some(({ columns }) => columns.includes(name));
}

function isSmaller(type: string, than: string): boolean {
	const [own, theirs] = [INTEGERS.indexOf(type), INTEGERS.indexOf(than)];
	return own >= 0 && own < theirs;
}

/** A product whose tenants are numbered, with a tenant column of a type. */
function product(type: string): string {
	const bound = (table: string, column: string) => secured(table, column).replaceAll("::uuid", "::bigint");
	return `CREATE ROLE app_user;
CREATE TABLE accounts (id bigint PRIMARY KEY, name text NOT NULL);
${bound("accounts", "id")}CREATE TABLE customers (id uuid PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts, email text NOT NULL);
CREATE INDEX customers_account_id_idx ON customers (account_id);
${bound("customers", "account_id")}CREATE TABLE orders (id uuid PRIMARY KEY, account_id ${type} NOT NULL REFERENCES accounts, total integer NOT NULL);
CREATE INDEX orders_account_id_idx ON orders (account_id);
${bound("orders", "account_id")}`;
}

/**
 * PostgreSQL refuses while a view, a trigger or a policy names the column. The table's own policies are made again, where
 * they can compare the new type as well as the old.
 */
function retype({ model }: RuleContext, table: Table, column: Column, type: string): Remedy[] {
	const key = qualified(table);
	const isNumber = isSmaller(column.type, type);
	const isText = /^(text|character varying)/.test(column.type) && (type === "uuid" || INTEGERS.includes(type));
	const named = table.policies.filter(({ usesColumns }) => usesColumns.includes(column.name));
	if (!isNumber && (!isText || named.length > 0 || column.default !== null)) return [];
	const tables = [...model.tables.values()];
	const isRead =
		[...model.views.values()].some(({ reads }) => reads.includes(key)) ||
		tables.some(({ policies }) => policies.some(({ usesTables }) => usesTables.includes(key))) ||
		tables.some((each) => each.inherits.some((parent) => qualified(parent) === key));
	const isTied = table.columns.some(({ generated }) => generated !== null);
	if (isRead || isTied || table.kind !== "table" || table.inherits.length > 0 || table.triggers.length > 0) return [];
	const step = (sql: string, down: string): Step => ({ sql, phase: "finish", down, table: key });
	const alter = (to: string) => {
		const name = quoteIdentifier(column.name);
		return `ALTER TABLE ${quoteName(table)} ALTER COLUMN ${name} TYPE ${to} USING ${name}::${to}`;
	};
	return [
		{
			title: `Make ${shown(table)}.${column.name} ${type}; the table is rewritten and locked meanwhile`,
			steps: [
				...named.map((policy) => step(dropPolicy(table, policy.name), repeatPolicy(table, policy))),
				step(alter(type), alter(column.type)),
				...named.map((policy) => step(repeatPolicy(table, policy), dropPolicy(table, policy.name))),
			],
			automatic: false,
		},
	];
}
