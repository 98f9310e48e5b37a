import { describe, expect, it } from "vitest";
import { createElk, type Elk } from "../../src/layout/elk";
import { warmUp } from "../../src/layout/warm-up";

describe("the warm-up of the layout", () => {
	it("lays out what has layers and edges", async () => {
		const elk = await createElk();
		const sizes: number[] = [];
		const counted: Elk = {
			async layout(graph) {
				const placed = await elk.layout(graph);
				sizes.push(new Set(placed.children.map(({ x }) => x)).size);
				return placed;
			},
		};
		await warmUp(counted, () => sizes.length < 3);
		expect(sizes).toHaveLength(3);
		expect(sizes.every((layers) => layers > 1)).toBe(true);
	});

	it("ends by itself, and after the round in which a layout is asked for", async () => {
		let rounds = 0;
		const elk: Elk = {
			layout: async (graph) => {
				rounds++;
				return graph;
			},
		};
		await warmUp(elk, () => true);
		expect(rounds).toBeGreaterThan(10);
		rounds = 0;
		await warmUp(elk, () => rounds < 3);
		expect(rounds).toBe(3);
	});
});
