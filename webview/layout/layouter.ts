import source from "layout-worker";
import type { LayoutRequest } from "../../src/layout/layout";
import { layoutInColumns } from "../../src/layout/layout";
import type { WorkerAnswer } from "../../src/layout/worker-messages";
import type { Positions } from "../../src/protocol/messages";

/** After so long a plain arrangement is better than none. Milliseconds; 3,000 tables take about 5,000. */
const DEADLINE = 15_000;

/** Lays out in a worker, so that the panel stays alive meanwhile; the last request wins. */
export class Layouter {
	#worker: Worker | null = null;
	#cancel: (() => void) | null = null;

	/** Starts the worker before it is needed: reading its 1.6 MB takes longer than most layouts. */
	constructor() {
		this.#worker = this.#start();
	}

	/**
	 * Never rejects: without a worker, or when it fails or takes too long, tables are arranged in columns.
	 * Gives null when another request came in between.
	 */
	layout(request: LayoutRequest, progress: (done: number, total: number) => void): Promise<Positions | null> {
		this.#cancel?.();
		this.#worker ??= this.#start();
		const worker = this.#worker;
		return new Promise((resolve) => {
			const finish = (positions: Positions | null, endWorker: boolean) => {
				clearTimeout(timer);
				this.#cancel = null;
				if (endWorker) {
					worker?.terminate();
					this.#worker = null;
				}
				resolve(positions);
			};
			const timer = setTimeout(() => finish(layoutInColumns(request), true), DEADLINE);
			this.#cancel = () => finish(null, true);
			if (!worker) return finish(layoutInColumns(request), false);
			worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
				if (data.type === "progress") progress(data.done, data.total);
				else finish(data.type === "positions" ? data.positions : layoutInColumns(request), false);
			};
			worker.onerror = () => finish(layoutInColumns(request), true);
			worker.postMessage(request);
		});
	}

	#start(): Worker | null {
		try {
			const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
			return new Worker(url);
		} catch {
			return null;
		}
	}
}
