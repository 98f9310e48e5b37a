import type { Proof } from "../core/prove/proof";

/** What the worker that proves isolation (`dist/prove.js`) is given as its data. It analyses the files itself. */
export interface ProveRequest {
	/** Every file that the analysis read, paths relative to the workspace. */
	readonly files: readonly { readonly path: string; readonly text: string }[];
	/** The text of `tenancy.config.json`, null where there is none. */
	readonly configText: string | null;
	/** The database to prove, by its path in the analysis. */
	readonly database: string;
	/** A server to make a scratch database on; the built-in PostgreSQL where there is none. */
	readonly url: string | null;
}

/**
 * Host -> worker. The scratch database on a server is dropped before the worker ends; who terminates the worker instead
 * leaves that to the next run.
 */
export type ToProver = { readonly type: "stop" };

/** Worker -> host; the last one is no progress. */
export type FromProver =
	| {
			readonly type: "progress";
			readonly stage: "start" | "apply" | "fill" | "attack";
			readonly done: number;
			readonly total: number;
			/** The table or attack; empty where there is none. */
			readonly what: string;
	  }
	| { readonly type: "proof"; readonly proof: Proof }
	| { readonly type: "stopped" }
	/** `problem`: a person can put it right, and the message says how. `bug`: a mistake of ours, with its stack. */
	| { readonly type: "failed"; readonly kind: "problem" | "bug"; readonly message: string };
