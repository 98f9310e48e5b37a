import { PHASES, type Step } from "../emit/step";

/** A statement of a migration and the one that undoes it. */
export interface Change {
	readonly up: string;
	readonly down: string | null;
	readonly why: string | null;
}

/** What one file of a migration does. */
export interface Part {
	readonly changes: readonly Change[];
	/** Whether it must run outside a transaction. */
	readonly outside: boolean;
}

/**
 * How a tool runs what can't run in a transaction: not at all (`inside`: what does the same in a transaction is taken), in a
 * file that it runs without one (`file`), or only as a file's only statement (`alone`): several statements that are sent at
 * once are a transaction to PostgreSQL, whatever the tool does.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT
 */
export type Outside = "inside" | "file" | "alone";

/** The steps as the files that a tool can run, in the order of their phases; one file where nothing must run outside. */
export function partsOf(steps: readonly Step[], tool: Outside): Part[] {
	if (steps.length === 0) return [];
	const inPhases = PHASES.map((phase) => steps.filter((step) => step.phase === phase));
	if (tool === "inside" || inPhases[1]?.length === 0)
		return [{ changes: inPhases.flat().map(insideTransaction), outside: false }];
	return inPhases.flatMap((own, i): Part[] => {
		if (own.length === 0) return [];
		if (PHASES[i] !== "outside") return [{ changes: own.map(insideTransaction), outside: false }];
		const changes = own.map(({ sql, down, why }) => ({ up: sql, down, why: why ?? null }));
		return tool === "alone"
			? changes.map((change) => ({ changes: [change], outside: true }))
			: [{ changes, outside: true }];
	});
}

/** More files for one fix than somebody expects. */
const MANY_FILES = 8;

/**
 * What to say of a fix that comes to many files, as each concurrent index is alone in one. Nothing else keeps writes going
 * while the indexes are built, so it is for a person to decide that this isn't needed (docs/decisions/0009).
 */
export function alonePartsNote(parts: readonly Part[]): string | null {
	const alone = parts.filter(({ outside }) => outside).length;
	if (alone <= MANY_FILES) return null;
	return `There are ${alone} files with one statement each, so that nobody who writes has to wait while an index is built. Where the tables are small, or nobody uses them yet, put those statements into one file and take CONCURRENTLY out.`;
}

function insideTransaction({ sql, inTransaction, down, why }: Step): Change {
	return { up: inTransaction ?? sql, down: down && withoutConcurrently(down), why: why ?? null };
}

/** How a concurrent change of an index is written inside a transaction. */
function withoutConcurrently(sql: string): string {
	return sql.replace(/^((?:CREATE|CREATE UNIQUE|DROP) INDEX) CONCURRENTLY\b/i, "$1");
}

/** What undoes a part: the last first. */
export function downs({ changes }: Part): string[] {
	return changes.flatMap(({ down }) => down ?? []).reverse();
}
