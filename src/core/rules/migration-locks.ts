import type { AlterTableCmd, Constraint, Node } from "@pgsql/types";
import { qualified, type Table } from "../schema/model";
import { as, stringsOf } from "../schema/tree";
import type { SqlFile, Statement } from "../sql/statement";
import type { Kind } from "../workspace/database";
import { ORDERS, PRODUCT, secured } from "./base/examples";
import { nodesOf } from "./base/expressions";
import { commandsOf, newestMigration, tableNamed } from "./base/migrations";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

const BEFORE = `-- migrations/0001_orders.sql\n${PRODUCT}${ORDERS}${secured("orders")}-- migrations/0002_next.sql\n`;

export const migrationLocks: Rule = {
	id: "migration-locks",
	summary: "The newest migration locks a table of earlier ones for as long as it reads or rewrites all its rows.",
	severity: "info",
	doc: {
		why: "All tenants share the table, so all of them wait: first the migration for the longest query, then every query for the migration. The more tenants, the longer.",
		remedy:
			"CREATE INDEX CONCURRENTLY outside of a transaction; constraints NOT VALID, then VALIDATE; before SET NOT NULL a validated CHECK (… IS NOT NULL); a new column first without a default, its values in batches. SET lock_timeout before each.",
		sources: [
			{
				title: "PostgreSQL: ALTER TABLE, Notes",
				url: "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES",
			},
			{
				title: "PostgreSQL: Building Indexes Concurrently",
				url: "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
			},
			{ title: "Squawk: Rules", url: "https://squawkhq.com/docs/rules" },
		],
		bad: `${BEFORE}CREATE INDEX orders_total_idx ON orders (tenant_id, total);\n`,
		good: `${BEFORE}SET lock_timeout = '2s';\nALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;\n`,
		traps: [
			{
				title: "the table is new, so nobody waits",
				sql: `${BEFORE}CREATE TABLE lines (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text);\nCREATE INDEX lines_tenant_id_idx ON lines (tenant_id);\nALTER TABLE lines ALTER note SET NOT NULL;\n${secured("lines")}`,
			},
			{
				title: "a validated CHECK spares SET NOT NULL the reading",
				sql: `${BEFORE}ALTER TABLE customers ADD COLUMN note text;\nALTER TABLE customers ADD CONSTRAINT note_there CHECK (note IS NOT NULL) NOT VALID;\nALTER TABLE customers VALIDATE CONSTRAINT note_there;\nALTER TABLE customers ALTER note SET NOT NULL;\nALTER TABLE customers DROP CONSTRAINT note_there;\n`,
			},
			{
				title: "a constant default is kept in the catalog",
				sql: `${BEFORE}ALTER TABLE orders ADD COLUMN currency text NOT NULL DEFAULT 'EUR', ADD COLUMN noted_at timestamptz NOT NULL DEFAULT now();\n`,
			},
			{
				title: "it is no longer the newest migration",
				sql: `${BEFORE}CREATE INDEX orders_total_idx ON orders (tenant_id, total);\n-- migrations/0003_more.sql\nALTER TABLE orders ADD COLUMN note text;\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const file = newestMigration(context);
		if (!file) return;
		for (const statement of file.statements) {
			const relation = (as(statement.node, "IndexStmt") ?? as(statement.node, "AlterTableStmt"))?.relation;
			const table = relation && tableNamed(context.model, relation);
			if (!table || table.location.file === file.file || table.kind === "foreign") continue;
			if (as(statement.node, "IndexStmt") && ALWAYS_IN_TRANSACTION.has(context.kind)) continue;
			for (const { why, help } of locksOf(file, statement, table))
				yield {
					table: qualified(table),
					location: { file: file.file, span: statement.span },
					message: `This locks ${shown(table)} while PostgreSQL ${why}, and all tenants wait.`,
					help,
				};
		}
	},
};

/** Tools that run every migration in a transaction, where CONCURRENTLY can't be: nothing else is left to their users. */
const ALWAYS_IN_TRANSACTION: ReadonlySet<Kind> = new Set(["supabase", "drizzle", "node-pg-migrate"]);

interface Lock {
	readonly why: string;
	readonly help: string;
}

function* locksOf(file: SqlFile, statement: Statement, table: Table): Iterable<Lock> {
	const index = as(statement.node, "IndexStmt");
	// On a partitioned table there is no CONCURRENTLY.
	if (index && !index.concurrent && table.kind === "table")
		yield { why: "builds the index", help: "CREATE INDEX CONCURRENTLY, outside of a transaction." };
	for (const command of commandsOf(statement.node)) {
		const lock = lockOf(file, statement, table, command);
		if (lock) yield lock;
	}
}

function lockOf(file: SqlFile, statement: Statement, table: Table, { subtype, name, def }: AlterTableCmd): Lock | null {
	const column = as(def, "ColumnDef");
	switch (subtype) {
		case "AT_AddConstraint":
			return lockOfConstraint(as(def, "Constraint"));
		case "AT_SetNotNull":
			if (isChecked(file, statement, table, name ?? "")) return null;
			return {
				why: "reads all rows for NULLs",
				help: `Before it, add CHECK (${name} IS NOT NULL) NOT VALID and VALIDATE it.`,
			};
		case "AT_AddColumn":
			return (column?.constraints ?? []).some(rewrites) || /^(small|big)?serial\d?$/.test(typeOf(def))
				? {
						why: "writes a value into every row",
						help: "Add the column without a default, set one for new rows, and fill the old ones in batches.",
					}
				: null;
		case "AT_AlterColumnType":
			// To text nothing is rewritten, in most cases.
			return /^(text|varchar)$/.test(typeOf(def))
				? null
				: { why: "rewrites all rows", help: "Add a column of the new type, fill it in batches, and swap the two." };
		default:
			return null;
	}
}

function typeOf(def: Node | undefined): string {
	return stringsOf(as(def, "ColumnDef")?.typeName?.names).at(-1) ?? "";
}

function lockOfConstraint(constraint: Constraint | undefined): Lock | null {
	switch (constraint?.contype) {
		case "CONSTR_FOREIGN":
		case "CONSTR_CHECK":
			if (constraint.skip_validation) return null;
			return {
				why: "checks all rows",
				help: "Add the constraint NOT VALID, then VALIDATE it in a statement of its own.",
			};
		case "CONSTR_UNIQUE":
		case "CONSTR_PRIMARY":
			if (constraint.indexname) return null;
			return {
				why: "builds the index",
				help: "CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT … USING INDEX.",
			};
		default:
			return null;
	}
}

/** A default that differs from row to row, or an identity or generated column: every row is written anew. */
function rewrites(node: Node): boolean {
	const constraint = as(node, "Constraint");
	if (constraint?.contype === "CONSTR_IDENTITY" || constraint?.contype === "CONSTR_GENERATED") return true;
	if (constraint?.contype !== "CONSTR_DEFAULT") return false;
	return [...nodesOf(constraint.raw_expr)].some((each) =>
		/^(gen_random_uuid|uuid_generate_v\w+|uuidv\d|random|clock_timestamp|timeofday|nextval|nanoid|cuid)$/.test(
			stringsOf(as(each, "FuncCall")?.funcname).at(-1) ?? "",
		),
	);
}

/** Whether a CHECK that is validated by then says that the column is not null. */
function isChecked(file: SqlFile, statement: Statement, table: Table, column: string): boolean {
	const says = (text: string) => /is\s+not\s+null/i.test(text) && text.includes(column);
	if (table.checks.some(({ expression, validated }) => validated && says(expression))) return true;
	// Once it is done the CHECK is dropped; what validated it stands above, or in an earlier migration.
	const before = file.statements.slice(0, file.statements.indexOf(statement));
	return before.some(
		({ node, text }) =>
			commandsOf(node).some(({ subtype }) => subtype === "AT_ValidateConstraint") && text.includes(table.name),
	);
}
