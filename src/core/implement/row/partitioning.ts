import { foreignKeyConstraint } from "../../emit/foreign-keys";
import { grantOn } from "../../emit/grant";
import { columnList, quoteIdentifier, quoteLiteral, quoteName } from "../../emit/identifier";
import { createIndex } from "../../emit/indexes";
import { repeatPolicy } from "../../emit/repeat-policy";
import { comment } from "../../fix/script";
import { type Key, qualified, type SchemaModel, type Table } from "../../schema/model";
import { truncated } from "../../schema/names";
import type { Answers } from "../../tenancy/answers";
import type { Tenancy } from "../../tenancy/scope";
import { routineBody } from "../base/raw";
import type { RowPlan } from "../base/row-plan";
import { transactionFile } from "../base/sql-file";
import { type TenantSetting, tenantColumns } from "../base/tenant-setting";

/**
 * From how much data on partitions are worth their cost, in GB. PostgreSQL's rule of thumb is a table that exceeds the server's
 * memory (https://www.postgresql.org/docs/current/ddl-partitioning.html); we take a server with 64 GB whose largest table
 * is half of the data. Both are assumptions, and the file says so.
 */
const MEMORY_GB = 64;
const LARGEST_TABLE_SHARE = 0.5;
export const PAYS_FROM_GB = MEMORY_GB / LARGEST_TABLE_SHARE;

/** Hash partitions of a table: with few of them planning stays quick, and each is a 16th of the table to vacuum and index. */
const PARTITIONS = 16;
const MOST_TABLES = 3;

/** The data of all tenants in two years, in GB: what there is today, grown as the number of tenants grows. */
export function dataInTwoYearsGB({ tenants, data }: Answers): number {
	const grown = tenants.inTwoYears * data.perTenantGB;
	if (data.totalGB === undefined) return grown;
	return tenants.now === 0 ? Math.max(grown, data.totalGB) : (data.totalGB * tenants.inTwoYears) / tenants.now;
}

/** A table that can become partitioned by its tenant column. */
interface Candidate {
	readonly table: Table;
	readonly tenant: string;
	readonly key: readonly string[] | null;
}

/**
 * `sql/…-partitioning.sql`, where it pays: the largest tables as new copies, hash-partitioned by tenant, that take the
 * old ones' places. Null where the data is too small for it, or no table can be partitioned so.
 */
export function partitioning({ after }: RowPlan, setting: TenantSetting, answers: Answers): string | null {
	const gigabytes = dataInTwoYearsGB(answers);
	if (gigabytes < PAYS_FROM_GB) return null;
	const tables = candidates(after.model, after.tenancy, setting);
	if (tables.length === 0) return null;
	return transactionFile(
		[
			"A recipe, not a part of apply.sql: the tables that grow most, partitioned by tenant.",
			`Why: by your answers there are about ${Math.round(gigabytes)} GB in two years. Partitions pay once a table exceeds the`,
			"server's memory (https://www.postgresql.org/docs/current/ddl-partitioning.html). We assume 64 GB of memory, and that",
			"the largest table is half of the data. Which tables are largest no schema says: these are those that nothing points",
			"at, the ones with a time first. Keep those of them that pg_total_relation_size finds to be large, delete the rest.",
			"What it gives: a tenant's queries read one partition, and vacuum and index builds work on a 16th of the table.",
			"What it costs: the copy takes about twice the space, and writes to the table wait until it is done. Do it in a",
			"maintenance window, or fill the copy by logical replication first. Every query must name the tenant column, which",
			"policies do for you, and a key without the tenant column is not unique over the whole table any more.",
		],
		[
			"SET LOCAL lock_timeout = '5s';",
			"SET LOCAL row_security = off;",
			...tables.flatMap((each) => swap(after.model, each)),
		],
	);
}

function candidates(model: SchemaModel, tenancy: Tenancy, setting: TenantSetting): Candidate[] {
	const columns = tenantColumns(model, tenancy, setting);
	const pointedAt = new Set(
		[...model.tables.values()].flatMap(({ foreignKeys }) => foreignKeys.map(({ references }) => qualified(references))),
	);
	const read = new Set([...model.views.values()].flatMap(({ reads }) => reads));
	const found = [...model.tables.values()].flatMap((table): Candidate[] => {
		const key = qualified(table);
		const tenant = columns.get(key);
		// A view stays with the old table, a trigger may not be one for partitions, children and excludes are beyond a recipe.
		if (tenant === undefined || table.kind !== "table" || pointedAt.has(key) || read.has(key)) return [];
		if (table.triggers.length > 0 || table.inherits.length > 0 || table.excludes.length > 0) return [];
		const uniques = [...table.uniques, ...table.indexes.filter(({ unique }) => unique)];
		if (uniques.some((each) => !each.columns.includes(tenant))) return [];
		return [{ table, tenant, key: keyWith(table.primaryKey, tenant) }];
	});
	const hasTime = ({ table }: Candidate) => table.columns.some(({ type }) => /^(timestamp|date)/.test(type));
	const depth = ({ table }: Candidate) => table.foreignKeys.length;
	return found.sort((a, b) => Number(hasTime(b)) - Number(hasTime(a)) || depth(b) - depth(a)).slice(0, MOST_TABLES);
}

