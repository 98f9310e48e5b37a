import type { DatabaseAnalysis } from "../../analyze";
import { dollarQuoted } from "../../emit/dollar-quote";
import { grantOn } from "../../emit/grant";
import { quoteIdentifier, quoteLiteral, quoteRole } from "../../emit/identifier";
import { type LeftOut, printSchema, script } from "../../emit/schema";
import type { SchemaModel, Table } from "../../schema/model";
import type { LineIndex } from "../../text/line-index";
import type { Artifact, Generate } from "../artifact";
import { BINDING } from "./binding";
import { functions } from "./functions";
import { ledger } from "./ledger";
import { monitoring } from "./monitoring";
import { NAMES } from "./names";
import { POOLING } from "./pooling";
import { readme, type Size } from "./readme";
import { BACKUP, RESTORE } from "./scripts";
import { type Split, splitSchema } from "./split";

/**
 * The files of a schema for each tenant: what is shared, a catalog of tenants with a ledger of their migrations, the functions
 * that make, migrate and remove tenants, and what is needed to run them. Tenants' tables are the workspace's own; a workspace
 * that has a schema per tenant already keeps its template.
 */
export const schemaLevel: Generate = ({ answers, database, isStarter, asMigrations }) => {
	const { model, files, tenancy } = database;
	const split = splitSchema(model, tenancy);
	const shared = printSchema(split.model, files, { include: split.isShared, policies: false });
	const own = printSchema(split.model, files, {
		include: split.isTenants,
		schemaOf: split.schemaOf,
		policies: false,
		session: false,
		functionPath: [NAMES.placeholder, ...split.sharedSchemas.map(quoteIdentifier), "pg_temp"].join(", "),
	});
	const tables = [...model.tables].filter(([key]) => split.isTenants("table", key)).map(([, table]) => table);
	const size = sizeOf(tables, model, Math.max(answers.tenants.now, answers.tenants.inTwoYears, 1));
	const leftOut = [...new Set([...shared.leftOut, ...own.leftOut].map((each) => describe(each, database.indexes)))];
	const file = (path: string, text: string, purpose: string, executable?: true): Artifact => ({
		path: `schema/${path}`,
		text,
		purpose,
		...(executable ? { executable } : {}),
	});
	const ofSchema = (artifact: Artifact): Artifact => ({ ...artifact, isOfSchema: true });
	return [
		file(
			"README.md",
			readme(split, leftOut, size, { isStarter, asMigrations, root: rootOf(database) }),
			"Says in which order things are run, what holds and what does not, with numbers.",
		),
		file("01_shared.sql", sharedScript(shared.statements), "Makes the tables that all tenants share."),
		ofSchema(
			file(
				"02_tenancy.sql",
				`${ledger()}\n${readable(split)}`,
				"Makes the roles, the catalog of tenants and the ledger of their migrations.",
			),
		),
		ofSchema(
			file(
				"03_functions.sql",
				functions(split.sharedSchemas),
				"Makes the functions that make, migrate, suspend and delete a tenant.",
			),
		),
		ofSchema(
			file("04_monitoring.sql", monitoring(), "Views that show each tenant's size, version, failures and drift."),
		),
		ofSchema(
			file(
				"05_tenant_0001.sql",
				firstMigration(own.statements),
				"Publishes the first migration: the tables that each tenant gets.",
			),
		),
		file("binding.pg.mjs", BINDING, "Runs a transaction of your application as one tenant."),
		file("pooling.md", POOLING, "Says what a connection pool may do with a tenant's settings."),
		file("backup-one-tenant.sh", BACKUP, "Backs up one tenant.", true),
		file("restore-one-tenant.sh", RESTORE, "Restores one tenant and puts aside what was there.", true),
	];
};

function sharedScript(statements: readonly string[]): string {
	return `-- What all tenants share, for a database that does not have it yet.
BEGIN;
-- Nobody but the owner makes something that another's search path would find.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

${script(statements)}
COMMIT;
RESET search_path;
RESET check_function_bodies;
`;
}

/** What tenants' roles may read of what is shared. */
function readable(split: Split): string {
	const schemas = split.sharedSchemas.map(quoteIdentifier).join(", ");
	return [
		"-- What tenants' roles may read of what is shared: nothing that lists tenants or people.",
		`GRANT USAGE ON SCHEMA ${schemas} TO ${quoteRole(NAMES.member)};`,
		...split.readable.map((table) => `${grantOn(table, ["select"], [NAMES.member])};`),
		"",
	].join("\n");
}

/** The table that lists the tenants, where tenants' rows reference it. */
function rootOf({ tenancy }: DatabaseAnalysis): string | null {
	return tenancy.mode === "row" || tenancy.mode === "hybrid" ? (tenancy.roots[0] ?? null) : null;
}

/** The statements as one text in the ledger. */
function firstMigration(statements: readonly string[]): string {
	return `-- The tables that each tenant gets. Names without schema are the tenant's; ${NAMES.placeholder} becomes its schema's name.
SELECT tenancy.add_migration(1, ${quoteLiteral("first tables")}, ${dollarQuoted(`\n${script(statements)}`)});
`;
}

function describe({ what, why, location }: LeftOut, indexes: ReadonlyMap<string, LineIndex>): string {
	const line = indexes.get(location.file)?.positionAt(location.span.start).line;
	return `${what} (${location.file}${line === undefined ? "" : `:${line + 1}`}) is left out. ${why}`;
}

/** Every table has six system columns (https://www.postgresql.org/docs/current/ddl-system-columns.html). */
const SYSTEM_COLUMNS = 6;
/** Types of one length, which never leave the row. */
const FIXED =
	/^(smallint|integer|bigint|real|double precision|boolean|uuid|date|time.*|interval|money|"char"|oid|macaddr8?|name)$/;
/** A row that can't get longer needs no TOAST table (TOAST_TUPLE_THRESHOLD with pages of 8 kB). */
const LONGEST_ROW = 2032;
/** A character in UTF-8. */
const BYTES_A_CHARACTER = 4;

function sizeOf(tables: readonly Table[], model: SchemaModel, tenants: number): Size {
	let relations = 0;
	let attributes = 0;
	for (const table of tables) {
		const keys = (table.primaryKey ? 1 : 0) + table.uniques.length + table.excludes.length;
		const sequences = table.columns.filter(
			(column) => column.identity || column.default?.startsWith("nextval("),
		).length;
		// A TOAST table comes with its index.
		relations += 1 + keys + table.indexes.length + sequences + (hasToast(table, model) ? 2 : 0);
		attributes += table.columns.length + SYSTEM_COLUMNS;
	}
	return { tenants, tables: tables.length, relations, attributes };
}

/** Whether PostgreSQL gives the table a TOAST table (`needs_toast_table` in src/backend/catalog/toasting.c). */
function hasToast(table: Table, model: SchemaModel): boolean {
	if (table.kind !== "table") return false;
	const lengths = table.columns.map(({ type }) => {
		const characters = /^character(?: varying)?\((\d+)\)$/.exec(type)?.[1];
		if (characters !== undefined) return Number(characters) * BYTES_A_CHARACTER;
		const created = model.types.get(type.includes(".") ? type : `public.${type}`);
		return FIXED.test(type) || created?.kind === "enum" ? 0 : Number.POSITIVE_INFINITY;
	});
	return lengths.reduce((sum, length) => sum + length, 0) > LONGEST_ROW;
}
