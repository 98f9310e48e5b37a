import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { QUERY_RULES } from "../../../src/core/queries/rules";
import { applyEdits } from "../../../src/core/text/edit";
import { findingsInFile } from "./checked";

it("each rule has a file of its name, and each file a rule", () => {
	const files = readdirSync("src/core/queries/rules")
		.map((file) => file.replace(/\.ts$/, ""))
		.filter((name) => name !== "index" && name !== "examples");
	expect(QUERY_RULES.map(({ id }) => id).sort()).toEqual(files.sort());
});

describe.each(QUERY_RULES.map((rule) => [rule.id, rule.doc] as const))(
	"%s",
	(id, { schema, bad, good, traps, sources }) => {
		const rulesIn = (sql: string, own = schema) =>
			findingsInFile(own, "queries/examples.sql", sql).map(({ rule }) => rule);

		it("finds what is bad", () => {
			expect(rulesIn(bad)).toContain(id);
		});

		it("finds nothing in what is good, and nor does another rule", () => {
			expect(rulesIn(good)).toEqual([]);
		});

		for (const { title, sql, schema: own } of traps)
			it(`finds nothing where ${title}`, () => {
				expect(rulesIn(sql, own)).not.toContain(id);
			});

		it("is mended by its fix, where there is one", () => {
			const file = "queries/examples.sql";
			const findings = findingsInFile(schema, file, bad).filter(({ rule }) => rule === id);
			for (const finding of findings) {
				const [remedy] = finding.remedies();
				if (!remedy) continue;
				const mended = applyEdits(bad, remedy.edits ?? []);
				expect(mended).not.toEqual(bad);
				const left = findingsInFile(schema, file, mended).filter(({ rule }) => rule === id);
				expect(left.length).toBeLessThan(findings.length);
			}
		});

		it("names where its advice can be read", () => {
			expect(sources.length).toBeGreaterThan(0);
		});
	},
);

it("a column called as other tables' tenant column tells the tenant without a foreign key, unless it refers to something else", () => {
	const schema = `CREATE TABLE organizations (id uuid PRIMARY KEY);
		CREATE TABLE projects (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations);
		${["a", "b", "c"].map((name) => `CREATE TABLE ${name} (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations);`).join("\n")}
		${["d", "e", "f"].map((name) => `CREATE TABLE ${name} (id uuid PRIMARY KEY, project_id uuid NOT NULL REFERENCES projects);`).join("\n")}
		CREATE TABLE samples (name text PRIMARY KEY, organization_id uuid NOT NULL, project_id uuid NOT NULL);
		CREATE TABLE rivals (id uuid PRIMARY KEY);
		CREATE TABLE offers (name text, organization_id uuid NOT NULL REFERENCES rivals, project_id uuid NOT NULL REFERENCES projects);`;
	const rulesIn = (table: string) =>
		findingsInFile(schema, "queries/a.sql", `UPDATE ${table} SET name = 'x' WHERE organization_id = $1;`).map(
			({ rule }) => rule,
		);
	expect(rulesIn("samples")).toEqual([]);
	expect(rulesIn("offers")).toEqual(["query-unscoped"]);
});

it("a key that names a person in a profile names a row in other tables", () => {
	const own = (table: string, column: string) =>
		`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON ${table} USING (${column} = (SELECT auth.uid()));`;
	const schema = `${["notes", "photos"].map((name) => `CREATE TABLE ${name} (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users); ${own(name, "user_id")}`).join("\n")}
		CREATE TABLE profiles (id uuid PRIMARY KEY REFERENCES auth.users, name text); ${own("profiles", "id")}
		CREATE TABLE drafts (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users);`;
	const rulesIn = (sql: string) => findingsInFile(schema, "queries/find.sql", sql).map(({ rule }) => rule);
	expect(rulesIn("SELECT name FROM profiles WHERE id = $1;")).toEqual([]);
	expect(rulesIn("SELECT id FROM drafts WHERE id = $1;")).toEqual(["query-unscoped"]);
});
