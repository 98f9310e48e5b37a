import { describe, expect, test } from "vitest";
import { decode } from "../../../src/cli/files/decode";

describe("decode", () => {
	test("UTF-8, its byte order mark left out", () => {
		expect(decode(Buffer.from("\ufeffSELECT 'é🏢';"))).toEqual({ text: "SELECT 'é🏢';", remark: null });
	});

	test("UTF-16 with a byte order mark", () => {
		expect(decode(Buffer.from("\ufeffSELECT 1;", "utf16le"))).toEqual({ text: "SELECT 1;", remark: null });
	});

	test("other bytes are read as Windows-1252, with a remark", () => {
		expect(decode(Buffer.from([0x61, 0xe9]))).toEqual({ text: "aé", remark: expect.stringContaining("not UTF-8") });
	});

	test("a pg_dump archive is refused with the way to get SQL from it, other binary files plainly", () => {
		expect(decode(Buffer.from("PGDMP\u0001\u000e"))).toEqual({ refused: expect.stringContaining("pg_restore") });
		expect(decode(Buffer.from("SQLite format 3\0"))).toEqual({ refused: expect.stringContaining("binary") });
	});
});
