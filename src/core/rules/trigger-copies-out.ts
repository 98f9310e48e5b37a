import type { InsertStmt } from "@pgsql/types";
import { type FunctionModel, qualified, type Table } from "../schema/model";
import { as, stringsOf } from "../schema/tree";
import { statementsOf, tableIn } from "./base/bodies";
import { PRODUCT } from "./base/examples";
import { nodesOf } from "./base/expressions";
import { mayRead } from "./base/privileges";
import { protectedTables, shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

function logging(grant: string): string {
	return `${PRODUCT}CREATE TABLE change_log (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, was jsonb NOT NULL);
${grant}CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO change_log (was) VALUES (to_jsonb(OLD)); RETURN NEW; END $$;
CREATE TRIGGER log_change AFTER UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION log_change();
`;
}

export const triggerCopiesOut: Rule = {
	id: "trigger-copies-out",
	summary: "A trigger copies tenants' rows into a table that says of no row whose it is.",
	severity: "warning",
	doc: {
		why: "Audit logs and outboxes gather what policies keep apart: without a tenant column and a policy of their own, whoever may read them reads all tenants' rows.",
		remedy:
			"Give the table a tenant column that the trigger fills and a policy on it, or let the application only insert there.",
		sources: [
			{
				title: "PostgreSQL: Row Security Policies",
				url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
			},
			{
				title: "PostgreSQL: Trigger Functions",
				url: "https://www.postgresql.org/docs/current/plpgsql-trigger.html",
			},
		],
		bad: logging("GRANT SELECT, INSERT ON change_log TO app_user;\n"),
		good: logging("GRANT INSERT ON change_log TO app_user;\n"),
		traps: [
			{
				title: "it notes that something happened, and nothing of the row",
				sql: logging("GRANT SELECT, INSERT ON change_log TO app_user;\n").replace("to_jsonb(OLD)", "to_jsonb(now())"),
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const { model } = context;
		const seen = new Set<string>();
		for (const { table } of protectedTables(context)) {
			if (!table.rls.enabled) continue;
			for (const trigger of table.triggers) {
				const called = [...model.functions.values()].find((each) => qualified(each) === trigger.function);
				const target = called && copyOf(context, called);
				const key = `${trigger.function} ${target && qualified(target)}`;
				if (!target || target === table || seen.has(key)) continue;
				seen.add(key);
				yield {
					table: qualified(target),
					location: trigger.location,
					message: `Trigger ${trigger.name} copies rows of ${shown(table)} into ${shown(target)}, where the application reads those of all tenants.`,
					help: `Give ${shown(target)} a tenant column and a policy, or let the application only insert there.`,
				};
			}
		}
	},
};

/** The open table of no tenant into which the function writes parts of NEW or OLD. */
function copyOf(context: RuleContext, called: FunctionModel): Table | null {
	const { model, tenancy } = context;
	for (const { node } of statementsOf(context, called)) {
		const insert = as(node, "InsertStmt");
		const target = insert?.relation && tableIn(model, called, insert.relation);
		if (!target || target.rls.enabled || !copiesRow(insert)) continue;
		const scope = tenancy.tables.get(qualified(target))?.scope;
		if ((scope === "shared" || scope === "unscoped") && mayRead(context, target)) return target;
	}
	return null;
}

function copiesRow(insert: InsertStmt): boolean {
	return nodesOf({ InsertStmt: insert }).some((node) =>
		/^(new|old)$/.test(stringsOf(as(node, "ColumnRef")?.fields)[0] ?? ""),
	);
}
