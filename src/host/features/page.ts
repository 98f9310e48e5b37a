import type * as vscode from "vscode";
import { changesSince } from "../../protocol/changes";
import type { DiagramMessage, HostMessage } from "../../protocol/messages";
import { packed } from "../adapters/packed-message";

/** The way to the page in a webview: of a diagram that it has already, only what changed is sent. */
export class Page {
	/** The diagram that the page has, or will have before it reads what is sent next. */
	#last: DiagramMessage | null = null;

	constructor(private readonly webview: vscode.Webview) {}

	/** @returns whether it reaches the page, as VS Code says */
	post(message: HostMessage): Thenable<boolean> {
		if (message.type !== "diagram") return this.webview.postMessage(packed(message));
		const changes = this.#last && changesSince(this.#last, message);
		this.#last = message;
		return this.webview.postMessage(packed(changes ?? message));
	}

	/** Asks which diagram the page has, once it has read all that was sent: it says so as if it were new. */
	ask(): void {
		void this.webview.postMessage(packed({ type: "which" }));
	}

	/** The page says which diagram it has; VS Code makes a new page each time that it is shown again, and that has none. */
	has(version: number): void {
		if (this.#last?.version !== version) this.#last = null;
	}
}
