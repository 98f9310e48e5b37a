import * as vscode from "vscode";

/** A folder's path as a person types it, without what says nothing: `./tests//isolation/` is `tests/isolation`. */
export function cleanFolder(text: string): string {
	return text
		.trim()
		.split(/[\\/]+/)
		.filter((part) => part !== "" && part !== ".")
		.join("/");
}

/**
 * Why a text names no folder of the workspace, as a sentence; null where it does.
 * @param example a path that does
 */
export function wrongFolder(text: string, example: string): string | null {
	const clean = cleanFolder(text);
	if (clean === "") return vscode.l10n.t("Name a folder, such as {0}.", example);
	if (clean.split("/").includes("..") || /^[a-z]:|[<>:"|?*]/i.test(clean))
		return vscode.l10n.t("Name a folder inside the workspace, such as {0}.", example);
	return null;
}
