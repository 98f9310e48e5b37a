import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Kind } from "../../src/core/workspace/database";
import { WORKSPACES } from "../core/fix/workspaces";
import { actionsFor, choose, diagnosticOf, named } from "./lightbulb";
import { analysis, closeEditors, eventually, open, remove, uriOf, write } from "./support";

const INDEX = /^Index orders by organization_id, id/;
const RULE = "tenant-index-missing";

interface Layout {
	/** The file that makes the table without an index. */
	readonly file: string;
	/** What the new migration is called, and what is in it. */
	readonly path: RegExp;
	readonly text: RegExp;
	/** What comes with it. */
	readonly beside?: readonly RegExp[];
	/** Whether it is SQL, which the analysis knows at once. */
	readonly isRead: boolean;
	/** Whether the last file may be edited as well. */
	readonly here: boolean;
}

const LAYOUTS: Partial<Readonly<Record<Kind, Layout>>> = {
	supabase: {
		file: "supabase/migrations/20240102000000_second.sql",
		path: /^supabase\/migrations\/\d{14}_tenancy_index_orders\w*\.sql$/,
		text: /SET LOCAL lock_timeout[\s\S]*CREATE INDEX orders_/,
		isRead: true,
		here: true,
	},
	flyway: {
		file: "db/migration/V1.1__second.sql",
		path: /^db\/migration\/V1\.2__tenancy_index_orders\w*\.sql$/,
		text: /CREATE INDEX CONCURRENTLY orders_/,
		beside: [/^db\/migration\/V1\.2__tenancy_index_orders\w*\.sql\.conf$/],
		isRead: true,
		here: true,
	},
	prisma: {
		file: "prisma/migrations/20240102000000_second/migration.sql",
		path: /^prisma\/migrations\/\d{14}_tenancy_index_orders\w*\/migration\.sql$/,
		text: /CREATE INDEX CONCURRENTLY orders_/,
		isRead: true,
		here: true,
	},
	goose: {
		file: "migrations/00002_second.sql",
		path: /^migrations\/00003_tenancy_index_orders\w*\.sql$/,
		text: /^-- \+goose NO TRANSACTION\n[\s\S]*-- \+goose Up\n[\s\S]*CREATE INDEX CONCURRENTLY[\s\S]*-- \+goose Down\n[\s\S]*DROP INDEX/,
		isRead: true,
		here: true,
	},
	"rails-structure": {
		file: "db/structure.sql",
		path: /^db\/migrate\/\d{14}_tenancy_index_orders\w*\.rb$/,
		text: /disable_ddl_transaction![\s\S]*execute <<~'SQL'[\s\S]*CREATE INDEX CONCURRENTLY/,
		isRead: false,
		here: false,
	},
};

const AT = "shop";

/** Files below the folder that the test made, relative to it. */
async function filesBelow(path: string, below = ""): Promise<string[]> {
	const entries = await vscode.workspace.fs.readDirectory(uriOf(path));
	const files = await Promise.all(
		entries.map(([name, type]) =>
			type === vscode.FileType.Directory
				? filesBelow(`${path}/${name}`, `${below}${name}/`)
				: Promise.resolve([`${below}${name}`]),
		),
	);
	return files.flat();
}

async function seen(count: number): Promise<void> {
	await eventually(async () => (await analysis()).databases.length === count, `${count} databases are seen`);
}

async function makeShop(files: Readonly<Record<string, string>>): Promise<void> {
	for (const [path, text] of Object.entries(files)) await write(`${AT}/${path}`, text);
	await seen(2);
}

const shop = async () => (await analysis()).databases.find(({ path }) => path.startsWith(AT));

/** VS Code itself chooses and applies it: what makes files can't be handed to a test and back. */
async function choosePreferred(document: vscode.TextDocument): Promise<void> {
	const { range } = await diagnosticOf(document, RULE);
	assert.ok(vscode.window.activeTextEditor);
	vscode.window.activeTextEditor.selection = new vscode.Selection(range.start, range.start);
	await vscode.commands.executeCommand("editor.action.autoFix");
}

describe("new migrations", () => {
	before(async () => void (await analysis()));
	afterEach(async () => {
		await closeEditors();
		await remove(AT);
		await seen(1);
	});

	for (const [kind, layout] of Object.entries(LAYOUTS)) {
		it(`${kind}: the lightbulb writes one as the tool has them, which opens, and leaves the others alone`, async () => {
			const files = WORKSPACES[kind as Kind];
			await makeShop(files);
			assert.equal((await shop())?.kind, kind);
			const document = await open(`${AT}/${layout.file}`);
			const before = document.getText();
			const actions = await actionsFor(document, RULE);
			const action = named(actions, INDEX);
			assert.match(action.title, /\(in a new migration\)$/);
			assert.equal(action.isPreferred, true);
			const places = actions.filter(({ title }) => INDEX.test(title)).length;
			assert.equal(places, layout.here ? 2 : 1, "ways to place it");
			await choosePreferred(document);

			const main = await eventually(() => {
				const shown = vscode.window.activeTextEditor?.document.uri.path ?? "";
				const path = shown.slice(uriOf(AT).path.length + 1);
				return layout.path.test(path) && path;
			}, `${layout.path} opens`);
			assert.match(vscode.window.activeTextEditor?.document.getText() ?? "", layout.text);
			const made = (await filesBelow(AT)).filter((path) => !(path in files));
			const others = made.filter((path) => path !== main);
			assert.equal(others.length, layout.beside?.length ?? 0, made.join(", "));
			for (const path of layout.beside ?? [])
				assert.ok(
					others.some((each) => path.test(each)),
					`${path}`,
				);
			assert.equal(document.getText(), before);
			const isMended = async () =>
				(await shop())?.model.tables
					.get("public.orders")
					?.indexes.some(({ name }) => /^orders_organization/.test(name));
			assert.equal(await isMended(), layout.isRead);
		});
	}

	it("Supabase's schemas are edited, as its CLI works out the migration from them", async () => {
		await makeShop({
			"supabase/config.toml": "",
			"supabase/schemas/shop.sql": WORKSPACES.declarative["schema.sql"] ?? "",
		});
		const document = await open(`${AT}/supabase/schemas/shop.sql`);
		const actions = await actionsFor(document, RULE);
		const titles = actions.map(({ title }) => title).filter((title) => INDEX.test(title));
		assert.deepEqual(titles, ["Index orders by organization_id, id"]);
		const action = named(actions, INDEX);
		assert.equal(action.isPreferred, true);
		await choose(action);
		assert.match(document.getText(), /\nCREATE INDEX orders_organization_id_id_idx ON public\.orders/);
		assert.equal((await filesBelow(AT)).length, 2);
	});
});
