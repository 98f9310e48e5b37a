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

/** Files for steps: what must not share a transaction is in files of its own. */
export function stepFiles(
	steps: readonly Step[],
	path: (part: number) => string,
	about: readonly string[],
): Artifact[] {
	return onlineParts(steps).map((part, i, parts) => {
		const of = parts.length > 1 ? ` (part ${i + 1} of ${parts.length})` : "";
		return { path: path(i + 1), text: upFile(part, about), purpose: `${about[0] ?? ""}${of}` };
	});
}

/**
 * Steps as files of SQL that are run while the tables are read and written. What reads a whole table to validate a constraint
 * stands outside of transactions, too: within one, the short but heavy locks of its neighbours would last as long as it does.
 */
export function onlineParts(steps: readonly Step[]): Part[] {
	const isValidation = ({ phase, sql }: Step) => phase === "finish" && /\bVALIDATE CONSTRAINT\b/.test(sql);
	const alone = (own: readonly Step[]): Part[] =>
		own.length === 0
			? []
			: [{ changes: own.map(({ sql, down, why }) => ({ up: sql, down, why: why ?? null })), outside: true }];
	return [
		...partsOf(
			steps.filter(({ phase }) => phase !== "finish"),
			"file",
		),
		...alone(steps.filter(isValidation)),
		...partsOf(
			steps.filter((step) => step.phase === "finish" && !isValidation(step)),
			"file",
		),
	];
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

/** Steps as statements for one transaction, each ended, with its reason above it. */
export function stepStatements(steps: readonly Step[]): string[] {
	return statements(
		steps.map(({ sql, inTransaction = sql, down, why }) => ({ up: inTransaction, down, why: why ?? null })),
	);
}

/** Statements without their reasons, each ended. */
export function ended(sql: readonly string[]): string[] {
	return statements(sql.map((up): Change => ({ up, down: null, why: null })));
}
