import assert from "node:assert/strict";
import * as vscode from "vscode";
import { actionsFor, choose, diagnosticOf, named, ruleOf } from "./lightbulb";
import { analysis, eventually, extension, inside, remove, type, uriOf, write } from "./support";

/** No policy: only the queries keep tenants apart. At the root, as a watcher may miss what is in a folder that was only just made. */
const SHOP = "shop.sql";
const SHOP_SQL = `CREATE TABLE tenants (id uuid PRIMARY KEY);
CREATE TABLE baskets (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants (id), total int NOT NULL);
CREATE TABLE lines (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants (id),
  basket_id uuid NOT NULL REFERENCES baskets (id)
);
`;

interface Case {
	readonly file: string;
	readonly text: string;
	/** What stands there once the fix is applied, in place of the query. */
	readonly fixed: readonly [string, string];
	/** The line that silences the rule, and the one below it. */
	readonly comment: string;
}

const CASES: readonly Case[] = [
	{
		file: "basket.ts",
		text: 'export function one(pool: Pool, id: string) {\n  return pool.query("SELECT total FROM baskets WHERE id = $1", [id]);\n}\n',
		fixed: ["WHERE id", "WHERE tenant_id = $2 AND id"],
		comment: '  // tenancy-ignore query-unscoped: why\n  return pool.query("',
	},
	{
		file: "basket.tsx",
		text: 'export const Total = async ({ id }: Props) => (\n  <p>\n    {await db.query("SELECT total FROM baskets WHERE id = $1", [id])}\n  </p>\n);\n',
		fixed: ["WHERE id", "WHERE tenant_id = $2 AND id"],
		comment: "    {/* tenancy-ignore query-unscoped: why */}\n    {await db.query(",
	},
	{
		file: "basket.mjs",
		text: "await client.query({\n  text: 'DELETE FROM baskets WHERE id = $1',\n  values: [id],\n});\n",
		fixed: ["WHERE id", "WHERE tenant_id = $2 AND id"],
		comment: "// tenancy-ignore query-unscoped: why\nawait client.query({",
	},
	{
		file: "basket.jsx",
		text: "const all = await client.query(`\n  SELECT id\n  FROM baskets\n`);\n",
		fixed: ["FROM baskets\n", "FROM baskets WHERE tenant_id = $1\n"],
		comment: "// tenancy-ignore query-unscoped: why\nconst all = await client.query(`",
	},
	{
		file: "basket.py",
		text: 'TOTAL = """\nSELECT total FROM baskets WHERE id = %(id)s\n"""\n\ndef total(cursor, id):\n    cursor.execute(TOTAL, {"id": id})\n',
		fixed: ["WHERE id", "WHERE tenant_id = %(tenant_id)s AND id"],
		comment: "-- tenancy-ignore query-unscoped: why\nSELECT total",
	},
	{
		file: "basket.go",
		text: "package basket\n\nfunc Total(ctx context.Context, db *sql.DB, id string) {\n\trow := db.QueryRowContext(ctx, `\n\t\tUPDATE baskets SET total = 0\n\t\tWHERE id = $1`, id)\n}\n",
		fixed: ["WHERE id", "WHERE tenant_id = $2 AND id"],
		comment: "\t// tenancy-ignore query-unscoped: why\n\trow := db.QueryRowContext",
	},
	{
		file: "basket.rb",
		text: 'def total(id)\n  connection.exec_params("SELECT total FROM baskets WHERE id = $1", [id])\nend\n',
		fixed: ["WHERE id", "WHERE tenant_id = $2 AND id"],
		comment: '  # tenancy-ignore query-unscoped: why\n  connection.exec_params("',
	},
	{
		file: "basket.query.sql",
		text: "-- name: Lines :many\nSELECT id FROM lines WHERE tenant_id = $1;\nSELECT 1; DELETE FROM baskets WHERE id = @id;\n",
		fixed: ["WHERE id", "WHERE tenant_id = @tenant_id AND id"],
		comment: "SELECT 1; \n-- tenancy-ignore query-unscoped: why\nDELETE FROM",
	},
];

/** In a tab and nowhere else: a document that an extension asked for stays open for minutes. */
async function show(path: string): Promise<vscode.TextDocument> {
	await vscode.commands.executeCommand("vscode.open", uriOf(path));
	return eventually(() => {
		const document = vscode.window.activeTextEditor?.document;
		return document?.uri.path.endsWith(`/${path}`) && document;
	}, `${path} is shown`);
}

async function closeTabs(): Promise<void> {
	await vscode.commands.executeCommand("workbench.action.files.revert");
	await vscode.commands.executeCommand("workbench.action.closeAllEditors");
}

const problemsIn = (uri: vscode.Uri) =>
	vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "tenancy");
const unscoped = (uri: vscode.Uri) => problemsIn(uri).filter((problem) => ruleOf(problem) === "query-unscoped");

