import { describe, expect, test } from "vitest";
import { shorten, textWidth, wrap } from "../../src/export/text-width";

test("wide letters are wider than narrow ones", () => {
	expect(textWidth("MMM", 12)).toBeGreaterThan(textWidth("aaa", 12));
	expect(textWidth("aaa", 12)).toBeGreaterThan(textWidth("iii", 12));
	expect(textWidth("", 12)).toBe(0);
});

test("shorten keeps what fits, and never cuts a character in two", () => {
	expect(shorten("orders", 100, 12)).toBe("orders");
	expect(shorten("🏢🏢🏢🏢🏢🏢", 50, 12)).toMatch(/^🏢+…$/u);
	expect(textWidth(shorten("a".repeat(100), 60, 12), 12)).toBeLessThanOrEqual(60);
});

describe("wrap", () => {
	const words = "every row names its tenant in one column of the table";

	test("breaks between words, loses none, and each line fits", () => {
		const lines = wrap(words, 120, 12, 10);
		expect(lines.length).toBeGreaterThan(2);
		expect(lines.join(" ")).toBe(words);
		for (const line of lines) expect(textWidth(line, 12)).toBeLessThanOrEqual(120);
	});

	test("ends with … where there is more than the lines hold", () => {
		expect(wrap(words, 120, 12, 2)).toEqual([expect.any(String), expect.stringMatching(/…$/)]);
		expect(wrap("", 120, 12, 2)).toEqual([]);
	});
});
