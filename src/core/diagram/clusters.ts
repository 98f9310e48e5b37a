/** An undirected tie between two nodes. */
export interface Link {
	readonly a: number;
	readonly b: number;
	readonly weight: number;
}

/** Enough for real schemas, which settle after three or four; a bound so that no input can loop. */
const ROUNDS = 20;

/**
 * Clusters by modularity, the Louvain method (Blondel, Guillaume, Lambiotte, Lefebvre: "Fast unfolding of communities in
 * large networks", 2008), with a largest size. Nodes are visited in order and ties go to the first, so the result is
 * the same each time. Gives each node its cluster's number.
 *
 * @param sizes what each node counts towards `largest`
 */
export function clusters(sizes: readonly number[], links: readonly Link[], largest: number): number[] {
	let assignment = sizes.map((_, i) => i);
	let nodeSizes: readonly number[] = sizes;
	let nodeLinks: readonly Link[] = links;
	for (let round = 0; round < ROUNDS; round++) {
		const moved = moveNodes(nodeSizes, nodeLinks, largest);
		const numbers = new Map<number, number>();
		for (const cluster of moved) if (!numbers.has(cluster)) numbers.set(cluster, numbers.size);
		if (numbers.size === nodeSizes.length) break;
		const numberOf = (node: number): number => numbers.get(moved[node] as number) as number;
		assignment = assignment.map(numberOf);
		const merged = new Array<number>(numbers.size).fill(0);
		nodeSizes.forEach((size, node) => {
			merged[numberOf(node)] = (merged[numberOf(node)] as number) + size;
		});
		nodeLinks = mergeLinks(nodeLinks, numberOf, numbers.size);
		nodeSizes = merged;
	}
	return assignment;
}

/** A cluster's link to itself is kept: it is what the cluster weighs. */
function mergeLinks(links: readonly Link[], numberOf: (node: number) => number, count: number): Link[] {
	const weights = new Map<number, number>();
	for (const { a, b, weight } of links) {
		const [low, high] = [numberOf(a), numberOf(b)].sort((x, y) => x - y) as [number, number];
		weights.set(low * count + high, (weights.get(low * count + high) ?? 0) + weight);
	}
	return [...weights].map(([key, weight]) => ({ a: Math.floor(key / count), b: key % count, weight }));
}

/** Moves each node to the neighbouring cluster that gains most, until no move gains anything. */
function moveNodes(sizes: readonly number[], links: readonly Link[], largest: number): number[] {
	const neighbours: { node: number; weight: number }[][] = sizes.map(() => []);
	const degree = sizes.map(() => 0);
	let total = 0;
	for (const { a, b, weight } of links) {
		total += weight;
		degree[a] = (degree[a] as number) + weight;
		degree[b] = (degree[b] as number) + weight;
		if (a === b) continue;
		neighbours[a]?.push({ node: b, weight });
		neighbours[b]?.push({ node: a, weight });
	}
	const cluster = sizes.map((_, i) => i);
	const clusterDegree = [...degree];
	const clusterSize = [...sizes];
	for (let round = 0, moved = true; moved && round < ROUNDS; round++) {
		moved = false;
		for (let node = 0; node < sizes.length; node++) {
			const home = cluster[node] as number;
			const own = degree[node] as number;
			const size = sizes[node] as number;
			const ties = new Map<number, number>([[home, 0]]);
			for (const { node: other, weight } of neighbours[node] as { node: number; weight: number }[]) {
				const there = cluster[other] as number;
				ties.set(there, (ties.get(there) ?? 0) + weight);
			}
			clusterDegree[home] = (clusterDegree[home] as number) - own;
			clusterSize[home] = (clusterSize[home] as number) - size;
			let best = home;
			let bestGain = (ties.get(home) as number) - ((clusterDegree[home] as number) * own) / (2 * total);
			for (const [candidate, weight] of ties) {
				const gain = weight - ((clusterDegree[candidate] as number) * own) / (2 * total);
				// The margin keeps rounding from moving a node to and fro.
				if (gain > bestGain + 1e-12 && (clusterSize[candidate] as number) + size <= largest) {
					best = candidate;
					bestGain = gain;
				}
			}
			clusterDegree[best] = (clusterDegree[best] as number) + own;
			clusterSize[best] = (clusterSize[best] as number) + size;
			cluster[node] = best;
			moved ||= best !== home;
		}
	}
	return cluster;
}
