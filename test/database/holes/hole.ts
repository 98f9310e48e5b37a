import type { AttackKind } from "../../../src/core/prove/proof";

/** A small schema with one known hole, and its twin without it. */
export interface Hole {
	/** What is wrong, in a few words; no two are alike. */
	readonly name: string;
	/** Attacks that have to find it: kind and what is attacked. */
	readonly leaks: readonly (readonly [attack: AttackKind, table: string])[];
	/** The rule that explains it. */
	readonly rule: string;
	/** The schema without the hole. */
	readonly sound: string;
	/** The same with it. */
	readonly bad: string;
	/** `tenancy.config.json`, where one is needed. */
	readonly config?: string;
	/** Settings that the product binds besides the tenant's. */
	readonly bind?: (tenant: string | null) => readonly string[];
}

/** Replaces a part of a text that has to be there. */
export function instead(text: string, part: string, by: string): string {
	if (!text.includes(part)) throw new Error(`No such part: ${part}`);
	return text.replace(part, by);
}
