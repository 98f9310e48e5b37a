import type { PolicyChange } from "./policy";

/**
 * When a statement of a remedy runs. Steps of several remedies are put together phase by phase, so a migration
 * needs at most three files: what the others build on; what must run outside a transaction; what relies on both.
 */
export const PHASES = ["prepare", "outside", "finish"] as const;
export type Phase = (typeof PHASES)[number];

/** One statement that mends something, and how it is undone. */
export interface Step {
	/** How it is done online, on a database with rows; without the semicolon. */
	readonly sql: string;
	readonly phase: Phase;
	/** What does the same inside a transaction, for tools that know nothing else; only for steps of the phase `outside`. */
	readonly inTransaction?: string;
	/** How it reads in a file that describes the schema, where no rows are in the way; the same where absent, left out where null. */
	readonly declared?: string | null;
	/** Undoes it, without the semicolon; null where there is nothing to undo, or no way back. */
	readonly down: string | null;
	/** Qualified key of the table that it is about: its statements stand together. */
	readonly table: string;
	/** What it changes of a policy, where it is an ALTER POLICY: several for one policy can be made one. */
	readonly policy?: PolicyChange;
	/** Why it is there, for whoever reads the migration; one line. */
	readonly why?: string;
}
