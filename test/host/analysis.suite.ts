import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import {
	analysis,
	closeEditors,
	eventually,
	folder,
	inside,
	open,
	remove,
	scopeOf,
	TICKETS,
	type,
	uriOf,
	write,
} from "./support";

describe("analysis", () => {
	afterEach(closeEditors);

	it("knows what is typed and not saved", async () => {
		const document = await open(TICKETS);
		assert.equal(await scopeOf("public.ticket_messages"), "tenant-derived");
		await type(
			document,
			document.lineAt(inside(document, "ticket_id bigint NOT NULL").line).range,
			"\tticket_id bigint,",
		);
		assert.equal(await scopeOf("public.ticket_messages"), "unscoped");
	});

	it("forgets what was typed when it is thrown away", async () => {
		assert.equal(await scopeOf("public.ticket_messages"), "tenant-derived");
	});

	it("sees files come, change and go on disk", async () => {
		const uri = vscode.Uri.joinPath(folder(), "migrations/000007_notes.up.sql");
		const write = (sql: string) => vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(sql));
		await write("CREATE TABLE notes (id int, account_id bigint NOT NULL REFERENCES accounts (id));");
		await eventually(async () => (await scopeOf("public.notes")) === "tenant-scoped", "the new file's table");
		await write("CREATE TABLE notes (id int, body text);");
		await eventually(async () => (await scopeOf("public.notes")) === "unscoped", "the changed table");
		await vscode.workspace.fs.delete(uri);
		await eventually(async () => (await scopeOf("public.notes")) === undefined, "the table goes with its file");
	});

	it("sees a folder come with files in it, replaced at once, and gone", async () => {
		const at = uriOf("elsewhere").fsPath;
		const databases = async () => (await analysis()).databases;
		const tables = async () => (await databases()).flatMap(({ model }) => [...model.tables.keys()]);
		const make = (table: string) => {
			mkdirSync(join(at, "sql", "deep"), { recursive: true });
			writeFileSync(join(at, "sql", "deep", `${table}.sql`), `CREATE TABLE ${table} (id int PRIMARY KEY);`);
		};
		const count = (await databases()).length;
		try {
			make("hinges");
			await eventually(async () => (await tables()).includes("public.hinges"), "the new folder's table");
			rmSync(at, { recursive: true });
			make("handles");
			await eventually(async () => (await tables()).includes("public.handles"), "the table of what replaced it");
			await eventually(async () => !(await tables()).includes("public.hinges"), "the old one is gone");
		} finally {
			rmSync(at, { recursive: true });
		}
		await eventually(async () => (await databases()).length === count, "it is forgotten");
	});

	it("leaves out what .gitignore and the setting name", async () => {
		const ignored = vscode.Uri.joinPath(folder(), ".gitignore");
		const uri = vscode.Uri.joinPath(folder(), "migrations/000008_scratch.up.sql");
		await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode("CREATE TABLE scratch (id int);"));
		const settings = vscode.workspace.getConfiguration("tenancy");
		try {
			await eventually(() => scopeOf("public.scratch"), "the table");
			await vscode.workspace.fs.writeFile(ignored, new TextEncoder().encode("*_scratch.up.sql\n"));
			await eventually(async () => (await scopeOf("public.scratch")) === undefined, "not read: .gitignore");
			await vscode.workspace.fs.delete(ignored);
			await eventually(() => scopeOf("public.scratch"), "read again");
			await settings.update("files.exclude", ["migrations/*scratch*"], vscode.ConfigurationTarget.Workspace);
			await eventually(async () => (await scopeOf("public.scratch")) === undefined, "not read: the setting");
		} finally {
			await settings.update("files.exclude", undefined, vscode.ConfigurationTarget.Workspace);
			await vscode.workspace.fs.delete(uri);
		}
		await eventually(
			async () => (await scopeOf("public.scratch")) === undefined && (await analysis()).databases.length === 1,
			"as before",
		);
	});

	it("follows a link that leads out of the folder, and none that leads back", async () => {
		const outside = mkdtempSync(join(tmpdir(), "tenancy-linked-"));
		mkdirSync(join(outside, "deep"));
		writeFileSync(join(outside, "deep", "parts.sql"), "CREATE TABLE parts (id int PRIMARY KEY);");
		symlinkSync(outside, join(outside, "deep", "circle"));
		const link = (to: string, name: string) => symlinkSync(to, uriOf(name).fsPath);
		const parts = async () =>
			(await analysis()).databases.flatMap(({ model }) =>
				[...model.tables.values()].filter(({ name }) => name === "parts"),
			);
		const before = (await analysis()).databases.length;
		try {
			link(outside, "linked");
			link(outside, "linked-again");
			link("..", "up");
			link("migrations", "same");
			await vscode.commands.executeCommand("tenancy.refresh");
			assert.equal((await parts()).length, 1);
			assert.equal((await analysis()).databases.length, before + 1);
		} finally {
			for (const name of ["linked", "linked-again", "up", "same"]) rmSync(uriOf(name).fsPath, { force: true });
			rmSync(outside, { recursive: true });
			await vscode.commands.executeCommand("tenancy.refresh");
		}
		assert.equal((await parts()).length, 0);
	});

	it("does not look into a folder that .gitignore names, nor take its rules", async () => {
		try {
			await write(".gitignore", "generated/\n");
			await write("generated/.gitignore", "!*.sql\n");
			await write("generated/parts.sql", "CREATE TABLE parts (id int PRIMARY KEY);");
			await vscode.commands.executeCommand("tenancy.refresh");
			assert.equal((await analysis()).databases.length, 1);
		} finally {
			await remove(".gitignore");
			await remove("generated");
			await vscode.commands.executeCommand("tenancy.refresh");
		}
	});

	it("reports a file that is too large, and reads the others", async () => {
		const uri = vscode.Uri.joinPath(folder(), "migrations/000009_dump.up.sql");
		await vscode.workspace.fs.writeFile(
			uri,
			new TextEncoder().encode(`CREATE TABLE dump (id int);${" ".repeat(200_000)}`),
		);
		const settings = vscode.workspace.getConfiguration("tenancy");
		try {
			await eventually(() => scopeOf("public.dump"), "the table");
			await settings.update("files.maxSizeMB", 0.1, vscode.ConfigurationTarget.Workspace);
			await eventually(
				() => vscode.languages.getDiagnostics(uri).some(({ message }) => message.includes("was not read")),
				"a problem",
			);
			assert.equal(await scopeOf("public.dump"), undefined);
			assert.equal(await scopeOf("public.tickets"), "tenant-scoped");
		} finally {
			await settings.update("files.maxSizeMB", undefined, vscode.ConfigurationTarget.Workspace);
			await vscode.workspace.fs.delete(uri);
		}
		await eventually(() => vscode.languages.getDiagnostics(uri).length === 0, "no problem any more");
	});
});
