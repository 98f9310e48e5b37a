import { beforeAll, describe, expect, it } from "vitest";
import { generateSchema } from "../../../bench/generate";
import { foldSchema } from "../../../src/core/schema/fold";
import type { SchemaModel } from "../../../src/core/schema/model";
import { refold } from "../../../src/core/schema/refold";
import { createSqlReader, type SqlReader } from "../../../src/core/sql/reader";
import type { SqlFile } from "../../../src/core/sql/statement";
import fc from "../../random-cases";

let reader: SqlReader;
beforeAll(async () => {
	reader = await createSqlReader();
});

type Texts = Readonly<Record<string, string>>;

const read = (texts: Texts): SqlFile[] => Object.entries(texts).map(([path, text]) => reader.read({ path, text }));

/** Everything in a model, in its order. */
function plain(model: SchemaModel): object {
	return Object.fromEntries(
		Object.entries(model).map(([key, value]) => [key, value instanceof Map ? [...value] : value]),
	);
}

/** What an edit gives: the whole fold, and what was made from the model before, where that could be done. */
function edited(before: Texts, after: Texts): { again: SchemaModel | null; whole: SchemaModel } {
	const old = read(before);
	const last = foldSchema(old);
	const files = read(after).map((file, i) => (file.text === old[i]?.text ? (old[i] as SqlFile) : file));
	const again = refold(files, last);
	const whole = foldSchema(files);
	if (again) expect(plain(again)).toEqual(plain(whole));
	return { again, whole };
}

/** Tables that no edit below is about, so that there is something to leave alone. */
const REST = Object.fromEntries(
	Array.from({ length: 12 }, (_, i) => [
		`9_${i}.sql`,
		`CREATE TABLE other_${i} (id uuid PRIMARY KEY, label text);\nCREATE INDEX ON other_${i} (label);`,
	]),
);
const BASE = "CREATE TABLE accounts (id uuid PRIMARY KEY, name text);";
const ORDERS = "CREATE TABLE orders (id uuid PRIMARY KEY, account_id uuid REFERENCES accounts, total numeric);";

const edit = (before: Texts, after: Texts) => edited({ ...before, ...REST }, { ...before, ...after, ...REST });

describe("an edit that concerns few tables folds only those", () => {
	it("a column more", () => {
		const { again } = edit(
			{ "1.sql": BASE, "2.sql": ORDERS },
			{ "2.sql": ORDERS.replace("total", "note text, total") },
		);
		expect(again?.tables.get("public.orders")?.columns.map(({ name }) => name)).toContain("note");
	});

	it("and leaves all others the same objects", () => {
		const before = { "1.sql": BASE, "2.sql": ORDERS, ...REST };
		const old = read(before);
		const last = foldSchema(old);
		const file = reader.read({ path: "2.sql", text: ORDERS.replace("numeric", "integer") });
		const again = refold(
			old.map((each) => (each.file === "2.sql" ? file : each)),
			last,
		);
		for (const [key, table] of last.tables) expect(again?.tables.get(key) === table, key).toBe(key !== "public.orders");
	});

	it("what stands behind it in the file moves", () => {
		const text = `${ORDERS}\nCREATE TABLE notes (id uuid PRIMARY KEY);`;
		const { again } = edit({ "1.sql": BASE, "2.sql": text }, { "2.sql": `-- a line more\n${text}` });
		expect(again?.tables.get("public.notes")?.location.span.start).toBe(text.indexOf("CREATE TABLE notes") + 15);
	});

	it("a table that has had another name", () => {
		const before = { "1.sql": BASE, "2.sql": ORDERS, "3.sql": "ALTER TABLE orders RENAME TO purchases;" };
		const { again } = edit(before, { "2.sql": ORDERS.replace("total", "sum") });
		expect(again?.tables.get("public.purchases")?.columns.map(({ name }) => name)).toContain("sum");
	});

	it("a policy that reads a table by the name that it got later", () => {
		const policy = (more: string) =>
			`CREATE TABLE lines (id uuid, owner uuid${more});\nCREATE POLICY own ON lines USING (EXISTS (SELECT FROM purchases WHERE owner IS NULL));`;
		const owned = ORDERS.replace("total", "owner uuid, total");
		const before = {
			"1.sql": BASE,
			"2.sql": owned,
			"3.sql": "ALTER TABLE orders RENAME TO purchases;",
			"4.sql": policy(""),
		};
		const { again } = edit(before, { "4.sql": policy(", more text") });
		expect(again?.tables.get("public.lines")?.policies[0]?.usesColumns).toEqual([]);
	});

	it("though a block elsewhere does something to other tables", () => {
		const block = "DO $$ BEGIN EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', 'sides'); END $$;";
		const { again } = edit(
			{ "1.sql": `${BASE} CREATE TABLE sides (id uuid);`, "2.sql": ORDERS, "3.sql": block },
			{ "2.sql": ORDERS.replace("total", "sum") },
		);
		expect(again?.tables.get("public.sides")?.rls.enabled).toBe(true);
	});

	it("though what another file names is missing", () => {
		const before = { "1.sql": BASE, "2.sql": ORDERS, "3.sql": "ALTER TABLE missing ADD COLUMN a text;" };
		const { again } = edit(before, { "2.sql": ORDERS.replace("total", "sum") });
		expect(again?.problems).toHaveLength(1);
	});
});

