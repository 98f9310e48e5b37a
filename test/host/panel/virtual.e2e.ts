import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorkbench, type Workbench } from "./workbench";

let workbench: Workbench;
beforeAll(async () => {
	workbench = await startWorkbench((examples) => {
		const file = join(examples, "two.code-workspace");
		writeFileSync(file, JSON.stringify({ folders: [{ path: "leaky" }, { path: "single-tenant" }] }));
		for (const folder of ["leaky", "single-tenant"])
			writeFileSync(
				join(examples, folder, "report.ts"),
				"await db.query('SELECT * FROM customers WHERE id = $1', [id]);\n",
			);
		return file;
	});
});
afterAll(() => workbench?.close());

/** The tree's top items, and the tables that the analysis of each database has. */
function databases(): Promise<{ label: unknown; tables: number }[]> {
	return workbench.inVsCode(async (vscode) => {
		const api = await vscode.extensions.getExtension("tenancy.tenancy")?.activate();
		const items = await api.tables.getChildren();
		return items.map((item: { entry: { database: { model: { tables: ReadonlyMap<string, unknown> } } } }) => ({
			label: api.tables.getTreeItem(item).label,
			tables: item.entry.database.model.tables.size,
		}));
	});
}

/** Shows a file, and gives the rules that find something in it. */
function rulesIn(uri: string): Promise<string[]> {
	return workbench.inVsCode(async (vscode, address) => {
		await vscode.commands.executeCommand("vscode.open", vscode.Uri.parse(address));
		return vscode.languages
			.getDiagnostics(vscode.Uri.parse(address))
			.flatMap(({ source, code }) => (source === "tenancy" && typeof code === "object" ? [String(code.value)] : []));
	}, uri);
}

test("a program that is opened before any SQL has its queries checked, for the database of its own folder", async () => {
	const [leaky = "", single = ""] = await workbench.inVsCode((vscode) =>
		(vscode.workspace.workspaceFolders ?? []).map(({ uri }) => vscode.Uri.joinPath(uri, "report.ts").toString()),
	);
	await expect.poll(() => rulesIn(leaky), { timeout: 30_000 }).toEqual(["query-unscoped"]);
	expect(await rulesIn(single)).toEqual([]);
});

test("each folder of a workspace has its own databases in the tree", async () => {
	expect(await databases()).toEqual([
		{ label: "leaky/migrations", tables: 17 },
		{ label: "single-tenant/schema.sql", tables: expect.any(Number) },
	]);
});

test("a folder that is on no disk, in a file system that can't be searched, is read like others", async () => {
	await workbench.inVsCode((vscode) => {
		const sql =
			"CREATE TABLE tenants (id int PRIMARY KEY); CREATE TABLE docs (tenant_id int NOT NULL REFERENCES tenants (id));";
		const files = new Map([
			["/db/001_first.sql", new TextEncoder().encode(sql)],
			["/report.py", new TextEncoder().encode('db.execute("SELECT * FROM docs")\n')],
			["/db/node_modules/other.sql", new TextEncoder().encode("CREATE TABLE foreign_one (id int);")],
		]);
		const changed = new vscode.EventEmitter<import("vscode").FileChangeEvent[]>();
		const isFolder = (path: string) => path === "/" || [...files.keys()].some((file) => file.startsWith(`${path}/`));
		const missing = (uri: import("vscode").Uri) => vscode.FileSystemError.FileNotFound(uri);
		vscode.workspace.registerFileSystemProvider("memory", {
			onDidChangeFile: changed.event,
			watch: () => new vscode.Disposable(() => {}),
			stat(uri) {
				const file = files.get(uri.path);
				if (!file && !isFolder(uri.path)) throw missing(uri);
				return {
					type: file ? vscode.FileType.File : vscode.FileType.Directory,
					ctime: 0,
					mtime: 0,
					size: file?.length ?? 0,
				};
			},
			readDirectory(uri) {
				const prefix = uri.path === "/" ? "/" : `${uri.path}/`;
				const names = [...files.keys()]
					.filter((path) => path.startsWith(prefix))
					.map((path) => path.slice(prefix.length).split("/")[0] ?? "");
				return [...new Set(names)].map((name) => [
					name,
					files.has(prefix + name) ? vscode.FileType.File : vscode.FileType.Directory,
				]);
			},
			readFile(uri) {
				const file = files.get(uri.path);
				if (!file) throw missing(uri);
				return file;
			},
			writeFile(uri, content) {
				files.set(uri.path, new Uint8Array(content));
				changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
			},
			createDirectory() {},
			delete: (uri) => void files.delete(uri.path),
			rename() {},
		});
		vscode.workspace.updateWorkspaceFolders(2, 0, { uri: vscode.Uri.parse("memory:/"), name: "in-memory" });
	});
	await expect.poll(databases, { timeout: 20_000 }).toContainEqual({ label: "in-memory/db/001_first.sql", tables: 2 });
	await expect.poll(() => rulesIn("memory:/report.py"), { timeout: 20_000 }).toEqual(["query-unscoped"]);
});

test("what is written there is seen", async () => {
	await workbench.inVsCode((vscode) =>
		vscode.workspace.fs.writeFile(
			vscode.Uri.parse("memory:/db/001_first.sql"),
			new TextEncoder().encode("CREATE TABLE only_one (id int);"),
		),
	);
	await expect.poll(databases, { timeout: 20_000 }).toContainEqual({ label: "in-memory/db/001_first.sql", tables: 1 });
});

test("a folder that is closed takes its tables along", async () => {
	await workbench.inVsCode((vscode) => vscode.workspace.updateWorkspaceFolders(2, 1));
	await expect.poll(databases, { timeout: 20_000 }).toHaveLength(2);
});
