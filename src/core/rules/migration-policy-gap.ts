import type { Node, RangeVar } from "@pgsql/types";
import { factOf } from "../schema/facts";
import { qualified, type SchemaModel } from "../schema/model";
import { as, namePartsOf } from "../schema/tree";
import type { SqlFile } from "../sql/statement";
import { ORDERS, PRODUCT, secured } from "./base/examples";
import { commandsOf, migrationsOf, type Placed, placed, tableNamed } from "./base/migrations";
import type { Detection, Rule, RuleContext } from "./base/rule";

const BEFORE = `-- migrations/0001_orders.sql\n${PRODUCT}${ORDERS}${secured("orders")}-- migrations/0002_policy.sql\n`;
const DROP = "DROP POLICY orders_tenant_isolation ON orders;\n";
const CREATE =
	"CREATE POLICY orders_tenant ON orders TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid));\n";

export const migrationPolicyGap: Rule = {
	id: "migration-policy-gap",
	summary: "A migration takes a table's protection away and gives it back in another transaction.",
	severity: "warning",
	doc: {
		why: "Between the two, every session sees the table as it is then: without a restrictive policy or with row-level security off all tenants' rows, without its permissive policy none. If the second statement fails, it stays so.",
		remedy: "Use ALTER POLICY, or put both between BEGIN and COMMIT: readers wait and never see the gap.",
		sources: [
			{ title: "PostgreSQL: ALTER POLICY", url: "https://www.postgresql.org/docs/current/sql-alterpolicy.html" },
			{ title: "PostgreSQL: Transactions", url: "https://www.postgresql.org/docs/current/tutorial-transactions.html" },
		],
		bad: `${BEFORE}BEGIN;\n${DROP}COMMIT;\nBEGIN;\n${CREATE}COMMIT;\n`,
		good: `${BEFORE}BEGIN;\n${DROP}${CREATE}COMMIT;\n`,
		traps: [
			{ title: "the new policy is there before the old one goes", sql: `${BEFORE}${CREATE}${DROP}` },
			{
				title: "DROP … IF EXISTS only makes the file repeatable, as no migration before made the policy",
				sql: `${BEFORE}DROP POLICY IF EXISTS orders_tenant ON orders;\n${CREATE}`,
			},
			{
				title: "the table comes with the same migration",
				sql: `-- migrations/0001_tenants.sql\n${PRODUCT}-- migrations/0002_orders.sql\n${ORDERS}${secured("orders")}DROP POLICY orders_tenant_isolation ON orders;\n${CREATE}`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const { model } = context;
		const known = new Set<string>();
		const files = migrationsOf(context);
		if (!files.some(takesSomething)) return;
		for (const file of files) {
			const statements = placed(context.kind, file);
			for (const [i, place] of statements.entries()) {
				for (const { table, what } of takenBy(model, place)) {
					const own = model.tables.get(table);
					if (!own || own.location.file === file.file) continue;
					if (what.startsWith("policy ") && !known.has(`${table} ${what}`)) continue;
					const back = statements.slice(i + 1).find((later) => givesBack(model, later, table, what));
					if (!back || (back.transaction !== null && back.transaction === place.transaction)) continue;
					const isUnknown = place.kind === "unknown" && back.kind === "unknown";
					yield {
						table,
						location: { file: file.file, span: place.statement.span },
						severity: isUnknown ? "info" : "warning",
						message: `${isUnknown ? "Unless the whole file runs in one transaction, " : ""}${table} is without its ${what.startsWith("policy ") ? "policy" : "row-level security"} until a later statement gives it back.`,
						help: "Put both between BEGIN and COMMIT, or use ALTER POLICY.",
					};
				}
			}
			for (const { statement } of statements) for (const each of policiesMade(model, statement.node)) known.add(each);
		}
	},
};

/** Most products never take a policy away: nothing more is then to be looked at. */
const takesSomething = factOf(({ statements }: SqlFile) =>
	statements.some(({ node }) => droppedPolicies(node) !== undefined || turnsOff(node)),
);

function droppedPolicies(node: Node | null): readonly Node[] | undefined {
	const drop = as(node, "DropStmt");
	return drop?.removeType === "OBJECT_POLICY" ? (drop.objects ?? []) : undefined;
}

function turnsOff(node: Node | null): boolean {
	return commandsOf(node).some(({ subtype }) => subtype === "AT_DisableRowSecurity");
}

interface Taken {
	/** Qualified key. */
	readonly table: string;
	/** `policy NAME`, or `security`. */
	readonly what: string;
}

function takenBy(model: SchemaModel, { statement: { node } }: Placed): Taken[] {
	const dropped = droppedPolicies(node);
	if (dropped)
		return dropped.flatMap((each) => {
			const parts = namePartsOf(each);
			const key = keyOf(model, { schemaname: parts.at(-3), relname: parts.at(-2) });
			return key ? [{ table: key, what: `policy ${parts.at(-1)}` }] : [];
		});
	const key = turnsOff(node) ? keyOf(model, as(node, "AlterTableStmt")?.relation) : null;
	return key ? [{ table: key, what: "security" }] : [];
}

function givesBack(model: SchemaModel, { statement: { node } }: Placed, table: string, what: string): boolean {
	if (what !== "security") return keyOf(model, as(node, "CreatePolicyStmt")?.table) === table;
	const isOn = commandsOf(node).some(({ subtype }) => subtype === "AT_EnableRowSecurity");
	return isOn && keyOf(model, as(node, "AlterTableStmt")?.relation) === table;
}

function policiesMade(model: SchemaModel, node: Node | null): string[] {
	const create = as(node, "CreatePolicyStmt");
	const key = keyOf(model, create?.table);
	return key ? [`${key} policy ${create?.policy_name}`] : [];
}

function keyOf(model: SchemaModel, name: Pick<RangeVar, "schemaname" | "relname"> | undefined): string | null {
	const table = name && tableNamed(model, name);
	return table ? qualified(table) : null;
}
