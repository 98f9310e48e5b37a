import { describe, expect, it } from "vitest";
import { ORDERS, PRODUCT, secured } from "../../../src/core/rules/base/examples";
import type { TenancyDecisions } from "../../../src/core/tenancy/config";
import { findingsIn } from "./checked";

const RULES = ["policy-always-true", "policy-ignores-tenant", "policy-or-widens"];

/** What is said of policies that let rows be made: of which table, by which of the rules that may say so. */
async function said(sql: string, decisions?: TenancyDecisions): Promise<string[]> {
	return (await findingsIn(sql, decisions))
		.filter(({ rule }) => RULES.includes(rule))
		.map(({ rule, table }) => `${rule} ${table}`);
}

const signUp = (table: string, check: string) =>
	`CREATE POLICY sign_up ON ${table} FOR INSERT TO app_user WITH CHECK (${check});\n`;

/** Organizations with projects, whose tasks name both. */
const HIERARCHY = `CREATE ROLE app_user;
CREATE TABLE organizations (id uuid PRIMARY KEY, name text NOT NULL);
${secured("organizations", "id")}
CREATE TABLE projects (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations, name text NOT NULL);
CREATE INDEX ON projects (organization_id);
${secured("projects", "organization_id")}
${["tasks", "boards", "labels", "files"]
	.map(
		(name) => `CREATE TABLE ${name} (id uuid PRIMARY KEY, project_id uuid NOT NULL REFERENCES projects);
CREATE INDEX ON ${name} (project_id);
${secured(name, "project_id")}`,
	)
	.join("")}`;

describe("a policy that lets rows of the tenants' own table be inserted", () => {
	it.each(["true", "name <> ''", "id IS NOT NULL OR name = 'x'"])("opens nothing: WITH CHECK (%s)", async (check) => {
		expect(await said(PRODUCT + signUp("tenants", check))).toEqual([]);
	});

	const LEVELS = { roots: ["public.organizations", "public.projects"] };

	it("opens nothing of others' where the hierarchy begins", async () => {
		expect(await said(HIERARCHY + signUp("organizations", "true"), LEVELS)).toEqual([]);
	});

	it("lets projects be put into others' organizations, further down", async () => {
		expect(await said(HIERARCHY + signUp("projects", "true"), LEVELS)).toEqual(["policy-always-true public.projects"]);
		expect(await said(HIERARCHY + signUp("projects", "name <> ''"), LEVELS)).toEqual([
			"policy-ignores-tenant public.projects",
		]);
	});

	it("lets a tenant be put under another one", async () => {
		const tree = PRODUCT.replace("name text NOT NULL);", "name text NOT NULL, parent_id uuid REFERENCES tenants);");
		expect(tree).not.toBe(PRODUCT);
		expect(await said(tree + signUp("tenants", "true"))).toEqual(["policy-always-true public.tenants"]);
	});

	it("lets a tenant take the number of one that is gone, where its rows may still be there", async () => {
		const loose = `${PRODUCT}${ORDERS.replace(" REFERENCES tenants", "")}${secured("orders")}`;
		expect(await said(loose + signUp("tenants", "true"))).toEqual(["policy-always-true public.tenants"]);
	});

	it("is no sign-up where it does more than insert, or on other tables", async () => {
		expect(await said(`${PRODUCT}CREATE POLICY p ON tenants TO app_user USING (true) WITH CHECK (true);`)).toEqual([
			"policy-always-true public.tenants",
		]);
		expect(await said(PRODUCT + signUp("customers", "true"))).toEqual(["policy-always-true public.customers"]);
	});
});
