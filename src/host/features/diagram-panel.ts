import * as vscode from "vscode";
import { isWebviewMessage } from "../../protocol/guards";
import type { HostMessage, WebviewMessage } from "../../protocol/messages";
import { type DatabaseEntry, databasesOf, refOf, type TableRef, tablesOf } from "../adapters/databases";
import { openPlace } from "../adapters/open-place";
import { isSameFinding } from "../fixes/find-finding";
import { openEvidence, openRule } from "../prove/open-evidence";
import type { Services } from "../services";
import { Arrangements } from "./arrangements";
import { diagramHtml, webviewRoot } from "./diagram-html";
import { LAYOUT_FILE } from "./layout-file";
import { Page } from "./page";

export const DIAGRAM_VIEW_TYPE = "tenancy.diagram";
const LAST_DATABASE = "tenancy.diagram.database";

/** The diagram of the workspace: one panel, which shows one database at a time. */
export class DiagramPanel implements vscode.Disposable {
	#panel: vscode.WebviewPanel | null = null;
	#page: Page | null = null;
	#subscriptions: vscode.Disposable[] = [];
	/** What the webview shows now; intents carry its version back. */
	#shown: { readonly version: number; readonly entry: DatabaseEntry } | null = null;
	#version = 0;
	/** To be revealed once the webview says that it is ready. */
	#pendingReveal: string | null = null;
	#pendingProof = false;
	/** What the page was last told of a proof: it is long, and an edit of SQL that it is no longer of changes nothing in it. */
	#toldProof: readonly unknown[] = [];
	/** The page listens. Before, VS Code keeps what is posted until the page has loaded. */
	#ready = false;
	/** Whether the diagram that was posted before the page listens reaches it; null where none was. */
	#ahead: Thenable<boolean> | null = null;

	readonly #arrangements: Arrangements;

	constructor(private readonly services: Services) {
		this.#arrangements = new Arrangements(services.context.workspaceState);
	}

	get isOpen(): boolean {
		return this.#panel !== null;
	}

