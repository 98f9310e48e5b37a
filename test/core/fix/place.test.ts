import { beforeAll, describe, expect, test } from "vitest";
import { type Analyzer, createAnalyzer, type DatabaseAnalysis } from "../../../src/core/analyze";
import type { Step } from "../../../src/core/emit/step";
import type { Fix } from "../../../src/core/fix/fix";
import { type Placing, placeFix } from "../../../src/core/fix/place";
import { createSqlReader } from "../../../src/core/sql/reader";
import { KINDS, type SourceFile } from "../../../src/core/workspace/database";
import { ALL, applied, CHECK, INDEX, NOW, only, RLS, sources, WORKSPACES } from "./workspaces";

let analyzer: Analyzer;
beforeAll(async () => {
	analyzer = createAnalyzer(await createSqlReader());
});

const TITLE = "Protect orders";

function place(
	files: readonly SourceFile[],
	steps: readonly Step[],
	placing: Partial<Placing> = {},
): { database: DatabaseAnalysis; fix: Fix } {
	const database = only(analyzer, files);
	return { database, fix: placeFix(database, steps, { title: TITLE, how: "preferred", now: NOW, files, ...placing }) };
}

/** What the steps do to the table, as far as it was done. */
function effect({ model, problems }: DatabaseAnalysis) {
	const orders = model.tables.get("public.orders");
	return {
		indexes: orders?.indexes.map(({ name }) => name),
		checks: orders?.checks.map(({ name, validated }) => `${name} ${validated}`),
		rls: orders?.rls.enabled,
		problems: problems.map(({ message }) => message),
	};
}
const DONE = {
	indexes: ["orders_organization_id_idx", "orders_total_idx"],
	checks: ["orders_total_check true"],
	rls: true,
	problems: [],
};

describe("beside scripts that are run by hand once the migrations have run", () => {
	const script = { path: "prisma/rls.sql", text: "CREATE POLICY own ON public.orders USING (total > 0);" };
	const files = [...sources(WORKSPACES.prisma), script];
	const change: Step = { ...RLS, sql: "ALTER POLICY own ON public.orders USING (total > 1)" };

	test("what changes what they make is added to them, and the rest is a migration before them", () => {
		const { database, fix } = place(files, [CHECK, change, RLS]);
		expect(database.files.at(-1)).toMatchObject({ file: script.path, byHand: true });
		expect(fix.newFiles.map(({ path }) => path)).toEqual([
			"prisma/migrations/20250304050607_tenancy_protect_orders/migration.sql",
		]);
		expect(fix.newFiles[0]?.text).toContain(CHECK.inTransaction ?? CHECK.sql);
		expect(fix.note).toMatch(/`rls\.sql` has to be run by hand/);
		const read = only(analyzer, applied(files, fix));
		expect(read.problems).toEqual([]);
		const orders = read.model.tables.get("public.orders");
		expect([orders?.policies[0]?.using, orders?.rls.enabled]).toEqual(["total > 1", true]);
		expect(orders?.checks.map(({ name }) => name)).toContain("orders_total_check");
		const text = applied(files, fix).find(({ path }) => path === script.path)?.text;
		expect(text?.startsWith(`${script.text}\n\n-- ${TITLE}\n\n`)).toBe(true);
		// What follows a statement of the same table stays behind it.
		expect(text?.indexOf(change.sql)).toBeLessThan(text?.indexOf(RLS.sql) ?? -1);
	});

	test("row-level security that a script switches off is switched on behind that", () => {
		const off = { path: script.path, text: `${script.text}\nALTER TABLE orders DISABLE ROW LEVEL SECURITY;\n` };
		const all = [...sources(WORKSPACES.prisma), off];
		const read = only(analyzer, applied(all, place(all, [RLS]).fix));
		expect(read.model.tables.get("public.orders")?.rls.enabled).toBe(true);
	});

	test("there is no migration where nothing is left for one, and no word of them where they are left alone", () => {
		expect(place(files, [change]).fix.newFiles).toEqual([]);
		const { fix } = place(files, [CHECK]);
		expect([fix.edits, fix.newFiles.length]).toEqual([[], 1]);
	});
});

