import { beforeAll, expect, test } from "vitest";
import { generateSchema } from "../../bench/generate";
import { createAnalyzer } from "../../src/core/analyze";
import { createSqlReader, type SqlReader } from "../../src/core/sql/reader";
import type { SourceFile } from "../../src/core/workspace/database";
import { comparable } from "./comparable";

let reader: SqlReader;
beforeAll(async () => {
	reader = await createSqlReader();
});

/** What a user may add to a file, with all that the memory of the last analysis must not survive. */
const STATEMENTS = [
	"CREATE TYPE state AS ENUM ('a', 'b');",
	"CREATE TABLE extra (id serial PRIMARY KEY, state state, organization_id uuid NOT NULL REFERENCES organizations);",
	"CREATE TABLE copies (LIKE orders INCLUDING ALL);",
	"CREATE TABLE parts (id uuid, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);",
	"CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
	"CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT pg_catalog.now()';",
	"ALTER TABLE orders ADD COLUMN organisation text CHECK (organisation <> '');",
	"ALTER TABLE orders DROP COLUMN id CASCADE;",
	"ALTER TABLE orders RENAME TO purchases;",
	"ALTER TABLE organizations RENAME COLUMN id TO key;",
	"ALTER TABLE users ALTER COLUMN email DROP NOT NULL;",
	"DROP TABLE memberships;",
	"DROP TABLE invoices CASCADE;",
	"CREATE POLICY mine ON users USING (id = (SELECT user_id FROM memberships LIMIT 1));",
	"ALTER TABLE users ENABLE ROW LEVEL SECURITY;",
	"COMMENT ON TABLE countries IS '@tenancy shared';",
	"CREATE VIEW open_orders AS SELECT * FROM orders;",
	"CREATE UNIQUE INDEX ON orders (organization_id, lower(name)) WHERE name IS NOT NULL;",
	"SET search_path = other;",
	"CREATE TABEL broken (",
];

/** The same numbers each time (mulberry32). */
function numbers(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
	};
}

/** One edit: a statement more, a statement less, a line more at the top, a word changed, two files changed round. */
function edit(files: readonly SourceFile[], random: (below: number) => number): SourceFile[] {
	const at = random(files.length);
	const { path, text } = files[at] as SourceFile;
	const changed = (next: string): SourceFile[] => files.map((file, i) => (i === at ? { path, text: next } : file));
	const statements = text.split(/(?<=;)\n/);
	const where = random(statements.length);
	switch (random(6)) {
		case 0:
			return changed(statements.toSpliced(where, 1).join("\n"));
		case 1:
			return changed(`-- moved\n${text}`);
		case 2:
			return changed(text.replace(/ text\b/, " citext").replace("NOT NULL", ""));
		case 3: {
			const other = files[random(files.length)] as SourceFile;
			return files.map((file) =>
				file.path === path ? { path, text: other.text } : file.path === other.path ? { path: other.path, text } : file,
			);
		}
		default:
			return changed(statements.toSpliced(where, 0, STATEMENTS[random(STATEMENTS.length)] as string).join("\n"));
	}
}

test.each([1, 2, 3])("after any edits it is what a first analysis gives (seed %i)", async (seed) => {
	const random = numbers(seed);
	const analyzer = createAnalyzer(reader);
	let files: SourceFile[] = generateSchema(40);
	analyzer.analyze(files, null);
	for (let i = 0; i < 12; i++) {
		files = edit(files, random);
		const config = random(5) === 0 ? '{ "tables": { "public.users": { "scope": "tenant-root" } } }' : null;
		// Parsed anew, so that nothing that is remembered by tree helps the first analysis.
		const first = createAnalyzer(await createSqlReader()).analyze(files, config);
		expect(comparable(analyzer.analyze(files, config))).toEqual(comparable(first));
	}
});
