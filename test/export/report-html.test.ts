import { JSDOM } from "jsdom";
import { expect, test } from "vitest";
import type { Report } from "../../src/core/strategy/report/report";
import { reportBody } from "../../src/export/report-html";

const cited = (text: string, ...sources: string[]) => ({ text, sources });

const REPORT: Report = {
	title: "Row-level <for> 2,000 tenants",
	recommended: "row",
	summary: [cited("Keep **all tenants** in shared tables with `tenant_id`.", "a", "b")],
	sections: [
		{
			id: "cost",
			title: "What it costs",
			blocks: [
				{ kind: "paragraph", passage: cited('<img src=x onerror="alert(1)">') },
				{ kind: "list", style: "checks", items: [cited("Every query names its tenant", "b")] },
				{
					kind: "table",
					columns: [{ title: "Strategy" }, { title: "Cost", isNumber: true }],
					rows: [[cited("Row-level"), cited("$120", "a")]],
				},
				{
					kind: "bars",
					title: "Cost a month",
					unit: "USD",
					bars: [
						{ label: "Row-level", value: 120, shown: "$120", isChosen: true },
						{ label: "Database-level", value: 480, shown: "$480" },
						{ label: "Nothing", value: 0, shown: "$0" },
					],
				},
				{
					kind: "lines",
					title: "Cost over tenants",
					x: "tenants",
					y: "USD a month",
					series: [
						{ label: "Row-level", isChosen: true, points: [10, 100, 1000].map((x) => ({ x, y: 100 + x / 10 })) },
						{ label: "Database-level", points: [10, 100, 1000].map((x) => ({ x, y: x })) },
					],
				},
				{
					kind: "lines",
					title: "No tenants",
					x: "tenants",
					y: "USD",
					series: [{ label: "Row", points: [{ x: 0, y: 0 }] }],
				},
			],
		},
	],
	sources: [
		{ id: "a", title: "Limits", publisher: "PostgreSQL", url: "https://www.postgresql.org/docs/current/limits.html" },
		{ id: "b", title: "Tenancy", publisher: "Azure", url: "https://learn.microsoft.com/x" },
	],
};

const page = new JSDOM(reportBody(REPORT, '<div class="actions"></div>')).window.document;
const texts = (selector: string) => [...page.querySelectorAll(selector)].map((node) => node.textContent);

test("a report's text is text, whatever it holds", () => {
	expect(page.querySelector("h1")?.textContent).toBe(REPORT.title);
	expect(page.querySelector("img")).toBeNull();
	expect(texts("section p")).toContain('<img src=x onerror="alert(1)">');
	expect(texts(".summary strong")).toEqual(["all tenants"]);
	expect(texts(".summary code")).toEqual(["tenant_id"]);
});

test("every claim links to its source, by number", () => {
	expect(texts(".summary .cite")).toEqual(["[1]", "[2]"]);
	for (const link of page.querySelectorAll<HTMLAnchorElement>(".cite, nav a"))
		expect(page.querySelector(link.hash), link.hash).not.toBeNull();
	expect([...page.querySelectorAll<HTMLAnchorElement>(".sources a")].map(({ href }) => href)).toEqual(
		REPORT.sources.map(({ url }) => url),
	);
});

test("bars are as long as their values, and say them", () => {
	expect([...page.querySelectorAll<HTMLElement>(".bar")].map(({ style }) => style.width)).toEqual([
		"25%",
		"100%",
		"0%",
	]);
	expect(texts(".bars .chosen .value")).toEqual(["$120"]);
});

test("a chart's numbers stand in a table, too; one without numbers draws nothing wrong", () => {
	expect(texts("figure table")[0]).toBe("tenantsRow-levelDatabase-level10101101001101001 k2001 k");
	expect(page.body.innerHTML).not.toMatch(/NaN|Infinity|undefined/);
	const dashes = [...page.querySelectorAll("svg .line")].map((line) => line.getAttribute("stroke-dasharray"));
	expect(new Set(dashes.slice(0, 2)).size).toBe(2);
});
