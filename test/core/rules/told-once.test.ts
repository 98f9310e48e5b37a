import { expect, it } from "vitest";
import type { TenancyDecisions } from "../../../src/core/tenancy/config";
import { findingsIn } from "./checked";

/** Tables whose tenant column has no index, which where only queries keep tenants apart is a remark. */
const product = (tables: number) =>
	`CREATE TABLE tenants (id uuid PRIMARY KEY);\n${Array.from(
		{ length: tables },
		(_, i) => `CREATE TABLE t${i} (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);`,
	).join("\n")}\n`;

const found = async (tables: number, decisions?: TenancyDecisions) =>
	(await findingsIn(product(tables), decisions)).filter(({ rule }) => rule === "tenant-index-missing");

it("tells a remark at each place where there are few", async () => {
	const findings = await found(9);
	expect(findings).toHaveLength(9);
	expect(new Set(findings.map(({ severity }) => severity))).toEqual(new Set(["info"]));
});

it("tells a habit once, at the first place, and has a hint that mends it at each", async () => {
	const [habit, ...hints] = await found(12);
	expect(habit).toMatchObject({
		severity: "info",
		table: null,
		message: "No index of a tenant's table begins with the tenant column. That is so all over this database.",
		help: expect.stringMatching(/^12 places have a hint of their own, /),
		location: hints[0]?.location,
	});
	expect(habit?.remedies()).toEqual([]);
	expect(hints).toHaveLength(12);
	for (const { severity, table, remedies } of hints) {
		expect(severity).toBe("hint");
		expect(table).toMatch(/^public\.t\d+$/);
		expect(remedies()).not.toEqual([]);
	}
});

it("leaves a severity as it is configured", async () => {
	const findings = await found(12, { rules: { "tenant-index-missing": "info" } });
	expect(findings.map(({ severity, table }) => [severity, table === null])).toEqual(Array(12).fill(["info", false]));
});
