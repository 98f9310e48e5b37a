import type { Remedy } from "../../rules/base/remedy";
import { as } from "../../schema/tree";
import { snake } from "../../tenancy/vocabulary";
import { type SettingChange, settingChanges } from "../reading/setting";
import type { QueryContext, QueryDetection, QueryRule, ReadQuery } from "../rule";
import { PROTECTED_ORDERS } from "./examples";

export const querySessionSetting: QueryRule = {
	id: "query-session-setting",
	summary: "The tenant is bound to the session, so the pool's next request still has it.",
	severity: "error",
	doc: {
		why: "SET without LOCAL, and set_config with false, hold until the connection ends. A pool gives the connection to the next request, of another tenant, which then reads and writes with the tenant of the one before if it binds none itself, or binds it too late.",
		remedy:
			"Bind the tenant in the transaction that does the work: BEGIN, then SET LOCAL or set_config(…, true), then the queries, then COMMIT.",
		sources: [
			{ title: "PostgreSQL: SET", url: "https://www.postgresql.org/docs/current/sql-set.html" },
			{
				title: "PgBouncer: SQL feature map for pooling modes",
				url: "https://www.pgbouncer.org/features.html",
			},
		],
		schema: PROTECTED_ORDERS,
		bad: "SET app.tenant_id = '7b1e6a52-6a0e-4b57-9a53-0b1f5b0f3f10';\nSELECT set_config('app.tenant_id', '7b1e6a52-6a0e-4b57-9a53-0b1f5b0f3f10', false);\n",
		good: "BEGIN;\nSET LOCAL app.tenant_id = '7b1e6a52-6a0e-4b57-9a53-0b1f5b0f3f10';\nSELECT set_config('app.tenant_id', '7b1e6a52-6a0e-4b57-9a53-0b1f5b0f3f10', true);\nCOMMIT;\n",
		traps: [
			{ title: "the setting has nothing to do with tenants", sql: "SET statement_timeout = '5s';\n" },
			{ title: "the tenant is taken back", sql: "RESET app.tenant_id;\n" },
		],
	},
	*detect(context: QueryContext, { query }: ReadQuery): Iterable<QueryDetection> {
		const { statement } = query;
		for (const change of settingChanges(statement.node)) {
			if (change.isLocal || !bindsTenant(context, change.name)) continue;
			yield {
				table: null,
				span: null,
				message: `${change.name} stays set when the connection goes back to the pool, so the next request acts for this tenant.`,
				help: "Set it for the transaction only: SET LOCAL, or true as the third argument of set_config.",
				remedies: () => makeLocal(query, change),
			};
		}
	},
};

/** Whether the setting says which tenant the session is for: the database takes it from there, or it is called so. */
function bindsTenant({ tenantSettings, tenancy }: QueryContext, name: string): boolean {
	if (tenantSettings.has(name.toLowerCase())) return true;
	if (name === "search_path") return tenancy.mode === "schema" || tenancy.mode === "hybrid";
	const [prefix, last] = [name.slice(0, name.lastIndexOf(".")), name.slice(name.lastIndexOf(".") + 1)];
	if (prefix === "") return false;
	return tenancy.tenantColumns.includes(last) || /(?:^|_)tenant(?:_|$)/.test(snake(last));
}

function makeLocal(query: ReadQuery["query"], { argument }: SettingChange): Remedy[] {
	const title = "Set it for the transaction only (needs a BEGIN before)";
	const { text, node } = query.statement;
	if (as(node, "VariableSetStmt")) {
		const edit = /^set\s+(?!session\b)/i.test(text) ? query.insertion(3, " LOCAL") : null;
		return edit ? [{ title, steps: [], automatic: false, edits: [{ file: query.file, ...edit }] }] : [];
	}
	if (argument === null || !/^false\b/i.test(text.slice(argument))) return [];
	const span = query.place({ start: argument, end: argument + 5 });
	if (span.end - span.start !== 5) return [];
	return [{ title, steps: [], automatic: false, edits: [{ file: query.file, span, newText: "true" }] }];
}
