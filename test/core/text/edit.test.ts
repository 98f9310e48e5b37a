import { describe, expect, it } from "vitest";
import { applyEdits } from "../../../src/core/text/edit";
import fc from "../../random-cases";

const edit = (start: number, end: number, newText: string) => ({ span: { start, end }, newText });

describe("applyEdits", () => {
	it("counts all spans in the text as it was, whatever the edits' order", () => {
		expect(applyEdits("hello world", [edit(6, 11, "there"), edit(0, 5, "HI")])).toBe("HI there");
	});

	it("keeps the order of insertions at one place, before a replacement there", () => {
		expect(applyEdits("ab", [edit(1, 2, "B"), edit(1, 1, "1"), edit(1, 1, "2")])).toBe("a12B");
	});

	it("refuses edits that overlap or lie outside", () => {
		expect(() => applyEdits("abc", [edit(0, 2, ""), edit(1, 3, "")])).toThrow(RangeError);
		expect(() => applyEdits("abc", [edit(2, 4, "")])).toThrow(RangeError);
		expect(() => applyEdits("abc", [edit(2, 1, "")])).toThrow(RangeError);
	});

	it("equals replacing from the last to the first", () => {
		fc.assert(
			fc.property(
				fc.string(),
				fc.array(fc.tuple(fc.nat(20), fc.nat(3), fc.string({ maxLength: 3 }))),
				(text, parts) => {
					let from = 0;
					const edits = parts.flatMap(([gap, length, newText]) => {
						const start = from + gap + 1;
						const end = start + length;
						if (end > text.length) return [];
						from = end;
						return [edit(start, end, newText)];
					});
					const expected = edits.reduceRight(
						(result, { span, newText }) => result.slice(0, span.start) + newText + result.slice(span.end),
						text,
					);
					expect(applyEdits(text, edits)).toBe(expected);
				},
			),
		);
	});
});
