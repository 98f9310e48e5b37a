import { expect, it } from "vitest";
import { modelOf, problemsOf, tableOf } from "./a-schema";

it("comments on tables, columns, views, functions, schemas and extensions", async () => {
	const text = `CREATE SCHEMA s; CREATE EXTENSION citext; CREATE TABLE s.t (a int); CREATE VIEW v AS SELECT 1; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
COMMENT ON SCHEMA s IS 'sc'; COMMENT ON EXTENSION citext IS 'ex'; COMMENT ON TABLE s.t IS 'ta @tenancy shared'; COMMENT ON COLUMN s.t.a IS 'co'; COMMENT ON VIEW v IS 'vi'; COMMENT ON FUNCTION f() IS 'fu';`;
	const model = await modelOf(text);
	const table = tableOf(model, "s.t");
	expect([
		model.schemas.get("s")?.comment,
		model.extensions.get("citext")?.comment,
		table.comment,
		table.columns[0]?.comment,
	]).toEqual(["sc", "ex", "ta @tenancy shared", "co"]);
	expect([model.views.get("public.v")?.comment, model.functions.get("public.f()")?.comment]).toEqual(["vi", "fu"]);
	const span = table.commentLocation?.span;
	expect(span && text.slice(span.start, span.end)).toBe("COMMENT ON TABLE s.t IS 'ta @tenancy shared'");
});

it("IS NULL and an empty text take a comment away", async () => {
	const model = await modelOf(
		"CREATE TABLE t (a int, b int); COMMENT ON TABLE t IS 'x'; COMMENT ON COLUMN t.a IS 'x'; COMMENT ON TABLE t IS NULL; COMMENT ON COLUMN t.a IS '';",
	);
	expect(tableOf(model, "t")).toMatchObject({
		comment: null,
		commentLocation: null,
		columns: [{ comment: null }, { comment: null }],
	});
});

it("reports comments on what isn't there", async () => {
	const model = await modelOf(
		"COMMENT ON TABLE nope IS 'x'; CREATE TABLE t (a int); COMMENT ON COLUMN t.b IS 'x'; COMMENT ON CONSTRAINT c ON t IS 'passed over';",
	);
	expect(problemsOf(model).map((problem) => problem.split(" does not")[0])).toEqual([
		"unresolved: Table public.nope",
		"unresolved: Column public.t.b",
	]);
});