describe("the application's queries", () => {
	before(async () => {
		await extension().activate();
		await write(SHOP, SHOP_SQL);
		for (const { file, text } of CASES) await write(file, text);
		await eventually(async () => (await analysis()).databases.length === 2, "the shop is seen");
	});
	after(async () => {
		await closeTabs();
		for (const path of [SHOP, "big.ts", "tenancy.config.json", ...CASES.map(({ file }) => file)]) await remove(path);
		await eventually(async () => (await analysis()).databases.length === 1, "everything is as it was");
	});
	afterEach(closeTabs);

	for (const { file, text, fixed, comment } of CASES)
		it(`${file}: a query without its tenant is a problem at the table, mended and silenced in the language's own way`, async () => {
			const document = await show(file);
			const problem = await diagnosticOf(document, "query-unscoped");
			assert.equal(document.getText(problem.range), "baskets");
			assert.equal(unscoped(document.uri).length, 1);
			const actions = await actionsFor(document, "query-unscoped");
			await choose(named(actions, /^Add /));
			assert.equal(document.getText(), text.replace(...fixed));
			await eventually(() => unscoped(document.uri).length === 0, "it is mended");
			await vscode.commands.executeCommand("undo");
			assert.equal(document.getText(), text);
			await choose(named(await actionsFor(document, "query-unscoped"), /^Ignore query-unscoped here/));
			assert.ok(document.getText().includes(comment), document.getText());
			await eventually(() => problemsIn(document.uri).length === 0, "it is silenced");
			await vscode.commands.executeCommand("undo");
			assert.equal(document.getText(), text);
			await diagnosticOf(document, "query-unscoped");
		});

	it("a join that has the tenant is mended with it, as the preferred fix", async () => {
		const document = await show("basket.py");
		const whole = new vscode.Range(new vscode.Position(0, 0), document.positionAt(document.getText().length));
		await type(
			document,
			whole,
			'db.execute("SELECT l.id FROM baskets b LEFT JOIN lines l ON l.basket_id = b.id WHERE b.tenant_id = %s", [shop])\n',
		);
		const action = named(
			await actionsFor(document, "query-join-crosses"),
			/^Add l\.tenant_id = b\.tenant_id to the join/,
		);
		assert.equal(action.isPreferred, true);
		await choose(action);
		assert.match(document.getText(), /ON l\.tenant_id = b\.tenant_id AND l\.basket_id = b\.id/);
		await eventually(() => problemsIn(document.uri).length === 0, "it is mended");
	});

	it("a hover says why, and leads to the rule's page", async () => {
		const document = await show("basket.ts");
		const { range } = await diagnosticOf(document, "query-unscoped");
		const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
			"vscode.executeHoverProvider",
			document.uri,
			range.start,
		);
		const text = hovers.flatMap(({ contents }) => contents.map((one) => (one as vscode.MarkdownString).value)).join();
		assert.match(text, /each of them has to name the tenant/);
		const [, page = ""] = /\]\(([^)]*query-unscoped\.md)\)/.exec(text) ?? [];
		assert.match((await vscode.workspace.openTextDocument(vscode.Uri.parse(page))).getText(), /^# query-unscoped\n/);
	});

	it("a problem comes and goes as its text, its table, and its editor do", async () => {
		const document = await show("basket.ts");
		const { uri } = document;
		await diagnosticOf(document, "query-unscoped");
		await type(document, inside(document, "id = $1").translate(0, -1), "tenant_id = $2 AND ");
		await eventually(() => problemsIn(uri).length === 0, "the text is right");
		await vscode.commands.executeCommand("undo");
		await diagnosticOf(document, "query-unscoped");
		await write(SHOP, SHOP_SQL.replaceAll("baskets", "trolleys"));
		await eventually(() => problemsIn(uri).length === 0, "there is no such table");
		await write(SHOP, SHOP_SQL);
		await diagnosticOf(document, "query-unscoped");
		await closeTabs();
		await eventually(() => problemsIn(uri).length === 0, "the editor is closed");
		await show("basket.ts");
		await diagnosticOf(document, "query-unscoped");
		await remove("basket.ts");
		await eventually(() => problemsIn(uri).length === 0, "the file is gone");
	});

	it("the setting, the config and a large file end it", async () => {
		const document = await show("basket.go");
		const { uri } = document;
		const settings = vscode.workspace.getConfiguration("tenancy");
		await diagnosticOf(document, "query-unscoped");
		await settings.update("queries.enabled", false, vscode.ConfigurationTarget.Workspace);
		try {
			await eventually(() => problemsIn(uri).length === 0, "switched off");
		} finally {
			await settings.update("queries.enabled", undefined, vscode.ConfigurationTarget.Workspace);
		}
		await diagnosticOf(document, "query-unscoped");
		await write("tenancy.config.json", '{ "rules": { "query-unscoped": "off" } }\n');
		await eventually(() => problemsIn(uri).length === 0, "the rule is off");
		await write("tenancy.config.json", '{ "exclude": ["*.rb"], "rules": { "query-unscoped": "hint" } }\n');
		const { severity } = await diagnosticOf(document, "query-unscoped");
		assert.equal(severity, vscode.DiagnosticSeverity.Hint);
		const ruby = await show("basket.rb");
		await settings.update("files.maxSizeMB", 0.1, vscode.ConfigurationTarget.Workspace);
		await write("big.ts", `${CASES[0]?.text}// ${"x".repeat(200_000)}\n`);
		const big = await show("big.ts");
		// What was opened after them has its problem: they had their turn.
		await diagnosticOf(await show("basket.mjs"), "query-unscoped");
		assert.deepEqual([problemsIn(ruby.uri), problemsIn(big.uri)], [[], []]);
		await settings.update("files.maxSizeMB", undefined, vscode.ConfigurationTarget.Workspace);
		await diagnosticOf(big, "query-unscoped");
		await remove("tenancy.config.json");
	});
});
