import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Fix } from "../../src/core/fix/fix";
import type { DatabaseEntry } from "../../src/host/adapters/databases";
import { applyFix } from "../../src/host/fixes/apply-fix";
import { fixEdit } from "../../src/host/fixes/workspace-edit";
import { actionsAt, actionsFor, choose, diagnosticOf, named, ruleOf } from "./lightbulb";
import { analysis, closeEditors, eventually, folder, inside, open, remove, type, uriOf, write } from "./support";

/** At the root: a watcher may miss what is written into a folder that was only just made. */
const SHOP = "shop.sql";
const SHOP_SQL = `CREATE ROLE shop_app;

CREATE TABLE tenants (id uuid PRIMARY KEY);

  CREATE TABLE orders (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants (id)
  );
CREATE INDEX ON orders (tenant_id);
CREATE POLICY own ON orders USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid));
`;

const databaseAt = async (path: string) => (await analysis()).databases.find((database) => database.path === path);
/** The migrations that are there beyond those of the example. */
async function newMigrations(): Promise<string[]> {
	const files = await vscode.workspace.fs.readDirectory(uriOf("migrations"));
	return files.map(([name]) => name).filter((name) => name > "000007");
}

/** Runs a command that waits for a person, and does meanwhile what they would. */
async function answered<T>(running: Thenable<T>, answer: string): Promise<T> {
	let [isDone, result] = [false, undefined as T | undefined];
	const done = running.then((value) => {
		[isDone, result] = [true, value];
	});
	await eventually(async () => {
		await vscode.commands.executeCommand(answer);
		await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 250))]);
		return isDone;
	}, `${answer} answers`);
	return result as T;
}

