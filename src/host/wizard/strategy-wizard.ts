import * as vscode from "vscode";
import type { Plan } from "../../core/strategy/plan";
import type { Draft } from "../../core/strategy/questions";
import type { Answers } from "../../core/tenancy/answers";
import { CONFIG_FILE } from "../../core/tenancy/config-file";
import { mayWrite, textOf, write } from "../adapters/config-text";
import { type DatabaseEntry, databasesOf } from "../adapters/databases";
import type { FolderAnalysis } from "../analysis/folder-analysis";
import { databaseFrom } from "../commands/pick-database";
import type { Services } from "../services";
import { askQuestions, type Progress } from "./ask-questions";
import { generateFiles, type Place } from "./generate-files";
import { type ReportAction, ReportPanel } from "./report-panel";
import { writeArtifacts } from "./write-artifacts";

/** Where a person left the questions, by folder. */
const PROGRESS = "tenancy.strategy.progress";

/** "Choose Isolation Strategy…": from the questions over the report to the files. */
export class StrategyWizard implements vscode.Disposable {
	readonly report: ReportPanel;

	constructor(private readonly services: Services) {
		this.report = new ReportPanel(services.context.extensionUri);
	}

	/** Asks, saves the answers and shows the report. Returns whether it came to that. */
	async choose(argument?: unknown): Promise<boolean> {
		const place = await this.#place(argument);
		if (!place) return false;
		const saved = await savedAnswers(place.folder);
		const left = this.#progressOf(place.folder);
		const from = left ?? (saved ? { draft: saved, next: null } : null);
		const start = from ? await this.#startFrom(place, from, saved) : { draft: await prefilled(place), next: null };
		if (start === null) return false;
		if (start === "report" && saved) return this.#show(place, saved);
		if (start === "report") return false;
		return this.#ask(place, start);
	}

