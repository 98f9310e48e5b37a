/**
 * Remembers what is found out about a table, or an expression's tree, by itself: an edit leaves those that it doesn't
 * concern the same objects (`kept.ts`), so each is asked once.
 */
export function factOf<Thing extends object, T>(find: (thing: Thing) => T): (thing: Thing) => T {
	const known = new WeakMap<Thing, { readonly fact: T }>();
	return (thing) => {
		let found = known.get(thing);
		if (!found) {
			found = { fact: find(thing) };
			known.set(thing, found);
		}
		return found.fact;
	};
}
