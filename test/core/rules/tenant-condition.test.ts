import { describe, expect, it } from "vitest";
import { createAnalyzer } from "../../../src/core/analyze";
import { protectTables } from "../../../src/core/fix/protect-tables";
import { createSqlReader } from "../../../src/core/sql/reader";

const analyzer = createAnalyzer(await createSqlReader());

/** The condition of the policy that a table gets. */
function conditionFor(table: string, sql: string): string | null | undefined {
	const [database] = analyzer.analyze([{ path: "schema.sql", text: sql }], null).databases;
	if (!database) throw new Error("No database in the schema");
	const { after } = protectTables(analyzer, database, table);
	return after.model.tables.get(table)?.policies[0]?.using;
}

const TABLES = `
CREATE TABLE tenants (id uuid PRIMARY KEY);
CREATE TABLE members (tenant_id uuid NOT NULL REFERENCES tenants, user_id uuid NOT NULL, PRIMARY KEY (tenant_id, user_id));
CREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
CREATE TABLE invoices (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
CREATE TABLE lines (id uuid PRIMARY KEY, order_id uuid NOT NULL REFERENCES orders);
`;
const secured = (using: string) =>
	`${TABLES}ALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON orders USING (${using});\n`;
const SETTING = "tenant_id = (SELECT current_setting('app.tenant_id')::uuid)";

describe("a new policy asks for the tenant", () => {
	it("by a setting where there is no policy to follow", () => {
		expect(conditionFor("public.invoices", TABLES)).toBe(SETTING);
		expect(conditionFor("public.tenants", TABLES)).toBe(SETTING.replace("tenant_id", "id"));
	});

	it("over the path where the table is derived", () => {
		expect(conditionFor("public.lines", TABLES)).toBe(
			`EXISTS (SELECT 1 FROM public.orders t1 WHERE t1.id = public.lines.order_id AND t1.${SETTING})`,
		);
	});

	it.each(["tenant_id = (SELECT current_setting('my.tenant')::uuid)", "tenant_id IN (SELECT tenants_of_caller())"])(
		"as the policies do that are there: %s",
		(style) => {
			expect(conditionFor("public.invoices", secured(style))).toBe(style);
			expect(conditionFor("public.tenants", secured(style))).toBe(style.replace("tenant_id", "id"));
		},
	);

	it("once a statement, where those that are there ask for each row", () => {
		const style = "tenant_id = auth.tenant()";
		expect(conditionFor("public.invoices", secured(style))).toBe("tenant_id = (SELECT auth.tenant())");
	});

	it("out of a token's claims, where those that are there do, and never as if the token were the tenant", () => {
		const claims = (missing: string) => `current_setting('request.jwt.claims'${missing})::jsonb`;
		const style = (token: string) => `(${token} ->> 'tenant_id') = tenant_id::text`;
		expect(conditionFor("public.invoices", secured(style(claims(", true"))))).toBe(style(`(SELECT ${claims("")})`));
		// Where the policy can't be followed, what it reads the tenant from is no setting that holds it.
		expect(conditionFor("public.invoices", secured(`tenant_id IS NULL OR ${style(claims(", true"))}`))).toBe(SETTING);
	});

	it.each([
		["tied to nobody", "tenant_id IN (SELECT t.id FROM tenants t)"],
		["a constant", "tenant_id = '8c9f3a52-0000-0000-0000-000000000000'"],
		["open without a tenant", "tenant_id = (SELECT current_setting('app.tenant_id', true)::uuid)"],
		["open to all", "true"],
		["what users change", "tenant_id = (SELECT (auth.jwt() -> 'user_metadata' ->> 'tenant')::uuid)"],
	])("but not as one that is %s", (_, style) => {
		expect(conditionFor("public.invoices", secured(style))).toBe(SETTING);
	});

	it("without reading the table itself, which would go in circles", () => {
		const style = "tenant_id IN (SELECT m.tenant_id AS t FROM members m WHERE m.user_id = (SELECT auth.uid()))";
		expect(conditionFor("public.members", secured(style))).toBe(SETTING);
	});

	it("of the outermost level where roots lie within each other", () => {
		const nested = `
			CREATE TABLE organizations (id uuid PRIMARY KEY);
			CREATE TABLE projects (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations);
			CREATE TABLE members (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations);
			CREATE TABLE invoices (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations);
			CREATE TABLE boards (id uuid PRIMARY KEY, project_id uuid NOT NULL REFERENCES projects);
			CREATE TABLE cards (id uuid PRIMARY KEY, project_id uuid NOT NULL REFERENCES projects);
			CREATE TABLE labels (id uuid PRIMARY KEY, project_id uuid NOT NULL REFERENCES projects);
			COMMENT ON TABLE projects IS '@tenancy tenant-root';
		`;
		expect(conditionFor("public.cards", nested)).toBe(
			"EXISTS (SELECT 1 FROM public.projects t1 WHERE t1.id = public.cards.project_id AND t1.organization_id = (SELECT current_setting('app.tenant_id')::uuid))",
		);
	});
});
