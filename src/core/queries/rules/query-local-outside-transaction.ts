import { as } from "../../schema/tree";
import type { Query } from "../query";
import { settingChanges } from "../reading/setting";
import type { QueryContext, QueryDetection, QueryRule, ReadQuery } from "../rule";
import { PROTECTED_ORDERS } from "./examples";

export const queryLocalOutsideTransaction: QueryRule = {
	id: "query-local-outside-transaction",
	summary: "SET LOCAL outside of a transaction does nothing.",
	severity: "error",
	doc: {
		why: "SET LOCAL, and set_config with true, last to the end of the transaction. Outside of one that is the end of the statement itself: the queries behind it run without a tenant, and give nothing, or what is left from an earlier request. PostgreSQL only warns of SET LOCAL, and says nothing of set_config. On a pool each call may get another connection, so that not even BEGIN helps there.",
		remedy: "Take one connection, BEGIN on it, bind the tenant, run the queries, COMMIT, and give it back.",
		sources: [
			{ title: "PostgreSQL: SET", url: "https://www.postgresql.org/docs/current/sql-set.html" },
			{ title: "node-postgres: Transactions", url: "https://node-postgres.com/features/transactions" },
		],
		schema: PROTECTED_ORDERS,
		bad: "SET LOCAL app.tenant_id = '7b1e6a52-6a0e-4b57-9a53-0b1f5b0f3f10';\nSELECT id FROM orders;\n",
		good: "BEGIN;\nSET LOCAL app.tenant_id = '7b1e6a52-6a0e-4b57-9a53-0b1f5b0f3f10';\nSELECT 1;\nCOMMIT;\n",
		traps: [
			{
				title: "the transaction was begun with START TRANSACTION, or by a driver's method",
				sql: "START TRANSACTION;\nSELECT set_config('app.tenant_id', '7b1e6a52-6a0e-4b57-9a53-0b1f5b0f3f10', true);\nCOMMIT;\n",
			},
		],
	},
	*detect(_: QueryContext, { query }: ReadQuery): Iterable<QueryDetection> {
		if (!settingChanges(query.statement.node).some(({ isLocal }) => isLocal) || !isOutside(query)) return;
		yield {
			table: null,
			span: null,
			message: "This holds to the end of the transaction, and there is none: the queries behind it run without it.",
			help: "BEGIN before it, on the same connection that the queries then use.",
		};
	},
};

/** Objects that give out a connection for each call. */
const POOL = /pool$|^(?:prisma|knex|sequelize|dataSource|database|db)$/i;
/** In Python a connection begins a transaction by itself, and Rails' is one that others may have begun. */
const POOL_ONLY = /pool$/i;
const BEGUN = /\bbegin|start\s+transaction|savepoint|transaction|\batomic\b|\btrx?\b|\btx\b/i;
const TAKEN = /\bconnect\s*\(|\bacquire|getConnection\s*\(|\.Conn\s*\(|createQueryRunner\s*\(/;

/** Whether no transaction can be open, as far as the same text and the same function tell. */
function isOutside({ language, together, statement, call }: Query): boolean {
	const before = together.slice(0, together.indexOf(statement));
	if (language === "sql") {
		if (statement.leadingComments.some(({ text }) => /\bname:|@name\b/.test(text))) return false;
		let isOpen = false;
		for (const { node } of before) {
			const kind = String(as(node, "TransactionStmt")?.kind);
			if (/BEGIN|START/.test(kind)) isOpen = true;
			else if (/COMMIT|ROLLBACK$/.test(kind)) isOpen = false;
		}
		return !isOpen;
	}
	// Several statements in one string are one transaction (PostgreSQL: Multiple Statements in a Simple Query).
	if (together.length > 1 || !call?.receiver || BEGUN.test(call.receiver) || BEGUN.test(call.before)) return false;
	const isPool = (language === "script" || language === "go" ? POOL : POOL_ONLY).test(call.receiver);
	const name = call.receiver.replace(/[^\w]/g, "");
	// What a function is given may be in a transaction already.
	if (new RegExp(`^[^{]*\\([^{)]*\\b${name}\\b`).test(call.before) && !/pool$/i.test(name)) return false;
	if (isPool) return true;
	return (
		(language === "script" || language === "go") &&
		new RegExp(`\\b${name}\\b[^\\n;]*=`).test(call.before) &&
		TAKEN.test(call.before)
	);
}
