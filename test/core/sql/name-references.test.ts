import { beforeAll, describe, expect, it } from "vitest";
import { nameReferences } from "../../../src/core/sql/name-references";
import { createSqlReader, type SqlReader } from "../../../src/core/sql/reader";

let reader: SqlReader;
beforeAll(async () => {
	reader = await createSqlReader();
});

/** Each reference as `text=table` or `text=table.column`, a definition with `!`, alternatives with `|`. */
function names(sql: string): string[] {
	const [statement, ...others] = reader.read({ path: "a.sql", text: sql }).statements;
	expect(others).toEqual([]);
	if (!statement?.node) throw new Error(`not understood: ${sql}`);
	return nameReferences(statement).map(({ span, tables, column, defines }) => {
		const owners = tables.map(({ schema, name }) => (schema === null ? name : `${schema}/${name}`)).join("|");
		return `${statement.text.slice(span.start, span.end)}=${owners}${column === null ? "" : `.${column}`}${defines ? "!" : ""}`;
	});
}

describe("nameReferences", () => {
	it.each([
		[
			"CREATE TABLE a.t (id int PRIMARY KEY, k uuid REFERENCES p (id), CONSTRAINT k UNIQUE (k, id), CHECK (id > 0))",
			["t=a/t!", "id=a/t.id!", "k=a/t.k!", "p=p", "id=p.id", "k=a/t.k", "id=a/t.id", "id=a/t.id"],
		],
		[
			"CREATE TABLE t (a int, b int, FOREIGN KEY (b, a) REFERENCES p (x, y))",
			["t=t!", "a=t.a!", "b=t.b!", "b=t.b", "a=t.a", "p=p", "x=p.x", "y=p.y"],
		],
		["CREATE TABLE t (key int, PRIMARY KEY (key))", ["t=t!", "key=t.key!", "key=t.key"]],
		["CREATE TABLE t (a int) PARTITION BY LIST (a)", ["t=t!", "a=t.a!", "a=t.a"]],
		["CREATE TABLE c PARTITION OF p FOR VALUES IN (1)", ["c=c!", "p=p"]],
		["CREATE TABLE t (LIKE s INCLUDING ALL)", ["t=t!", "s=s"]],
		[
			"CREATE TABLE t (r tstzrange, o int, EXCLUDE USING gist (o WITH =, r WITH &&))",
			["t=t!", "r=t.r!", "o=t.o!", "o=t.o", "r=t.r"],
		],
		[
			'ALTER TABLE ONLY s."T" ADD COLUMN n int, DROP COLUMN old, ALTER COLUMN z SET NOT NULL',
			['"T"=s/T', "n=s/T.n!", "old=s/T.old", "z=s/T.z"],
		],
		["ALTER TABLE t DROP CONSTRAINT a", ["t=t"]],
		["ALTER TABLE t ADD CONSTRAINT x FOREIGN KEY (a) REFERENCES p (b) NOT VALID", ["t=t", "a=t.a", "p=p", "b=p.b"]],
		["ALTER TABLE t RENAME COLUMN a TO b", ["t=t", "a=t.a", "b=t.b!"]],
		["ALTER TABLE s.t RENAME TO u", ["t=s/t", "u=s/u!"]],
		[
			"CREATE UNIQUE INDEX i ON t (a, lower(b)) INCLUDE (c) WHERE d IS NULL",
			["t=t", "a=t.a", "b=t.b", "c=t.c", "d=t.d"],
		],
		[
			"CREATE POLICY p ON t USING (a = (SELECT m.x FROM m WHERE m.t_id = t.id))",
			["t=t", "a=t.a", "m=m", "x=m.x", "m=m", "m=m", "t_id=m.t_id", "t=t", "id=t.id"].sort(),
		],
		["DROP POLICY IF EXISTS p ON s.t", ["t=s/t"]],
		["DROP TABLE IF EXISTS a.b, c CASCADE", ["b=a/b", "c=c"]],
		["COMMENT ON COLUMN a.b.c IS 'x'", ["b=a/b", "c=a/b.c"]],
		["COMMENT ON TABLE t IS 't'", ["t=t"]],
		["GRANT SELECT (a, b) ON t TO r", ["a=t.a", "b=t.b", "t=t"]],
		["GRANT EXECUTE ON FUNCTION f() TO r", []],
		["ALTER SEQUENCE s OWNED BY t.c", ["s=s", "t=t", "c=t.c"]],
		[
			"CREATE TRIGGER g BEFORE UPDATE OF a ON t FOR EACH ROW WHEN (new.b IS NULL) EXECUTE FUNCTION f()",
			["a=t.a", "t=t", "b=t.b"],
		],
		["COPY t (a, b) FROM '/dev/null'", ["t=t", "a=t.a", "b=t.b"]],
		["CREATE VIEW v AS SELECT a FROM t", ["v=v!", "a=t.a", "t=t"]],
		[
			"SELECT x.a, b FROM t AS x JOIN u USING (k) WHERE u.c = 1",
			["a=t.a", "b=t|u.b", "t=t", "u=u", "k=t.k", "u=u", "c=u.c"],
		],
		["WITH q AS (SELECT a FROM t) SELECT q.a, q.b FROM q", ["a=t.a", "t=t"]],
		[
			"SELECT (SELECT max(n) FROM u WHERE u.t = t.id) FROM t",
			["n=u|t.n", "u=u", "u=u", "t=u.t", "t=t", "id=t.id", "t=t"],
		],
		[
			"INSERT INTO t (a, b) SELECT c, d FROM s ON CONFLICT (a) DO UPDATE SET b = excluded.b RETURNING id",
			["t=t", "a=t.a", "b=t.b", "c=s.c", "d=s.d", "s=s", "a=t.a", "b=t.b", "b=t.b", "id=t.id"],
		],
		["UPDATE t AS x SET a = x.b FROM u WHERE u.c = x.d", ["t=t", "a=t.a", "b=t.b", "u=u", "u=u", "c=u.c", "d=t.d"]],
		["DELETE FROM t USING u WHERE t.a = u.b", ["t=t", "u=u", "t=t", "a=t.a", "u=u", "b=u.b"]],
		[
			"MERGE INTO t USING s ON t.i = s.i WHEN MATCHED THEN UPDATE SET a = s.b WHEN NOT MATCHED THEN INSERT (i) VALUES (s.i)",
			["t=t", "s=s", "t=t", "i=t.i", "s=s", "i=s.i", "a=t.a", "s=s", "b=s.b", "i=t.i", "s=s", "i=s.i"],
		],
		["TRUNCATE a, b.c", ["a=a", "c=b/c"]],
	])("%s", (sql, expected) => {
		const found = names(sql);
		expect(sql.startsWith("CREATE POLICY") ? found.sort() : found).toEqual(expected);
	});

	it("gives UTF-16 places behind text of other lengths in UTF-8", () => {
		const text = "SELECT '😀é' AS x, t.\"größe\" FROM t";
		const [statement] = reader.read({ path: "a.sql", text }).statements;
		const spans = nameReferences(statement as NonNullable<typeof statement>).map(({ span }) =>
			text.slice(span.start, span.end),
		);
		expect(spans).toEqual(["t", '"größe"', "t"]);
	});

	it("has nothing to say of what was not understood", () => {
		expect(nameReferences({ node: null, text: "SELEC a FROM t" })).toEqual([]);
	});
});
