import type { DiagramTable } from "../../src/core/diagram/diagram";

export interface Hit {
	readonly table: DiagramTable;
	/** The column that matched, where the table's name didn't. */
	readonly column: string | null;
}

/** Tables, then columns, whose names hold the letters of the query in order; the closest first. Upper and lower case are alike. */
export function search(tables: readonly DiagramTable[], query: string, most: number): Hit[] {
	const wanted = query.trim().toLowerCase();
	if (wanted === "") return [];
	const hits: { hit: Hit; score: number }[] = [];
	for (const table of tables) {
		const name = Math.max(match(table.name, wanted), match(table.id, wanted) - 5);
		if (name > 0) {
			hits.push({ hit: { table, column: null }, score: name + 100 });
			continue;
		}
		let best: { column: string; score: number } | null = null;
		for (const column of table.columns) {
			const score = Math.max(match(column.name, wanted), match(`${table.name}.${column.name}`, wanted) - 5);
			// A loose match in one of thousands of columns is chance: a column must hold the query as it is.
			if (score >= CONTAINS && score > (best?.score ?? 0)) best = { column: column.name, score };
		}
		if (best) hits.push({ hit: { table, column: best.column }, score: best.score });
	}
	hits.sort(
		(a, b) =>
			b.score - a.score ||
			a.hit.table.name.length - b.hit.table.name.length ||
			(a.hit.table.id < b.hit.table.id ? -1 : 1),
	);
	return hits.slice(0, most).map(({ hit }) => hit);
}

const CONTAINS = 40;

/** How well a name matches, 0 for not at all. */
function match(name: string, wanted: string): number {
	const text = name.toLowerCase();
	if (text === wanted) return 100;
	if (text.startsWith(wanted)) return 80;
	const at = text.indexOf(wanted);
	if (at >= 0) return /[^a-z0-9]/.test(text[at - 1] ?? "") ? 60 : CONTAINS;
	// Letters in order; those that begin a word count more, gaps less.
	let position = -1;
	let score = 0;
	for (const letter of wanted) {
		const next = text.indexOf(letter, position + 1);
		if (next < 0) return 0;
		const startsWord = next === 0 || /[^a-z0-9]/.test(text[next - 1] ?? "");
		score += next === position + 1 ? 3 : startsWord ? 4 : -1;
		position = next;
	}
	return Math.max(0, Math.min(CONTAINS - 1, score));
}
