import { expect, it } from "vitest";
import { problems, read } from "./reading";

it.each([
	["CREATE TABLE a (x int,);", ")", "Remove the comma before the closing parenthesis."],
	["CREATE TABLE a (x int,, y int);", ",", "There is a comma too many."],
	["CREATE TABLE a (x int, y text", "text", "A parenthesis is opened and not closed."],
	["INSERT INTO", "INTO", "Something is missing at its end."],
	["CREATE TABLE user (x int);", "user", '"user" is a reserved word: as a name it needs double quotes.'],
	["CREATE TABLE `a` (x int);", "`", "Backticks are MySQL's"],
	["CREATE TABLE a (x int AUTO_INCREMENT);", "AUTO_INCREMENT", "GENERATED ALWAYS AS IDENTITY"],
	["CREATE TABLE [a] (x int);", "[", "another database"],
	["CREATE TABLE a (x\u00a0int NULL);", "NULL", "invisible character"],
	["CREATE\u00a0TABLE a (x int);", "CREATE\u00a0TABLE", "invisible character"],
	["SELECT \u2018a\u2019 b c;", "c", 'at or near "c"'],
	["SELECT 1 FROM a WHERE \u201ca b\u201d = 1;", "b\u201d", "typographic quotes"],
	["CREATE POLICY IF NOT EXISTS p ON t USING (true);", "NOT", "put DROP POLICY IF EXISTS"],
	["CREATE TRIGGER IF NOT EXISTS t BEFORE INSERT ON a EXECUTE FUNCTION f();", "NOT", "CREATE OR REPLACE TRIGGER"],
	["ALTER TABLE a ADD CONSTRAINT IF NOT EXISTS k UNIQUE (x);", "EXISTS", "put DROP CONSTRAINT IF EXISTS"],
	["CREATE TYPE IF NOT EXISTS mood AS ENUM ('a');", "NOT", "in a DO block"],
	["CREATE TABLE a (x int, y int, UNIQUE (x) WHERE (y > 0));", "WHERE", "CREATE UNIQUE INDEX … WHERE"],
	["CREATE TABLE a (x int, CONSTRAINT k UNIQUE (x DESC));", "DESC", "With an order or an expression"],
	["CREATE TABLE a (x int, UNIQUE (coalesce(x, 0)));", "(", "With an order or an expression"],
	["CREATE TABLE a (x int, INDEX (x));", "(", "a statement of its own"],
	["SELECT 'abc", "'abc", "The quote that opens here is never closed."],
	['SELECT "abc', '"abc', "The quote that opens here is never closed."],
	["SELECT $x$ abc\ndef", "$x$ abc", "must close it"],
	["SELECT 1; /* abc\ndef", "/* abc", "never closed with */"],
	["SELECT 'é😀' FROM é y z;", "z", 'syntax error at or near "z"'],
	["SELECT E'\\uD800';", "E'\\uD800'", "invalid Unicode surrogate pair"],
])("explains %j", async (sql, token, message) => {
	const [problem] = problems(await read(sql));
	expect(problem?.[0]).toBe(token);
	expect(problem?.[1]).toContain(message);
	expect(problem?.[1]).toMatch(/^PostgreSQL can't read this statement: /);
});

it("quotes no more than the beginning of what isn't closed", async () => {
	const [problem] = problems(await read(`SELECT '${"abc ".repeat(1000)}\n${"def ".repeat(1000)}`));
	expect(problem?.[1].length).toBeLessThan(250);
});
