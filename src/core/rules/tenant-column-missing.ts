import type { Table } from "../schema/model";
import { addEmptyTenantColumn, addTenantColumn } from "./base/add-tenant-column";
import { ORDERS, PRODUCT, secured } from "./base/examples";
import { isOfEachPerson } from "./base/own-rows";
import { shown } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext, TenantTable } from "./base/rule";
import { ownWay, waysOf } from "./base/ways";

export const tenantColumnMissing: Rule = {
	id: "tenant-column-missing",
	summary: "A table could hold tenants' data, and no column of it says whose a row is.",
	severity: "warning",
	doc: {
		why: "Nobody can filter such a table, and no policy can protect it: each query that reads it, shows it to everybody or to nobody. A tenant's data can't be exported or deleted from it either. Where a row reaches its tenant over foreign keys, each query and policy has to walk them; that is slower, and the database can't keep other keys within the tenant.",
		remedy:
			"Add the tenant column, filled over the table's path to a tenant, NOT NULL, with a foreign key and an index. If the rows are nobody's, say so: `COMMENT ON TABLE … IS '@tenancy shared'`.",
		sources: [
			{
				title: "Citus: Multi-tenant applications",
				url: "https://docs.citusdata.com/en/stable/use_cases/multi_tenant.html",
			},
			{
				title: "GDPR, Article 17: Right to erasure",
				url: "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
			},
		],
		bad: `${PRODUCT}CREATE TABLE exports (id uuid PRIMARY KEY, file_name text NOT NULL, content bytea);\nGRANT SELECT, INSERT ON exports TO app_user;\n`,
		good: `${PRODUCT}${ORDERS}${secured("orders")}`,
		traps: [
			{
				title: "a person says that it is shared",
				sql: `${PRODUCT}CREATE TABLE exports (id uuid PRIMARY KEY, file_name text NOT NULL);\nCOMMENT ON TABLE exports IS 'Our own. @tenancy shared';\n`,
			},
			{
				title: "the application can't get at the table",
				sql: `${PRODUCT}CREATE TABLE notes (id uuid PRIMARY KEY, customer_id uuid NOT NULL REFERENCES customers);\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const { model, tenancy } = context;
		for (const [key, own] of tenancy.tables) {
			const table = model.tables.get(key);
			if (own.scope !== "unscoped" || !table || table.partitionOf || !context.reachable.has(key)) continue;
			const isPrivate = isOfEachPerson(context, table);
			yield {
				table: key,
				location: table.nameLocation,
				...(isPrivate ? { severity: "info" } : {}),
				message: isPrivate
					? `The policies of ${shown(table)} let each person at their own rows alone, so no tenant sees another's; but nothing says for which tenant a row is.`
					: `Nothing says whose the rows of ${shown(table)} are. ${own.reason}`,
				help: isPrivate
					? "Add a tenant column if a tenant's rows are to be exported or deleted with it; or mark the table as shared if they are the person's, whatever the tenant."
					: "Add a tenant column; or mark the table as shared if its rows belong to no tenant.",
				remedies: () => unscopedRemedies(context, table),
			};
		}
		for (const tenant of context.tenantTables) {
			const { key, table, own } = tenant;
			if (own.scope !== "tenant-derived" || own.override !== null || !context.reachable.has(key)) continue;
			const [step] = own.path ?? [];
			if (!step || namesTenant(context, tenant)) continue;
			yield {
				table: key,
				location: table.nameLocation,
				severity: "hint",
				message: `Rows of ${shown(table)} reach their tenant only over ${step.columns.join(", ")} and ${step.references}, so each query and policy has to go there to know whose they are.`,
				help: "Add the tenant column, filled over that path; or leave it where the table is always read together with the other.",
				remedies: () => derivedRemedies(context, tenant),
			};
		}
	},
};

/** Whether the column that points at the tenant's row holds the tenant itself, under another name. */
function namesTenant({ tenancy }: RuleContext, { own }: TenantTable): boolean {
	const [step, ...others] = own.path ?? [];
	const column = tenancy.tables.get(step?.references ?? "")?.tenantColumn;
	return others.length === 0 && column !== null && column !== undefined && step?.to.includes(column) === true;
}

function derivedRemedies(context: RuleContext, tenant: TenantTable): Remedy[] {
	const way = ownWay(context, tenant);
	const remedy = way && addTenantColumn(context, tenant.table, way);
	return remedy ? [remedy] : [];
}

/** One for each foreign key that may say it: which of them does, only a person knows. */
function unscopedRemedies(context: RuleContext, table: Table): Remedy[] {
	const remedies = waysOf(context, table).flatMap((way) => addTenantColumn(context, table, way) ?? []);
	if (remedies.length > 0) return remedies.map((remedy) => ({ ...remedy, automatic: false }));
	const empty = addEmptyTenantColumn(context, table);
	return empty ? [empty] : [];
}
