import type pg from "pg";
import type { SqlFile, Statement } from "../../src/core/sql/statement";
import {
	type Applied as AppliedFiles,
	applyFiles as applyTo,
	runsInTransaction,
	Statements,
} from "../../src/database/apply/apply";
import { makeMissing, type StandIn } from "./stand-ins";

export { runsInTransaction };

/** A statement that PostgreSQL refused, and what it said. */
export interface Refusal {
	readonly file: string;
	/** Where the statement starts. */
	readonly offset: number;
	readonly statement: string;
	readonly message: string;
}

export interface Applied extends Omit<AppliedFiles, "refusals"> {
	readonly refusals: readonly Refusal[];
}

/** As the product applies files, with stand-ins that our catalog reader takes for what they stand for. */
export async function applyFiles(client: pg.Client, files: readonly SqlFile[]): Promise<Applied> {
	const { refusals, ...applied } = await applyTo(client, files, { makeMissing });
	return {
		...applied,
		refusals: refusals.map(({ file, span, statement, message }) => ({ file, offset: span.start, statement, message })),
	};
}

/** Null where it ran, else the refusal's message. */
export function applyStatement(
	client: pg.Client,
	statement: Statement,
	standIns: StandIn[] = [],
): Promise<string | null> {
	const open = client.getTransactionStatus() !== "I";
	return new Statements(client, standIns, { makeMissing }, open ? "open" : "none")
		.apply(statement)
		.then((refusal) => refusal?.message ?? null);
}
