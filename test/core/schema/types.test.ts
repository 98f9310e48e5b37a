import { expect, it } from "vitest";
import { modelOf, problemsOf } from "./a-schema";

it("enums keep their labels in order", async () => {
	const model = await modelOf(`
		CREATE TYPE e AS ENUM ('a', 'c'); ALTER TYPE e ADD VALUE 'b' BEFORE 'c'; ALTER TYPE e ADD VALUE 'a1' AFTER 'a'; ALTER TYPE e ADD VALUE 'z';
		ALTER TYPE e ADD VALUE IF NOT EXISTS 'a'; ALTER TYPE e RENAME VALUE 'z' TO 'last';
	`);
	expect(model.types.get("public.e")).toMatchObject({ kind: "enum", labels: ["a", "a1", "b", "c", "last"] });
	expect(problemsOf(model)).toEqual([]);
});

it("domains have a base type and may be NOT NULL", async () => {
	const model = await modelOf(
		"CREATE DOMAIN d AS varchar(9) NOT NULL CHECK (VALUE <> ''); CREATE DOMAIN n AS d[]; ALTER DOMAIN n SET NOT NULL; ALTER DOMAIN d DROP NOT NULL;",
	);
	expect(model.types.get("public.d")).toMatchObject({ kind: "domain", base: "character varying(9)", notNull: false });
	expect(model.types.get("public.n")).toMatchObject({ base: "d[]", notNull: true });
});

it("composites have attributes that ALTER TYPE changes", async () => {
	const model = await modelOf(
		"CREATE TYPE c AS (x int, y text); ALTER TYPE c ADD ATTRIBUTE z uuid, DROP ATTRIBUTE x, ALTER ATTRIBUTE y TYPE varchar(3); ALTER TYPE c RENAME ATTRIBUTE z TO zz;",
	);
	expect(model.types.get("public.c")?.attributes).toEqual([
		{ name: "y", type: "character varying(3)" },
		{ name: "zz", type: "uuid" },
	]);
});

it("knows ranges and base types", async () => {
	const model = await modelOf("CREATE TYPE r AS RANGE (subtype = int4); CREATE TYPE shell;");
	expect([...model.types.values()].map((type) => [type.name, type.kind])).toEqual([
		["r", "range"],
		["shell", "base"],
	]);
});
