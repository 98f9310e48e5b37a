import type { Node } from "@pgsql/types";
import type { SchemaModel } from "../../schema/model";
import type { SqlFile } from "../../sql/statement";
import type { TenancyDecisions } from "../../tenancy/config";
import { applicationRoles } from "../../tenancy/enforcement";
import type { Tenancy } from "../../tenancy/scope";
import type { Location, Problem } from "../../text/span";
import type { Kind } from "../../workspace/database";
import { covers, type Ignore, silences } from "./ignores";
import { findTenantPolicies } from "./policies";
import { reachableTables } from "./protection";
import { noRemedies } from "./remedy";
import type { Finding, Rule, RuleContext, TenantTable } from "./rule";

export interface CheckInput {
	readonly model: SchemaModel;
	readonly tenancy: Tenancy;
	readonly kind: Kind;
	readonly files: readonly SqlFile[];
	/** The comments of the files that silence rules. */
	readonly ignores: readonly Ignore[];
	/** What reading the SQL reported; comments silence that, too. */
	readonly problems: readonly Problem[];
	readonly decisions: TenancyDecisions;
	/** The tree of an expression, null where it can't be read. */
	readonly expression: (sql: string) => Node | null;
}

/** Reported by the ignores themselves. */
export const UNUSED_IGNORE = "ignore-unused";

/**
 * Runs the rules over one database. What the configuration switches off, or a `tenancy-ignore` comment above it silences,
 * is left out; a comment that silences nothing is reported itself.
 *
 * @param others rules that look at something else than the schema
 */
export function checkRules(
	rules: readonly Rule[],
	input: CheckInput,
	others: readonly Pick<Rule, "id">[] = [],
): Finding[] {
	const { decisions, ignores } = input;
	const context = ruleContext(input);
	const used = new Set<Ignore>();
	const findings: Finding[] = [];
	for (const rule of rules) {
		const configured = decisions.rules?.[rule.id];
		if (configured === "off") continue;
		const own: Finding[] = [];
		for (const detection of rule.detect(context)) {
			if (decisions.tables?.[detection.table ?? ""]?.ignore?.includes(rule.id)) continue;
			const ignore = ignores.find((each) => each.rule === rule.id && covers(each, detection.location));
			if (ignore) used.add(ignore);
			else
				own.push({
					table: detection.table,
					location: detection.location,
					message: detection.message,
					help: detection.help,
					rule: rule.id,
					severity: configured ?? detection.severity ?? rule.severity,
					docs: rule.doc.sources[0]?.url ?? "",
					remedies: detection.remedies ?? noRemedies,
				});
		}
		findings.push(...(configured ? own : toldOnce(rule, own)));
	}
	for (const ignore of ignores) if (input.problems.some((problem) => silences(ignore, problem))) used.add(ignore);
	for (const ignore of ignores) if (!used.has(ignore)) findings.push(unused(ignore, [...rules, ...others]));
	return findings;
}

/** What is found this often is no slip but how the product is built. */
const HABIT = 10;

/** Remarks that are a habit, told once for the database and as hints at their places, so that they don't bury the others. */
function toldOnce({ summary, doc }: Rule, own: readonly Finding[]): readonly Finding[] {
	const remarks = own.filter(({ severity }) => severity === "info");
	const [first] = remarks;
	if (!first || remarks.length < HABIT) return own;
	const habit: Finding = {
		...first,
		table: null,
		message: `${summary} That is so all over this database.`,
		help: `${remarks.length} places have a hint of their own, with what mends it where that is known. ${doc.remedy}`,
		remedies: noRemedies,
	};
	return [habit, ...own.map((each): Finding => (each.severity === "info" ? { ...each, severity: "hint" } : each))];
}

/** What rules look at. */
export function ruleContext({ model, tenancy, kind, files, decisions, expression }: CheckInput): RuleContext {
	const tenantTables: TenantTable[] = [];
	for (const [key, table] of model.tables) {
		const own = tenancy.tables.get(key);
		if (own && !table.partitionOf && table.kind !== "foreign" && own.scope !== "shared" && own.scope !== "unscoped")
			tenantTables.push({ key, table, own });
	}
	const roles = rolesOf(model, decisions);
	return {
		model,
		tenancy,
		kind,
		files,
		tenantTables,
		applicationRoles: roles,
		tenantPolicies: findTenantPolicies(model, tenantTables, expression),
		reachable: reachableTables(model, roles),
		decisions,
		expression,
		statementText: (location) => textOf(files, location),
	};
}

function textOf(files: CheckInput["files"], { file, span }: Location): string | null {
	const text = files.find((each) => each.file === file)?.text;
	return text === undefined || text[span.start - 1] === "'" ? null : text.slice(span.start, span.end);
}

/** The application's roles; where only roles that nothing binds are granted writes, the application must be one of those. */
function rolesOf(model: SchemaModel, decisions: TenancyDecisions): string[] {
	const roles = applicationRoles(model, decisions.applicationRoles);
	if (roles.length > 0) return roles;
	const writers = model.grants
		.filter(
			({ objectKind, privileges }) => objectKind === "table" && privileges.some((each) => /^(all|insert)/i.test(each)),
		)
		.flatMap((grant) => grant.roles);
	return [...new Set(writers)].filter((role) => model.roles.get(role)?.bypassRls === true);
}

const READING = new Set(["sql-syntax", "sql-dynamic", "sql-unresolved", "sql-unsupported"]);

/** The finding that a comment silences nothing. */
export function unused({ rule, location }: Ignore, rules: readonly Pick<Rule, "id">[]): Finding {
	const isKnown = rules.some(({ id }) => id === rule) || READING.has(rule);
	return {
		rule: UNUSED_IGNORE,
		severity: "info",
		table: null,
		location,
		message: isKnown
			? `This comment silences nothing: ${rule} finds nothing below it.`
			: `There is no rule ${rule}, so this comment silences nothing.`,
		help: "Remove the comment.",
		docs: "",
		remedies: noRemedies,
	};
}
