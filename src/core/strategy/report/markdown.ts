import { number } from "../numbers";
import type { Block, Passage, Report } from "./report";

/** A report as Markdown that reads well as text too: GitHub's tables and task lists, and charts as Mermaid (xychart-beta). */
export function reportMarkdown(report: Report): string {
	const numbers = new Map(report.sources.map(({ id }, i) => [id, i + 1]));
	const cite = (passage: Passage) => passageText(passage, numbers);
	const parts = [
		`# ${asText(report.title)}`,
		...report.summary.map(cite),
		...report.sections.flatMap(({ title, blocks }) => [
			`## ${asText(title)}`,
			...blocks.map((block) => blockText(block, cite)),
		]),
		"## Sources",
		report.sources
			.map(({ title, publisher, url }, i) => {
				const named = url === null ? asText(title) : `[${asText(title)}](${url})`;
				return `${i + 1}. ${named}, ${asText(publisher)}`;
			})
			.join("\n"),
	];
	return `${parts.join("\n\n")}\n`;
}

function blockText(block: Block, cite: (passage: Passage) => string): string {
	switch (block.kind) {
		case "paragraph":
			return cite(block.passage);
		case "list": {
			const mark = { bullets: () => "-", numbers: (i: number) => `${i + 1}.`, checks: () => "- [ ]" }[block.style];
			return block.items.map((item, i) => `${mark(i)} ${cite(item)}`).join("\n");
		}
		case "table":
			return table(
				block.columns.map(({ title, isNumber }) => ({ title, isNumber: isNumber === true })),
				block.rows.map((row) => row.map(cite)),
			);
		case "bars":
			return `${strong(block.title)}\n\n${table(
				[
					{ title: "", isNumber: false },
					{ title: block.unit, isNumber: true },
				],
				block.bars.map(({ label, shown, isChosen }) => [isChosen ? strong(label) : asText(label), asText(shown)]),
			)}\n\n${chart(
				block.title,
				block.bars.map(({ label }) => label),
				block.unit,
				[["bar", block.bars.map(({ value }) => value)]],
			)}`;
		case "lines": {
			const xs = block.series[0]?.points.map(({ x }) => x) ?? [];
			const rows = xs.map((x, i) => [number(x), ...block.series.map(({ points }) => number(points[i]?.y ?? 0))]);
			return `${strong(block.title)}\n\n${table(
				[block.x, ...block.series.map(({ label }) => label)].map((title) => ({ title, isNumber: true })),
				rows,
			)}\n\n${chart(
				`${block.title} (${block.series.map(({ label }) => label).join(", ")})`,
				xs.map((x) => number(x)),
				block.y,
				block.series.map(({ points }) => ["line", points.map(({ y }) => y)]),
			)}`;
		}
		default:
			return block satisfies never;
	}
}

function table(
	columns: readonly { readonly title: string; readonly isNumber: boolean }[],
	rows: readonly (readonly string[])[],
): string {
	const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
	return [
		line(columns.map(({ title }) => asText(title))),
		line(columns.map(({ isNumber }) => (isNumber ? "---:" : "---"))),
		...rows.map(line),
	].join("\n");
}

/** https://mermaid.js.org/syntax/xyChart.html */
function chart(
	title: string,
	x: readonly string[],
	y: string,
	series: readonly (readonly [kind: string, values: readonly number[]])[],
): string {
	const quoted = (text: string) => `"${text.replaceAll(/["\n\r]/g, "'")}"`;
	const most = Math.max(1, ...series.flatMap(([, values]) => values));
	const plain = (value: number) => String(Number(value.toFixed(2)));
	return [
		"```mermaid",
		"xychart-beta",
		`  title ${quoted(title)}`,
		`  x-axis [${x.map(quoted).join(", ")}]`,
		`  y-axis ${quoted(y)} 0 --> ${plain(most)}`,
		...series.map(([kind, values]) => `  ${kind} [${values.map(plain).join(", ")}]`),
		"```",
	].join("\n");
}

function passageText({ text, sources }: Passage, numbers: ReadonlyMap<string, number>): string {
	const marks = sources.flatMap((id) => numbers.get(id) ?? []);
	return `${inline(text)}${marks.length > 0 ? ` \\[${marks.join(", ")}\\]` : ""}`;
}

/** `code` and **bold** stay; all else is text. */
function inline(text: string): string {
	return text
		.split(/(`[^`]+`|\*\*[^*]+\*\*)/)
		.map((part) => {
			if (part.length > 2 && part.startsWith("`")) return part.replaceAll("|", "\\|");
			return part.length > 4 && part.startsWith("**") ? strong(part.slice(2, -2)) : asText(part);
		})
		.join("");
}

function strong(text: string): string {
	return `**${asText(text)}**`;
}

/** What Markdown and HTML would read as theirs; one line stays one line. */
function asText(text: string): string {
	return text
		.replaceAll(/\s+/g, " ")
		.replaceAll("&", "&amp;")
		.replaceAll("<", "&lt;")
		.replaceAll(/[\\`*_[\]|~#]/g, "\\$&");
}
