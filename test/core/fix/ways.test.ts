import { describe, expect, test } from "vitest";
import { isDescribed, waysAt, waysOf } from "../../../src/core/fix/ways";
import { KINDS, type Kind } from "../../../src/core/workspace/database";

const FILES = ["db/1.sql", "db/2.sql"];

function database(kind: Kind, path = "db") {
	return { kind, path, files: FILES.map((file) => ({ file })) };
}

describe("where migrations run", () => {
	const migrating = KINDS.filter((kind) => kind !== "declarative");

	test.each(migrating)("%s: a new one, or by choice in those that are there", (kind) => {
		expect(waysOf(database(kind))).toEqual(["new-migration", "in-place"]);
		expect(isDescribed(database(kind))).toBe(false);
	});

	test.each(migrating)("%s: what may have run is not edited", (kind) => {
		expect(waysAt(database(kind), ["db/1.sql"])).toEqual(["new-migration"]);
		expect(waysAt(database(kind), ["db/2.sql", "db/1.sql"])).toEqual(["new-migration"]);
	});

	test.each(migrating.filter((kind) => kind !== "rails-structure"))("%s: the last may not have run yet", (kind) => {
		expect(waysAt(database(kind), ["db/2.sql", "db/2.sql"])).toEqual(["new-migration", "in-place"]);
	});

	test("what no tool runs can be edited, and what it stands behind as well as ever", () => {
		const scripted = {
			...database("prisma"),
			files: [...database("prisma").files, { file: "db/rls.sql", byHand: true as const }],
		};
		expect(waysAt(scripted, ["db/rls.sql"])).toEqual(["new-migration", "in-place"]);
		expect(waysAt(scripted, ["db/2.sql"])).toEqual(["new-migration", "in-place"]);
		expect(waysAt(scripted, ["db/1.sql", "db/rls.sql"])).toEqual(["new-migration"]);
	});

	test("a dump is written by the next migration, so an edit of it is not offered", () => {
		expect(waysAt(database("rails-structure"), ["db/2.sql"])).toEqual(["new-migration"]);
	});
});

describe.each([
	["a declarative schema", database("declarative")],
	["Supabase's schemas", database("supabase", "supabase/schemas")],
])("%s", (_, described) => {
	test("is edited, wherever something stands", () => {
		expect(isDescribed(described)).toBe(true);
		expect(waysOf(described)).toEqual(["in-place"]);
		for (const file of FILES) expect(waysAt(described, [file])).toEqual(["in-place"]);
	});
});

test("a folder of that name is nothing special to other tools", () => {
	expect(waysOf(database("goose", "db/schemas"))).toEqual(["new-migration", "in-place"]);
});
