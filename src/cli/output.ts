/** Results go to stdout, everything about how it went to stderr, so that a pipe gets only results. */
export interface Output {
	/** To stdout, as it is. */
	result(text: string): void;
	/** Progress and remarks; left out with --quiet. */
	note(text: string): void;
	/** What makes the result incomplete or impossible; always printed. */
	warn(text: string): void;
	/** Colours for stdout: identity functions where colours are off. */
	readonly paint: Paint;
}

export const COLOURS = { red: 31, green: 32, yellow: 33, blue: 34, grey: 90, bold: 1, dim: 2 } as const;
export type Paint = (colour: keyof typeof COLOURS, text: string) => string;

/** NO_COLOR (no-color.org) counts when it is set and not empty. */
export function createOutput(options: { readonly quiet: boolean; readonly color: boolean }): Output {
	const colours = options.color && !process.env.NO_COLOR && process.stdout.isTTY === true;
	return {
		result: (text) => void process.stdout.write(text),
		note: (text) => void (options.quiet || process.stderr.write(`${visible(text)}\n`)),
		warn: (text) => void process.stderr.write(`${visible(text)}\n`),
		paint: (colour, text) => (colours ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text),
	};
}

/** A reader that closes the pipe (`| head`) is no error of ours. */
export function endQuietlyOnClosedPipe(): void {
	for (const stream of [process.stdout, process.stderr]) {
		stream.on("error", (error: NodeJS.ErrnoException) => {
			if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
			throw error;
		});
	}
}

/** Names come from the SQL: what would move the cursor, colour the terminal or hide text is shown as its code. */
export function visible(text: string): string {
	return text.replace(
		/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
		(c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
	);
}

/** As `visible`, but for tabs and the ends of lines, whichever they are: text of files, for a terminal. */
export function harmless(text: string): string {
	return text.replace(/[^\t\r\n]+/g, visible);
}

/** As `visible`, on one line. */
export function oneLine(text: string): string {
	return visible(text.replace(/\s*\n\s*/g, " "));
}

/** `1 table`, `2,684 tables`. */
export function count(n: number, word: string, plural = `${word}s`): string {
	return `${grouped(n)} ${n === 1 ? word : plural}`;
}

/** `2,684`. By hand, as the first `toLocaleString` of a process reads a locale's data, which takes 20 ms. */
export function grouped(n: number): string {
	return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}
