import { describe, expect, it } from "vitest";
import { createAnalyzer } from "../../../src/core/analyze";
import { findQueries, mayHoldQueries } from "../../../src/core/queries/find";
import { ORDERS } from "../../../src/core/queries/rules/examples";
import { createSqlReader } from "../../../src/core/sql/reader";
import { applyEdits } from "../../../src/core/text/edit";

const reader = await createSqlReader();
const analyzer = createAnalyzer(reader);
analyzer.analyze([{ path: "db/schema.sql", text: ORDERS }], null);

const EXTENSIONS = ["ts", "py", "go", "rb", "sql"] as const;
const CALL = 'query("SELECT id FROM orders");';

/** Go's methods have capitals. */
const callIn = (text: string, extension: string) => (extension === "go" ? text.replaceAll("query", "Query") : text);

function findingsIn(text: string, extension: string) {
	return analyzer.checkQueries({ path: `app/hostile.${extension}`, text })?.findings ?? [];
}

/** What the findings of a file point at. */
function places(text: string, extension: string): string[] {
	return findingsIn(text, extension).map(({ location: { span } }) => text.slice(span.start, span.end));
}

/** What repeats, each without an end. */
const UNITS = {
	quotes: '"',
	apostrophes: "'",
	backticks: "`",
	"all three": "`\"'",
	parentheses: "(",
	brackets: "[",
	braces: "{",
	calls: "query(",
	"calls with a text": 'query("SELECT ',
	templates: "`${",
	"Ruby's strings": '"#{',
	"Python's strings": 'f"{',
	"nested queries": "query(`SELECT ${",
	generics: "query<",
	comments: "/*",
	heredocs: "<<~SQL ",
	"heredocs over lines": "<<~SQL\n",
	"percent strings": " %q(",
	patterns: "a /[",
	backslashes: "\\",
	assignments: "a = ",
	members: 'a:"s"b ',
	conditions: 'a ? "SELECT 1" : ',
	sums: '"a"+',
	placeholders: "${",
	"dollar quotes": "$a$ $b$ ",
	ignores: "// tenancy-ignore query-unscoped\n",
	"lone surrogates": "\ud800",
	"NUL bytes": "\0",
} as const;

describe("hostile files", () => {
	it.each(Object.entries(UNITS))("of %s without an end are read to their end", (_, unit) => {
		// Where each unit cost a look at all that follow, this would take minutes.
		const text = `${CALL}\n${unit.repeat(6_000 / unit.length)}`;
		for (const extension of EXTENSIONS) expect(() => findingsIn(callIn(text, extension), extension)).not.toThrow();
	});

	it("of a million quotes, or of ten million characters, cost a look", () => {
		for (const extension of EXTENSIONS) {
			expect(() => findingsIn('"'.repeat(1_000_000), extension)).not.toThrow();
			expect(mayHoldQueries({ path: `a.${extension}`, text: `${CALL}${"x".repeat(10_000_000)}` })).toBe(false);
		}
	});

	it("of bytes that are no text have no queries", () => {
		const junk = Array.from({ length: 20_000 }, (_, i) => String.fromCharCode((i * 7919) % 0xffff)).join("");
		for (const extension of EXTENSIONS) expect(findingsIn(`${junk} select ${junk}`, extension)).toEqual([]);
	});

	it("that put a long constant into a text a million times are left alone", () => {
		const text = `const a = "SELECT id FROM orders WHERE total = 7";\nquery(\`${"${a}".repeat(50_000)}\`);`;
		expect(findingsIn(text, "ts")).toEqual([]);
	});

	it("without SQL have no queries, whatever calls they have", () => {
		const text = 'query("hello"); execute("update"); run("remove a plan"); const select = 1;';
		for (const extension of ["ts", "py", "go", "rb"])
			expect(findQueries({ path: `a.${extension}`, text: callIn(text, extension) }, reader)).toEqual([]);
		expect(analyzer.checkQueries({ path: "a.ts", text: "export const one = 1;" })).toBeNull();
		expect(analyzer.checkQueries({ path: "a.md", text: CALL })).toBeNull();
	});
});

describe("places", () => {
	it("are right behind a byte order mark, and where lines end with CRLF", () => {
		for (const extension of EXTENSIONS) {
			const sql = "SELECT id\r\n  FROM orders\r\n WHERE total > 5";
			const quote = extension === "go" || extension === "ts" ? "`" : '"""';
			const text = extension === "sql" ? `\ufeff${sql};\r\n` : `\ufeffx = 1\r\nquery(${quote}${sql}${quote})\r\n`;
			expect(places(callIn(text, extension), extension)).toEqual(["orders"]);
		}
	});

	it("are right behind escapes and characters beyond the first plane", () => {
		expect(places("query(\"SELECT '\\u00e9\\x41\\u{1F600}😀\\n' FROM orders\")", "ts")).toEqual(["orders"]);
		expect(places("query('SELECT \\'\\\\\\' FROM orders')", "ts")).toEqual(["orders"]);
		expect(places("execute(\"SELECT '\\U0001F600é\\t' FROM orders\")", "py")).toEqual(["orders"]);
		expect(places("execute('SELECT \\'a\\' FROM orders')", "rb")).toEqual(["orders"]);
		expect(places('db.Query("SELECT \'\\u00e9\' FROM \\"orders\\"")', "go")).toEqual(['\\"orders\\"']);
		expect(places("query(`SELECT ${'`'} , ${`${1}`} FROM orders`)", "ts")).toEqual(["orders"]);
	});

	it("are those of the constant that a template puts in", () => {
		const text = 'const all = "SELECT id FROM orders";\npool.query(`${all} WHERE total > 5`);\n';
		expect(places(text, "ts")).toEqual(["orders"]);
		expect(findingsIn(text, "ts")[0]?.location.span.start).toBe(text.indexOf("orders"));
	});

	it("of fixes keep the literal one", () => {
		const text = "query('SELECT id FROM orders WHERE number = $1 AND total > \\'5\\'', [n]);";
		const [finding] = findingsIn(text, "ts");
		const edits = finding?.remedies()[0]?.edits ?? [];
		const mended = applyEdits(text, edits);
		expect(mended).toBe(
			"query('SELECT id FROM orders WHERE tenant_id = $2 AND number = $1 AND total > \\'5\\'', [n]);",
		);
		expect(findingsIn(mended, "ts")).toEqual([]);
	});
});
