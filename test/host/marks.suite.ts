import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeEditors, eventually, folder, scopeOf } from "./support";

describe("marking a table", () => {
	const config = () => vscode.Uri.joinPath(folder(), "tenancy.config.json");
	const ref = () => ({ folder: folder().toString(), database: "migrations", table: "public.exports" });
	const read = async () => new TextDecoder().decode(await vscode.workspace.fs.readFile(config()));

	beforeEach(async () => {
		await vscode.workspace.fs.delete(config()).then(undefined, () => {});
		await eventually(async () => (await scopeOf("public.exports")) === "unscoped", "no mark at first");
	});
	afterEach(async () => {
		await closeEditors();
		await vscode.workspace.fs.delete(config()).then(undefined, () => {});
	});

	it("writes the config file and changes the analysis at once", async () => {
		assert.equal(await vscode.commands.executeCommand("tenancy.markShared", ref()), true);
		assert.deepEqual(JSON.parse(await read()), { tables: { "public.exports": { scope: "shared" } } });
		assert.equal(await scopeOf("public.exports"), "shared");
		assert.equal(await vscode.commands.executeCommand("tenancy.clearMark", ref()), true);
		assert.equal(await scopeOf("public.exports"), "unscoped");
	});

	it("keeps what else is in the file, and can be undone in its editor", async () => {
		const before = '{\n\t// decided in spring\n\t"enforcement": "rls"\n}\n';
		await vscode.workspace.fs.writeFile(config(), new TextEncoder().encode(before));
		const document = await vscode.workspace.openTextDocument(config());
		await vscode.window.showTextDocument(document);
		await eventually(() => document.getText() === before, "the editor shows what is on disk");
		await vscode.commands.executeCommand("tenancy.markScoped", ref());
		assert.match(document.getText(), /decided in spring[\s\S]*"public\.exports"[\s\S]*"tenant-scoped"/);
		assert.equal(document.isDirty, false);
		await vscode.commands.executeCommand("undo");
		assert.equal(document.getText(), before);
		await eventually(async () => (await scopeOf("public.exports")) === "unscoped", "the mark is gone");
	});

	it("does nothing to a table that is not there, or has no mark to clear", async () => {
		assert.equal(
			await vscode.commands.executeCommand("tenancy.markShared", { ...ref(), table: "public.nothing" }),
			false,
		);
		assert.equal(await vscode.commands.executeCommand("tenancy.clearMark", ref()), false);
		await assert.rejects(async () => read());
	});
});
