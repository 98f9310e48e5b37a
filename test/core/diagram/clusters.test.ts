import { describe, expect, test } from "vitest";
import { clusters, type Link } from "../../../src/core/diagram/clusters";
import fc from "../../random-cases";

const tie = (a: number, b: number, weight = 1): Link => ({ a, b, weight });
const triangle = (start: number): Link[] => [tie(start, start + 1), tie(start + 1, start + 2), tie(start, start + 2)];

describe("clusters", () => {
	test("two triangles that one link ties are two clusters", () => {
		const found = clusters([1, 1, 1, 1, 1, 1], [...triangle(0), ...triangle(3), tie(2, 3)], 10);
		expect(new Set(found.slice(0, 3)).size).toBe(1);
		expect(new Set(found.slice(3)).size).toBe(1);
		expect(found[0]).not.toBe(found[3]);
	});

	test("nodes without links stay alone", () => {
		expect(new Set(clusters([1, 1, 1], [], 10)).size).toBe(3);
	});

	test("no cluster is larger than allowed, the same input gives the same clusters, and every node has one", () => {
		const graph = fc.integer({ min: 1, max: 30 }).chain((nodes) =>
			fc.record({
				nodes: fc.constant(nodes),
				largest: fc.integer({ min: 1, max: 12 }),
				links: fc.array(
					fc.record({
						a: fc.nat(nodes - 1),
						b: fc.nat(nodes - 1),
						weight: fc.double({ min: 0.01, max: 5, noNaN: true }),
					}),
					{ maxLength: 80 },
				),
			}),
		);
		fc.assert(
			fc.property(graph, ({ nodes, largest, links }) => {
				const sizes = Array.from({ length: nodes }, () => 1);
				const found = clusters(sizes, links, largest);
				expect(found).toHaveLength(nodes);
				expect(clusters(sizes, links, largest)).toEqual(found);
				const counts = new Map<number, number>();
				for (const cluster of found) counts.set(cluster, (counts.get(cluster) ?? 0) + 1);
				expect(Math.max(...counts.values())).toBeLessThanOrEqual(largest);
			}),
			{ numRuns: 200 },
		);
	});
});
