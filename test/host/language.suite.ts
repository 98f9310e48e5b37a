import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeEditors, eventually, folder, inside, open, said, TICKETS, type } from "./support";

describe("language features", () => {
	afterEach(closeEditors);

	async function hoverText(document: vscode.TextDocument, position: vscode.Position): Promise<string> {
		const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
			"vscode.executeHoverProvider",
			document.uri,
			position,
		);
		return hovers
			.flatMap(({ contents }) => contents.map((content) => (typeof content === "string" ? content : content.value)))
			.join("\n");
	}

	it("a hover on a table says whose data it holds, and why", async () => {
		const document = await open(TICKETS);
		const text = await hoverText(document, inside(document, "ticket_messages"));
		assert.match(text, /Tenant-derived/);
		assert.match(text, /`ticket_id`/);
		assert.match(text, /Row-level security: off/);
		assert.match(text, /command:tenancy\.showInDiagram\?/);
	});

	it("a hover on a column says its type, and that it names the tenant", async () => {
		const document = await open(TICKETS);
		const text = await hoverText(document, inside(document, "account_id", 2));
		assert.match(text, /account_id bigint NOT NULL/);
		assert.match(text, /The tenant column/);
		assert.match(text, /Tenant-scoped/);
	});

	it("a hover on SQL's own words says nothing", async () => {
		const document = await open(TICKETS);
		assert.equal(await hoverText(document, inside(document, "PRIMARY")), "");
	});

	it("names in the SQL are shown as text, not run as markup", async () => {
		const document = await open(TICKETS);
		await type(
			document,
			new vscode.Position(0, 0),
			'CREATE TABLE "<img src=x onerror=alert(1)> [a](command:workbench.action.quit)" (id int);\n',
		);
		const text = await hoverText(document, inside(document, '"<img'));
		assert.doesNotMatch(text, /<img|\[a\]\(command/);
		assert.match(text, /&lt;img src=x/);
	});

	it("above each CREATE TABLE stand its scope, and the foreign keys to it", async () => {
		const document = await open(TICKETS);
		const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
			"vscode.executeCodeLensProvider",
			document.uri,
			100,
		);
		const titles = (table: string) => {
			const { line } = inside(document, `CREATE TABLE ${table} `);
			return lenses.filter(({ range }) => range.start.line === line).map(({ command }) => command?.title ?? "");
		};
		assert.equal(titles("tickets").length, 3);
		assert.match(titles("tickets")[0] ?? "", /^\$\(shield\) Tenant-scoped · account_id → accounts$/);
		assert.equal(titles("tickets")[1], "4 foreign keys to it");
		assert.match(
			titles("attachments")[0] ?? "",
			/^\$\(type-hierarchy-sub\) Tenant-derived · message_id → ticket_messages, ticket_id → tickets$/,
		);
		assert.equal(titles("attachments").length, 2);
	});

	it("lenses can be switched off", async () => {
		const settings = vscode.workspace.getConfiguration("tenancy");
		await settings.update("codeLens.enabled", false, vscode.ConfigurationTarget.Workspace);
		try {
			const document = await open(TICKETS);
			const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
				"vscode.executeCodeLensProvider",
				document.uri,
			);
			assert.deepEqual(lenses, []);
		} finally {
			await settings.update("codeLens.enabled", undefined, vscode.ConfigurationTarget.Workspace);
		}
	});

	it("go to definition leads to the table and the column in another file", async () => {
		const document = await open("migrations/000005_integrations.up.sql");
		const definition = async (position: vscode.Position) => {
			const [link] = await vscode.commands.executeCommand<vscode.LocationLink[]>(
				"vscode.executeDefinitionProvider",
				document.uri,
				position,
			);
			assert.ok(link);
			return said(new vscode.Location(link.targetUri, link.targetSelectionRange ?? link.targetRange));
		};
		assert.equal(await definition(inside(document, "tickets")), "000002_tickets.up.sql:11 tickets");
		const key = inside(document, "REFERENCES tickets (id)");
		assert.equal(await definition(key.translate(0, "REFERENCES tickets (".length - 1)), "000002_tickets.up.sql:12 id");
	});

	it("references are found in all files, down migrations and views too", async () => {
		const document = await open(TICKETS);
		const find = async (position: vscode.Position) => {
			const locations = await vscode.commands.executeCommand<vscode.Location[]>(
				"vscode.executeReferenceProvider",
				document.uri,
				position,
			);
			return (await Promise.all(locations.map(said))).sort();
		};
		const tickets = await find(inside(document, "tickets"));
		const files = [...new Set(tickets.map((place) => place.split(":")[0]))];
		assert.deepEqual(files, [
			"000002_tickets.down.sql",
			"000002_tickets.up.sql",
			"000003_row_security.down.sql",
			"000003_row_security.up.sql",
			"000004_knowledge_base.up.sql",
			"000005_integrations.up.sql",
		]);
		assert.ok(tickets.every((place) => place.endsWith(" tickets")));
		assert.deepEqual(await find(inside(document, "customer_id")), [
			"000002_tickets.up.sql:14 customer_id",
			"000004_knowledge_base.up.sql:25 customer_id",
		]);
	});

	it("the outline lists what the file creates", async () => {
		const document = await open(TICKETS);
		const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
			"vscode.executeDocumentSymbolProvider",
			document.uri,
		);
		assert.deepEqual(
			symbols.map(({ name }) => name),
			[
				"customers",
				"ticket_state",
				"tickets",
				"tickets_state_idx",
				"ticket_messages",
				"attachments",
				"tags",
				"ticket_tags",
			],
		);
		assert.deepEqual(
			symbols[0]?.children.map(({ name, detail }) => `${name} ${detail}`.trim()),
			["id bigint", "account_id bigint", "email varchar(255)", "full_name varchar(120)", "customers_email_key"],
		);
	});

	it("a table is found by some of its letters in the whole workspace", async () => {
		const symbols = await vscode.commands.executeCommand<vscode.SymbolInformation[]>(
			"vscode.executeWorkspaceSymbolProvider",
			"tktmsg",
		);
		assert.deepEqual(
			symbols.map(({ name, containerName }) => [name, containerName]),
			[["ticket_messages", "public · Tenant-derived"]],
		);
	});

	it("broken SQL is a problem at its line, and the rest is still analysed", async () => {
		const document = await open(TICKETS);
		const { line } = inside(document, "CREATE TABLE tags");
		await type(document, new vscode.Position(line, 0), "CREATE TABEL oops (id int);\n");
		const problems = () => vscode.languages.getDiagnostics(document.uri).filter(({ code }) => code === "syntax");
		const [problem] = await eventually(() => problems().length === 1 && problems(), "a problem");
		assert.equal(problem?.range.start.line, line);
		assert.equal(problem?.severity, vscode.DiagnosticSeverity.Error);
		const text = await hoverText(document, inside(document, "CREATE TABLE tags").translate(0, 14));
		assert.match(text, /Tenant-scoped/);
		await vscode.commands.executeCommand("workbench.action.files.revert");
		await eventually(() => problems().length === 0, "the problem goes with its cause");
	});

	it("a hole that a rule finds is a problem at its place, and its code opens the rule's page", async () => {
		const document = await open("migrations/000004_knowledge_base.up.sql");
		const problem = await eventually(
			() =>
				vscode.languages
					.getDiagnostics(document.uri)
					.find(({ code }) => typeof code === "object" && code.value === "policy-always-true"),
			"a problem of the rule",
		);
		assert.equal(problem.severity, vscode.DiagnosticSeverity.Error);
		assert.match(problem.message, /^Policy articles_all is always true/);
		assert.equal(document.lineAt(problem.range.start.line).text.startsWith("CREATE POLICY articles_all"), true);
		const { target } = problem.code as { target: vscode.Uri };
		assert.match((await vscode.workspace.openTextDocument(target)).getText(), /^# policy-always-true\n/);
	});

	it("a comment above a statement silences a rule there", async () => {
		const document = await open("migrations/000004_knowledge_base.up.sql");
		const count = () =>
			vscode.languages
				.getDiagnostics(document.uri)
				.filter(({ code }) => typeof code === "object" && code.value === "policy-always-true").length;
		await eventually(() => count() === 1, "the problem");
		const { line } = inside(document, "CREATE POLICY articles_all");
		await type(document, new vscode.Position(line, 0), "-- tenancy-ignore policy-always-true: articles are public\n");
		await eventually(() => count() === 0, "no problem any more");
	});

	it("a wrong config file is a problem at its place", async () => {
		const uri = vscode.Uri.joinPath(folder(), "tenancy.config.json");
		await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode('{\n  "mode": "rows"\n}\n'));
		try {
			const [problem] = await eventually(() => {
				const problems = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "tenancy");
				return problems.length > 0 && problems;
			}, "a problem in the config");
			assert.equal(problem?.range.start.line, 1);
			assert.match(problem?.message ?? "", /^mode: /);
		} finally {
			await vscode.workspace.fs.delete(uri);
		}
		await eventually(() => vscode.languages.getDiagnostics(uri).length === 0, "it goes with the file");
	});
});
