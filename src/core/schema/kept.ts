import type { Location } from "../text/span";

/**
 * What an edit leaves as it was stays the same object from one analysis to the next: later stages then know by identity
 * what they need not look at again, and the copy just made is garbage before it is ever moved.
 */

/** `last` where it says the same as `next`. Both are plain data. */
export function kept<T>(last: T | undefined, next: T): T {
	return last !== undefined && isSame(last, next) ? last : next;
}

/** Makes each of a list's items, which is given what stood at its place the last time; the last list where all of them stayed. */
export function keptList<Draft, T>(
	drafts: readonly Draft[],
	last: readonly T[] | undefined,
	make: (draft: Draft, last: T | undefined) => T,
): readonly T[] {
	let next: T[] | null = null;
	for (let i = 0; i < drafts.length; i++) {
		const item = make(drafts[i] as Draft, last?.[i]);
		if (next === null && last !== undefined && item === last[i]) continue;
		next ??= last === undefined ? [] : last.slice(0, i);
		next.push(item);
	}
	if (next !== null || last === undefined) return next ?? [];
	return last.length === drafts.length ? last : last.slice(0, drafts.length);
}

/** Whether two pieces of plain data (no sets) are equal. Where thousands are compared, the kinds below are faster. */
export function isSame(a: unknown, b: unknown): boolean {
	return isEqual(a, b, true);
}

/** As `isSame`, wherever in the files the two stand. */
export function isSameElsewhere(a: unknown, b: unknown): boolean {
	return isEqual(a, b, false);
}

function isEqual(a: unknown, b: unknown, inPlace: boolean): boolean {
	if (a === b) return true;
	if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
	if (!inPlace && "span" in a && "span" in b) return true;
	if (Array.isArray(a))
		return Array.isArray(b) && a.length === b.length && a.every((item, i) => isEqual(item, b[i], inPlace));
	if (a instanceof Map)
		return b instanceof Map && a.size === b.size && [...a].every(([key, item]) => isEqual(item, b.get(key), inPlace));
	const keys = Object.keys(a);
	return (
		keys.length === Object.keys(b).length &&
		keys.every((key) => isEqual((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], inPlace))
	);
}

export function isSamePlace(a: Location | null, b: Location | null): boolean {
	if (a === b) return true;
	if (a === null || b === null) return false;
	return a.span.start === b.span.start && a.span.end === b.span.end && a.file === b.file;
}

export function keptPlace(last: Location | null | undefined, next: Location): Location {
	return last && isSamePlace(last, next) ? last : next;
}

/** Whether the drafts (or what is only known by name) are called so. */
export function areCalled(names: readonly string[], drafts: readonly ({ readonly name: string } | string)[]): boolean {
	if (names.length !== drafts.length) return false;
	for (let i = 0; i < names.length; i++) {
		const draft = drafts[i] as { readonly name: string } | string;
		if (names[i] !== (typeof draft === "string" ? draft : draft.name)) return false;
	}
	return true;
}

export function areSameNames(a: readonly (string | null)[], b: readonly (string | null)[]): boolean {
	if (a.length !== b.length) return false;
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
	return true;
}
