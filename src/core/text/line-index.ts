import type { Location, Place } from "./span";

/** A position as people count it: both 1-based, columns in UTF-16 units. */
export interface Position {
	readonly line: number;
	readonly column: number;
}

/** Translates between offsets (UTF-16 units, 0-based) and lines and columns. A line ends with `\n`, `\r\n` or a lone `\r`, as in VS Code. */
export class LineIndex {
	/** Where each line starts. */
	readonly #starts: number[] = [0];
	/** Where each line's text ends, without its line break. */
	readonly #ends: number[] = [];

	constructor(text: string) {
		const lineBreak = /\r\n?|\n/g;
		for (let match = lineBreak.exec(text); match; match = lineBreak.exec(text)) {
			this.#ends.push(match.index);
			this.#starts.push(lineBreak.lastIndex);
		}
		this.#ends.push(text.length);
	}

	get lineCount(): number {
		return this.#starts.length;
	}

	/** Offsets outside of the text are taken as its start or end; one within a line break as the end of that line. */
	positionAt(offset: number): Position {
		const at = Math.max(0, Math.min(offset, this.#ends.at(-1) ?? 0));
		let low = 0;
		let high = this.#starts.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if ((this.#starts[middle] as number) <= at) low = middle;
			else high = middle - 1;
		}
		const start = this.#starts[low] as number;
		return { line: low + 1, column: Math.min(at, this.#ends[low] as number) - start + 1 };
	}

	/** Lines and columns beyond the text are taken as the nearest that exist. */
	offsetAt({ line, column }: Position): number {
		if (line < 1) return 0;
		const row = Math.min(line, this.#starts.length) - 1;
		const start = this.#starts[row] as number;
		const end = this.#ends[row] as number;
		if (line > this.#starts.length) return end;
		return Math.min(start + Math.max(0, column - 1), end);
	}
}

/** The location as people and the command line's JSON see it. `index` is of the text of `location.file`. */
export function placeOf(location: Location, index: LineIndex): Place {
	const start = index.positionAt(location.span.start);
	const end = index.positionAt(location.span.end);
	return { file: location.file, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}
