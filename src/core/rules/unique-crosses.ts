import { quoteIdentifier, quoteName } from "../emit/identifier";
import { addIndex, addUnique, canBeUnique, dropIndex, uniqueConstraint } from "../emit/indexes";
import { indexName } from "../emit/names";
import {
	type Exclude,
	type ForeignKey,
	type Index,
	type Key,
	qualified,
	type SchemaModel,
	type Table,
} from "../schema/model";
import { isGivenByDatabase, isGivenKey, isRandom } from "../tenancy/guessable";
import { isNotNull, isUnique } from "../tenancy/references";
import { polymorphic } from "../tenancy/shared";
import { escapePattern } from "../text/escape-pattern";
import { PRODUCT, secured } from "./base/examples";
import { shown } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext, TenantTable } from "./base/rule";

export const uniqueCrosses: Rule = {
	id: "unique-crosses",
	summary: "A unique key of a tenant's table does not include the tenant.",
	severity: "warning",
	doc: {
		why: "Two tenants can't have the same value: one of them gets an error that tells it what another tenant has.",
		remedy:
			"Make the key unique for each tenant: UNIQUE (tenant_id, …). Queries that say ON CONFLICT (email) have to name the tenant then, too.",
		sources: [
			{
				title: "PostgreSQL: Row Security Policies",
				url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
			},
			{
				title: "Citus: Multi-tenant applications",
				url: "https://docs.citusdata.com/en/stable/use_cases/multi_tenant.html",
			},
		],
		bad: `${PRODUCT}ALTER TABLE customers ADD UNIQUE (email);\n`,
		good: `${PRODUCT}ALTER TABLE customers ADD UNIQUE (tenant_id, email);\n`,
		traps: [
			{
				title: "a key of random values collides with nobody",
				sql: `${PRODUCT}ALTER TABLE customers ADD COLUMN public_id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;\n`,
			},
			{
				title: "secrets and numbers that nobody chooses",
				sql: `${PRODUCT}ALTER TABLE customers ADD COLUMN "secretServerKey" text UNIQUE, ADD COLUMN "loginCode" text UNIQUE, ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY UNIQUE;\n`,
			},
			{
				title: "a key of random values that are kept as text",
				sql: `${PRODUCT}ALTER TABLE customers ADD COLUMN public_id varchar(36) NOT NULL UNIQUE;\n`,
			},
			{
				title: "a key of an expression that names the tenant",
				sql: `${PRODUCT}CREATE UNIQUE INDEX ON customers ((tenant_id::text || email));\n`,
			},
			{
				title: "a key that counts within a row of the tenant's",
				sql: `${PRODUCT}CREATE TABLE contacts (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, customer_id uuid NOT NULL REFERENCES customers, position integer NOT NULL, UNIQUE (customer_id, position));\n${secured("contacts")}`,
			},
			{
				title: "the tenant's own key: one row for each tenant",
				sql: `${PRODUCT}CREATE TABLE settings (id uuid PRIMARY KEY, tenant_id uuid NOT NULL UNIQUE REFERENCES tenants);\n${secured("settings")}`,
			},
			{
				title: "a key of the rows that belong to no tenant",
				sql: `${PRODUCT}CREATE TABLE templates (id uuid PRIMARY KEY, tenant_id uuid REFERENCES tenants, name text NOT NULL, gone boolean NOT NULL);\nCREATE UNIQUE INDEX ON templates (tenant_id, name);\nCREATE UNIQUE INDEX ON templates (name) WHERE NOT gone AND tenant_id IS NULL;\n${secured("templates")}`,
			},
			{
				title: "a key that counts within a row of the tenant's, whose foreign key names the tenant besides",
				sql: `${PRODUCT}ALTER TABLE customers ADD UNIQUE (tenant_id, id);\nCREATE TABLE logins (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, customer_id uuid NOT NULL, provider text NOT NULL, UNIQUE (customer_id, provider), FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id));\n${secured("logins")}`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const tenant of context.tenantTables) {
			const { key, table, own } = tenant;
			if (table.kind === "foreign" || own.scope !== "tenant-scoped" || own.tenantColumn === null) continue;
			const primary = table.primaryKey;
			const found = [
				// A key that somebody chose, not one that is given: a name, a domain.
				...(primary?.columns.every((name) => !isGivenKey(table, name))
					? [{ each: primary, remedies: (): Remedy[] => [] }]
					: []),
				...table.uniques.map((each) => ({ each, remedies: () => leadUnique(context, tenant, each) })),
				...table.indexes
					.filter(({ unique, where }) => unique && !isOfNobody(where, own.tenantColumn))
					.map((each) => ({ each, remedies: () => leadIndex(context, tenant, each) })),
				...table.excludes.map((each) => ({ each, remedies: () => [] })),
			];
			if (found.length === 0) continue;
			const references = new Set(table.foreignKeys.flatMap(({ columns }) => columns));
			const isOpaque = (name: string) => {
				const column = table.columns.find((each) => each.name === name);
				return column === undefined || references.has(name) || isRandom(column) || isGivenByDatabase(column);
			};
			const within = keysWithin(context, tenant);
			const isOnePerTenant = isUnique(table, [own.tenantColumn]);
			for (const { each, remedies } of found) {
				const { location, name } = each;
				const columns = columnsOf(table, each);
				if (columns.includes(own.tenantColumn) || columns.every(isOpaque)) continue;
				// A row of a tenant's own stands in it, so no other tenant can have the same.
				const isOne = "nullsNotDistinct" in each && each.nullsNotDistinct === true;
				const ownsRow = ({ columns: own, nullable }: Within) =>
					own.every((column) => columns.includes(column)) && !(isOne && nullable);
				if (within.some(ownsRow)) continue;
				const told = `${name} lets no two tenants have the same ${columns.join(", ")} in ${shown(table)}, and tells each what others have.`;
				const named = isOnePerTenant && {
					severity: "info" as const,
					message: `${told} As it has one row for each tenant, that is right for a name by which tenants are told apart, and for nothing else.`,
					help: "If it is such a name, say so in a tenancy-ignore comment; else drop the key.",
				};
				yield {
					table: key,
					location,
					severity: context.tenancy.enforcement === "rls" ? "warning" : "info",
					message: told,
					help: `Begin the key with ${own.tenantColumn}.`,
					// Begun with what is unique by itself, it would bind nothing any more.
					remedies: isOnePerTenant ? () => [] : remedies,
					...named,
				};
			}
		}
	},
};

/** Whether an index holds only rows whose tenant is NULL: `WHERE tenant_id IS NULL AND …`. */
function isOfNobody(where: string | null, tenant: string | null): boolean {
	if (where === null || tenant === null || /\bor\b|\bnot\s*\(/i.test(where)) return false;
	return new RegExp(`(?:^|[\\s(."])${escapePattern(tenant)}"?\\s+is\\s+null\\b`, "i").test(where);
}

/** The columns of a key, those in its expressions too. */
function columnsOf(
	table: Table,
	{ columns, expressions = [] }: Pick<Key | Index | Exclude, "columns"> & { expressions?: Index["expressions"] },
): string[] {
	return columns.flatMap((column, i) => {
		if (column !== null) return [column];
		const words = new Set((expressions[i] ?? "").match(/"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*/gu));
		return table.columns.flatMap(({ name }) =>
			words.has(quoteIdentifier(name)) || words.has(`"${name}"`) ? [name] : [],
		);
	});
}

/** Columns that say together which row of one tenant a row belongs to. */
interface Within {
	readonly columns: readonly string[];
	/** NULL belongs to no row; it is equal to no other either, but in a key with NULLS NOT DISTINCT. */
	readonly nullable: boolean;
}

function keysWithin({ model, tenancy }: RuleContext, { table, own }: TenantTable): Within[] {
	const nullable = (columns: readonly string[]) => columns.some((column) => !isNotNull(table, column));
	const keys = table.foreignKeys.filter(({ references }) => {
		const theirs = tenancy.tables.get(qualified(references));
		return (theirs?.scope === "tenant-scoped" || theirs?.scope === "tenant-derived") && theirs.root === own.root;
	});
	const either = polymorphic(table);
	const isRandom = table.columns.some(({ name, type }) => name === either?.id && type === "uuid");
	return [
		...keys.map((each) => pointing(model, each, own.tenantColumn)),
		...(either && isRandom ? [[either.type, either.id]] : []),
	].map((columns) => ({ columns, nullable: nullable(columns) }));
}

/** The columns of a foreign key that say by themselves which row it points at, where the tenant stands in it only to be compared. */
function pointing(
	model: SchemaModel,
	{ columns, references, to }: ForeignKey,
	tenant: string | null,
): readonly string[] {
	const at = tenant === null ? -1 : columns.indexOf(tenant);
	const parent = model.tables.get(qualified(references));
	const rest = to.filter((_, i) => i !== at);
	const isKey = (key: Key | null | undefined) =>
		key?.columns.length === rest.length && key.columns.every((column) => rest.includes(column));
	const isOwn = at >= 0 && rest.length > 0 && [parent?.primaryKey, ...(parent?.uniques ?? [])].some(isKey);
	return isOwn ? columns.filter((_, i) => i !== at) : columns;
}

/** Whether the key can simply begin with the tenant: no foreign key points at it, and the tenant is always there to compare. */
function mayLead(
	{ model }: RuleContext,
	{ key, table, own }: TenantTable,
	columns: readonly (string | null)[],
): boolean {
	const isSame = (to: readonly string[]) => to.length === columns.length && to.every((name) => columns.includes(name));
	const isUsed = [...model.tables.values()].some(({ foreignKeys }) =>
		foreignKeys.some(({ references, to }) => qualified(references) === key && isSame(to)),
	);
	return !isUsed && own.tenantColumn !== null && isNotNull(table, own.tenantColumn) && canBeUnique(table, columns);
}

function leadUnique(context: RuleContext, tenant: TenantTable, old: Key): Remedy[] {
	const { table, own } = tenant;
	if (!mayLead(context, tenant, old.columns)) return [];
	const columns = [own.tenantColumn as string, ...old.columns];
	const name = quoteName(table);
	return [
		remedy(tenant, columnsOf(table, old), [
			...addUnique(table, { ...old, columns, name: indexName(context.model, table, columns, "key") }),
			{
				sql: `ALTER TABLE ${name} DROP CONSTRAINT ${quoteIdentifier(old.name)}`,
				phase: "finish",
				down: `ALTER TABLE ${name} ADD ${uniqueConstraint(old)}`,
				table: qualified(table),
			},
		]),
	];
}

function leadIndex(context: RuleContext, tenant: TenantTable, old: Index): Remedy[] {
	const { table, own } = tenant;
	if (!mayLead(context, tenant, old.columns)) return [];
	const columns = [own.tenantColumn as string, ...old.columns];
	const plan = {
		...old,
		columns,
		expressions: [null, ...old.expressions],
		...(old.options ? { options: ["", ...old.options] } : {}),
		name: indexName(context.model, table, columns, "idx"),
	};
	return [remedy(tenant, columnsOf(table, old), [addIndex(table, plan), dropIndex(table, old)])];
}

function remedy({ table }: TenantTable, columns: readonly string[], steps: Remedy["steps"]): Remedy {
	// ON CONFLICT has to name the new key, and a value may then stand in the table more than once.
	return { title: `Make ${columns.join(", ")} unique for each tenant of ${shown(table)}`, steps, automatic: false };
}
