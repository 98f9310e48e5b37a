import * as vscode from "vscode";
import type { Artifact, Blueprint } from "../../core/implement/artifact";
import type { NewMigration } from "../../core/implement/migrations";
import type { Plan } from "../../core/strategy/plan";
import { STRATEGY_MEANINGS, STRATEGY_NAMES } from "../../core/strategy/strategy-names";
import type { Answers, Strategy } from "../../core/tenancy/answers";
import { mayWrite } from "../adapters/config-text";
import type { DatabaseEntry } from "../adapters/databases";
import { cleanFolder, wrongFolder } from "../adapters/folder-path";
import type { FolderAnalysis } from "../analysis/folder-analysis";
import { loadPipeline } from "../analysis/pipeline";
import { applyFix } from "../fixes/apply-fix";
import { pickStep, typeStep } from "./steps";
import { writeArtifacts } from "./write-artifacts";

/** What the strategy is for: a database of the workspace, or a folder that has none yet. */
export interface Place {
	readonly folder: FolderAnalysis;
	readonly entry: DatabaseEntry | null;
}

const DEFAULT_FOLDER = "tenancy";

type Step = "strategy" | "how" | "folder" | "files";

/** Asks which strategy, how, where and which files, and writes them. */
export async function generateFiles(place: Place, plan: Plan): Promise<void> {
	if (!(await mayWrite())) return;
	const title = vscode.l10n.t("Generate Files");
	let strategy: Strategy = plan.recommended;
	let blueprint = await blueprintFor(place, plan.answers);
	let migrations: NewMigration[] = [];
	let path = DEFAULT_FOLDER;
	for (let at: Step = "strategy"; ; ) {
		const { migrationsOf } = await import("../../core/implement/migrations");
		const offered = migrationsOf(strategy, blueprint);
		const steps: readonly Step[] = offered.length > 0 ? ["strategy", "how", "folder", "files"] : WITHOUT_TOOL;
		const look = (prompt: string) => ({ title, step: steps.indexOf(at) + 1, totalSteps: steps.length, prompt });
		const before: Step = steps[steps.indexOf(at) - 1] ?? "strategy";
		const after: Step = steps[steps.indexOf(at) + 1] ?? "files";
		if (at === "strategy") {
			const prompt = vscode.l10n.t("Which strategy shall the files implement?");
			const picked = await pickStep(look(prompt), strategyItems(plan), [strategy], false);
			if (typeof picked === "string") return;
			strategy = picked.value[0] ?? strategy;
			migrations = [];
			at = migrationsOf(strategy, blueprint).length > 0 ? "how" : "folder";
		} else if (at === "how") {
			const prompt = vscode.l10n.t("How shall the SQL of your tables be changed?");
			const picked = await pickStep(look(prompt), await howItems(place), [migrations.length > 0], false);
			if (picked === "closed") return;
			if (picked !== "back") migrations = picked.value[0] ? offered : [];
			at = picked === "back" ? before : after;
		} else if (at === "folder") {
			const prompt =
				migrations.length > 0
					? vscode.l10n.t("Into which folder of the workspace shall the rest go: scripts, snippets, tests?")
					: vscode.l10n.t("Into which folder of the workspace?");
			const typed = await typeStep(look(prompt), path, (text) => wrongFolder(text, DEFAULT_FOLDER));
			if (typed === "closed") return;
			if (typed !== "back") path = cleanFolder(typed.value);
			at = typed === "back" ? before : after;
		} else {
			const { asMigrations: _, ...plain } = blueprint;
			blueprint = migrations.length > 0 ? { ...plain, asMigrations: true } : plain;
			const { generate } = await import("../../core/implement/generate");
			const artifacts = generate(strategy, blueprint);
			const items = artifacts.map((value) => ({ label: value.path, detail: value.purpose, value }));
			const picked = await pickStep(look(vscode.l10n.t("Which of these files?")), items, artifacts, true);
			if (picked === "closed") return;
			if (picked !== "back") return write(place, path, picked.value, migrations);
			at = before;
		}
	}
}

const WITHOUT_TOOL: readonly Step[] = ["strategy", "folder", "files"];

async function blueprintFor({ entry }: Place, answers: Answers): Promise<Blueprint> {
	const [{ blueprintOf }, { createAnalyzer }] = await Promise.all([
		import("../../core/implement/blueprint"),
		loadPipeline(),
	]);
	const existing = entry?.folder.analyzer ? { database: entry.database, analyzer: entry.folder.analyzer } : null;
	return blueprintOf(answers, existing, createAnalyzer);
}

async function write(
	{ folder, entry }: Place,
	path: string,
	artifacts: readonly Artifact[],
	migrations: readonly NewMigration[],
): Promise<void> {
	const { placeMigrations, placedBefore } = await import("../../core/implement/migrations");
	const there = placedBefore(migrations, folder.sources);
	if (there !== null) {
		void vscode.window.showWarningMessage(
			vscode.l10n.t("Nothing was written: {0} is there already, from a plan before.", there),
		);
		return;
	}
	const target = vscode.Uri.joinPath(folder.folder.uri, ...path.split("/"));
	const written = await writeArtifacts(target, artifacts);
	if (!written) return;
	await sayWritten(target, written.created.length + written.replaced.length, written.same);
	if (!entry || migrations.length === 0) return;
	const now = new Date().toISOString();
	await applyFix(entry, placeMigrations(entry.database, migrations, { now, files: folder.sources }), false);
}

async function howItems({ entry }: Place) {
	const { toolName } = await import("../../core/fix/tool-name");
	return [
		{
			label: vscode.l10n.t("As migrations of {0}", entry ? toolName(entry.database.kind) : ""),
			detail: vscode.l10n.t("New ones beside yours, in order, with their way down where the tool has one."),
			value: true,
		},
		{
			label: vscode.l10n.t("As files for psql"),
			detail: vscode.l10n.t("All in one folder, to read and to run by hand."),
			value: false,
		},
	];
}

/** The recommended one first. */
function strategyItems(plan: Plan) {
	return (Object.keys(STRATEGY_NAMES) as Strategy[])
		.sort((a, b) => Number(b === plan.recommended) - Number(a === plan.recommended))
		.map((value) => ({
			label: STRATEGY_NAMES[value],
			description: value === plan.recommended ? vscode.l10n.t("recommended") : "",
			detail: plan.scores[value].fits
				? STRATEGY_MEANINGS[value]
				: `${vscode.l10n.t("Breaks a requirement: see the report.")} ${STRATEGY_MEANINGS[value]}`,
			value,
		}));
}

async function sayWritten(target: vscode.Uri, count: number, same: number): Promise<void> {
	const readme = vscode.Uri.joinPath(target, "README.md");
	const folder = vscode.workspace.asRelativePath(target);
	const message =
		count === 0
			? vscode.l10n.t("All {0} files are in {1} already, just so.", same, folder)
			: vscode.l10n.t("Wrote {0} files to {1}. Start with the README.", count, folder);
	void vscode.window.showInformationMessage(message);
	await vscode.commands.executeCommand("markdown.showPreview", readme);
}
