import { RULES } from "../../../src/core/rules";
import { checkRules } from "../../../src/core/rules/base/check";
import { ignoresOf } from "../../../src/core/rules/base/ignores";
import type { Finding } from "../../../src/core/rules/base/rule";
import { foldSchema } from "../../../src/core/schema/fold";
import { createSqlReader } from "../../../src/core/sql/reader";
import type { TenancyDecisions } from "../../../src/core/tenancy/config";
import { decideTenancy } from "../../../src/core/tenancy/decide";
import type { DatabaseSource } from "../../../src/core/workspace/database";
import { findDatabases } from "../../../src/core/workspace/find";
import { exampleFiles } from "./example-files";

const reader = createSqlReader();

/** What the rules find in a schema given as SQL. */
export async function findingsIn(sql: string, decisions: TenancyDecisions = {}): Promise<Finding[]> {
	const { read, expression } = await reader;
	const sources = exampleFiles(sql);
	const { kind, files: ordered } =
		sources.length === 1 ? { kind: "declarative" as const, files: sources } : onlyDatabase(findDatabases(sources));
	const files = ordered.map(read);
	const model = foldSchema(files);
	return checkRules(RULES, {
		model,
		tenancy: decideTenancy(model, decisions),
		kind,
		files,
		ignores: ignoresOf(files),
		problems: model.problems,
		decisions,
		expression,
	});
}

function onlyDatabase([first, ...others]: readonly DatabaseSource[]): DatabaseSource {
	if (!first || others.length > 0) throw new Error("An example is one database.");
	return first;
}

/** The rules that find something, each once, in the order of the list. */
export async function rulesIn(sql: string, decisions: TenancyDecisions = {}): Promise<string[]> {
	return [...new Set((await findingsIn(sql, decisions)).map(({ rule }) => rule))];
}
