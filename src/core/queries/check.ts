import type { Node, RangeVar } from "@pgsql/types";
import { type CheckInput, ruleContext, unused } from "../rules/base/check";
import { nodesOf } from "../rules/base/expressions";
import type { Ignore } from "../rules/base/ignores";
import { noRemedies } from "../rules/base/remedy";
import type { Finding } from "../rules/base/rule";
import { as } from "../schema/tree";
import type { SourceFile } from "../workspace/database";
import { finderOf, queryIgnores } from "./ignores";
import type { Query } from "./query";
import { isolationOf } from "./reading/isolation";
import { readStatement } from "./reading/read-statement";
import type { QueryContext, QueryDetection, QueryRule } from "./rule";
import { tenantSettings } from "./settings";

/** What the rules need of a database, made once for all its queries. */
export function queryContext(input: CheckInput, parse: (sql: string) => Node | null): QueryContext {
	const context = ruleContext(input);
	return { ...context, tenantSettings: tenantSettings(context), parse };
}

/**
 * Runs the rules over the queries of one file, each for the database whose tables it names. What the configuration switches
 * off, or a comment silences, is left out; a comment that silences nothing is reported.
 *
 * @param rules those of queries
 * @param known ids of all rules, of queries or not
 * @param databases those that are more likely first
 */
export function checkQueries(
	rules: readonly QueryRule[],
	known: readonly { readonly id: string }[],
	{ path, text }: SourceFile,
	queries: readonly Query[],
	databases: readonly QueryContext[],
): Finding[] {
	const ignores = queryIgnores(path, text, queries);
	const ignoreFor = finderOf(ignores);
	const used = new Set<Ignore>();
	const findings: Finding[] = [];
	for (const query of queries) {
		const context = databaseOf(query, databases);
		if (!context || !query.statement.node) continue;
		const reading = readStatement(query.statement.node, context);
		const read = { query, reading, isolation: isolationOf(reading, context.model, context.tenancy) };
		for (const rule of rules) {
			if (context.decisions.rules?.[rule.id] === "off") continue;
			for (const detection of rule.detect(context, read)) {
				if (context.decisions.tables?.[detection.table ?? ""]?.ignore?.includes(rule.id)) continue;
				const finding = findingOf(rule, context, query, detection);
				const ignore = ignoreFor(rule.id, finding.location);
				if (ignore) used.add(ignore);
				else findings.push(finding);
			}
		}
	}
	for (const ignore of ignores) if (!used.has(ignore)) findings.push(unused(ignore, known));
	return findings.sort((a, b) => a.location.span.start - b.location.span.start);
}

function findingOf(
	rule: QueryRule,
	{ decisions }: QueryContext,
	query: Query,
	{ table, span, message, help, severity, remedies }: QueryDetection,
): Finding {
	const configured = decisions.rules?.[rule.id];
	return {
		rule: rule.id,
		severity: configured !== undefined && configured !== "off" ? configured : (severity ?? rule.severity),
		table,
		location: { file: query.file, span: span === null ? query.span : query.place(span) },
		message,
		help,
		docs: rule.doc.sources[0]?.url ?? "",
		remedies: remedies ?? noRemedies,
	};
}

/** The database that has the most of the tables that a query names; the first one where several are alike, as `SET` names none. */
function databaseOf({ statement }: Query, databases: readonly QueryContext[]): QueryContext | null {
	const [first = null, ...others] = databases;
	if (others.length === 0 || !first) return first;
	const names = [...nodesOf(statement.node)].flatMap((node) => as(node, "RangeVar") ?? targetOf(node) ?? []);
	const score = ({ model }: QueryContext) =>
		names.filter(({ schemaname, relname }) => model.tables.has(`${schemaname ?? "public"}.${relname}`)).length;
	return databases.reduce((best, each) => (score(each) > score(best) ? each : best), first);
}

/** What a statement writes to stands in the tree without a node of its own. */
function targetOf(node: Node): RangeVar | undefined {
	const statement =
		as(node, "InsertStmt") ??
		as(node, "UpdateStmt") ??
		as(node, "DeleteStmt") ??
		as(node, "MergeStmt") ??
		as(node, "CopyStmt");
	return statement?.relation;
}
