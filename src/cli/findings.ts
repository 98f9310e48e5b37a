import { QUERY_RULES } from "../core/queries/rules";
import { RULES as CHECKS } from "../core/rules";
import { UNUSED_IGNORE } from "../core/rules/base/check";
import { SEVERITIES, type Severity } from "../core/rules/base/rule";
import { placeOf } from "../core/text/line-index";
import type { Place, Problem } from "../core/text/span";
import { Failure } from "./failure";
import type { Workspace } from "./load";
import { type Offer, offersFor, offersForQuery } from "./offers";

export { SEVERITIES, type Severity };

/** One thing that `tenancy check` found; the contract's shape. */
export interface Finding {
	readonly rule: string;
	readonly severity: Severity;
	/** Qualified name; null where it concerns no table. */
	readonly table: string | null;
	readonly place: Place;
	readonly message: string;
	readonly help: string;
	readonly docs: string;
	/** What mends it, the best first. */
	readonly fixes: readonly Offer[];
	/** The database's path, where there are several. */
	readonly database?: string;
}

export interface FindingRule {
	readonly id: string;
	/** What it reports, in one sentence. */
	readonly summary: string;
	readonly help: string;
	readonly docs: string;
	readonly severity: Severity;
}

/** What reading the SQL itself can report. A wrong configuration is no finding: it ends the command with exit code 2. */
const READING: Readonly<Record<Exclude<Problem["kind"], "config">, FindingRule>> = {
	syntax: {
		id: "sql-syntax",
		summary: "PostgreSQL's grammar does not accept the statement, so nothing it creates is known.",
		help: 'Correct the statement. If the file is not PostgreSQL, leave it out with "exclude" in tenancy.config.json.',
		docs: "https://www.postgresql.org/docs/current/sql-commands.html",
		severity: "error",
	},
	dynamic: {
		id: "sql-dynamic",
		summary:
			"The statement runs SQL that is put together while it runs, and may change the schema in ways that reading can't follow.",
		help: "Write the statements out, or say what the tables are in tenancy.config.json.",
		docs: "https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN",
		severity: "warning",
	},
	unresolved: {
		id: "sql-unresolved",
		summary: "The statement names something that no statement before it creates.",
		help: "Check the spelling and the order of the files; if another system creates it, nothing needs to be done.",
		docs: "https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH",
		severity: "warning",
	},
	unsupported: {
		id: "sql-unsupported",
		summary: "The statement is valid SQL, but what it does to the schema is not followed.",
		help: "Nothing has to be done; what is said of the objects that it names may be incomplete.",
		docs: "https://www.postgresql.org/docs/current/sql-commands.html",
		severity: "info",
	},
};

const IGNORES: FindingRule = {
	id: UNUSED_IGNORE,
	summary: "A tenancy-ignore comment silences nothing.",
	help: "Remove the comment.",
	docs: "",
	severity: "info",
};

/** Everything that `tenancy check` can report. */
export const RULES: readonly FindingRule[] = [
	...[...CHECKS, ...QUERY_RULES].map(({ id, summary, doc, severity }) => ({
		id,
		summary,
		help: doc.remedy,
		docs: doc.sources[0]?.url ?? "",
		severity,
	})),
	...Object.values(READING),
	IGNORES,
];

/** @throws {Failure} where somebody names a rule that there is none of */
export function refuseUnknownRules(ids: readonly string[] = []): void {
	const unknown = ids.filter((id) => !RULES.some((rule) => rule.id === id));
	if (unknown.length > 0)
		throw new Failure(
			`There is no rule ${unknown.join(", ")}. The rules are: ${RULES.map((rule) => rule.id).join(", ")}.`,
		);
}

/**
 * All findings of the databases, in the order of files and lines within each database; then those of the application's queries.
 *
 * @param fixes whether to say what mends them, which has to be worked out
 */
export function findingsOf(workspace: Workspace, fixes = false): Finding[] {
	const { databases, place, show } = workspace;
	const inQueries = workspace.queries.flatMap(({ file, index, findings }) =>
		findings.map((finding): Finding => {
			const { location, remedies: _, ...said } = finding;
			const at = { ...placeOf(location, index), file: show(file) };
			return { ...said, place: at, fixes: fixes ? offersForQuery(workspace, index, finding) : [] };
		}),
	);
	const inDatabases = databases.flatMap((database) => {
		const unread = database.problems.flatMap((problem): Finding[] => {
			if (problem.kind === "config") return [];
			const { id, help, docs } = READING[problem.kind];
			return [
				{
					rule: id,
					severity: problem.severity,
					table: null,
					place: place(database, problem.location),
					message: problem.message,
					help,
					docs,
					fixes: [],
				},
			];
		});
		const found = database.findings.map((finding): Finding => {
			const { location, remedies: _, ...said } = finding;
			return { ...said, place: place(database, location), fixes: fixes ? offersFor(workspace, database, finding) : [] };
		});
		const findings = [...unread, ...found].map((finding) =>
			databases.length > 1 ? { ...finding, database: show(database.path) } : finding,
		);
		const order = new Map(database.files.map((file, i) => [show(file.file), i]));
		return findings.sort(
			(a, b) =>
				(order.get(a.place.file) ?? 0) - (order.get(b.place.file) ?? 0) ||
				a.place.line - b.place.line ||
				a.place.column - b.place.column,
		);
	});
	return [...inDatabases, ...inQueries];
}
