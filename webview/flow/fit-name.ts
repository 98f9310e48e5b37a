import type { Size } from "../../src/layout/boxes";

/** Sizes of letters, pixels at zoom 1. */
const LETTERS = [44, 38, 33, 28, 24, 20, 17, 14] as const;
/** How wide and how high a bold letter of common interface fonts is, by its size. */
const WIDTH = 0.7;
const HEIGHT = 1.12;
/** Pixels at both sides together. */
const PADDING = 14;

/** The biggest letters at which a name fits a box with a sign of one line above it, broken only between its words; the smallest where none do. */
export function fitName(name: string, { width, height }: Size): number {
	const parts = nameParts(name);
	return (
		LETTERS.find(
			(letter) => 1 + lines(parts, (width - PADDING) / (letter * WIDTH)) <= (height - PADDING) / (letter * HEIGHT),
		) ?? 14
	);
}

/** The words of a name: after underscores, and where a capital follows a small letter. Together they are the name. */
export function nameParts(name: string): string[] {
	return name.split(/(?<=_)|(?<=\p{Ll}|\d)(?=\p{Lu})/u);
}

/** How many lines the parts take, so many letters to a line; infinitely many where one part is longer than a line. */
function lines(parts: readonly string[], perLine: number): number {
	let count = 1;
	let used = 0;
	for (const part of parts) {
		if (part.length > perLine) return Number.POSITIVE_INFINITY;
		if (used + part.length > perLine) {
			count++;
			used = 0;
		}
		used += part.length;
	}
	return count;
}
