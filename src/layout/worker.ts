import "./worker-globals";
import { createElk } from "./elk";
import { type LayoutRequest, layoutDiagram } from "./layout";
import { warmUp } from "./warm-up";
import type { WorkerAnswer } from "./worker-messages";

// The panel starts this file from a blob and ends it when it takes too long, so it needs no deadline of its own.
const elk = createElk();

let isAsked = false;
// With two cores only, it would take from the analysis what it gives to the layout.
// What goes wrong here goes wrong, and is told, when a layout is asked for.
if (navigator.hardwareConcurrency > 2) elk.then((each) => warmUp(each, () => !isAsked)).catch(() => {});

/** Between two words on progress, milliseconds: drawing each would take the processor from the layout itself. */
const PROGRESS_PAUSE = 300;

self.onmessage = async ({ data }: MessageEvent<LayoutRequest>) => {
	isAsked = true;
	const answer = (message: WorkerAnswer) => self.postMessage(message);
	let told = performance.now();
	try {
		const positions = await layoutDiagram(await elk, data, {
			progress: (done, total) => {
				if (performance.now() - told < PROGRESS_PAUSE) return;
				told = performance.now();
				answer({ type: "progress", done, total });
			},
		});
		answer({ type: "positions", positions });
	} catch (error) {
		answer({ type: "failed", message: String(error) });
	}
};
