import type { Diagram } from "../core/diagram/diagram";
import { SCOPES } from "../core/tenancy/scope";
import { around } from "../layout/boxes";
import type { Detail } from "../layout/size";
import type { Positions } from "../protocol/messages";
import { SCOPE_ICONS } from "./icons";
import { SCOPE_MEANINGS, SCOPE_WORDS } from "./scope-style";
import { drawEdge } from "./svg-edge";
import { drawFrame, groupFrames } from "./svg-group";
import { styleSheet, type Theme } from "./svg-style";
import { type Box, drawTable, tableBox } from "./svg-table";
import { shorten, textWidth, wrap } from "./text-width";
import { escapeXml } from "./xml";

export interface SvgOptions {
	/** What each table shows; `positions` must have been made for the same. */
	readonly detail: Detail;
	/** `auto` follows the viewer's light or dark setting. */
	readonly theme: Theme;
}

const MARGIN = 32;
/** Keys that leave on the right and come back there reach this far. */
const LOOP = 36;
const LEGEND_ROW = 22;
const REASON_ROW = 16;
const LEGEND_WIDTH = 860;

/**
 * A picture of the tables at their positions (pixels), on its own: no external fonts, images or scripts. Tables without a
 * position are left out, and so are keys to the tenant root, which the colour already tells. Every table and line has
 * its words in a `<title>` for those who read it by ear or point at it.
 */
export function toSvg(diagram: Diagram, positions: Positions, { detail, theme }: SvgOptions): string {
	const boxes = new Map<string, Box>();
	for (const table of diagram.tables) {
		const at = Object.hasOwn(positions, table.id) ? positions[table.id] : undefined;
		if (at) boxes.set(table.id, tableBox(table, at, detail));
	}
	const frames = groupFrames(diagram, boxes);
	const { x: left, y: top, ...drawn } = around([...boxes.values(), ...frames]);
	const legend = drawLegend(diagram);
	const width = Math.ceil(Math.max(drawn.width + LOOP, legend.width) + 2 * MARGIN);
	const height = Math.ceil(legend.height + drawn.height + 3 * MARGIN);
	const title = `Tenancy of ${diagram.database}`;
	const groupOf = new Map(diagram.tables.map((table) => [table.id, table.group]));
	const edges = diagram.edges
		.filter((edge) => !edge.tenant)
		.map((edge) => drawEdge(edge, boxes, groupOf.get(edge.from) !== groupOf.get(edge.to)));
	const tables = diagram.tables.flatMap((table) => {
		const box = boxes.get(table.id);
		return box ? [drawTable(table, box, detail)] : [];
	});
	const shift = `translate(${round(MARGIN - left)} ${round(2 * MARGIN + legend.height - top)})`;
	return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">
<title id="title">${escapeXml(title)}</title>
<desc id="description">${escapeXml(description(diagram))}</desc>
<style>${styleSheet(theme)}</style>
<rect class="page" width="${width}" height="${height}"/>
<g transform="translate(${MARGIN} ${MARGIN})">${legend.svg}</g>
<g transform="${shift}">
<g class="groups">${frames.map(drawFrame).join("\n")}</g>
<g class="edges">${edges.join("\n")}</g>
<g class="tables">${tables.join("\n")}</g>
</g>
</svg>
`;
}

function description(diagram: Diagram): string {
	const counts = SCOPES.filter((scope) => diagram.counts[scope] > 0).map(
		(scope) => `${diagram.counts[scope]} ${SCOPE_WORDS[scope].toLowerCase()}`,
	);
	return `${diagram.reason} ${diagram.tables.length} tables: ${counts.join(", ")}.`;
}

/** Title, reason, and one line for each scope that occurs. */
function drawLegend(diagram: Diagram): { svg: string; width: number; height: number } {
	const title = shorten(`Tenancy of ${diagram.database}`, LEGEND_WIDTH, 17);
	const reason = wrap(diagram.reason.replaceAll("`", ""), LEGEND_WIDTH, 12, 3);
	const scopes = SCOPES.filter((scope) => diagram.counts[scope] > 0);
	const rows = scopes.map((scope) => `${SCOPE_WORDS[scope]} (${diagram.counts[scope]}): ${SCOPE_MEANINGS[scope]}`);
	const start = 26 + reason.length * REASON_ROW;
	const lines = [
		`<text class="heading" y="14">${escapeXml(title)}</text>`,
		...reason.map((line, i) => `<text class="remark" y="${36 + i * REASON_ROW}">${escapeXml(line)}</text>`),
		...scopes.map((scope, i) => {
			const band = `<rect class="band" width="26" height="18" rx="3"/>`;
			const icon = `<path class="icon" transform="translate(5 1)" d="${SCOPE_ICONS[scope]}"/>`;
			const text = `<text class="remark" x="34" y="13">${escapeXml(rows[i] ?? "")}</text>`;
			return `<g class="${scope}" transform="translate(0 ${start + i * LEGEND_ROW})">${band}${icon}${text}</g>`;
		}),
	];
	const widths = [
		textWidth(title, 17),
		...reason.map((line) => textWidth(line, 12)),
		...rows.map((row) => 34 + textWidth(row, 12)),
	];
	return { svg: lines.join("\n"), width: Math.max(...widths), height: start + rows.length * LEGEND_ROW };
}

/** Two digits are a hundredth of a pixel. */
export function round(value: number): number {
	return Math.round(value * 100) / 100;
}
