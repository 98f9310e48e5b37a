import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { diagram, startWorkbench, table, type Workbench } from "./workbench";

let workbench: Workbench | undefined;

afterEach(async () => {
	await workbench?.close();
	workbench = undefined;
});

/** A folder in the examples' copy with one file of SQL. */
const folderWith = (sql: string) => (examples: string) => {
	const folder = join(examples, "folder");
	mkdirSync(folder);
	writeFileSync(join(folder, "schema.sql"), sql);
	return folder;
};

test("an untrusted workspace is drawn, and offers nothing that would write", async () => {
	workbench = await startWorkbench(
		(examples) => {
			writeFileSync(join(examples, "leaky", "report.rb"), 'db.execute("SELECT * FROM customers")\n');
			return join(examples, "leaky");
		},
		{ trusted: false },
	);
	const panel = await workbench.openDiagram();
	expect(await workbench.inVsCode((vscode) => vscode.workspace.isTrusted)).toBe(false);
	expect((await diagram(workbench)).tables.length).toBeGreaterThan(15);
	await table(panel, "public.tickets").click({ button: "right" });
	await panel.getByRole("menuitem", { name: "Focus neighbours" }).waitFor();
	expect(await panel.getByRole("menuitem", { name: /^Mark as|^Protect|^Make/ }).count()).toBe(0);
	/** The problems of a file that is shown, and what the lightbulb offers anywhere in it. */
	const shown = (path: string) =>
		workbench?.inVsCode(async (vscode, name) => {
			const [folder] = vscode.workspace.workspaceFolders ?? [];
			const uri = vscode.Uri.joinPath(folder?.uri ?? vscode.Uri.file("/"), name);
			const { lineCount } = await vscode.workspace.openTextDocument(uri);
			await vscode.commands.executeCommand("vscode.open", uri);
			const range = new vscode.Range(0, 0, lineCount, 0);
			const found = await vscode.commands.executeCommand("vscode.executeCodeActionProvider", uri, range);
			const problems = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "tenancy").length;
			return { problems: problems > 0, actions: (found as { title: string }[]).map(({ title }) => title) };
		}, path);
	const isOurs = (title: string) => /row-level|tenancy|ignore|^Add /i.test(title);
	for (const path of ["migrations/000003_row_security.up.sql", "report.rb"]) {
		await expect.poll(async () => (await shown(path))?.problems, { timeout: 20_000 }).toBe(true);
		expect((await shown(path))?.actions.filter(isOurs)).toEqual([]);
	}
});

test("two folders are kept apart, and the panel shows the one that is chosen", async () => {
	workbench = await startWorkbench((examples) => {
		const file = join(examples, "both.code-workspace");
		writeFileSync(file, JSON.stringify({ folders: [{ path: "leaky" }, { path: "single-tenant" }] }));
		return file;
	});
	const panel = await workbench.openDiagram();
	const choice = panel.getByRole("combobox", { name: "Database" });
	const labels = await choice.locator("option").allTextContents();
	expect(labels.length).toBe(2);
	await choice.selectOption({ label: labels.find((label) => label.includes("leaky")) ?? "" });
	await table(panel, "public.tickets").waitFor();
	await choice.selectOption({ label: labels.find((label) => label.includes("single-tenant")) ?? "" });
	await panel.getByText(/No sign of tenants in these/).waitFor();
	expect(await table(panel, "public.tickets").count()).toBe(0);
});

test("names of tables are text, whatever is in them", async () => {
	const hostile = `"><img src=x onerror="window.broken=1">`;
	const names = [hostile, `x"; DROP TABLE y; --`, "</script><script>window.broken=1</script>", "${1+1} {{a}}"];
	const quoted = names.map(
		(name) =>
			`CREATE TABLE "${name.replaceAll('"', '""')}" (id bigint PRIMARY KEY, "${name.replaceAll('"', '""')}" text);`,
	);
	workbench = await startWorkbench(folderWith(`${quoted.join("\n")}\nCREATE TABLE y (id bigint);`));
	const panel = await workbench.openDiagram();
	await expect
		.poll(() => panel.locator(".table-name").allTextContents())
		.toEqual(expect.arrayContaining([...names, "y"]));
	await expect.poll(() => panel.locator(".column-name").allTextContents()).toEqual(expect.arrayContaining(names));
	await table(panel, `public.${hostile}`).click();
	await expect.poll(() => panel.locator(".details h2").textContent()).toContain(hostile);
	expect(await panel.locator("img").count()).toBe(0);
	expect(await panel.evaluate(() => "broken" in window)).toBe(false);
	// The table tree, the tooltip of a tab and the like are VS Code's own page.
	expect(await workbench.page.evaluate(() => "broken" in window)).toBe(false);
	expect((await diagram(workbench)).tables.some(({ name }) => name === "y")).toBe(true);
});

test("a folder without SQL gets an explanation and a way on, not a blank page", async () => {
	workbench = await startWorkbench((examples) => {
		const folder = join(examples, "nothing");
		mkdirSync(folder);
		return folder;
	});
	const screen = await workbench.openPanel(".screen");
	await screen.getByRole("heading", { name: "There is no SQL here yet" }).waitFor();
	await screen.getByRole("button", { name: "Open an example" }).waitFor();
});
