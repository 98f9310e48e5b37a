import { describe, expect, it } from "vitest";
import { createSqlReader } from "../../../src/core/sql/reader";
import { casesIn, measure } from "./measure";

const tables = casesIn("test/core/queries/cases");
const { all, disagreements } = measure(await createSqlReader(), tables);

describe("the labelled cases", () => {
	it.each([...tables])("of %s are at least 30, each with a name of its own", (_, cases) => {
		expect(cases.length).toBeGreaterThanOrEqual(30);
		expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
	});

	it("say what the rules find", () => {
		expect(disagreements).toEqual([]);
	});

	it("are about half with something to be found, and half without", () => {
		const cases = [...tables.values()].flat();
		const positive = cases.filter(({ expected }) => expected.length > 0).length / cases.length;
		expect(positive).toBeGreaterThan(0.4);
		expect(positive).toBeLessThan(0.6);
	});

	it("leave precision and recall where they are", () => {
		expect(all.precision).toBe(1);
		expect(all.recall).toBe(1);
	});
});
