import { describe, expect, test } from "vitest";
import { planFor } from "../../../src/core/strategy/plan";
import { buildReport } from "../../../src/core/strategy/report/build-report";
import { reportMarkdown } from "../../../src/core/strategy/report/markdown";
import { type AnswersInput, answersSchema } from "../../../src/core/tenancy/answers";

const reportOf = (input: Partial<AnswersInput> = {}) =>
	buildReport(planFor(answersSchema.parse({ tenants: { now: 40, inTwoYears: 2000 }, ...input })));
const HYBRID = {
	contractualIsolation: "some-tenants",
	compliance: ["gdpr", "byok"],
	tiers: [{ name: "enterprise", tenants: 12, isolation: "database" }],
} satisfies Partial<AnswersInput>;

test("a report has what somebody decides by, in this order", () => {
	expect(reportOf(HYBRID).sections.map(({ id }) => id)).toEqual([
		"decision",
		"words",
		"comparison",
		"reasons",
		"thresholds",
		"plan",
		"guarantees",
		"checklist",
		"risks",
		"compliance",
		"costs",
		"way-out",
	]);
	expect(reportOf().sections.map(({ id }) => id)).not.toContain("compliance");
});

test("every source that is cited is listed, once, in the order in which it is cited first", () => {
	const report = reportOf(HYBRID);
	const cited = [...JSON.stringify([report.summary, report.sections]).matchAll(/"sources":\[([^\]]*)\]/g)].flatMap(
		([, ids]) => JSON.parse(`[${ids}]`) as string[],
	);
	expect(report.sources.map(({ id }) => id)).toEqual([...new Set(cited)]);
});

test("what is guaranteed, what isn't, risks and the checklist each rest on a document", () => {
	for (const input of [{}, HYBRID, { perTenant: { encryptionKeys: true } }])
		for (const { id, blocks } of reportOf(input).sections) {
			if (!["guarantees", "checklist", "plan", "way-out"].includes(id)) continue;
			const items = blocks.flatMap((block) => (block.kind === "list" ? block.items : []));
			expect(items.length).toBeGreaterThan(0);
			expect(items.filter(({ sources }) => sources.length === 0)).toEqual([]);
		}
});

test("words that only some reports use are explained where they are used, and nowhere else", () => {
	const explained = (input: Partial<AnswersInput>) =>
		JSON.stringify(reportOf(input).sections.find(({ id }) => id === "words")?.blocks);
	expect(explained(HYBRID)).toMatch(/\*\*Router\.\*\*.*\*\*Fence\.\*\*/);
	expect(explained({})).not.toContain("**Fence.**");
	expect(explained({ compliance: ["fedramp"] })).toContain("**Boundary.**");
	expect(explained({})).not.toContain("**Boundary.**");
});

test("nobody is told that they comply", () => {
	const text = reportMarkdown(
		reportOf({
			compliance: ["gdpr", "hipaa", "pci-dss", "soc2", "iso27001", "fedramp", "data-residency", "byok"],
		}),
	);
	expect(text).not.toMatch(/\b(?:is|are) (?:GDPR-|HIPAA-)?compliant\b/i);
	expect(text.match(/Left to do/g)).toHaveLength(8);
	expect(text).toContain("No strategy makes a product compliant.");
});

describe("Markdown", () => {
	const text = reportMarkdown(reportOf(HYBRID));

	test("numbers sources as they are cited", () => {
		const sources = text.slice(text.indexOf("## Sources"));
		const listed = [...sources.matchAll(/^(\d+)\. (?:\[.*\]\(https:\/\/[^)]+\)|Our advice[^[\]]*), /gm)].map(([, n]) =>
			Number(n),
		);
		expect(listed).toEqual(listed.map((_, i) => i + 1));
		const cited = [...text.matchAll(/\\\[([\d, ]+)\\\]/g)].flatMap(([, ns = ""]) => ns.split(", ").map(Number));
		expect(Math.max(...cited)).toBe(listed.length);
	});

	test("every row of a table has as many cells as its head", () => {
		const tables = text.match(/(?:^\|.*\|\n)+/gm) ?? [];
		expect(tables.length).toBeGreaterThan(5);
		for (const table of tables) {
			const cells = table
				.trim()
				.split("\n")
				.map((line) => line.split(/(?<!\\)\|/).length);
			expect(new Set(cells).size).toBe(1);
		}
	});

	test("what somebody typed is text", () => {
		const hostile = reportMarkdown(
			reportOf({ tiers: [{ name: "a|b <img src=x> [x](javascript:1) **c** `d`", tenants: 3, isolation: "database" }] }),
		);
		expect(hostile).not.toContain("<img");
		expect(hostile).not.toMatch(/(?<!\\)\]\(javascript/);
		expect(hostile).toContain("a\\|b &lt;img src=x> \\[x\\](javascript:1) ''c'' 'd'");
	});

	test("charts are Mermaid with as many values as names", () => {
		const charts = text.match(/```mermaid\n[\s\S]*?```/g) ?? [];
		expect(charts).toHaveLength(3);
		for (const chart of charts) {
			const names = /x-axis \[(.*)\]/.exec(chart)?.[1]?.match(/"[^"]*"/g) ?? [];
			for (const [, values = ""] of chart.matchAll(/^ {2}(?:bar|line) \[(.*)\]$/gm))
				expect(values.split(", ").map(Number).filter(Number.isFinite)).toHaveLength(names.length);
		}
	});
});
