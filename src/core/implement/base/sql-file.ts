import type { Step } from "../../emit/step";
import type { Change, Part } from "../../fix/parts";
import { partsOf } from "../../fix/parts";
import { comment, downScript, paragraphs, statements, upScript } from "../../fix/script";
import type { Artifact } from "../artifact";

/** A file for psql that is one transaction: all of it happens, or nothing. */
export function transactionFile(about: readonly string[], blocks: readonly string[]): string {
	return paragraphs([heading(about), "BEGIN;", ...blocks, "COMMIT;"]);
}

/** A file for psql whose statements each stand alone, as CREATE INDEX CONCURRENTLY must. */
export function loneFile(about: readonly string[], blocks: readonly string[]): string {
	return paragraphs([
		heading([
			...about,
			"Not in a transaction: each statement commits by itself (psql -f does that; psql -1 does not).",
			"Where CREATE INDEX CONCURRENTLY fails it leaves an invalid index behind: drop it, then run the file again.",
		]),
		...blocks,
	]);
}

function heading(about: readonly string[]): string {
	return about.map(comment).join("\n");
}

/** Files for steps: one for each phase, as what must run outside a transaction needs a file of its own. */
export function stepFiles(
	steps: readonly Step[],
	path: (part: number) => string,
	about: readonly string[],
): Artifact[] {
	return partsOf(steps, "file").map((part, i, parts) => {
		const of = parts.length > 1 ? ` (part ${i + 1} of ${parts.length})` : "";
		return {
			path: path(i + 1),
			text: upFile(part, about),
			purpose: `${about[0] ?? ""}${of}`,
		};
	});
}

/** A part's way up as a file for psql. */
export function upFile(part: Part, about: readonly string[]): string {
	const blocks = upScript(part, "local");
	return part.outside ? loneFile(about, blocks) : transactionFile(about, blocks);
}

/** A part's way down as a file for psql; null where there is none. */
export function downFile(part: Part, about: readonly string[]): string | null {
	const blocks = downScript(part, "local");
	if (blocks.length === 0) return null;
	return part.outside ? loneFile(about, blocks) : transactionFile(about, blocks);
}

/** Statements without their reasons, each ended. */
export function ended(sql: readonly string[]): string[] {
	return statements(sql.map((up): Change => ({ up, down: null, why: null })));
}
