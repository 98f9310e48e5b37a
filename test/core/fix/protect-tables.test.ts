import { describe, expect, it } from "vitest";
import { createAnalyzer } from "../../../src/core/analyze";
import { automaticRemedy, fixAll } from "../../../src/core/fix/fix-all";
import { protectTables } from "../../../src/core/fix/protect-tables";
import { stepsSql } from "../../../src/core/fix/steps";
import { createSqlReader } from "../../../src/core/sql/reader";

const reader = await createSqlReader();
const SQL = `
CREATE TABLE tenants (id uuid PRIMARY KEY);
CREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
CREATE TABLE items (id uuid PRIMARY KEY, order_id uuid NOT NULL REFERENCES orders);
`;

function analysed(sql: string, config: string | null = null) {
	const analyzer = createAnalyzer(reader);
	const [database] = analyzer.analyze([{ path: "schema.sql", text: sql }], config).databases;
	if (!database) throw new Error("no database");
	return { analyzer, database };
}

describe("protectTables", () => {
	it("protects what no rule asks for, in a product that filters in its queries", () => {
		const { analyzer, database } = analysed(SQL);
		expect(database.findings.some(({ rule, table }) => rule.startsWith("rls-") && table !== null)).toBe(false);
		const { steps, lacksRole } = protectTables(analyzer, database, "public.orders");
		expect(lacksRole).toBe(true);
		expect(new Set(steps.map(({ table }) => table))).toEqual(new Set(["public.orders"]));
		const after = analyzer.extend(database, stepsSql(steps)).model.tables.get("public.orders");
		expect(after?.rls).toMatchObject({ enabled: true, forced: true });
		expect(after?.policies).toHaveLength(1);
	});

	it("protects all tables of tenants, for the role that the configuration names", () => {
		const { analyzer, database } = analysed(SQL, '{ "applicationRoles": ["app"] }');
		const { steps, lacksRole } = protectTables(analyzer, database, null);
		expect(lacksRole).toBe(false);
		const { model } = analyzer.extend(database, stepsSql(steps));
		for (const table of model.tables.values())
			expect([table.name, table.rls.enabled, table.policies.map(({ roles }) => roles)]).toEqual([
				table.name,
				true,
				[["app"]],
			]);
	});

	it("has nothing to add to what is protected, or to what it doesn't know", () => {
		const { analyzer, database } = analysed(SQL);
		const { steps } = protectTables(analyzer, database, null);
		const after = analyzer.extend(database, stepsSql(steps));
		expect(protectTables(analyzer, after, null).steps).toEqual([]);
		expect(protectTables(analyzer, database, "public.nothing").steps).toEqual([]);
	});
});

describe("fixAll", () => {
	it("takes the remedies that somebody chose, and no others", () => {
		const { analyzer, database } = analysed(
			`${SQL}CREATE POLICY own ON orders USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid));\n`,
		);
		const mended = (choose: typeof automaticRemedy) =>
			fixAll(analyzer, database, ({ rule }) => rule === "rls-policies-inert", choose).mended.length;
		expect(mended(automaticRemedy)).toBe(1);
		expect(mended(() => undefined)).toBe(0);
	});
});
