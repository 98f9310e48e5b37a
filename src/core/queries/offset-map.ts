import type { Span } from "../text/span";

/** A run of a made text and what it stands for in the source: the same characters, or a replacement of them. */
interface Segment extends Span {
	readonly source: Span;
	readonly verbatim: boolean;
}

/** Tells where the characters of a text that was made from another stand in that other one. Offsets are UTF-16. */
export class OffsetMap {
	readonly #segments: readonly Segment[];

	constructor(segments: readonly Segment[]) {
		this.#segments = segments;
	}

	/** Where what begins at the offset begins in the source. */
	start(offset: number): number {
		const segment = this.#last(({ start }) => start <= offset);
		if (!segment) return this.#segments[0]?.source.start ?? 0;
		if (offset >= segment.end && segment.end > segment.start) return segment.source.end;
		return segment.verbatim ? segment.source.start + offset - segment.start : segment.source.start;
	}

	/** Where what ends at the offset ends in the source. */
	end(offset: number): number {
		const segment = this.#last(({ start }) => start < offset);
		if (!segment) return this.#segments[0]?.source.start ?? 0;
		if (segment.verbatim && offset <= segment.end) return segment.source.start + offset - segment.start;
		return segment.source.end;
	}

	span({ start, end }: Span): Span {
		const from = this.start(start);
		return { start: from, end: Math.max(from, this.end(end)) };
	}

	#last(isBefore: (segment: Segment) => boolean): Segment | undefined {
		let low = 0;
		let high = this.#segments.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (isBefore(this.#segments[middle] as Segment)) low = middle + 1;
			else high = middle;
		}
		return this.#segments[low - 1];
	}
}

/** Makes a text out of pieces of a source, and the map back. */
export class MappedText {
	readonly #parts: string[] = [];
	readonly #segments: Segment[] = [];
	#length = 0;

	constructor(private readonly source: string) {}

	/** What stands in the source, as it is. */
	verbatim(start: number, end: number): void {
		if (end > start) this.#add(this.source.slice(start, end), { start, end }, true);
	}

	/** A text for what stands in the source. */
	replace(start: number, end: number, by: string): void {
		this.#add(by, { start, end }, false);
	}

	finish(): { readonly text: string; readonly map: OffsetMap } {
		return { text: this.#parts.join(""), map: new OffsetMap(this.#segments) };
	}

	#add(text: string, source: Span, verbatim: boolean): void {
		this.#parts.push(text);
		this.#segments.push({ start: this.#length, end: this.#length + text.length, source, verbatim });
		this.#length += text.length;
	}
}
