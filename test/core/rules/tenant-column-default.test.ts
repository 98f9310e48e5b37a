import { describe, expect, it } from "vitest";
import { findingsIn } from "./checked";

const ROOT = "CREATE TABLE tenants (id bigint PRIMARY KEY);\n";
const own = (name: string, rest = "") =>
	`CREATE TABLE ${name} (id bigint PRIMARY KEY, tenant_id bigint NOT NULL ${rest} REFERENCES tenants);\n`;

async function said(sql: string): Promise<string[]> {
	const findings = await findingsIn(ROOT + sql);
	return findings.filter(({ rule }) => rule === "tenant-column-default").map(({ message }) => message);
}

describe("a tenant column's default", () => {
	it("is told of each table where few have one", async () => {
		expect(await said(own("notes", "DEFAULT 0") + own("tasks") + own("files"))).toEqual([
			"notes.tenant_id is 0 in a row whose INSERT forgets the tenant, and nothing refuses it.",
		]);
	});

	it("is told once where the product is built so", async () => {
		const all = ["notes", "tasks", "files"].map((name) => own(name, "DEFAULT 0")).join("");
		expect(await said(all)).toEqual([
			"notes.tenant_id is 0 in a row whose INSERT forgets the tenant, and nothing refuses it. The same goes for 2 more.",
		]);
	});

	it.each(["'1'::bigint", "(-1)", "1::bigint"])("is one tenant's: %s", async (value) => {
		expect(await said(own("notes", `DEFAULT ${value}`) + own("tasks"))).toHaveLength(1);
	});

	it.each(["NULL", "current_setting('app.tenant_id')::bigint", "nextval('x')"])("is not: %s", async (value) => {
		expect(await said(own("notes", `DEFAULT ${value}`) + own("tasks"))).toEqual([]);
	});
});