	/** The report of the answers that are saved; asks first where there are none. */
	async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
		this.report.adopt(panel);
		const uri = (state as { folder?: unknown } | null)?.folder;
		const folder = this.services.workspace.folders.find(({ folder: each }) => each.uri.toString() === uri);
		await folder?.ensure();
		const saved = folder && (await savedAnswers(folder));
		if (folder && saved) await this.#show({ folder, entry: this.#entryOf(folder) }, saved);
		else panel.dispose();
	}

	dispose(): void {
		this.report.dispose();
	}

	async #place(argument: unknown): Promise<Place | null> {
		const { workspace } = this.services;
		await workspace.ensureAll();
		const some = databasesOf(workspace).some(({ database }) => database.model.tables.size > 0);
		if (some) {
			const entry = await databaseFrom(this.services, argument);
			return entry ? { folder: entry.folder, entry } : null;
		}
		const [folder] = workspace.folders;
		if (folder) return { folder, entry: null };
		void vscode.window.showInformationMessage(
			vscode.l10n.t("Open a folder first: the answers and the files that implement a strategy are kept there."),
		);
		return null;
	}

	#entryOf(folder: FolderAnalysis): DatabaseEntry | null {
		return databasesOf(this.services.workspace).find((entry) => entry.folder === folder) ?? null;
	}

	#progressOf(folder: FolderAnalysis): Progress | null {
		const all = this.services.context.workspaceState.get<Record<string, Progress>>(PROGRESS, {});
		return all[folder.folder.uri.toString()] ?? null;
	}

	#keep(folder: FolderAnalysis, progress: Progress | null): void {
		const { workspaceState } = this.services.context;
		const { [folder.folder.uri.toString()]: _, ...others } = workspaceState.get<Record<string, Progress>>(PROGRESS, {});
		const next = progress ? { ...others, [folder.folder.uri.toString()]: progress } : others;
		void workspaceState.update(PROGRESS, next);
	}

	/** Where there are answers already: on with them, the report again, or anew. */
	async #startFrom(place: Place, from: Progress, saved: Answers | null): Promise<Progress | "report" | null> {
		const { QUESTIONS } = await import("../../core/strategy/questions");
		const at = QUESTIONS.find(({ id }) => id === from.next);
		const go = at
			? { label: vscode.l10n.t("Go On"), detail: vscode.l10n.t("You stopped at: {0}.", at.title) }
			: {
					label: vscode.l10n.t("Change the Answers"),
					detail: vscode.l10n.t("Every question again, with what you said."),
				};
		const items = [
			...(saved && !at
				? [
						{
							label: vscode.l10n.t("Show the Recommendation"),
							detail: vscode.l10n.t("From the answers in {0}.", CONFIG_FILE),
							start: "report" as const,
						},
					]
				: []),
			{ ...go, start: from },
			{
				label: vscode.l10n.t("Start Anew"),
				detail: vscode.l10n.t("With what the SQL in this folder says."),
				start: { draft: await prefilled(place), next: null },
			},
		];
		const picked = await vscode.window.showQuickPick(items, {
			title: vscode.l10n.t("Choose Isolation Strategy"),
			placeHolder: vscode.l10n.t("You have answered some of this before."),
		});
		return picked?.start ?? null;
	}

	async #ask(place: Place, from: Progress): Promise<boolean> {
		const draft = await askQuestions(from, (progress) => this.#keep(place.folder, progress));
		if (!draft) return false;
		this.#keep(place.folder, null);
		const { completeAnswers } = await import("../../core/strategy/questions");
		const answers = completeAnswers(draft);
		if (!answers) throw new Error("The questions don't make complete answers");
		await this.#save(place.folder, draft);
		return this.#show(place, answers);
	}

	/** In the configuration, so that a team can review them and make the plan again. Not in a workspace that is not trusted. */
	async #save(folder: FolderAnalysis, draft: Draft): Promise<void> {
		if (!vscode.workspace.isTrusted) return;
		const { writeConfig } = await import("../../core/tenancy/write-config");
		const uri = folder.uriOf(CONFIG_FILE);
		const before = await textOf(uri);
		const after = writeConfig(before, ["strategy"], draft, null);
		if (after === before) return;
		if (await write(uri, before, after)) await folder.refreshFile(uri);
		else
			void vscode.window.showWarningMessage(
				vscode.l10n.t("The answers could not be kept in {0}. Is it read-only?", CONFIG_FILE),
			);
	}

	async #show(place: Place, answers: Answers): Promise<boolean> {
		const [{ planFor }, { buildReport }] = await Promise.all([
			import("../../core/strategy/plan"),
			import("../../core/strategy/report/build-report"),
		]);
		const plan = planFor(answers);
		const state = { folder: place.folder.folder.uri.toString() };
		await this.report.show(buildReport(plan), state, (action) => void this.#act(action, place, plan));
		return true;
	}

	async #act(action: ReportAction, place: Place, plan: Plan): Promise<void> {
		switch (action) {
			case "changeAnswers":
				await this.#ask(place, { draft: (await savedAnswers(place.folder)) ?? plan.answers, next: null });
				return;
			case "saveMarkdown": {
				if (!(await mayWrite())) return;
				const { buildReport } = await import("../../core/strategy/report/build-report");
				const { reportMarkdown } = await import("../../core/strategy/report/markdown");
				const file = { path: "docs/isolation-strategy.md", text: reportMarkdown(buildReport(plan)), purpose: "" };
				const written = await writeArtifacts(place.folder.folder.uri, [file]);
				if (written) await vscode.window.showTextDocument(place.folder.uriOf(file.path));
				return;
			}
			case "generate":
				await generateFiles(place, plan);
				return;
			default:
				action satisfies never;
		}
	}
}

async function savedAnswers(folder: FolderAnalysis): Promise<Answers | null> {
	const text = await textOf(folder.uriOf(CONFIG_FILE));
	if (text === null) return null;
	const { readConfig } = await import("../../core/tenancy/config");
	return readConfig(text, CONFIG_FILE).config.strategy ?? null;
}

async function prefilled({ entry }: Place): Promise<Draft> {
	if (!entry) return { existing: "greenfield" };
	const { prefill } = await import("../../core/strategy/prefill");
	return prefill(entry.database.tenancy);
}
