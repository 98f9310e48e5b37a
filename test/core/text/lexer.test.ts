import { beforeAll, describe, expect, it } from "vitest";
import { Lexer } from "../../../src/core/text/lexer";
import fc from "../../random-cases";

function tokens(text: string): [string, string][] {
	const lexer = new Lexer(text);
	const found: [string, string][] = [];
	for (let kind = lexer.next(); kind !== "end"; kind = lexer.next()) found.push([kind, lexer.value()]);
	return found;
}

describe("Lexer", () => {
	it.each([
		["'it''s'", "string"],
		["E'it\\'s'", "string"],
		["e'a\\\\'", "string"],
		["E'a'\n \t'b\\'c'", "string"],
		["'a'\r\n'b'", "string"],
		["B'101'", "string"],
		["x'ff'", "string"],
		["N'a'", "string"],
		["U&'\\0441'", "string"],
		['U&"d\\0061t"', "quoted-name"],
		['"a""b"', "quoted-name"],
		["$$ it's; $a$ $$", "dollar-string"],
		["$tag$ $$ $tag$", "dollar-string"],
		["$é1$ x $é1$", "dollar-string"],
		["$1", "parameter"],
		["a$b$c", "word"],
		["größe_1", "word"],
		["1.5e10", "number"],
		[".5", "number"],
		["0xFF_FF", "number"],
		["/* a /* nested */ ; */", "comment"],
		["-- to the end; of the line", "comment"],
		["${schema}", "placeholder"],
		["${flyway:defaultSchema}", "placeholder"],
	])("reads %j as one %s", (text, kind) => {
		expect(tokens(text)).toEqual([[kind, text]]);
	});

	it("does not take a dollar in a name for a quote", () => {
		expect(tokens("a$$;b$$")).toEqual([
			["word", "a$$"],
			["punctuation", ";"],
			["word", "b$$"],
		]);
	});

	it("ends a name before a placeholder", () => {
		expect(tokens("tenant_${id}_x").map(([, value]) => value)).toEqual(["tenant_", "${id}", "_x"]);
	});

	it("starts a comment within an operator", () => {
		expect(tokens("1+--x\n2").map(([kind]) => kind)).toEqual(["number", "operator", "comment", "number"]);
		expect(tokens("1*/*x*/2").map(([kind]) => kind)).toEqual(["number", "operator", "comment", "number"]);
	});

	it("doesn't go on with an E'' literal on the same line", () => {
		expect(tokens("E'a' 'b'").map(([, value]) => value)).toEqual(["E'a'", "'b'"]);
	});

	it("keeps the two dots of a range apart from its numbers", () => {
		expect(tokens("1..10").map(([, value]) => value)).toEqual(["1", ".", ".10"]);
	});

	it.each(["'a", 'x "a', "$$ a $", "/* a /* */", "E'a\\'"])("says that %j doesn't end", (text) => {
		const lexer = new Lexer(text);
		let terminated = true;
		for (let kind = lexer.next(); kind !== "end"; kind = lexer.next()) terminated = lexer.terminated;
		expect(terminated).toBe(false);
		expect(lexer.end).toBe(text.length);
	});

	it("passes over byte order marks and NUL", () => {
		expect(tokens("\ufeffselect\0 1").map(([, value]) => value)).toEqual(["select", "1"]);
	});

	it("always ends, and misses nothing but white space", () => {
		const unit = fc.constantFrom(
			"'",
			'"',
			"$",
			"$$",
			"$a$",
			"/*",
			"*/",
			"--",
			"\n",
			"E'",
			"U&'",
			"${",
			"}",
			"\\",
			";",
			"a",
			"é",
			"😀",
			"\ud800",
			"1",
			".",
			" ",
			"\0",
			"\ufeff",
			"(",
			":",
		);
		fc.assert(
			fc.property(fc.string({ unit }), (text) => {
				const lexer = new Lexer(text);
				let before = 0;
				for (let kind = lexer.next(); kind !== "end"; kind = lexer.next()) {
					expect(text.slice(before, lexer.start)).toMatch(/^[\s\0\ufeff]*$/);
					expect(lexer.end).toBeGreaterThan(lexer.start);
					expect(lexer.end).toBeLessThanOrEqual(text.length);
					before = lexer.end;
				}
			}),
		);
	});
});

describe("Lexer against PostgreSQL's own scanner", () => {
	let scan: (text: string) => { start: number; end: number }[] | null;

	beforeAll(async () => {
		const { loadModule, scanSync } = await import("libpg-query");
		await loadModule();
		scan = (text) => {
			try {
				const bytes = new TextEncoder().encode(text);
				const decoder = new TextDecoder();
				return scanSync(text).tokens.map(({ start, end }) => ({
					start: decoder.decode(bytes.slice(0, start)).length,
					end: decoder.decode(bytes.slice(0, end)).length,
				}));
			} catch {
				return null;
			}
		};
	});

	it("finds quoted tokens, comments, names and semicolons where PostgreSQL does", () => {
		const piece = fc.constantFrom(
			"'a''b'",
			"E'a\\'b'",
			"E'a'\n'b\\''",
			"B'1',",
			"X'f',",
			"U&'x'",
			'"q""r"',
			'U&"n"',
			"$$ a;b $$",
			"$t$ $$;'$t$",
			"name",
			"n$me",
			"été",
			"'é😀'",
			"$1",
			" 12 ",
			" 1.5 ",
			" .5 ",
			" 1e5 ",
			"-- c;'\n",
			"/* ; /* ' */ */",
			"::",
			"+",
			"<=",
			"->>",
			";",
			",",
			"(",
			")",
			"[",
			"]",
			".",
			":=",
			"%",
			"\n",
			" ",
			"\t",
		);
		fc.assert(
			fc.property(fc.array(fc.tuple(piece, fc.constantFrom("", " ", "\n"))), (parts) => {
				const text = parts.map(([token, gap]) => token + gap).join("");
				const theirs = scan(text);
				fc.pre(theirs !== null);
				// A quote doubled in B'' is two literals there, which ends no statement elsewhere. An operator or a number is one token there and may be several here: what counts is that every one of ours lies within one of theirs, and quotes are the same.
				const lexer = new Lexer(text);
				for (let kind = lexer.next(); kind !== "end"; kind = lexer.next()) {
					const { start, end } = lexer;
					const around = theirs?.find((token) => token.start <= start && end <= token.end);
					expect(around, `${kind} ${lexer.value()} in ${JSON.stringify(text)}`).toBeDefined();
					if (kind === "string" || kind === "dollar-string" || kind === "quoted-name" || kind === "comment")
						expect(around).toEqual({ start, end });
				}
			}),
			{ numRuns: 1000 },
		);
	});
});
