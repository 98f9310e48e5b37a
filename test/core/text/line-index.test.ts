import { describe, expect, it } from "vitest";
import { LineIndex, placeOf } from "../../../src/core/text/line-index";
import fc from "../../random-cases";

describe("LineIndex", () => {
	it("counts lines and columns from 1, in UTF-16 units", () => {
		const index = new LineIndex("a😀b\nc");
		expect(index.positionAt(0)).toEqual({ line: 1, column: 1 });
		expect(index.positionAt(3)).toEqual({ line: 1, column: 4 });
		expect(index.positionAt(5)).toEqual({ line: 2, column: 1 });
		expect(index.lineCount).toBe(2);
	});

	it.each(["\n", "\r\n", "\r"])("ends a line with %j", (lineBreak) => {
		const text = `ab${lineBreak}${lineBreak}cd`;
		const index = new LineIndex(text);
		expect(index.lineCount).toBe(3);
		expect(index.positionAt(text.indexOf("cd"))).toEqual({ line: 3, column: 1 });
		expect(index.offsetAt({ line: 3, column: 2 })).toBe(text.length - 1);
	});

	it("takes an offset within a line break as the end of its line", () => {
		expect(new LineIndex("ab\r\ncd").positionAt(3)).toEqual({ line: 1, column: 3 });
	});

	it("takes what lies outside of the text as the nearest place in it", () => {
		const index = new LineIndex("ab\ncd");
		expect(index.positionAt(-5)).toEqual({ line: 1, column: 1 });
		expect(index.positionAt(99)).toEqual({ line: 2, column: 3 });
		expect(index.offsetAt({ line: 1, column: 99 })).toBe(2);
		expect(index.offsetAt({ line: 99, column: 1 })).toBe(5);
		expect(index.offsetAt({ line: 0, column: 7 })).toBe(0);
	});

	it("has one line for an empty text", () => {
		expect(new LineIndex("").positionAt(0)).toEqual({ line: 1, column: 1 });
	});

	it("finds back every offset that isn't within a line break", () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom("a", "é", "😀", "\n", "\r\n", "\r", "\t") }), (text) => {
				const index = new LineIndex(text);
				for (let offset = 0; offset <= text.length; offset++) {
					if (text[offset - 1] === "\r" && text[offset] === "\n") continue;
					expect(index.offsetAt(index.positionAt(offset))).toBe(offset);
				}
			}),
		);
	});
});

describe("placeOf", () => {
	it("gives both ends", () => {
		const text = "one\ntwo three";
		const location = { file: "a.sql", span: { start: 4, end: 7 } };
		expect(placeOf(location, new LineIndex(text))).toEqual({
			file: "a.sql",
			line: 2,
			column: 1,
			endLine: 2,
			endColumn: 4,
		});
	});
});
