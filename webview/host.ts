import { isHostMessage } from "../src/protocol/guards";
import type { HostMessage, WebviewMessage } from "../src/protocol/messages";

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
	/** An exported file: no SQL to reveal, nothing to write, nobody to answer. */
	readonly standalone: boolean;
	post(message: WebviewMessage): void;
	/** Calls back with every well-formed message. Gives a function that ends it. */
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
	return {
		standalone: false,
		post: (message) => api.postMessage(message),
		listen(receive) {
			const listener = ({ data }: MessageEvent<unknown>) => {
				if (isHostMessage(data)) receive(data);
			};
			window.addEventListener("message", listener);
			return () => window.removeEventListener("message", listener);
		},
		restored: () => api.getState(),
		save: (state) => api.setState(state),
	};
}

function exportedFile(): Host {
	return {
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

function readExported(): HostMessage {
	try {
		const message: unknown = JSON.parse(document.getElementById(EXPORTED)?.textContent ?? "");
		if (isHostMessage(message)) return message;
	} catch {
		// What follows says it.
	}
	return { type: "failed", message: "This file holds no diagram that can be drawn. Export it again." };
}
