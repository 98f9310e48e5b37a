import { RULES } from "../../../src/core/rules";
import { checkRules } from "../../../src/core/rules/base/check";
import { ignoresOf } from "../../../src/core/rules/base/ignores";
import type { Finding } from "../../../src/core/rules/base/rule";
import { foldSchema } from "../../../src/core/schema/fold";
import { createSqlReader } from "../../../src/core/sql/reader";
import type { TenancyDecisions } from "../../../src/core/tenancy/config";
import { decideTenancy } from "../../../src/core/tenancy/decide";

const reader = createSqlReader();

/** What the rules find in a schema given as SQL. */
export async function findingsIn(sql: string, decisions: TenancyDecisions = {}): Promise<Finding[]> {
	const { read, expression } = await reader;
	const files = [read({ path: "schema.sql", text: sql })];
	const model = foldSchema(files);
	return checkRules(RULES, {
		model,
		tenancy: decideTenancy(model, decisions),
		files,
		ignores: ignoresOf(files),
		problems: model.problems,
		decisions,
		expression,
	});
}

/** The rules that find something, each once, in the order of the list. */
export async function rulesIn(sql: string, decisions: TenancyDecisions = {}): Promise<string[]> {
	return [...new Set((await findingsIn(sql, decisions)).map(({ rule }) => rule))];
}
