import assert from "node:assert/strict";
import Module from "node:module";
import * as vscode from "vscode";
import { extension } from "./support";

/** Files of the extension's dist/ that the extension host has loaded. */
function loaded(): string[] {
	const cache = Object.keys((Module as unknown as { _cache: Record<string, unknown> })._cache);
	const dist = `${extension().extensionPath}/dist/`;
	return cache.filter((file) => file.startsWith(dist)).map((file) => file.slice(dist.length));
}

describe("activation", () => {
	it("is for workspaces that have SQL, and loads neither parser nor layout", async () => {
		const events: string[] = extension().packageJSON.activationEvents;
		assert.deepEqual(
			events.filter(
				(event) => !/sql$|:postgres$|^workspaceContains:tenancy\.config\.json$|^onWebviewPanel:tenancy\./.test(event),
			),
			[],
		);
		await extension().activate();
		assert.deepEqual(loaded(), ["extension.js"]);
	});

	it("registers the commands that package.json contributes", async () => {
		const registered = new Set(await vscode.commands.getCommands(true));
		const contributed: string[] = extension().packageJSON.contributes.commands.map(
			({ command }: { command: string }) => command,
		);
		assert.ok(contributed.length > 10);
		assert.deepEqual(
			contributed.filter((command) => !registered.has(command)),
			[],
		);
	});

	it("reads the workspace for the first one who asks", async () => {
		const { databases } = (await (await extension().activate()).analysis()) ?? {};
		assert.deepEqual(
			databases?.map(({ path, kind }) => [path, kind]),
			[["migrations", "golang-migrate"]],
		);
		assert.ok(loaded().includes("libpg-query.js"));
		assert.ok(!loaded().includes("elk.js"));
	});
});
