import * as vscode from "vscode";
import { CONFIG_FILE } from "../../core/tenancy/config-file";
import type { Services } from "../services";

/** In milliseconds: a window that just opened has more urgent things to do. */
const DELAY = 1500;

/**
 * Reads folders that have a `tenancy.config.json` without being asked: whoever wrote one wants to see the problems and
 * the count. All others wait for their first use.
 */
export function startWhereConfigured({ workspace }: Services): vscode.Disposable {
	const timer = setTimeout(async () => {
		for (const folder of workspace.folders) {
			const stat = vscode.workspace.fs.stat(folder.uriOf(CONFIG_FILE));
			const exists = await stat.then(
				() => true,
				() => false,
			);
			if (exists) await folder.ensure();
		}
	}, DELAY);
	return new vscode.Disposable(() => clearTimeout(timer));
}
