import type { Node } from "@pgsql/types";
import { as } from "../schema/tree";
import { ORDERS, PRODUCT, secured } from "./base/examples";
import { commandsOf, migrationsOf, placed } from "./base/migrations";
import type { Detection, Rule, RuleContext } from "./base/rule";

const BEFORE = `-- migrations/0001_orders.sql\n${PRODUCT}${ORDERS}${secured("orders")}`;
const INDEX = "CREATE INDEX CONCURRENTLY orders_total_idx ON orders (tenant_id, total);\n";

export const migrationConcurrentlyInTransaction: Rule = {
	id: "migration-concurrently-in-transaction",
	summary: "A migration runs a CONCURRENTLY statement inside a transaction, which PostgreSQL refuses.",
	severity: "error",
	doc: {
		why: "The migration fails, perhaps only in production, halfway through the tenants' schemas or a release. Many tools begin a transaction for each file without being asked.",
		remedy:
			"Put the statement into a migration of its own that runs outside of a transaction (goose: -- +goose NO TRANSACTION; dbmate: transaction:false; Atlas: -- atlas:txmode none).",
		sources: [
			{
				title: "PostgreSQL: Building Indexes Concurrently",
				url: "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
			},
			{ title: "goose: Annotations", url: "https://pressly.github.io/goose/documentation/annotations/" },
			{ title: "dbmate: Migration Options", url: "https://github.com/amacneil/dbmate#migration-options" },
		],
		bad: `${BEFORE}-- migrations/0002_index.sql\nBEGIN;\n${INDEX}COMMIT;\n`,
		refused: true,
		good: `${BEFORE}-- migrations/0002_index.sql\n${INDEX}`,
		traps: [
			{
				title: "it stands behind the transaction",
				sql: `${BEFORE}-- migrations/0002_index.sql\nBEGIN;\nALTER TABLE orders ADD COLUMN note text;\nCOMMIT;\n${INDEX}`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const file of migrationsOf(context))
			for (const { statement, kind } of placed(context.kind, file)) {
				if ((kind !== "own" && kind !== "tool") || !isConcurrent(statement.node)) continue;
				yield {
					table: null,
					location: { file: file.file, span: statement.span },
					message:
						kind === "own"
							? "PostgreSQL refuses CONCURRENTLY inside a transaction, and a BEGIN stands before this."
							: `PostgreSQL refuses CONCURRENTLY inside a transaction, and ${TOOLS[context.kind] ?? "the migration tool"} runs this file in one.`,
					help: "Put it into a migration of its own that runs outside of a transaction.",
				};
			}
	},
};

const TOOLS: Readonly<Record<string, string>> = {
	goose: "goose",
	dbmate: "dbmate",
	atlas: "Atlas",
	drizzle: "Drizzle",
	prisma: "Prisma",
	"golang-migrate": "golang-migrate",
	"node-pg-migrate": "node-pg-migrate",
};

function isConcurrent(node: Node | null): boolean {
	if (as(node, "IndexStmt")?.concurrent || as(node, "DropStmt")?.concurrent) return true;
	const reindex = as(node, "ReindexStmt");
	if (reindex?.params?.some((each) => as(each, "DefElem")?.defname === "concurrently")) return true;
	return commandsOf(node).some(({ def }) => as(def, "PartitionCmd")?.concurrent === true);
}
