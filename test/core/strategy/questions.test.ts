import { describe, expect, test } from "vitest";
import {
	completeAnswers,
	type Draft,
	numberOf,
	QUESTIONS,
	type Question,
	questionsFor,
	wrongNumber,
} from "../../../src/core/strategy/questions";
import { answersJsonSchema, answersSchema } from "../../../src/core/tenancy/answers";
import fc from "../../random-cases";

/** Something that a person may answer. */
function anAnswer(question: Question): fc.Arbitrary<string | number | boolean | readonly string[]> {
	const values = question.kind === "number" ? [] : question.choices.map(({ value }) => value);
	if (question.kind === "number") return fc.constant(question.suggestion);
	if (question.kind === "choice") return fc.constantFrom(...values);
	return fc.subarray(values as string[]);
}

const write = (question: Question, draft: Draft, value: unknown): Draft =>
	(question.write as (draft: Draft, value: unknown) => Draft)(draft, value);

const drafts = fc
	.tuple(...QUESTIONS.map(anAnswer))
	.map((values) =>
		QUESTIONS.reduce<Draft>(
			(draft, question, i) => (questionsFor(draft).includes(question) ? write(question, draft, values[i]) : draft),
			{},
		),
	);

describe("the questions", () => {
	test("have ids of their own, a title, and say what each choice means", () => {
		expect(new Set(QUESTIONS.map(({ id }) => id)).size).toBe(QUESTIONS.length);
		for (const question of QUESTIONS) {
			expect(question.title).toMatch(/^\S.{2,30}$/);
			expect(question.prompt).toMatch(/[.?]$/);
			for (const { label, detail } of question.kind === "number" ? [] : question.choices) {
				expect(label).not.toBe("");
				expect(detail).toMatch(/\.$/);
			}
		}
	});

	test("whatever is answered is read again, and answers to all of them are complete", () => {
		fc.assert(
			fc.property(drafts, (draft) => {
				expect(answersSchema.safeParse(draft).error).toBeUndefined();
				expect(completeAnswers(draft)).not.toBeNull();
				for (const question of questionsFor(draft)) {
					const value = question.read(draft);
					expect(value).toBeDefined();
					expect(write(question, draft, value)).toEqual(draft);
				}
			}),
		);
	});

	test("reach every answer that the file knows, but for prices and what other answers imply", () => {
		const asked = new Set(QUESTIONS.map(({ id }) => id.split(".")[0]));
		const { properties } = answersJsonSchema() as { properties: object };
		expect(Object.keys(properties).filter((key) => !asked.has(key) && key !== "unitPrices")).toEqual([]);
	});

	test("ask about a tier only where some contracts promise isolation, and keep the tiers that a person wrote", () => {
		const ids = (draft: Draft) => questionsFor(draft).map(({ id }) => id);
		expect(ids({})).not.toContain("tiers.tenants");
		const some = { contractualIsolation: "some-tenants", tiers: [{ name: "free", tenants: 1800 }] };
		expect(ids(some)).toContain("tiers.tenants");
		const question = QUESTIONS.find(({ id }) => id === "tiers.tenants") as Question;
		expect(write(question, some, 12).tiers).toEqual([
			{ name: "free", tenants: 1800 },
			{ name: "enterprise", tenants: 12, isolation: "database" },
		]);
	});

	test("say what is wrong with a number, in words", () => {
		const question = (id: string) => QUESTIONS.find((each) => each.id === id) as Question & { kind: "number" };
		const now = question("tenants.now");
		for (const text of ["", "many", "-1", "1e9", "4 0 x", "0x10", "1.2.3"])
			expect(wrongNumber(now, {}, text), text).toBe("Type a number, such as 40 or 0.5.");
		expect(wrongNumber(now, {}, "0.5")).toBe("Type a whole number, such as 40.");
		expect(wrongNumber(now, {}, "2000000000")).toBe("Type 1,000,000,000 or less.");
		expect(wrongNumber(now, {}, "1 800")).toBeNull();
		expect(numberOf(" 1 800 ")).toBe(1800);
		expect(wrongNumber(question("data.perTenantGB"), {}, "0.5")).toBeNull();
		expect(wrongNumber(question("hosting.postgresVersion"), {}, "8")).toBe("Type 9 or more.");
		expect(wrongNumber(question("tiers.tenants"), { contractualIsolation: "some-tenants" }, "1.5")).toBe(
			"Type a whole number, such as 40.",
		);
		// What is wrong elsewhere is not this question's.
		expect(wrongNumber(now, { tables: -1 }, "40")).toBeNull();
	});
});