const MIGRATING = KINDS.filter((kind) => kind !== "declarative" && kind !== "rails-structure");

describe.each(MIGRATING)("%s", (kind) => {
	const files = sources(WORKSPACES[kind]);

	test("a new migration is the last, all of it runs on the way up, and the database stays one of its kind", () => {
		const { database, fix } = place(files, ALL);
		expect(database.kind).toBe(kind);
		const after = applied(files, fix);
		const read = only(analyzer, after);
		expect({ path: read.path, kind: read.kind }).toEqual({ path: database.path, kind });
		expect(effect(read)).toEqual(DONE);
		expect(fix.newFiles.map(({ path }) => path)).toContain(read.files.at(-1)?.file);
		expect(read.files.slice(0, database.files.length).map(({ file }) => file)).toEqual(
			database.files.map(({ file }) => file),
		);
		for (const { text } of fix.newFiles) expect(text.endsWith("\n") && !text.endsWith("\n\n")).toBe(true);
	});

	test("without anything that must be outside a transaction it is one migration", () => {
		const { database, fix } = place(files, [CHECK, RLS]);
		const read = only(analyzer, applied(files, fix));
		expect(read.files.length).toBe(database.files.length + 1);
	});

	test("two fixes, one after the other", () => {
		const first = applied(files, place(files, [CHECK]).fix);
		const second = place(first, [RLS]);
		const read = only(analyzer, applied(first, second.fix));
		expect(effect(read)).toEqual({ indexes: [], checks: ["orders_total_check false"], rls: true, problems: [] });
		expect(second.fix.newFiles.map(({ path }) => path)).toContain(read.files.at(-1)?.file);
	});

	test("in place, when somebody wants so: on the way up, and nothing else", () => {
		const { database, fix } = place(files, ALL, { how: "in-place" });
		expect(fix.newFiles).toEqual([]);
		expect(fix.edits).toHaveLength(1);
		const read = only(analyzer, applied(files, fix));
		expect(effect(read)).toEqual(DONE);
		expect(read.files.map(({ file }) => file)).toEqual(database.files.map(({ file }) => file));
	});

	test.each(["undo log", 'x"; DROP TABLE orders; --\n../../etc', "seed test", "mysql", "訂單", "-- +goose Down", ""])(
		"a title of %j is a comment of one line, and a name that means nothing else",
		(title) => {
			const { database, fix } = place(files, [RLS], { title: `Protect ${title}` });
			const read = only(analyzer, applied(files, fix));
			expect(effect(read).rls).toBe(true);
			expect(effect(read).problems).toEqual([]);
			expect(read.kind).toBe(kind);
			const folders = new Set([...files, ...fix.newFiles].map(({ path }) => path.split("/")[0]));
			expect(folders).toEqual(new Set(files.map(({ path }) => path.split("/")[0])));
			expect(read.files.length).toBe(database.files.length + 1);
			for (const { path } of fix.newFiles) expect(path).toMatch(/^[\w./-]+$/);
		},
	);
});

test("nothing to do is no file", () => {
	for (const kind of KINDS) {
		const { fix } = place(sources(WORKSPACES[kind]), []);
		expect({ kind, edits: fix.edits, newFiles: fix.newFiles }).toEqual({ kind, edits: [], newFiles: [] });
	}
});

test("files that describe the schema get no migration", () => {
	expect(() => place(sources(WORKSPACES.declarative), [RLS], { how: "new-migration" })).toThrow("no migrations");
});

test("Supabase's declarative schemas are edited, and its CLI makes the migration", () => {
	const files = sources({ "supabase/schemas/a.sql": WORKSPACES.declarative["schema.sql"] ?? "" });
	const { fix } = place(files, [INDEX]);
	expect(fix.note).toContain("supabase db diff");
	expect(applied(files, fix)[0]?.text).toMatch(/\);\n\nCREATE INDEX orders_organization_id_idx .+;\n$/);
});
