import type { Strategy } from "../../tenancy/answers";

/** What a claim rests on: a document that anybody may cite, or our own word for it. */
export interface Source {
	/** Stable, such as `postgres-limits`. */
	readonly id: string;
	readonly title: string;
	readonly publisher: string;
	/** Null where it is no document. */
	readonly url: string | null;
}

/** A sentence or more; `code` and **bold** stand in it as in Markdown. */
export interface Passage {
	readonly text: string;
	/** Ids of what it rests on; none where it only repeats what was answered or follows from what stands before. */
	readonly sources: readonly string[];
}

export interface Column {
	readonly title: string;
	readonly isNumber?: true;
}

export type Block =
	| { readonly kind: "paragraph"; readonly passage: Passage }
	| { readonly kind: "list"; readonly items: readonly Passage[]; readonly style: "bullets" | "numbers" | "checks" }
	| { readonly kind: "table"; readonly columns: readonly Column[]; readonly rows: readonly (readonly Passage[])[] }
	/** Horizontal bars from 0. */
	| {
			readonly kind: "bars";
			readonly title: string;
			readonly unit: string;
			readonly bars: readonly {
				readonly label: string;
				readonly value: number;
				/** The value in words, such as `$1,200`. */
				readonly shown: string;
				/** The one that the report is about. */
				readonly isChosen?: true;
			}[];
	  }
	/** Lines over something that is counted. */
	| {
			readonly kind: "lines";
			readonly title: string;
			readonly x: string;
			readonly y: string;
			readonly series: readonly {
				readonly label: string;
				readonly isChosen?: true;
				readonly points: readonly { readonly x: number; readonly y: number }[];
			}[];
	  };

export interface Section {
	/** Stable, for links. */
	readonly id: string;
	readonly title: string;
	readonly blocks: readonly Block[];
}

/** What a person reads of a plan: plain data, drawn alike as Markdown and as a page. */
export interface Report {
	readonly title: string;
	readonly recommended: Strategy;
	/** A few sentences: what to do, why, and what it costs. */
	readonly summary: readonly Passage[];
	readonly sections: readonly Section[];
	/** Those that are cited, in the order in which they are: the first is [1]. */
	readonly sources: readonly Source[];
}
