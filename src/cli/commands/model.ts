import { modelJson } from "../format/model-json";
import { modelText } from "../format/model-text";
import { load } from "../load";
import type { Output } from "../output";

export interface ModelOptions {
	readonly json?: boolean;
	readonly database?: string;
}

/** `tenancy model`: whose data each table holds. Returns the exit code. */
export async function model(paths: readonly string[], options: ModelOptions, output: Output): Promise<number> {
	const workspace = await load(paths, options.database, output);
	output.result(options.json ? modelJson(workspace) : modelText(workspace, output.paint));
	return workspace.exitCode;
}
