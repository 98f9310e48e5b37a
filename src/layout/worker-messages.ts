import type { Positions } from "../protocol/messages";

/** What the layout worker says while and after it works on one request. */
export type WorkerAnswer =
	| { readonly type: "progress"; readonly done: number; readonly total: number }
	| { readonly type: "positions"; readonly positions: Positions }
	| { readonly type: "failed"; readonly message: string };
