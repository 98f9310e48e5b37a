import { expect, it } from "vitest";
import { columnsOf, modelOf, problemsOf, tableOf } from "./a-schema";

const TABLES = `
	CREATE TABLE users (id int PRIMARY KEY, name varchar(20) NOT NULL, amount numeric(10, 2), at timestamptz, tags text[], org_id int);
	CREATE TABLE orgs (id int PRIMARY KEY, title text);
`;

async function columnsAs(query: string): Promise<string[]> {
	return columnsOf(tableOf(await modelOf(`${TABLES} CREATE TABLE made AS ${query}`), "made"));
}

it("takes columns from the tables that the query names, without keys or NOT NULL", async () => {
	expect(await columnsAs("SELECT * FROM orgs")).toEqual(["id integer", "title text"]);
	expect(await columnsAs("SELECT u.id AS user_id, o.* FROM users u JOIN orgs o ON o.id = u.org_id")).toEqual([
		"user_id integer",
		"id integer",
		"title text",
	]);
	expect(await columnsAs("SELECT * FROM users JOIN orgs USING (id)")).toEqual([
		"id integer",
		"name character varying(20)",
		"amount numeric(10,2)",
		"at timestamp with time zone",
		"tags text[]",
		"org_id integer",
		"title text",
	]);
});

it("sees through common table expressions, subqueries, unions and VALUES", async () => {
	expect(
		await columnsAs(
			"WITH q (a, b) AS (SELECT id, name FROM users) SELECT q.*, s.n FROM q, (SELECT count(*) AS n FROM orgs) s",
		),
	).toEqual(["a integer", "b character varying(20)", "n bigint"]);
	expect(await columnsAs("SELECT NULL AS id UNION ALL SELECT id FROM orgs")).toEqual(["id integer"]);
	expect(await columnsAs("VALUES (1, 'a', now())")).toEqual([
		"column1 integer",
		"column2 text",
		"column3 timestamp with time zone",
	]);
});

it("tells the types of casts, operators, literals and well-known functions", async () => {
	expect(
		await columnsAs(
			"SELECT at::date, id + 1.5 AS x, name || 'y' AS y, amount > 3 AS big, tags[1] AS tag, coalesce(amount, 0), array_agg(id) AS ids, max(name), gen_random_uuid() AS u, CASE WHEN true THEN 1 END, at - interval '1 day' AS before FROM users",
		),
	).toEqual([
		"at date",
		"x numeric",
		"y text",
		"big boolean",
		"tag text",
		"coalesce numeric",
		"ids integer[]",
		"max text",
		"u uuid",
		"case integer",
		"before timestamp with time zone",
	]);
});

it("reads SELECT INTO and renamed columns", async () => {
	const model = await modelOf(
		`${TABLES} SELECT id, title INTO copied FROM orgs; CREATE TABLE renamed (a, b) AS SELECT id, title FROM orgs;`,
	);
	expect(columnsOf(tableOf(model, "copied"))).toEqual(["id integer", "title text"]);
	expect(columnsOf(tableOf(model, "renamed"))).toEqual(["a integer", "b text"]);
});

it("reads views and functions of the files", async () => {
	const model = await modelOf(`${TABLES}
		CREATE VIEW names (who) AS SELECT name FROM users;
		CREATE FUNCTION f() RETURNS TABLE (a int, b uuid) LANGUAGE sql AS 'SELECT 1, NULL';
		CREATE TABLE made AS SELECT * FROM names, f();
	`);
	expect(columnsOf(tableOf(model, "made"))).toEqual(["who character varying(20)", "a integer", "b uuid"]);
});

it("follows what a polymorphic function passes on", async () => {
	const model = await modelOf(`${TABLES}
		CREATE FUNCTION pick(condition boolean, yes anyelement, no anyelement) RETURNS anyelement LANGUAGE sql AS 'SELECT CASE WHEN $1 THEN $2 ELSE $3 END';
		CREATE VIEW sums AS SELECT sum(pick(id > 0, 1, 0)) AS many, max(pick(id > 0, at, NULL)) AS last, pick(true, NULL, name) AS who FROM users;
		CREATE TABLE made AS SELECT * FROM sums;
	`);
	expect(columnsOf(tableOf(model, "made"))).toEqual([
		"many bigint",
		"last timestamp with time zone",
		"who character varying",
	]);
});

it("says what it can't tell", async () => {
	const model = await modelOf(
		`${TABLES} CREATE TABLE a AS SELECT unheard_of(id) AS x FROM users; CREATE TABLE b AS SELECT * FROM elsewhere;`,
	);
	expect(columnsOf(tableOf(model, "a"))).toEqual(["x unknown"]);
	expect(tableOf(model, "b").columns).toEqual([]);
	expect(problemsOf(model)).toEqual([
		"unsupported: The types of x of public.a can't be told from the query alone. A cast (expression::type) makes them known.",
		"unsupported: The columns of public.b follow from a query that reads what these files don't create, so they are not known here.",
	]);
});
