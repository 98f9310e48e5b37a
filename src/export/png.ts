import type { InitInput } from "@resvg/resvg-wasm";

export interface PngParts {
	/** `index_bg.wasm` of @resvg/resvg-wasm. */
	readonly wasm: InitInput;
	/** TrueType fonts, DejaVu Sans first: in WebAssembly there are no system fonts. */
	readonly fonts: readonly Uint8Array[];
}

/** What every common viewer opens and a build machine has memory for: 4 bytes a pixel. */
const MOST_PIXELS = 64_000_000;
/** Twice, for screens with two pixels to one. */
const SCALE = 2;

let started: Promise<void> | null = null;

/** A picture of an SVG made by `toSvg` (with a fixed theme), at most 64 megapixels: a larger one is made smaller. */
export async function toPng(svg: string, { wasm, fonts }: PngParts): Promise<Uint8Array> {
	const { initWasm, Resvg } = await import("@resvg/resvg-wasm");
	started ??= initWasm(wasm);
	await started;
	const font = { fontBuffers: [...fonts], defaultFontFamily: "DejaVu Sans", sansSerifFamily: "DejaVu Sans" };
	const size = svgSize(svg);
	const zoom = Math.min(SCALE, Math.sqrt(MOST_PIXELS / (size.width * size.height)));
	const picture = new Resvg(svg, { font, fitTo: { mode: "zoom", value: zoom } });
	const image = picture.render();
	try {
		return image.asPng();
	} finally {
		image.free();
		picture.free();
	}
}

function svgSize(svg: string): { width: number; height: number } {
	const [, width, height] = /<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
	if (width === undefined || height === undefined) throw new Error("The SVG has no width and height");
	return { width: Number(width), height: Number(height) };
}
