import { expect, it } from "vitest";
import { modelOf, problemsOf, tableOf } from "./a-schema";

it("keys overloads by their input types", async () => {
	const model = await modelOf(`
		CREATE FUNCTION f(a int, b text DEFAULT 'x') RETURNS int LANGUAGE sql AS 'SELECT 1';
		CREATE FUNCTION f(a varchar(20), OUT x int, OUT y text) LANGUAGE sql AS $$ SELECT 1, 'y' $$;
		CREATE FUNCTION f(VARIADIC a numeric(5, 2)[]) RETURNS SETOF text LANGUAGE sql AS 'SELECT 1';
		CREATE PROCEDURE f(INOUT a uuid) LANGUAGE plpgsql AS 'BEGIN END';
	`);
	expect([...model.functions].map(([key, each]) => [key, each.kind, each.returns])).toEqual([
		["public.f(integer, text)", "function", "integer"],
		["public.f(character varying)", "function", "record"],
		["public.f(numeric[])", "function", "SETOF text"],
		["public.f(uuid)", "procedure", null],
	]);
});

it("reads body, language, volatility, security and settings", async () => {
	const model = await modelOf(`
		CREATE FUNCTION a() RETURNS TABLE (x int, y text) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' SET work_mem = '1MB' AS $body$ BEGIN RETURN; END $body$;
		CREATE FUNCTION b(n int) RETURNS int LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT n + 1; END;
	`);
	expect(model.functions.get("public.a()")).toMatchObject({
		language: "plpgsql",
		volatility: "stable",
		securityDefiner: true,
		body: " BEGIN RETURN; END ",
		returns: "TABLE(x integer, y text)",
		settings: new Map([
			["search_path", ""],
			["work_mem", "1MB"],
		]),
	});
	expect(model.functions.get("public.b(integer)")).toMatchObject({
		volatility: "immutable",
		body: "BEGIN ATOMIC SELECT n + 1; END",
		arguments: [{ name: "n", type: "integer", mode: "in" }],
	});
});

it("OR REPLACE, ALTER and DROP find the overload they mean", async () => {
	const model = await modelOf(`
		CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'SELECT 2';
		ALTER FUNCTION f(int) OWNER TO app; CREATE OR REPLACE FUNCTION f(integer) RETURNS int LANGUAGE sql AS 'SELECT 3';
		ALTER FUNCTION f(int) SECURITY DEFINER SET search_path = app; DROP FUNCTION f(text);
	`);
	expect([...model.functions.keys()]).toEqual(["public.f(integer)"]);
	expect(model.functions.get("public.f(integer)")).toMatchObject({
		body: "SELECT 3",
		owner: "app",
		securityDefiner: true,
	});
	expect(model.functions.get("public.f(integer)")?.settings.get("search_path")).toBe("app");
});

it("knows aggregates", async () => {
	const model = await modelOf("CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int)");
	expect(model.functions.get("public.total(integer)")).toMatchObject({ kind: "aggregate", returns: "integer" });
});

it("triggers say when, on what and what they run; they go with their function", async () => {
	const model = await modelOf(`
		CREATE TABLE t (a int, b int);
		CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
		CREATE TRIGGER one BEFORE INSERT OR UPDATE OF a ON t FOR EACH ROW WHEN (NEW.b > 0) EXECUTE FUNCTION f();
		CREATE CONSTRAINT TRIGGER two AFTER DELETE ON t FOR EACH ROW EXECUTE FUNCTION elsewhere.g();
	`);
	expect(tableOf(model, "t").triggers).toMatchObject([
		{ name: "one", timing: "before", events: ["insert", "update"], function: "public.f" },
		{ name: "two", timing: "after", events: ["delete"], function: "elsewhere.g" },
	]);
	const dropped = await modelOf(`
		CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
		CREATE TRIGGER one BEFORE INSERT ON t EXECUTE FUNCTION f(); CREATE OR REPLACE TRIGGER one AFTER INSERT ON t EXECUTE FUNCTION f(); DROP FUNCTION f CASCADE;
	`);
	expect(tableOf(dropped, "t").triggers).toEqual([]);
	expect(problemsOf(dropped)).toEqual([]);
});

it("knows what is leakproof", async () => {
	const model = await modelOf(`
		CREATE FUNCTION a(int) RETURNS boolean LANGUAGE sql LEAKPROOF AS 'SELECT true'; CREATE FUNCTION b(int) RETURNS boolean LANGUAGE sql AS 'SELECT true';
		ALTER FUNCTION b(int) LEAKPROOF; CREATE FUNCTION c(int) RETURNS boolean LANGUAGE sql LEAKPROOF AS 'SELECT true'; ALTER FUNCTION c(int) NOT LEAKPROOF;
	`);
	expect([...model.functions.values()].map(({ leakproof }) => leakproof)).toEqual([true, true, false]);
});
