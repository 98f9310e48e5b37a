import { join } from "node:path";
import type { Frame, Locator, Page } from "playwright-core";
import { startSession } from "../../../scripts/lib/diagram-session.mjs";
import { copyExamples } from "../../../scripts/lib/host-suites.mjs";
import type { Diagram } from "../../../src/core/diagram/diagram";

/** Runs a self-contained function in VS Code's extension host; argument and result travel as JSON. */
export type InVsCode = <Argument, Result>(
	work: (vscode: typeof import("vscode"), argument: Argument, require: NodeJS.Require) => Result,
	argument?: Argument,
) => Promise<Awaited<Result>>;

/** A real VS Code with the packaged extension, and a browser that shows it. */
export interface Workbench {
	/** A copy of the examples that tests may change. */
	readonly examples: string;
	readonly page: Page;
	/** Every address that the browser asked for since the workbench was up. */
	readonly requests: readonly string[];
	readonly inVsCode: InVsCode;
	/** To be called before a reload of the window, which starts another driver. */
	forgetDriver(): void;
	/** Opens the diagram as a person does, and waits until tables are drawn. */
	openDiagram(): Promise<Frame>;
	/** Opens the panel, whatever it then shows: waits for a selector. */
	openPanel(selector: string): Promise<Frame>;
	/** The diagram's frame as it is now; the old one is gone after a reload. */
	panel(): Promise<Frame>;
	close(): Promise<void>;
}

/** A node of the drawn diagram. */
export const TABLE = ".react-flow__node-table";

/**
 * Starts VS Code and the browser, in a window big enough for an editor beside the examples' diagrams.
 * @param open what to open: a path inside the examples' copy, or the result of a function that prepares one there
 */
export async function startWorkbench(
	open: string | ((examples: string) => string),
	options: { trusted?: boolean; settings?: Record<string, unknown> } = {},
): Promise<Workbench> {
	const { folder: examples, remove } = copyExamples();
	try {
		const folder = typeof open === "string" ? join(examples, open) : open(examples);
		const session = await startSession(folder, { width: 1800, height: 1000, ...options });
		return {
			...session,
			examples,
			inVsCode: session.inVsCode as InVsCode,
			openDiagram: () => session.openPanel(TABLE),
			panel: () => session.panel(TABLE),
			close: () => session.close().finally(remove),
		};
	} catch (error) {
		remove();
		throw error;
	}
}

/** A table in the drawn diagram, by its qualified name. */
export function table(panel: Frame, id: string): Locator {
	return panel.locator(`.react-flow__node-table[data-id="${id.replaceAll(/["\\]/g, "\\$&")}"]`);
}

/** The first diagram of the first folder, as the extension has it, once it knows everything typed so far. */
export function diagram({ inVsCode }: Workbench): Promise<Diagram> {
	return inVsCode(async (vscode) => {
		const extension = vscode.extensions.getExtension("tenancy.tenancy");
		if (!extension) throw new Error("The extension is not installed.");
		return (await extension.exports.analysis()).databases[0].diagram;
	});
}

/** Closes all text editors, so that the panel behind them is seen again. */
export function closeTextTabs({ inVsCode }: Workbench): Promise<boolean> {
	return inVsCode((vscode) => {
		const { tabGroups } = vscode.window;
		return tabGroups.close(
			tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ input }) => input instanceof vscode.TabInputText),
		);
	});
}

/** Opens a file of the workspace in an editor and puts the cursor at its end. */
export function editAtEnd({ inVsCode }: Workbench, file: string): Promise<void> {
	return inVsCode(async (vscode, path) => {
		const [folder] = vscode.workspace.workspaceFolders ?? [];
		if (!folder) throw new Error("No folder is open.");
		const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, path));
		const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
		const end = document.lineAt(document.lineCount - 1).range.end;
		editor.selection = new vscode.Selection(end, end);
	}, file);
}

/** Inserts text at the cursor of the active editor, all at once and without VS Code's automatic brackets. */
export function insert({ inVsCode }: Workbench, text: string): Promise<void> {
	return inVsCode(async (vscode, value) => {
		const editor = vscode.window.activeTextEditor;
		if (!editor) throw new Error("No editor is active.");
		await editor.edit((edit) => edit.insert(editor.selection.active, value));
	}, text);
}

/** What is read once it no longer changes: moves of the picture are animated. */
export async function settled<Value>(read: () => Promise<Value>): Promise<Value> {
	for (let last = await read(), same = 0; ; ) {
		await new Promise((done) => setTimeout(done, 100));
		const now = await read();
		same = now === last ? same + 1 : 0;
		if (same === 3) return now;
		last = now;
	}
}
