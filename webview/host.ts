import { withChanges } from "../src/protocol/changes";
import { isHostMessage } from "../src/protocol/guards";
import type { DiagramMessage, HostMessage, WebviewMessage } from "../src/protocol/messages";

interface VsCodeApi {
	postMessage(message: WebviewMessage): void;
	getState(): unknown;
	setState(state: unknown): void;
}

declare global {
	/** Only there in VS Code, and only to be called once. https://code.visualstudio.com/api/extension-guides/webview */
	var acquireVsCodeApi: (() => VsCodeApi) | undefined;
}

/** Whoever shows the panel: VS Code, or nobody in an exported file. */
export interface Host {
	/** Resolves with the version of the diagram that came with the page, 0 where none did. */
	readonly loaded: Promise<number>;
	/** An exported file: no SQL to reveal, nothing to write, nobody to answer. */
	readonly standalone: boolean;
	post(message: WebviewMessage): void;
	/** Calls back with every well-formed message, those of before included. Gives a function that ends it. */
	listen(receive: (message: HostMessage) => void): () => void;
	/** What was saved before the panel was reloaded; anything, or undefined. */
	restored(): unknown;
	save(state: unknown): void;
}

/** The element that holds the message of an exported file. */
const EXPORTED = "tenancy-diagram";

export function connectHost(): Host {
	return typeof acquireVsCodeApi === "function" ? vsCodeHost(acquireVsCodeApi()) : exportedFile();
}

function vsCodeHost(api: VsCodeApi): Host {
	// VS Code passes on what was sent ahead once the page has loaded; React listens later than that.
	const early: HostMessage[] = [];
	let last: DiagramMessage | null = null;
	let receiver: ((message: HostMessage) => void) | null = null;
	const take = (sent: unknown) => {
		const isChanges = typeOf(sent) === "changes";
		const message = isChanges ? last && withChanges(last, sent) : sent;
		if (!isHostMessage(message)) {
			// Of changes to a diagram that isn't here, too: to a page that says so, the host sends it whole.
			if (isChanges || typeOf(sent) === "which") api.postMessage({ type: "ready", version: last?.version ?? 0 });
			return;
		}
		if (message.type === "diagram") last = message;
		if (receiver) receiver(message);
		else early.push(message);
	};
	/** Done when all that came so far is taken: unpacking one takes a while, and none may overtake another. */
	let taken = Promise.resolve();
	window.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
		const text = unpacked(data);
		taken = taken.then(async () => take(parsed(await text))).catch(reportError);
	});
	const loaded = new Promise<number>((resolve) => {
		const afterLoading = () => setTimeout(() => taken.then(() => resolve(last?.version ?? 0)));
		if (document.readyState === "complete") afterLoading();
		else window.addEventListener("load", afterLoading, { once: true });
	});
	return {
		loaded,
		standalone: false,
		post: (message) => api.postMessage(message),
		listen(receive) {
			for (const message of early.splice(0)) receive(message);
			receiver = receive;
			return () => {
				if (receiver === receive) receiver = null;
			};
		},
		restored: () => api.getState(),
		save: (state) => api.setState(state),
	};
}

function exportedFile(): Host {
	return {
		loaded: Promise.resolve(0),
		standalone: true,
		post: () => {},
		listen(receive) {
			let ended = false;
			queueMicrotask(() => {
				if (!ended) receive(readExported());
			});
			return () => {
				ended = true;
			};
		},
		restored: () => undefined,
		save: () => {},
	};
}

/** The text of a message, which src/host/adapters/packed-message.ts may have deflated; anything else is no message. */
async function unpacked(data: unknown): Promise<unknown> {
	if (!(data instanceof Uint8Array)) return data;
	const stream = new Blob([new Uint8Array(data)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
	// What can't be unpacked is no message either.
	return new Response(stream).text().catch(() => undefined);
}

function typeOf(sent: unknown): unknown {
	return typeof sent === "object" && sent !== null && "type" in sent ? sent.type : undefined;
}

/** The value of a message's JSON text; undefined where it is none. */
function parsed(text: unknown): unknown {
	try {
		return typeof text === "string" ? JSON.parse(text) : undefined;
	} catch {
		return undefined;
	}
}

function readExported(): HostMessage {
	const message = parsed(document.getElementById(EXPORTED)?.textContent);
	if (isHostMessage(message)) return message;
	return { type: "failed", message: "This file holds no diagram that can be drawn. Export it again." };
}
