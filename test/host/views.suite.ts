import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeEditors, eventually, extension, folder } from "./support";

describe("the table tree", () => {
	after(closeEditors);

	const labels = (items: readonly vscode.TreeItem[]) =>
		items.map(({ label, description }) =>
			`${typeof label === "object" ? label.label : label} ${description || ""}`.trim(),
		);

	it("has the tables by scope, with their number and what leads to the tenant", async () => {
		const { tables } = await extension().activate();
		const scopes = await tables.getChildren();
		assert.deepEqual(labels(scopes.map((item) => tables.getTreeItem(item))), [
			"Tenant root 1",
			"Tenant-scoped 7",
			"Tenant-derived 4",
			"Shared 1",
			"Unscoped 4",
		]);
		const under = async (index: number) => {
			const item = scopes[index];
			assert.ok(item);
			return labels((await tables.getChildren(item)).map((child) => tables.getTreeItem(child)));
		};
		assert.deepEqual(await under(0), ["accounts"]);
		assert.deepEqual(await under(2), [
			"attachments message_id → ticket_id",
			"satisfaction_ratings ticket_id",
			"ticket_messages ticket_id",
			"ticket_tags ticket_id",
		]);
		assert.deepEqual(await under(4), ["call_recordings", "exports", "ticket_transfers", "webhook_deliveries"]);
	});

	it("says the scope in words to those who can't see its colour", async () => {
		const { tables } = await extension().activate();
		const [, scoped] = await tables.getChildren();
		assert.ok(scoped);
		const [agents] = await tables.getChildren(scoped);
		assert.ok(agents);
		const item = tables.getTreeItem(agents);
		assert.match(item.accessibilityInformation?.label ?? "", /^public\.agents, Tenant-scoped\. .+/);
		assert.equal((item.iconPath as vscode.ThemeIcon).id, "shield");
	});

	it("opens a table's statement", async () => {
		await vscode.commands.executeCommand("tenancy.goToTable", {
			folder: folder().toString(),
			database: "migrations",
			table: "public.articles",
		});
		const editor = vscode.window.activeTextEditor;
		assert.equal(editor?.document.uri.path.split("/").at(-1), "000004_knowledge_base.up.sql");
		assert.equal(editor?.selection.active.line, 0);
	});
});

describe("the config command", () => {
	afterEach(async () => {
		await closeEditors();
		await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder(), "tenancy.config.json")).then(undefined, () => {});
	});

	it("opens tenancy.config.json, and makes it where there is none", async () => {
		await vscode.commands.executeCommand("tenancy.openConfig");
		const document = vscode.window.activeTextEditor?.document;
		assert.equal(document?.uri.path.split("/").at(-1), "tenancy.config.json");
		await eventually(() => document?.getText() === '{\n  "tables": {}\n}\n', "the file that was made");
	});
});
