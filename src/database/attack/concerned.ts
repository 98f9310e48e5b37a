import type { OtherRows, Scene } from "./scene";

/** The tables that a view's or function's text has to do with: those that it names, by way of views and functions too. */
export function concerned({ target, routines, others }: Scene, text: string): readonly OtherRows[] {
	const { views } = target.database.model;
	const texts = new Map<string, string>([
		...[...views.values()].map((view) => [view.name, view.query] as const),
		...routines.map((routine) => [routine.name, routine.body] as const),
	]);
	const words = new Set<string>();
	const queue = [text];
	for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
		// What a string that EXECUTE runs names can't be told.
		if (/\bexecute\b/i.test(next)) return others;
		for (const [word] of next.matchAll(/[\p{L}_][\p{L}\p{N}_$]*/gu)) {
			if (words.has(word)) continue;
			words.add(word);
			const more = texts.get(word);
			if (more !== undefined) queue.push(more);
		}
	}
	const named = others.filter(({ table }) => words.has(table.name) || words.has(table.name.toLowerCase()));
	const keys = new Set(named.map(({ key }) => key));
	// Whose a row is may be told by the rows that it references.
	for (const { key } of named)
		for (const { references } of target.database.tenancy.tables.get(key)?.path ?? []) keys.add(references);
	return others.filter(({ key }) => keys.has(key));
}
