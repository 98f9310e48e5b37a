import { expect, test } from "vitest";
import { createAnalyzer } from "../../../src/core/analyze";
import { blueprintOf } from "../../../src/core/implement/blueprint";
import { createSqlReader } from "../../../src/core/sql/reader";
import { answersSchema } from "../../../src/core/tenancy/answers";

const reader = await createSqlReader();
const answers = answersSchema.parse({ tenants: { now: 1, inTwoYears: 10 } });
const analyzer = createAnalyzer(reader);
const analyse = (text: string) => analyzer.analyze([{ path: "schema.sql", text }], null).databases[0];

test("a product's own tables are what files are made from", () => {
	const database = analyse("CREATE TABLE notes (id uuid PRIMARY KEY);");
	if (!database) throw new Error("no database");
	const made = blueprintOf(answers, { database, analyzer }, () => expect.unreachable("the starter isn't read"));
	expect(made).toMatchObject({ isStarter: false, answers });
	expect(made.database).toBe(database);
});

test("where there is none, the starter has each kind of table, and nothing in it is wrong but that no policy is there yet", () => {
	const made = blueprintOf(answers, null, () => createAnalyzer(reader));
	const { database, isStarter } = made;
	expect(isStarter).toBe(true);
	expect(database.problems).toEqual([]);
	expect(Object.fromEntries([...database.tenancy.tables].map(([key, { scope }]) => [key, scope]))).toEqual({
		"public.tenants": "tenant-root",
		"public.plans": "shared",
		"public.users": "tenant-scoped",
		"public.projects": "tenant-scoped",
		"public.tasks": "tenant-scoped",
	});
	expect(database.findings.filter(({ severity }) => severity === "error" || severity === "warning")).toEqual([]);
});
