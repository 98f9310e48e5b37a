import type { Block } from "../core/strategy/report/report";
import { escapeXml } from "./xml";

type Lines = Extract<Block, { readonly kind: "lines" }>;

const WIDTH = 640;
const HEIGHT = 280;
const LEFT = 64;
const RIGHT = 150;
const TOP = 12;
const BOTTOM = 44;

/** Lines differ in their dashes, too: colour is never the only sign. */
const DASHES = ["", "7 4", "2 4", "9 3 2 3"];

/** A chart of lines as SVG, with a table of the same numbers for who can't see it. */
export function reportLines({ title, x, y, series }: Lines): string {
	const points = series.flatMap((each) => each.points);
	const xs = points.map((point) => point.x);
	const minX = Math.min(...xs);
	const maxX = Math.max(...xs);
	const maxY = niceTop(Math.max(0, ...points.map((point) => point.y)));
	const atX = (value: number) => LEFT + (maxX > minX ? ((value - minX) / (maxX - minX)) * (WIDTH - LEFT - RIGHT) : 0);
	const atY = (value: number) => HEIGHT - BOTTOM - (maxY > 0 ? value / maxY : 0) * (HEIGHT - TOP - BOTTOM);
	const grid = [0, 0.25, 0.5, 0.75, 1].map((part) => {
		const at = atY(part * maxY).toFixed(1);
		return `<path class="grid" d="M${LEFT} ${at}H${WIDTH - RIGHT}"/><text x="${LEFT - 8}" y="${at}" dy="4" text-anchor="end">${short(part * maxY)}</text>`;
	});
	const ticks = [...new Set([minX, (minX + maxX) / 2, maxX])].map(
		(value) =>
			`<text x="${atX(value).toFixed(1)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${short(value)}</text>`,
	);
	const labels = apart(series.map(({ points: own }) => atY(own.at(-1)?.y ?? 0)));
	const lines = series.map(({ label, points: own, isChosen }, i) => {
		const path = own.map((point, at) => `${at === 0 ? "M" : "L"}${atX(point.x).toFixed(1)} ${atY(point.y).toFixed(1)}`);
		const end = WIDTH - RIGHT + 10;
		return `<g class="series s${i % 4}${isChosen ? " chosen" : ""}"><path class="line" stroke-dasharray="${DASHES[i % 4]}" d="${path.join("")}"/><text x="${end}" y="${(labels[i] ?? 0).toFixed(1)}" dy="4">${escapeXml(label)}</text></g>`;
	});
	const head = [x, ...series.map(({ label }) => label)]
		.map((text) => `<th scope="col">${escapeXml(text)}</th>`)
		.join("");
	const rows = [...new Set(xs)]
		.sort((a, b) => a - b)
		.map((value) => {
			const cells = series.map(({ points: own }) => own.find((point) => point.x === value)?.y);
			return `<tr><th scope="row">${short(value)}</th>${cells.map((cell) => `<td>${cell === undefined ? "" : short(cell)}</td>`).join("")}</tr>`;
		});
	return `<figure><figcaption>${escapeXml(title)}</figcaption>
<svg class="lines" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">${grid.join("")}${ticks.join("")}<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${escapeXml(x)}</text><text class="axis" transform="translate(12 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${escapeXml(y)}</text>${lines.join("")}</svg>
<details><summary>The same as numbers</summary><table><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table></details></figure>`;
}

/** 1, 2 or 5 times a power of ten, not below the value. */
function niceTop(value: number): number {
	if (value <= 0) return 0;
	const power = 10 ** Math.floor(Math.log10(value));
	return (([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) as number) * power;
}

/** `1.2 k`, `35 M`: three digits at most. */
function short(value: number): string {
	for (const [size, letter] of [
		[1e9, " G"],
		[1e6, " M"],
		[1e3, " k"],
	] as const)
		if (value >= size) return `${Number((value / size).toPrecision(3))}${letter}`;
	return String(Number(value.toPrecision(3)));
}

/** Heights for labels that don't cover each other, as near as may be to where they belong, in the given order. */
function apart(heights: readonly number[]): number[] {
	const order = heights.map((_, i) => i).sort((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0));
	const placed = [...heights];
	let last = Number.NEGATIVE_INFINITY;
	for (const i of order) {
		placed[i] = Math.max(heights[i] ?? 0, last + 16);
		last = placed[i] ?? 0;
	}
	const over = last - (HEIGHT - BOTTOM);
	return over > 0 ? placed.map((height) => Math.max(TOP, height - over)) : placed;
}