/** A partitioned table's key has to contain what it is partitioned by. */
function keyWith(key: Key | null, tenant: string): readonly string[] | null {
	if (key === null) return null;
	return key.columns.includes(tenant) ? key.columns : [tenant, ...key.columns];
}

function swap(model: SchemaModel, { table, tenant, key }: Candidate): string[] {
	const { schema, name } = table;
	const part = (suffix: string) => ({ schema, name: truncated(name).slice(0, 40) + suffix });
	const [copy, old] = [part("_partitioned"), part("_unpartitioned")];
	const [from, to] = [quoteName(table), quoteName(copy)];
	const columns = table.columns.filter(({ generated }) => generated === null);
	const list = columnList(columns.map((column) => column.name));
	const owned = table.columns.filter((column) => /^nextval\(/i.test(column.default ?? ""));
	const identities = table.columns.filter(({ identity }) => identity !== null);
	const copied = { ...table, name };
	const partitions = Array.from(
		{ length: PARTITIONS },
		(_, i) =>
			`CREATE TABLE ${quoteName(part(`_p${String(i).padStart(2, "0")}`))} PARTITION OF ${to} FOR VALUES WITH (MODULUS ${PARTITIONS}, REMAINDER ${i});`,
	);
	const grants = model.grants.filter(
		({ objectKind, objects, columns: only }) =>
			objectKind === "table" && only.length === 0 && objects.includes(qualified(table)),
	);
	return [
		comment(`Table ${quoteName(table)}`),
		`LOCK TABLE ${from} IN SHARE ROW EXCLUSIVE MODE;`,
		`CREATE TABLE ${to} (\n\tLIKE ${from} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING IDENTITY INCLUDING STORAGE INCLUDING COMMENTS${key === null ? "" : `,\n\tPRIMARY KEY (${columnList(key)})`}\n) PARTITION BY HASH (${quoteIdentifier(tenant)});`,
		partitions.join("\n"),
		`INSERT INTO ${to} (${list})${identities.length > 0 ? " OVERRIDING SYSTEM VALUE" : ""} SELECT ${list} FROM ${from};`,
		[
			`ALTER TABLE ${from} RENAME TO ${quoteIdentifier(old.name)};`,
			`ALTER TABLE ${to} RENAME TO ${quoteIdentifier(name)};`,
		].join("\n"),
		[
			// A name of an index is taken while the old table has it.
			...table.uniques.map(({ columns: unique }) => `ALTER TABLE ${from} ADD UNIQUE (${columnList(unique)});`),
			...table.indexes.map((index) => {
				const renamed = { ...index, name: `${truncated(index.name).slice(0, 50)}_by_tenant` };
				return `${createIndex(copied, renamed, false)};`;
			}),
			...table.foreignKeys.map((each) => `ALTER TABLE ${from} ADD ${foreignKeyConstraint(each)};`),
			...identities.map((column) => {
				const sequence = `pg_get_serial_sequence(${quoteLiteral(from)}, ${quoteLiteral(column.name)})`;
				return `SELECT setval(${sequence}, (SELECT coalesce(max(${quoteIdentifier(column.name)}), 0) + 1 FROM ${from}), false);`;
			}),
			...owned.map((column) => {
				const sequence = `pg_get_serial_sequence(${quoteLiteral(quoteName(old))}, ${quoteLiteral(column.name)})`;
				return `DO ${routineBody` BEGIN EXECUTE 'ALTER SEQUENCE ' || ${sequence} || ${quoteLiteral(` OWNED BY ${from}.${quoteIdentifier(column.name)}`)}; END `};`;
			}),
		].join("\n"),
		[
			...table.policies.map((policy) => `${repeatPolicy(table, policy)};`),
			`ALTER TABLE ${from} ENABLE ROW LEVEL SECURITY;`,
			...(table.rls.forced ? [`ALTER TABLE ${from} FORCE ROW LEVEL SECURITY;`] : []),
			...(table.owner === null ? [] : [`ALTER TABLE ${from} OWNER TO ${quoteIdentifier(table.owner)};`]),
			...grants.map(({ privileges, roles }) => `${grantOn(table, privileges, roles)};`),
		].join("\n"),
		comment(`When the new table has proved itself, drop ${quoteName(old)}.`),
	].filter((block) => block !== "");
}