	/** Opens the panel beside the editor, or brings it to the front; shows the table where one is given. */
	open(table?: TableRef): void {
		if (this.#panel) this.#panel.reveal(undefined, table !== undefined);
		else {
			const beside = vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
			this.adopt(
				vscode.window.createWebviewPanel(DIAGRAM_VIEW_TYPE, vscode.l10n.t("Tenancy Diagram"), {
					viewColumn: beside,
					preserveFocus: false,
				}),
			);
		}
		if (table) this.#revealTable(table);
	}

	/** Opens the panel on the proof of a database. */
	async openProof(entry: DatabaseEntry): Promise<void> {
		this.#pendingProof = true;
		this.open();
		await this.#select(entry.id);
	}

	/** Takes over a panel that was just made, or that VS Code restored after a reload. */
	adopt(panel: vscode.WebviewPanel): void {
		const { extensionUri } = this.services.context;
		this.#panel?.dispose();
		this.#panel = panel;
		this.#page = new Page(panel.webview);
		this.#ready = false;
		this.#ahead = null;
		this.#toldProof = [];
		this.#shown = null;
		panel.iconPath = vscode.Uri.joinPath(extensionUri, "media", "diagram.svg");
		panel.webview.options = { enableScripts: true, localResourceRoots: [webviewRoot(extensionUri)] };
		const { workspace } = this.services;
		this.#subscriptions = [
			panel.onDidDispose(() => this.#closed(panel)),
			panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)),
			workspace.onDidChangeAnalysis(() => this.#update()),
			workspace.onDidChangeFolders(() => this.#update()),
			this.services.proofs.onDidChange(() => this.#postProof()),
			workspace.onDidProgress(({ folder, done, total }) => {
				if (folder.analysis === null)
					this.#post({ type: "loading", label: vscode.l10n.t("Reading {0}", folder.folder.name), done, total });
			}),
			vscode.workspace.onDidGrantWorkspaceTrust(() => this.#update()),
			vscode.workspace.onDidSaveTextDocument((document) => {
				if (document.uri.path.endsWith(`/${LAYOUT_FILE}`)) this.#update();
			}),
		];
		panel.webview.html = diagramHtml(panel.webview, extensionUri);
		for (const folder of workspace.folders) this.services.layout.prepare(folder);
		void workspace.ensureAll();
		// What is known already travels while the page loads; if it turns out old by then, `ready` has another sent.
		void this.#update(true);
	}

	/** The database that the panel shows, else the one it would show; undefined where none has tables. */
	current(): DatabaseEntry | undefined {
		const entries = databasesOf(this.services.workspace).filter(({ database }) => database.model.tables.size > 0);
		const wanted = this.#shown?.entry.id ?? this.services.context.workspaceState.get<string>(LAST_DATABASE);
		return entries.find(({ id }) => id === wanted) ?? entries[0];
	}

	dispose(): void {
		this.#panel?.dispose();
	}

	#closed(panel: vscode.WebviewPanel): void {
		if (this.#panel !== panel) return;
		for (const subscription of this.#subscriptions) subscription.dispose();
		this.#subscriptions = [];
		this.#panel = null;
		this.#page = null;
		this.#shown = null;
		this.#ready = false;
	}

	/** Sends a diagram, ahead if need be, and all else once the page listens. */
	#post(message: HostMessage): void {
		if (!this.#page || !(this.#ready || message.type === "diagram")) return;
		const isPosted = this.#page.post(message);
		if (!this.#ready) this.#ahead = isPosted;
	}

	/** @param ahead also while the page still loads */
	async #update(ahead = false): Promise<void> {
		if (!this.#panel || !(this.#ready || ahead)) return;
		const { folders } = this.services.workspace;
		const entry = this.current();
		if (entry) {
			const version = ++this.#version;
			this.#shown = { version, entry };
			const positions = await this.services.layout.positions(entry.folder, entry.database.path);
			if (version !== this.#version) return;
			const databases = databasesOf(this.services.workspace).map(({ id, label }) => ({ id, label }));
			this.#post({
				type: "diagram",
				version,
				diagram: { ...entry.database.diagram, database: entry.id },
				databases,
				positions,
				arranged: this.#arrangements.of(entry.id),
				canEdit: vscode.workspace.isTrusted,
			});
			this.#panel.title = vscode.l10n.t("Tenancy: {0}", entry.label);
			this.#postProof();
			this.#revealPending();
			return;
		}
		this.#shown = null;
		const failed = folders.find(({ status }) => status === "failed");
		if (failed) this.#post({ type: "failed", message: failed.error ?? "" });
		else if (folders.length === 0) this.#post({ type: "empty", reason: "no-folder" });
		else if (folders.some(({ status }) => status === "loading" || status === "idle")) {
			this.#post({ type: "loading", label: vscode.l10n.t("Reading the workspace"), done: 0, total: 0 });
		} else this.#post({ type: "empty", reason: folders.some((folder) => folder.hasSql) ? "no-tables" : "no-sql" });
	}

	#postProof(): void {
		if (!this.#shown) return;
		const { version, entry } = this.#shown;
		const kept = this.services.proofs.of(entry);
		const tells = [entry.id, kept, kept?.database === entry.database];
		if (!this.#ready || tells.every((each, i) => each === this.#toldProof[i])) return;
		this.#toldProof = tells;
		this.#post({ type: "proof", version, proof: this.services.proofs.shown(entry) });
	}

	#revealPending(): void {
		if (!this.#ready) return;
		if (this.#pendingProof) this.#post({ type: "showProof" });
		this.#pendingProof = false;
		if (this.#pendingReveal !== null) this.#post({ type: "reveal", table: this.#pendingReveal });
		this.#pendingReveal = null;
	}

	#revealTable(ref: TableRef): void {
		const entry = databasesOf(this.services.workspace).find(
			({ folder, database }) => folder.folder.uri.toString() === ref.folder && database.path === ref.database,
		);
		if (!entry) return;
		if (this.#ready && this.#shown?.entry.id === entry.id) this.#post({ type: "reveal", table: ref.table });
		else {
			this.#pendingReveal = ref.table;
			void this.#select(entry.id);
		}
	}

	async #select(id: string): Promise<void> {
		const entry = databasesOf(this.services.workspace).find((candidate) => candidate.id === id);
		if (!entry) return;
		this.#shown = { version: this.#version, entry };
		await this.services.context.workspaceState.update(LAST_DATABASE, id);
		await this.#update();
	}

	#receive(message: unknown): void {
		if (!isWebviewMessage(message)) {
			this.services.log.warn("The diagram sent a message that is not in the protocol; it was ignored.");
			return;
		}
		this.#handle(message).catch((error) => {
			this.services.log.error(error instanceof Error ? error : String(error));
			void vscode.window.showErrorMessage(
				vscode.l10n.t("Tenancy: {0}", error instanceof Error ? error.message : String(error)),
			);
		});
	}

	async #handle(message: WebviewMessage): Promise<void> {
		if (message.type === "ready") {
			// The page may be another one than before: VS Code throws it away while it is hidden.
			const ahead = this.#ready ? null : this.#ahead;
			this.#ready = true;
			this.#toldProof = [];
			// A big diagram takes longer to the page than the page takes to its first word. Or it came before anybody listened: VS Code
			// waits a fifth of a second for a page, then sends what it kept.
			if (ahead && message.version !== this.#shown?.version && (await ahead)) return this.#page?.ask();
			this.#page?.has(message.version);
			const shown = this.#shown;
			if (shown === null || shown.entry.database !== this.current()?.database) return this.#update();
			if (message.version !== shown.version) return this.#update();
			this.#postProof();
			return this.#revealPending();
		}
		if (message.type === "runCommand") {
			await vscode.commands.executeCommand(
				PANEL_COMMANDS[message.command],
				...(message.command === "openSettings" ? ["@ext:tenancy.tenancy"] : []),
			);
			return;
		}
		const entry = this.#shown && databasesOf(this.services.workspace).find(({ id }) => id === this.#shown?.entry.id);
		if (!entry) return;
		switch (message.type) {
			case "revealTable": {
				const table = entry.database.diagram.tables.find(({ id }) => id === message.table);
				if (table) await openPlace(entry.folder, table.place, this.#panel?.viewColumn);
				return;
			}
			case "revealProblem": {
				// Its number only means something in the list that the person saw.
				const problem =
					message.version === this.#shown?.version
						? this.#shown.entry.database.diagram.problems[message.problem]
						: undefined;
				if (problem) await openPlace(entry.folder, problem.place, this.#panel?.viewColumn);
				return;
			}
			case "revealFinding": {
				const finding =
					message.version === this.#shown?.version
						? this.#shown.entry.database.diagram.findings[message.finding]
						: undefined;
				if (finding) await openPlace(entry.folder, finding.place, this.#panel?.viewColumn);
				return;
			}
			case "markTable": {
				const table = tablesOf(entry).find(({ key }) => key === message.table);
				if (table) await this.services.marks.mark(table, message.scope);
				return;
			}
			case "applyFix": {
				const shown =
					message.version === this.#shown?.version ? this.#shown.entry.database.findings[message.finding] : undefined;
				// What was typed since may have mended it.
				const finding = shown && entry.database.findings.find((each) => isSameFinding(each, shown));
				if (finding) await (await import("../fixes/fix-commands")).fixFinding(this.services, entry, finding);
				return;
			}
			case "protectTable":
				await vscode.commands.executeCommand("tenancy.protectTable", refOf({ ...entry, key: message.table }));
				return;
			case "scopeTable":
				await vscode.commands.executeCommand("tenancy.makeTenantScoped", refOf({ ...entry, key: message.table }));
				return;
			case "prove":
				await vscode.commands.executeCommand("tenancy.proveIsolation", refOf({ ...entry, key: "" }));
				return;
			case "saveTests":
				await vscode.commands.executeCommand("tenancy.saveIsolationTests", refOf({ ...entry, key: "" }));
				return;
			case "openEvidence": {
				const attack = this.services.proofs.of(entry)?.proof.attacks[message.attack];
				if (attack) await openEvidence(attack, this.#panel?.viewColumn);
				return;
			}
			case "openRule":
				await openRule(this.services.context.extensionUri, message.rule);
				return;
			case "revealRefusal": {
				const refusal = this.services.proofs.refusals(entry)[message.refusal];
				if (refusal) await openPlace(entry.folder, refusal.place, this.#panel?.viewColumn);
				return;
			}
			case "selectDatabase":
				return this.#select(message.database);
			case "movePositions":
				return this.services.layout.change(
					entry.folder,
					entry.database.path,
					message.positions,
					vscode.workspace.isTrusted,
				);
			case "resetPositions":
				await this.services.layout.change(entry.folder, entry.database.path, null, vscode.workspace.isTrusted);
				return this.#update();
			case "arranged":
				await this.#arrangements.keep(entry.id, message);
				return;
			case "export":
				await this.services.exporter.save(entry, message.format, message.positions, message.tables);
				return;
			default:
				message satisfies never;
		}
	}
}

const PANEL_COMMANDS = {
	openExample: "tenancy.openExample",
	openWalkthrough: "tenancy.openWalkthrough",
	openSettings: "workbench.action.openSettings",
	refresh: "tenancy.refresh",
} as const;
