import { expect, it } from "vitest";
import { mended } from "../rules/mended";

it("mends each of the findings that read alike, as those of a function's overloads", () => {
	const total = (parameters: string) =>
		`CREATE FUNCTION total(${parameters}) RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM orders';\n`;
	const sql = `CREATE TABLE orders (id int PRIMARY KEY);\n${total("a int")}${total("a int, b int")}${total("a text")}`;
	const { steps, after } = mended(sql, "function-search-path");
	expect(steps).toHaveLength(3);
	expect(after.findings.filter(({ rule }) => rule === "function-search-path")).toEqual([]);
});
