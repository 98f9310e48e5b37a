import type { Proof } from "../core/prove/proof";
import type { SourceFile } from "../core/workspace/database";

/** What the worker that proves isolation is started with. */
export interface ProveRequest {
	readonly files: readonly SourceFile[];
	/** The text of `tenancy.config.json`; null where there is none. */
	readonly config: string | null;
	/** The path of the database among those that the files make. */
	readonly database: string;
	/** A server's URL; null for the embedded PostgreSQL. */
	readonly url: string | null;
}

/** Worker -> host. `done` or `failed` is the last one. */
export type ProveReport =
	| { readonly type: "progress"; readonly done: number; readonly total: number; readonly what: string }
	| { readonly type: "done"; readonly proof: Proof }
	| { readonly type: "failed"; readonly message: string };
