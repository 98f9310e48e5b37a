import { expect, test } from "vitest";
import { parseAnswers } from "../../../src/core/strategy/parse-answers";
import { readConfig } from "../../../src/core/tenancy/config";
import { LineIndex } from "../../../src/core/text/line-index";

const problemsOf = (text: string) =>
	parseAnswers(text, "answers.json").problems.map(({ location, message }) => {
		const { line, column } = new LineIndex(text).positionAt(location.span.start);
		return `${line}:${column} ${message}`;
	});

test("comments and trailing commas are allowed, and what is left out has its default", () => {
	const { answers, problems } = parseAnswers('// mine\n{ "tenants": { "now": 1, "inTwoYears": 2, }, }', "a.json");
	expect(problems).toEqual([]);
	expect(answers).toMatchObject({
		tenants: { now: 1, inTwoYears: 2, largestShare: 0.2 },
		unitPrices: { serverPerMonth: 250 },
	});
});

test.each([
	["{", "1:2 This is not valid JSON: close brace expected."],
	["[]", "1:1 A JSON object with the answers is expected here."],
	["", "1:1 This is not valid JSON: value expected."],
	["{}", "1:1 tenants is missing."],
	['{\n  "tenants": { "now": 1 }\n}', "2:14 tenants.inTwoYears is missing."],
	[
		'{\n  "tenants": { "now": -1, "inTwoYears": 1.5 }\n}',
		"2:16 tenants.now: Too small: expected number to be >=0",
		"2:27 tenants.inTwoYears: Invalid input: expected int, received number",
	],
	[
		'{ "tenants": { "now": 1, "inTwoYears": 2 },\n  "compliance": ["gdpr", "gpdr"],\n  "team": { "enginers": 3 } }',
		'2:26 compliance.1: Invalid option: expected one of "gdpr"|"hipaa"|"pci-dss"|"soc2"|"iso27001"|"fedramp"|"data-residency"|"byok"',
		'3:13 team.enginers: Unrecognized key: "enginers"',
	],
])("%j is refused, with the place of each mistake and nothing else", (text, ...expected) => {
	expect(parseAnswers(text, "answers.json").answers).toBeNull();
	expect(problemsOf(text)).toEqual(expected);
});

test("in the configuration they are kept beside the other settings; wrong ones cost nothing else", () => {
	const right = readConfig('{ "strategy": { "tenants": { "now": 1, "inTwoYears": 2 } }, "mode": "row" }', "c");
	expect(right).toMatchObject({ config: { mode: "row", strategy: { tables: 50 } }, problems: [] });
	const wrong = readConfig('{ "strategy": { "tenants": { "now": 1 } }, "mode": "row" }', "c");
	expect(wrong.config).toEqual({ mode: "row" });
	expect(wrong.problems.map(({ message }) => message)).toEqual(["strategy.tenants.inTwoYears is missing."]);
});
