/** A graph as ELK takes and gives it, as far as we use it. https://eclipse.dev/elk/documentation/tooldevelopers/graphdatastructure/jsonformat.html */
export interface ElkGraph {
	readonly id: string;
	readonly layoutOptions?: Readonly<Record<string, string>>;
	readonly children: readonly {
		readonly id: string;
		readonly width: number;
		readonly height: number;
		readonly x?: number;
		readonly y?: number;
	}[];
	readonly edges: readonly {
		readonly id: string;
		readonly sources: readonly string[];
		readonly targets: readonly string[];
	}[];
}

/** What we ask of ELK. */
export interface Elk {
	layout(graph: ElkGraph): Promise<ElkGraph>;
}

/** Loads ELK (1.6 MB) on first use. It runs in the calling thread. */
export async function createElk(): Promise<Elk> {
	const { default: ELK } = await import("elkjs/lib/elk.bundled.js");
	return new ELK({ algorithms: ["layered"] }) as unknown as Elk;
}