describe("fixes", () => {
	// Nothing is reported before somebody asks for the analysis.
	before(async () => void (await analysis()));
	afterEach(async () => {
		await closeEditors();
		for (const name of await newMigrations()) await remove(`migrations/${name}`);
		await remove(SHOP);
		await remove("tenancy.config.json");
		await eventually(async () => {
			const { databases } = await analysis();
			return databases.length === 1 && databases[0]?.files.length === 6;
		}, "everything is as it was");
	});

	describe("where migrations make the database", () => {
		const KNOWLEDGE = "migrations/000004_knowledge_base.up.sql";

		it("a problem is mended by a new migration, which opens and counts at once", async () => {
			const document = await open(KNOWLEDGE);
			const before = document.getText();
			const action = named(
				await actionsFor(document, "rls-policies-inert"),
				/^Enable row-level security on canned_replies/,
			);
			assert.match(action.title, /\(in a new migration\)$/);
			assert.equal(action.isPreferred, true);
			const { range } = await diagnosticOf(document, "rls-policies-inert");
			assert.ok(vscode.window.activeTextEditor);
			vscode.window.activeTextEditor.selection = new vscode.Selection(range.start, range.start);
			// VS Code itself chooses the preferred one and applies it.
			await vscode.commands.executeCommand("editor.action.autoFix");
			const shown = () => vscode.window.activeTextEditor?.document.uri.path ?? "";
			await eventually(() => /\/migrations\/000007_.*\.up\.sql$/.test(shown()), "the new migration opens");
			assert.equal(document.getText(), before);
			assert.match(
				vscode.window.activeTextEditor?.document.getText() ?? "",
				/ALTER TABLE public\.canned_replies ENABLE ROW LEVEL SECURITY;/,
			);
			const { model } = (await databaseAt("migrations")) ?? {};
			assert.equal(model?.tables.get("public.canned_replies")?.rls.enabled, true);
		});

		it("the last migration may be changed itself, as it may not have run yet", async () => {
			await write(
				"migrations/000007_drafts.up.sql",
				"CREATE TABLE drafts (id bigint PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts (id));\n",
			);
			const document = await open("migrations/000007_drafts.up.sql");
			const actions = await actionsFor(document, "rls-disabled");
			const [elsewhere, here] = [
				named(actions, /^Protect drafts.*new migration/),
				named(actions, /^Protect drafts.*here/),
			];
			assert.deepEqual([elsewhere.isPreferred, here.isPreferred ?? false], [true, false]);
			await choose(here);
			assert.match(document.getText(), /^CREATE TABLE drafts[\s\S]*CREATE POLICY/);
			assert.deepEqual(await newMigrations(), ["000007_drafts.up.sql"]);
		});

		it("what is refused in the preview changes nothing", async () => {
			const running = vscode.commands.executeCommand("tenancy.fixAll");
			assert.equal(await answered(running, "refactorPreview.discard"), false);
			assert.deepEqual(await newMigrations(), []);
		});

		it("a table at the cursor can be protected", async () => {
			const document = await open(KNOWLEDGE);
			const at = inside(document, "canned_replies");
			const actions = await actionsAt(document, new vscode.Range(at, at), vscode.CodeActionKind.RefactorRewrite);
			named(actions, /^Protect all tables/);
			await choose(named(actions, /^Protect canned_replies/));
			assert.equal(
				(await newMigrations()).some((name) => /^000007_tenancy_protect_canned_replies/.test(name)),
				true,
			);
			const orphan = await open("migrations/000005_integrations.up.sql");
			const there = inside(orphan, "exports");
			named(
				await actionsAt(orphan, new vscode.Range(there, there), vscode.CodeActionKind.RefactorRewrite),
				/^Make exports tenant-scoped$/,
			);
		});
	});

	describe("where files describe the database", () => {
		beforeEach(async () => {
			await write(SHOP, SHOP_SQL);
			await eventually(async () => (await analysis()).databases.length === 2, "the shop is seen");
		});

		it("a problem is mended in place, and one undo takes it back", async () => {
			const document = await open(SHOP);
			const action = named(await actionsFor(document, "rls-policies-inert"), /^Enable row-level security on orders$/);
			assert.equal(action.isPreferred, true);
			await choose(action);
			assert.match(document.getText(), /ALTER TABLE public\.orders ENABLE ROW LEVEL SECURITY;/);
			await vscode.commands.executeCommand("undo");
			assert.equal(document.getText(), SHOP_SQL);
		});

		it("what needs no decision is mended on save", async () => {
			const settings = vscode.workspace.getConfiguration("editor");
			const onSave = { "source.fixAll.tenancy": "explicit" };
			await settings.update("codeActionsOnSave", onSave, vscode.ConfigurationTarget.Workspace);
			try {
				const document = await open(SHOP);
				await diagnosticOf(document, "rls-policies-inert");
				await type(document, new vscode.Position(0, 0), "-- the shop\n");
				await vscode.commands.executeCommand("workbench.action.files.save");
				await eventually(() => !document.isDirty, "it is saved");
				assert.match(document.getText(), /^-- the shop\n[\s\S]*ALTER TABLE public\.orders ENABLE ROW LEVEL SECURITY;/);
			} finally {
				await settings.update("codeActionsOnSave", undefined, vscode.ConfigurationTarget.Workspace);
			}
		});

		it("nothing is done on save to a migration", async () => {
			const document = await open("migrations/000004_knowledge_base.up.sql");
			const { range } = await diagnosticOf(document, "rls-policies-inert");
			const kind = vscode.CodeActionKind.SourceFixAll.append("tenancy");
			assert.deepEqual(await actionsAt(document, range, kind), []);
		});

		it("the role that policies are for is asked for once, and kept in the config", async () => {
			await write(SHOP, SHOP_SQL.replace(/CREATE POLICY.*\n/, ""));
			await eventually(
				async () => (await databaseAt(SHOP))?.model.tables.get("public.orders")?.policies.length === 0,
				"no policy",
			);
			const ref = { folder: folder().toString(), database: SHOP, table: "public.orders" };
			const running = vscode.commands.executeCommand("tenancy.protectTable", ref);
			assert.equal(await answered(running, "workbench.action.acceptSelectedQuickOpenItem"), true);
			const config = await vscode.workspace.fs.readFile(uriOf("tenancy.config.json"));
			assert.deepEqual(JSON.parse(new TextDecoder().decode(config)), {
				databases: { [SHOP]: { applicationRoles: ["shop_app"] } },
			});
			const document = await open(SHOP);
			assert.match(document.getText(), /CREATE POLICY orders_tenant_isolation ON public\.orders TO shop_app/);
		});

		it("a derived table is made tenant-scoped: the column comes with its key and its index", async () => {
			const items = "CREATE TABLE items (id uuid PRIMARY KEY, order_id uuid NOT NULL REFERENCES orders (id));\n";
			await write(SHOP, SHOP_SQL + items);
			await eventually(async () => (await databaseAt(SHOP))?.model.tables.has("public.items"), "the items are seen");
			const ref = { folder: folder().toString(), database: SHOP, table: "public.items" };
			const running = vscode.commands.executeCommand("tenancy.makeTenantScoped", ref);
			assert.equal(await answered(running, "workbench.action.acceptSelectedQuickOpenItem"), true);
			await open(SHOP);
			await eventually(
				async () => (await databaseAt(SHOP))?.tenancy.tables.get("public.items")?.scope === "tenant-scoped",
				"the items have a tenant of their own",
			);
			const table = (await databaseAt(SHOP))?.model.tables.get("public.items");
			assert.equal(table?.columns.find(({ name }) => name === "tenant_id")?.notNull, true);
			assert.ok(
				table?.foreignKeys.some(
					({ columns, references }) => columns[0] === "tenant_id" && references.name === "tenants",
				),
			);
			assert.ok(table?.indexes.some(({ columns }) => columns[0] === "tenant_id"));
		});

		it("a file that has changed since it was analysed is left alone", async () => {
			const document = await open(SHOP);
			const database = await databaseAt(SHOP);
			assert.ok(database);
			const read: vscode.Uri[] = [];
			const stale = {
				folder: { uriOf, refreshFile: async (uri: vscode.Uri) => read.push(uri), ensure: async () => null },
				database,
			} as unknown as DatabaseEntry;
			const fix: Fix = {
				title: "Say hello",
				edits: [{ file: SHOP, span: { start: 0, end: 0 }, newText: "-- hello\n" }],
				newFiles: [],
				note: null,
			};
			assert.ok("edit" in (await fixEdit(stale, fix, false)));
			await type(document, new vscode.Position(0, 0), "-- typed since\n");
			const before = document.getText();
			assert.equal(await applyFix(stale, fix), false);
			assert.equal(document.getText(), before);
			assert.deepEqual(read.map(String), [document.uri.toString()]);
			const taken: Fix = { ...fix, edits: [], newFiles: [{ path: SHOP, text: "" }] };
			assert.equal(await applyFix(stale, taken), false);
			assert.equal(document.getText(), before);
		});
	});

	describe("silencing", () => {
		beforeEach(async () => {
			await write(SHOP, SHOP_SQL.replace(/CREATE POLICY/, "SELECT 1; CREATE POLICY"));
			await eventually(async () => (await analysis()).databases.length === 2, "the shop is seen");
		});
		const count = (document: vscode.TextDocument, rule: string) =>
			vscode.languages.getDiagnostics(document.uri).filter((diagnostic) => ruleOf(diagnostic) === rule).length;

		it("a comment goes above the statement, indented like it, with the reason to be typed", async () => {
			await write(SHOP, SHOP_SQL.replace(/CREATE INDEX.*\n/, ""));
			const document = await open(SHOP);
			await choose(named(await actionsFor(document, "tenant-index-missing"), /^Ignore tenant-index-missing here/));
			assert.match(
				document.getText(),
				/\n\n {2}-- tenancy-ignore tenant-index-missing: why\n {2}CREATE TABLE orders \(\n/,
			);
			const editor = vscode.window.activeTextEditor;
			assert.equal(editor && document.getText(editor.selection), "why");
			await eventually(() => count(document, "tenant-index-missing") === 0, "it is silenced");
			assert.equal(count(document, "ignore-unused"), 0);
		});

		it("a statement that begins in a line moves to one of its own", async () => {
			const document = await open(SHOP);
			await choose(named(await actionsFor(document, "rls-policies-inert"), /^Ignore rls-policies-inert here/));
			assert.match(document.getText(), /\nSELECT 1; ?\n-- tenancy-ignore rls-policies-inert: why\nCREATE POLICY own/);
			await eventually(() => count(document, "rls-policies-inert") === 0, "it is silenced");
		});

		it("a table's rule can be switched off in the config", async () => {
			await write("tenancy.config.json", "{}\n");
			const document = await open(SHOP);
			await choose(
				named(await actionsFor(document, "rls-policies-inert"), /^Ignore rls-policies-inert for public\.orders/),
			);
			await eventually(() => count(document, "rls-policies-inert") === 0, "it is silenced");
		});

		it("a comment that silences nothing is removed", async () => {
			await write(
				SHOP,
				SHOP_SQL.replace("CREATE INDEX", "-- tenancy-ignore view-not-invoker: none here\nCREATE INDEX"),
			);
			const document = await open(SHOP);
			await choose(named(await actionsFor(document, "ignore-unused"), /^Remove the comment/));
			assert.equal(document.getText(), SHOP_SQL);
		});
	});
});
