import { describe, expect, it } from "vitest";
import { type Analyzer, createAnalyzer } from "../../../src/core/analyze";
import type { Blueprint } from "../../../src/core/implement/artifact";
import { blueprintOf } from "../../../src/core/implement/blueprint";
import { generate } from "../../../src/core/implement/generate";
import { migrationsOf, placedBefore, placeMigrations } from "../../../src/core/implement/migrations";
import { createSqlReader } from "../../../src/core/sql/reader";
import { answersSchema, STRATEGIES } from "../../../src/core/tenancy/answers";
import { KINDS, type SourceFile } from "../../../src/core/workspace/database";
import { isRelevantPath } from "../../../src/core/workspace/relevant";
import { applied, NOW, only, sources, WORKSPACES } from "../fix/workspaces";

const reader = await createSqlReader();
const answers = answersSchema.parse({ tenants: { now: 40, inTwoYears: 2000 } });
const MIGRATING = KINDS.filter((kind) => kind !== "declarative");

function blueprint(files: readonly SourceFile[]): Blueprint {
	const analyzer: Analyzer = createAnalyzer(reader);
	const database = only(analyzer, files);
	return blueprintOf(answers, { database, analyzer }, () => expect.unreachable());
}

/** The workspace with the migrations of a strategy. */
function migrated(files: readonly SourceFile[], strategy: "row" | "schema" | "hybrid") {
	const made = blueprint(files);
	const fix = placeMigrations(made.database, migrationsOf(strategy, made), { now: NOW, files });
	return { fix, after: applied(files, fix) };
}

describe.each(MIGRATING.filter((kind) => kind !== "rails-structure"))("row-level as migrations of %s", (kind) => {
	const files = sources(WORKSPACES[kind]);

	it("they come after those that are there, in order, and isolate the tenants once they ran", () => {
		const before = only(createAnalyzer(reader), files);
		const { fix, after } = migrated(files, "row");
		const read = only(createAnalyzer(reader), after);
		expect({ path: read.path, kind: read.kind, problems: read.problems }).toEqual({
			path: before.path,
			kind,
			problems: [],
		});
		const added = read.files.slice(before.files.length).map(({ file }) => file);
		expect(read.files.slice(0, before.files.length).map(({ file }) => file)).toEqual(
			before.files.map(({ file }) => file),
		);
		const titled = ["make_the_roles", "bind_a_transaction", "isolate_tenants", "grant_what_each"];
		const at = titled.map((title) => added.findIndex((file) => file.replaceAll("-", "_").includes(title)));
		expect(at).toEqual([...at].sort((a, b) => a - b));
		expect(at).not.toContain(-1);
		expect(added.every((file) => isRelevantPath(file))).toBe(true);
		const orders = read.model.tables.get("public.orders");
		expect(orders?.rls).toMatchObject({ enabled: true, forced: true });
		expect(orders?.policies.length).toBeGreaterThan(0);
		expect([...read.model.roles.keys()]).toEqual(expect.arrayContaining(["app_user", "app_maintenance"]));
		expect(read.findings.filter(({ severity }) => severity === "error").map(({ message }) => message)).toEqual([]);
		expect(fix.newFiles.length).toBeGreaterThanOrEqual(added.length);
	});

	it("are recognized as there already", () => {
		const { after } = migrated(files, "row");
		const made = blueprint(files);
		expect(placedBefore(migrationsOf("row", made), files)).toBeNull();
		expect(placedBefore(migrationsOf("row", made), after)).toMatch(/tenancy[_-]make[_-]the[_-]roles/);
	});

	it("schema-level: the catalog of tenants and its functions", () => {
		const { after } = migrated(files, "schema");
		const read = only(createAnalyzer(reader), after);
		expect(read.problems).toEqual([]);
		expect([...read.model.tables.keys()]).toEqual(
			expect.arrayContaining(["public.orders", "tenancy.tenants", "tenancy.migrations"]),
		);
		expect([...read.model.functions.values()].map(({ name }) => name)).toContain("provision");
	});
});

it("tools that write the way down have it, the last first, and it leaves the roles", () => {
	const { fix } = migrated(sources(WORKSPACES["golang-migrate"]), "row");
	const downs = fix.newFiles.filter(({ path }) => path.endsWith(".down.sql"));
	expect(downs.length * 2).toBe(fix.newFiles.length);
	const all = downs.map(({ text }) => text).join("\n");
	for (const part of ["DROP POLICY", "REVOKE", "DROP FUNCTION IF EXISTS public.bind_tenant", "DISABLE ROW LEVEL"])
		expect(all).toContain(part);
	expect(all).not.toMatch(/DROP ROLE/);
});

it("Rails gets them as Ruby", () => {
	const { fix } = migrated(sources(WORKSPACES["rails-structure"]), "row");
	expect(fix.newFiles.every(({ path }) => /^db\/migrate\/\d{14}_tenancy_\w+\.rb$/.test(path))).toBe(true);
	expect(new Set(fix.newFiles.map(({ path }) => path)).size).toBe(fix.newFiles.length);
});

it("what migrations stand for is not among the files, and the README speaks of them", () => {
	const made = blueprint(sources(WORKSPACES.flyway));
	for (const strategy of ["row", "schema", "hybrid"] as const) {
		const files = generate(strategy, { ...made, asMigrations: true });
		const all = generate(strategy, made);
		expect(migrationsOf(strategy, made).length, strategy).toBeGreaterThan(0);
		expect(files.length).toBeLessThan(all.length);
		expect(files.some(({ path }) => /apply\.sql$|02_tenancy\.sql$|-grants\.sql$/.test(path))).toBe(false);
		const about = files
			.filter(({ path }) => path.endsWith("README.md"))
			.map(({ text }) => text)
			.join("\n");
		expect(about).toMatch(/new migrations/);
		expect(about).not.toMatch(/--file apply\.sql/);
	}
});

it("none where there is nothing for a tool to do", () => {
	const made = blueprint(sources(WORKSPACES.flyway));
	expect(migrationsOf("database", made)).toEqual([]);
	const declarative = blueprint(sources(WORKSPACES.declarative));
	const starter = blueprintOf(answers, null, () => createAnalyzer(reader));
	const single = blueprint([
		{ path: "migrations/V1__a.sql", text: "CREATE TABLE notes (id uuid PRIMARY KEY, text text);" },
	]);
	expect(single.database.tenancy.mode).toBe("single-tenant");
	for (const strategy of STRATEGIES) {
		expect(migrationsOf(strategy, declarative)).toEqual([]);
		expect(migrationsOf(strategy, starter)).toEqual([]);
	}
	expect(migrationsOf("row", single)).toEqual([]);
});
