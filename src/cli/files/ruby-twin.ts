import { readdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Failure } from "../failure";
import type { Workspace } from "../load";

/** Ruby migrations are not read, so until one ran, the findings that it mends are there, and would be mended again. */
export function refuseTwin({ root, show }: Pick<Workspace, "root" | "show">, path: string): void {
	const name = /(?:^|\/)\d+(_[^/]*\.rb)$/.exec(path)?.[1];
	if (name === undefined) return;
	const folder = dirname(path);
	const twin = filesOf(resolve(root, folder)).find((file) => /^\d+_/.test(file) && file.endsWith(name));
	if (twin !== undefined)
		throw new Failure(
			`Nothing was written: ${show(`${folder}/${twin}`)} is there already. Run bin/rails db:migrate, which writes the dump anew, then this again.`,
		);
}

function filesOf(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}
