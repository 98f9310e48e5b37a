import type { Elk } from "./elk";
import { type LayoutEdge, type LayoutTable, layered } from "./layered";

/** By then V8 has compiled most of what a layout runs through; twice as many take as long again and gain a quarter of that. */
const ROUNDS = 30;

/** A group as products have them: a head that most tables reference, some that reference each other. */
const TABLES: readonly LayoutTable[] = Array.from({ length: 14 }, (_, i) => ({
	id: String(i),
	group: "",
	width: 180,
	height: 60 + (i % 4) * 20,
}));
const EDGES: readonly LayoutEdge[] = TABLES.slice(1).flatMap(({ id }, i) => [
	{ from: id, to: String(i % 4) },
	{ from: id, to: String(Math.floor(i / 3)) },
]);

/**
 * Lays out a small picture again and again. ELK is Java compiled to JavaScript, whose first layouts take V8 several times as
 * long as later ones: what is run while the tables are still being read is not waited for afterwards.
 *
 * @param goOn asked before each round, about 20 ms each
 */
export async function warmUp(elk: Elk, goOn: () => boolean): Promise<void> {
	for (let round = 0; round < ROUNDS && goOn(); round++) await layered(elk, TABLES, EDGES);
}
