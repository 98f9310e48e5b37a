import { expect, it } from "vitest";
import { modelOf } from "./a-schema";

const TABLES = "CREATE TABLE a (id int, b_id int); CREATE TABLE b (id int); CREATE TABLE c (id int);";

it("tells the tables that a view reads: joins, subqueries and common table expressions, not their names", async () => {
	const model = await modelOf(`${TABLES}
		CREATE VIEW v AS
			WITH q AS (SELECT * FROM a), b AS (SELECT * FROM b)
			SELECT q.id FROM q JOIN b ON b.id = q.b_id WHERE EXISTS (SELECT 1 FROM c) AND q.id IN (SELECT id FROM other.thing);
		CREATE VIEW w AS SELECT * FROM v UNION SELECT id FROM pg_class;
	`);
	expect(model.views.get("public.v")?.reads.toSorted()).toEqual(["other.thing", "public.a", "public.b", "public.c"]);
	expect(model.views.get("public.w")?.reads).toEqual(["public.v"]);
});

it("keeps the query without what belongs to the view", async () => {
	const model = await modelOf(`${TABLES}
		CREATE VIEW v (x) WITH (security_invoker = true) AS SELECT id AS "as" FROM a WITH LOCAL CHECK OPTION;
		CREATE MATERIALIZED VIEW m AS SELECT id FROM a WITH NO DATA;
	`);
	expect(model.views.get("public.v")).toMatchObject({
		kind: "view",
		query: 'SELECT id AS "as" FROM a',
		securityInvoker: true,
	});
	expect(model.views.get("public.m")).toMatchObject({
		kind: "materialized",
		query: "SELECT id FROM a",
		securityInvoker: false,
	});
});

it("OR REPLACE and ALTER change a view; owner and comment stay", async () => {
	const model = await modelOf(`${TABLES}
		CREATE VIEW v AS SELECT id FROM a; ALTER VIEW v OWNER TO app; COMMENT ON VIEW v IS 'all';
		CREATE OR REPLACE VIEW v AS SELECT id FROM b; ALTER VIEW v SET (security_invoker = on);
	`);
	expect(model.views.get("public.v")).toMatchObject({
		reads: ["public.b"],
		owner: "app",
		comment: "all",
		securityInvoker: true,
	});
	expect(model.problems).toEqual([]);
});

it("dropping a view drops the views over it", async () => {
	const model = await modelOf(
		`${TABLES} CREATE VIEW v AS SELECT id FROM a; CREATE VIEW w AS SELECT * FROM v; CREATE MATERIALIZED VIEW m AS SELECT id FROM w; DROP VIEW v CASCADE;`,
	);
	expect(model.views.size).toBe(0);
});
