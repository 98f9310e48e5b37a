import type { Analyzer, DatabaseAnalysis } from "../analyze";
import type { Answers } from "../tenancy/answers";

/** A file that implements a strategy. */
export interface Artifact {
	/** Relative to the folder that is written, with forward slashes; never absolute, never with `..`. */
	readonly path: string;
	readonly text: string;
	/** What it is for, in one sentence that a newcomer understands. */
	readonly purpose: string;
	/** A script that is run. */
	readonly executable?: true;
	/** SQL of the product's own schema: migrations of the workspace's tool do the same (`migrations.ts`). */
	readonly isOfSchema?: true;
}

/** What artifacts are made from. */
export interface Blueprint {
	readonly answers: Answers;
	/** The product's database as it is in the workspace, or the starter schema where there is none. */
	readonly database: DatabaseAnalysis;
	readonly isStarter: boolean;
	/** The SQL of the product's own schema goes into migrations, so READMEs speak of those. */
	readonly asMigrations?: true;
	/** Asks what the database would be with more statements. */
	readonly analyzer: Pick<Analyzer, "extend">;
}

/** Makes the files of a part of a strategy; throws never, and says in a README among them what it could not carry over. */
export type Generate = (blueprint: Blueprint) => Artifact[];
