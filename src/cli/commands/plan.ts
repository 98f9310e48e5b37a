import { readFileSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { createAnalyzer } from "../../core/analyze";
import type { Artifact } from "../../core/implement/artifact";
import { blueprintOf } from "../../core/implement/blueprint";
import { generate } from "../../core/implement/generate";
import { createSqlReader } from "../../core/sql/reader";
import { parseAnswers } from "../../core/strategy/parse-answers";
import { type Plan, planFor } from "../../core/strategy/plan";
import { prefill } from "../../core/strategy/prefill";
import type { Draft } from "../../core/strategy/questions";
import { buildReport } from "../../core/strategy/report/build-report";
import { reportMarkdown } from "../../core/strategy/report/markdown";
import { type Answers, answersJsonSchema } from "../../core/tenancy/answers";
import { CONFIG_FILE, readConfig } from "../../core/tenancy/config";
import { writeConfig } from "../../core/tenancy/write-config";
import { EXIT, Failure } from "../failure";
import { applyChanges } from "../files/apply";
import { decode } from "../files/decode";
import { writeNewFiles } from "../files/write-new";
import { planJson } from "../format/plan-json";
import { planText } from "../format/plan-text";
import { askQuestions, askYesOrNo } from "../interactive/ask-questions";
import { openTerminal } from "../interactive/terminal";
import { loadWhatIsThere, problemLines, type Surroundings } from "../load";
import type { Output } from "../output";

export interface PlanOptions {
	readonly answers?: string;
	readonly interactive?: boolean;
	readonly out?: string;
	readonly json?: boolean;
	readonly schema?: boolean;
	readonly database?: string;
}

/** The report's file, and the answers beside it, so that the plan can be made again. README.md is the implementation's. */
const REPORT_FILE = "isolation-strategy.md";
const ANSWERS_FILE = "answers.json";

/** `tenancy plan`: recommends a strategy, and writes the report and the files that implement it. Returns the exit code. */
export async function plan(paths: readonly string[], options: PlanOptions, output: Output): Promise<number> {
	if (options.schema) {
		output.result(`${JSON.stringify({ title: "Answers for tenancy plan", ...answersJsonSchema() }, null, 2)}\n`);
		return EXIT.fine;
	}
	// Before anything is read that takes time.
	const given = options.answers === undefined ? null : answersIn(options.answers);
	const terminal = options.interactive ? openTerminal() : null;
	try {
		const folder = options.out === undefined ? null : resolve(options.out);
		const around = await loadWhatIsThere(paths, options.database, output, folder === null ? {} : { ignored: folder });
		if (!around.workspace && paths.length > 0) throw new Failure(around.without);
		const database = onlyDatabase(around);
		const kept = around.configText === null ? undefined : readConfig(around.configText, CONFIG_FILE).config.strategy;
		let answers = given ?? kept ?? null;
		if (terminal) {
			const draft: Draft = kept ?? (database ? prefill(database.tenancy) : {});
			answers = await askQuestions(draft, terminal);
			if (!answers) throw new Failure("Nothing was written: the questions were not answered to the end.");
			if (await askYesOrNo(`Keep the answers in ${CONFIG_FILE}?`, terminal)) keep(around, answers, output);
		}
		if (!answers)
			throw new Failure(
				`No answers to plan from. Use --interactive, or --answers FILE, or put them under "strategy" into ${CONFIG_FILE}; --schema prints what they may say.`,
			);
		const made = planFor(answers);
		const existing = database && around.workspace ? { database, analyzer: around.workspace.analyzer } : null;
		const starter = createAnalyzer(await createSqlReader());
		const artifacts = generate(
			made.recommended,
			blueprintOf(answers, existing, () => starter),
		);
		const files = [...reportFiles(made), ...artifacts];
		const written = folder === null ? null : writeNewFiles(folder, files, shown).map(shown);
		output.result(options.json ? planJson(made, files) : planText(made, written, output.paint));
		return around.workspace?.exitCode ?? EXIT.fine;
	} finally {
		terminal?.close();
	}
}

function reportFiles(made: Plan): Artifact[] {
	return [
		{
			path: REPORT_FILE,
			text: reportMarkdown(buildReport(made)),
			purpose: "The decision with its reasons, costs, risks and limits, to read and to commit.",
		},
		{
			path: ANSWERS_FILE,
			text: `${JSON.stringify(made.answers, null, 2)}\n`,
			purpose: "What was answered: tenancy plan --answers makes the same plan from it again.",
		},
	];
}

/** @throws {Failure} with the line of each mistake */
function answersIn(path: string): Answers {
	let read: ReturnType<typeof decode>;
	try {
		read = decode(readFileSync(path));
	} catch (error) {
		throw new Failure(`${path} can't be read: ${(error as Error).message}.`);
	}
	if ("refused" in read) throw new Failure(`${path} can't be read: ${read.refused}.`);
	const { answers, problems } = parseAnswers(read.text, path);
	if (answers) return answers;
	throw new Failure(
		[
			...problemLines(problems, read.text, path),
			"No plan was made: put this right first (--schema prints what it may say).",
		].join("\n"),
	);
}

function onlyDatabase({ workspace }: Surroundings) {
	const [first, ...more] = workspace?.databases ?? [];
	if (workspace && first && more.length > 0)
		throw new Failure(
			`There are several databases here; name the one to plan for with --database:\n${[first, ...more].map(({ path, kind }) => `  ${workspace.show(path)}  (${kind})`).join("\n")}`,
		);
	return first ?? null;
}

function keep({ root, configText }: Surroundings, answers: Answers, output: Output): void {
	const after = writeConfig(configText, ["strategy"], answers, null);
	if (after !== configText)
		applyChanges(root, [{ path: CONFIG_FILE, before: configText, after }], (path) => shown(resolve(root, path)));
	output.note(`Kept in ${shown(resolve(root, CONFIG_FILE))}`);
}

/** A path as the user sees it. */
function shown(path: string): string {
	return relative(process.cwd(), path).split(sep).join("/") || ".";
}
