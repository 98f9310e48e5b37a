import type { Strategy } from "../../tenancy/answers";
import type { Needs } from "../needs";
import type { SourceId } from "../sources";

/** What a consideration means for one strategy. */
export interface Effect {
	/** −1 (speaks against it) to 1 (speaks for it). */
	readonly effect: number;
	/** One or two sentences for a newcomer, with the person's own numbers. */
	readonly text: string;
}

/** Something that a seasoned architect weighs. */
export interface Consideration {
	readonly id: string;
	/** 1 (a nuance) to 3 (decides alone if nothing speaks against it). */
	readonly importance: number;
	/** What the claim rests on. */
	readonly source: SourceId;
	/** A strategy that is left out is neither helped nor harmed. */
	readonly effects: Readonly<Partial<Record<Strategy, Effect>>>;
}

/** A theme: what there is to consider, given the needs. Considerations that don't concern them are left out. */
export type Theme = (needs: Needs) => readonly (Consideration | false)[];