describe("an edit that may concern more folds everything", () => {
	const cases: Readonly<Record<string, readonly [before: Texts, after: Texts]>> = {
		"a table that is dropped elsewhere, with what refers to it": [
			{ "1.sql": BASE, "2.sql": ORDERS, "3.sql": "ALTER TABLE accounts DROP COLUMN name;" },
			{ "3.sql": "ALTER TABLE accounts DROP COLUMN id CASCADE;" },
		],
		"a table more": [{ "1.sql": BASE, "2.sql": ORDERS }, { "2.sql": `${ORDERS} CREATE TABLE lines (id uuid);` }],
		"a table less": [{ "1.sql": BASE, "2.sql": ORDERS }, { "1.sql": "" }],
		"an index that a later file drops": [
			{
				"1.sql": BASE,
				"2.sql": `${ORDERS}\nCREATE INDEX by_total ON orders (total);`,
				"3.sql": "DROP INDEX by_total;",
			},
			{ "2.sql": ORDERS },
		],
		"a name that another table's index has": [
			{ "1.sql": BASE, "2.sql": ORDERS },
			{ "2.sql": `${ORDERS}\nCREATE INDEX other_1_label_idx ON orders (total);` },
		],
		"a name that another table's index then has to do without": [
			{
				"0.sql": "CREATE TABLE other (id uuid, 1_label text);".replace("1_label", '"1_label"'),
				"1.sql": BASE,
				"2.sql": ORDERS,
			},
			{ "0.sql": 'CREATE TABLE other (id uuid, "1_label" text);\nCREATE INDEX ON other ("1_label");' },
		],
		"a column that an unqualified name in another table's policy then means": [
			{
				"1.sql": BASE,
				"2.sql": ORDERS,
				"3.sql":
					"CREATE TABLE lines (id uuid, owner uuid);\nCREATE POLICY own ON lines USING (EXISTS (SELECT FROM orders WHERE owner IS NULL));",
			},
			{ "2.sql": ORDERS.replace("total", "owner uuid, total") },
		],
		"a column that a view passes on to a policy": [
			{
				"1.sql": BASE,
				"2.sql": ORDERS,
				"3.sql": "CREATE VIEW all_orders AS SELECT * FROM orders;",
				"4.sql":
					"CREATE TABLE lines (id uuid, owner uuid);\nCREATE POLICY own ON lines USING (EXISTS (SELECT FROM all_orders WHERE owner IS NULL));",
			},
			{ "2.sql": ORDERS.replace("total", "owner uuid, total") },
		],
		"what is missing, and is missed elsewhere too": [
			{
				"1.sql": BASE,
				"2.sql": "CREATE TABLE firsts (id uuid REFERENCES missing);",
				"3.sql": `${ORDERS}\nALTER TABLE orders ADD FOREIGN KEY (total) REFERENCES missing;`,
			},
			{ "3.sql": ORDERS },
		],
		"a block that asks what the edit changes": [
			{
				"1.sql": BASE,
				"2.sql": ORDERS,
				"3.sql":
					"DO $$ BEGIN IF EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'orders' AND column_name = 'total' AND is_nullable = 'NO') THEN ALTER TABLE other_1 ADD COLUMN found text; END IF; END $$;",
			},
			{ "2.sql": ORDERS.replace("numeric", "numeric NOT NULL") },
		],
		"a partition's parent": [
			{
				"1.sql": "CREATE TABLE events (at date, kind text) PARTITION BY RANGE (at);",
				"2.sql": "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
			},
			{ "1.sql": "CREATE TABLE events (at date, kind text, more text) PARTITION BY RANGE (at);" },
		],
		"names in a text in which small letters take more room": [
			{ "1.sql": BASE, "2.sql": `-- ${"İ".repeat(200)}\n${ORDERS}\nCREATE TABLE lines (id uuid REFERENCES orders);` },
			{
				"2.sql": `-- ${"İ".repeat(200)}\n${ORDERS.replace("total", "sum")}\nCREATE TABLE lines (id uuid REFERENCES orders);`,
			},
		],
		"the search path": [
			{ "1.sql": BASE, "2.sql": `SET search_path = public;\n${ORDERS}` },
			{ "2.sql": `SET search_path = pg_temp;\n${ORDERS}` },
		],
		"a type": [
			{ "1.sql": `CREATE TYPE mood AS ENUM ('good');\n${BASE}` },
			{ "1.sql": `CREATE TYPE mood AS ENUM ('good', 'bad');\n${BASE}` },
		],
	};
	// A partition is made again together with its parent, so nothing is missed there.
	const together = new Set(["a partition's parent"]);
	it.each(Object.entries(cases))("%s", (name, [before, after]) => {
		const { again, whole } = edit(before, after);
		expect(plain(whole)).not.toEqual(plain(foldSchema(read({ ...before, ...REST }))));
		if (!together.has(name)) expect(again).toBeNull();
	});
});

