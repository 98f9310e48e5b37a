import type { DatabaseAnalysis } from "../../core/analyze";
import { findTables } from "../../core/diagram/select";
import type { Fix } from "../../core/fix/fix";
import { type FixedAll, fixAll } from "../../core/fix/fix-all";
import { placeFix } from "../../core/fix/place";
import { type Way, waysOf } from "../../core/fix/ways";
import type { Finding } from "../../core/rules/base/rule";
import { EXIT, Failure } from "../failure";
import { applyChanges } from "../files/apply";
import { changesOf } from "../files/changes";
import { mendQueries } from "../files/mend-queries";
import { refuseTwin } from "../files/ruby-twin";
import { refuseUnknownRules } from "../findings";
import { unifiedDiff } from "../format/diff";
import { fixText } from "../format/fix-text";
import { load, type Workspace } from "../load";
import { count, type Output } from "../output";
import { noSuchTable, tableNamed } from "../tables";

export interface FixOptions {
	readonly rule?: readonly string[];
	readonly table?: readonly string[];
	readonly inPlace?: boolean;
	readonly newMigration?: boolean;
	readonly dryRun?: boolean;
	readonly database?: string;
}

/** `tenancy fix`: writes what mends the findings, of the schema and of the application's queries, or shows it. Returns the exit code: 2 where something could not be read. */
export async function fix(paths: readonly string[], options: FixOptions, output: Output): Promise<number> {
	refuseUnknownRules(options.rule);
	const workspace = await load(paths, options.database, output, { withQueries: true });
	const wanted = wantedOf(workspace, options);
	const how = options.inPlace ? "in-place" : options.newMigration ? "new-migration" : "preferred";
	// Who names a rule decides for what it offers.
	const decided = options.rule !== undefined;
	const all = workspace.databases.map((database) => ({
		database,
		fixed: fixAll(workspace.analyzer, database, wanted(database), decided),
	}));
	const fixes = all.flatMap(({ database, fixed }) =>
		fixed.steps.length === 0 ? [] : [placed(workspace, database, fixed, how)],
	);
	const inSchema = changesOf(workspace, fixes);
	const queries = mendQueries(
		workspace,
		inSchema,
		all.map(({ database }) => wanted(database)),
		decided,
	);
	const changes = [...inSchema, ...queries.changes];
	if (!options.dryRun && changes.length > 0) {
		if (workspace.exitCode !== EXIT.fine)
			throw new Failure(
				"Nothing was written: what could not be read may matter. See above; --dry-run shows the changes.",
			);
		applyChanges(workspace.root, changes, workspace.show);
	}
	const isOpen = (finding: Finding) => !decided && finding.remedies().some(({ automatic }) => !automatic);
	const left = [
		...all.flatMap(({ database, fixed }) => fixed.after.findings.filter(wanted(database))),
		...queries.left,
	];
	const summary = fixText({
		mended: [...all.flatMap(({ fixed }) => fixed.mended), ...queries.mended].map(({ rule }) => rule),
		toDecide: left.filter(isOpen).map(({ rule }) => rule),
		byHand: left.filter((finding) => !isOpen(finding)).map(({ rule }) => rule),
		notes: [...new Set([...fixes.flatMap(({ note }) => note ?? []), ...queries.notes])],
		written: options.dryRun ? null : changes.map(({ path }) => workspace.show(path)),
	});
	if (options.dryRun) {
		output.result(unifiedDiff(changes, workspace.show, output.paint, process.stdout.isTTY));
		output.note(summary.trimEnd());
	} else output.result(summary);
	return workspace.exitCode;
}

/** Which findings of a database somebody asked for. */
function wantedOf({ databases }: Workspace, { rule, table }: FixOptions) {
	for (const name of table ?? []) {
		if (databases.some(({ diagram }) => findTables(diagram, name).length > 0)) continue;
		throw noSuchTable({ tables: databases.flatMap(({ diagram }) => diagram.tables) }, name);
	}
	return ({ diagram }: DatabaseAnalysis): ((finding: Finding) => boolean) => {
		const here = (table ?? []).filter((name) => findTables(diagram, name).length > 0);
		const tables = table === undefined ? null : new Set(here.map((name) => tableNamed(diagram, name)));
		return (finding) =>
			(rule?.includes(finding.rule) ?? true) &&
			(tables === null || (finding.table !== null && tables.has(finding.table)));
	};
}

function placed(
	workspace: Workspace,
	database: DatabaseAnalysis,
	{ steps, mended }: FixedAll,
	how: Way | "preferred",
): Fix {
	if (how !== "preferred" && !waysOf(database).includes(how))
		throw new Failure(
			`${workspace.show(database.path)} describes its tables and has no migrations, so there is none to add. Leave --new-migration out: the file itself is changed then.`,
		);
	const fix = placeFix(database, steps, {
		title: titleOf(mended),
		how,
		now: new Date().toISOString(),
		files: workspace.files,
	});
	for (const { path } of fix.newFiles) refuseTwin(workspace, path);
	return fix;
}

/** In the imperative; one remedy has its own title. */
function titleOf(mended: readonly Finding[]): string {
	const [only, ...others] = mended;
	if (only && others.length === 0) {
		const title = only.remedies()[0]?.title;
		if (title !== undefined) return title;
	}
	const rules = new Set(mended.map(({ rule }) => rule));
	return `Mend ${count(mended.length, "finding")}${rules.size === 1 ? ` of ${only?.rule}` : ""}`;
}
