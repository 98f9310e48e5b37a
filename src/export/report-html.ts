import type { Block, Passage, Report } from "../core/strategy/report/report";
import { reportLines } from "./report-lines";
import { escapeXml } from "./xml";

/**
 * A report as the body of a page: headings, tables, charts and numbered sources. Everything that is not ours is escaped;
 * the only links are the sources' (https). `actions` stands below the title as it is.
 */
export function reportBody(report: Report, actions = ""): string {
	const number = new Map(report.sources.map(({ id }, i) => [id, i + 1]));
	const cite = (passage: Passage): string => passageHtml(passage, number);
	const contents = report.sections
		.map(({ id, title }) => `<li><a href="#${escapeXml(id)}">${escapeXml(title)}</a></li>`)
		.join("");
	const sections = report.sections
		.map(
			({ id, title, blocks }) =>
				`<section aria-labelledby="${escapeXml(id)}"><h2 id="${escapeXml(id)}">${escapeXml(title)}</h2>${blocks.map((block) => blockHtml(block, cite)).join("")}</section>`,
		)
		.join("\n");
	const sources = report.sources
		.map(({ title, publisher, url }, i) => {
			const named = url === null ? escapeXml(title) : `<a href="${escapeXml(url)}">${escapeXml(title)}</a>`;
			return `<li id="source-${i + 1}">${named}, ${escapeXml(publisher)}</li>`;
		})
		.join("\n");
	return `<main class="report">
<h1>${escapeXml(report.title)}</h1>
<div class="summary">${report.summary.map((passage) => `<p>${cite(passage)}</p>`).join("")}</div>
${actions}
<nav aria-label="Contents"><ol>${contents}<li><a href="#sources">Sources</a></li></ol></nav>
${sections}
<section aria-labelledby="sources"><h2 id="sources">Sources</h2><ol class="sources">${sources}</ol></section>
</main>`;
}

function blockHtml(block: Block, cite: (passage: Passage) => string): string {
	switch (block.kind) {
		case "paragraph":
			return `<p>${cite(block.passage)}</p>`;
		case "list": {
			const tag = block.style === "numbers" ? "ol" : "ul";
			const items = block.items.map((item) => `<li>${cite(item)}</li>`).join("");
			return `<${tag} class="${block.style}">${items}</${tag}>`;
		}
		case "table": {
			const align = (at: number) => (block.columns[at]?.isNumber ? ' class="number"' : "");
			const head = block.columns.map(({ title }, i) => `<th scope="col"${align(i)}>${escapeXml(title)}</th>`).join("");
			const rows = block.rows.map((row) => {
				const cells = row.map((cell, i) =>
					i === 0 ? `<th scope="row">${cite(cell)}</th>` : `<td${align(i)}>${cite(cell)}</td>`,
				);
				return `<tr>${cells.join("")}</tr>`;
			});
			return `<div class="scroll" tabindex="0" role="region" aria-label="Table: ${escapeXml(block.columns.map(({ title }) => title).join(", "))}"><table><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
		}
		case "bars": {
			const most = Math.max(0, ...block.bars.map(({ value }) => value));
			const bars = block.bars.map(({ label, value, shown, isChosen }) => {
				const width = value > 0 ? Math.max(0.5, (100 * value) / most) : 0;
				const mark = isChosen ? ' class="chosen"' : "";
				return `<li${mark}><span class="label">${escapeXml(label)}</span><span class="track"><span class="bar" style="width:${width.toFixed(1)}%"></span></span><span class="value">${escapeXml(shown)}</span></li>`;
			});
			const unit = block.unit === "" ? "" : ` (${escapeXml(block.unit)})`;
			return `<figure><figcaption>${escapeXml(block.title)}${unit}</figcaption><ul class="bars">${bars.join("")}</ul></figure>`;
		}
		case "lines":
			return reportLines(block);
		default:
			return block satisfies never;
	}
}

function passageHtml({ text, sources }: Passage, number: ReadonlyMap<string, number>): string {
	const marks = sources.flatMap((id) => {
		const at = number.get(id);
		return at === undefined ? [] : [`<a class="cite" href="#source-${at}" aria-label="Source ${at}">[${at}]</a>`];
	});
	return inline(text) + (marks.length > 0 ? `<sup>${marks.join("")}</sup>` : "");
}

/** `code` and **bold**; all else is text. */
function inline(text: string): string {
	return text
		.split(/(`[^`]+`|\*\*[^*]+\*\*)/)
		.map((part) => {
			if (part.length > 2 && part.startsWith("`")) return `<code>${escapeXml(part.slice(1, -1))}</code>`;
			if (part.length > 4 && part.startsWith("**")) return `<strong>${escapeXml(part.slice(2, -2))}</strong>`;
			return escapeXml(part);
		})
		.join("");
}