/** Lines of statements that an edit may put in anywhere. */
const LINES = [
	"ALTER TABLE orders ADD COLUMN extra text UNIQUE;",
	"ALTER TABLE orders DROP COLUMN id CASCADE;",
	"ALTER TABLE orders RENAME TO purchases;",
	"ALTER TABLE invoices RENAME COLUMN id TO key;",
	"CREATE INDEX orders_extra_key ON invoices (id);",
	"DROP INDEX orders_organization_idx;",
	"CREATE POLICY mine ON users USING (id IN (SELECT user_id FROM memberships WHERE role = 'x'));",
	"CREATE VIEW open_orders AS SELECT * FROM orders;",
	"CREATE FUNCTION total() RETURNS SETOF orders LANGUAGE sql AS 'SELECT * FROM orders';",
	"CREATE TABLE copies (LIKE orders INCLUDING ALL);",
	"CREATE TABLE kept (id serial, order_id uuid REFERENCES orders);",
	"DO $$ BEGIN IF to_regclass('kept') IS NOT NULL THEN ALTER TABLE kept ADD COLUMN more text; END IF; END $$;",
	"GRANT SELECT ON ALL TABLES IN SCHEMA public TO app;",
	"SET search_path = other;",
	"\textra_id uuid REFERENCES users (id),",
	"\tname text UNIQUE,",
	"-- a comment",
	");",
];

it("after any edits the model is what a whole fold gives", () => {
	const start = generateSchema(48);
	let made = 0;
	const edits = fc.array(
		fc.record({
			file: fc.nat(),
			line: fc.nat(),
			kind: fc.constantFrom("delete", "double", "insert", "insert", "rename"),
			text: fc.constantFrom(...LINES),
		}),
		{ minLength: 1, maxLength: 8 },
	);
	fc.assert(
		fc.property(edits, (steps) => {
			const texts = start.map(({ text }) => text);
			let files = start.map((file) => reader.read(file));
			let model = foldSchema(files);
			for (const { file, line, kind, text } of steps) {
				const i = file % texts.length;
				const lines = (texts[i] as string).split("\n");
				const at = line % lines.length;
				if (kind === "delete") lines.splice(at, 1);
				else if (kind === "double") lines.splice(at, 0, lines[(at * 7) % lines.length] as string);
				else if (kind === "insert") lines.splice(at, 0, text);
				else lines[at] = (lines[at] as string).replace(/\w+_id\b/, "user_id");
				texts[i] = lines.join("\n");
				files = files.with(i, reader.read({ path: start[i]?.path as string, text: texts[i] as string }));
				if (refold(files, model)) made++;
				model = foldSchema(files, model);
				expect(plain(model)).toEqual(plain(foldSchema(files)));
			}
		}),
		{ numRuns: 60 },
	);
	// Else this would compare whole folds with each other.
	expect(made).toBeGreaterThan(30);
});
