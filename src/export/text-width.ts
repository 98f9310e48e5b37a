/** Widths in em of DejaVu Sans, the widest of the fonts that the picture may be shown in, by groups of characters. */
const WIDTHS: readonly (readonly [RegExp, number])[] = [
	[/[iljI|.,:;'!]/, 0.35],
	[/[frt()[\]{}\-"`/\\ ]/, 0.42],
	[/[mwMW@%]/, 0.98],
	[/[A-Z&]/, 0.72],
	[/[\u0000-\u024f\u0370-\u05ff]/, 0.64],
];

/** About how wide the text is, in the unit of `size`. Never much too little: text that is taken for too wide is only shortened. */
export function textWidth(text: string, size: number): number {
	let em = 0;
	for (const character of text) em += WIDTHS.find(([group]) => group.test(character))?.[1] ?? 1.1;
	return em * size;
}

/** The text, or as much of its start as fits with `…`. */
export function shorten(text: string, width: number, size: number): string {
	if (textWidth(text, size) <= width) return text;
	let used = textWidth("…", size);
	let kept = "";
	for (const character of text) {
		used += textWidth(character, size);
		if (used > width) break;
		kept += character;
	}
	return `${kept}…`;
}

/** The text in lines that fit, broken between words; what does not fit into `most` lines is left out with `…`. */
export function wrap(text: string, width: number, size: number, most: number): string[] {
	const lines: string[] = [];
	let line = "";
	const words = text.split(/\s+/).filter(Boolean);
	for (const [i, word] of words.entries()) {
		const longer = line === "" ? word : `${line} ${word}`;
		if (line === "" || textWidth(longer, size) <= width) line = longer;
		else if (lines.length === most - 1) return [...lines, shorten([line, ...words.slice(i)].join(" "), width, size)];
		else {
			lines.push(line);
			line = word;
		}
	}
	return [...lines, line].filter(Boolean).map((text) => shorten(text, width, size));
}
