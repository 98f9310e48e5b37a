import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { DatabaseAnalysis } from "../../src/core/analyze";
import { analyseExample, EXAMPLES, onlyDatabase } from "./example-analysis";

const only = (name: string): DatabaseAnalysis => onlyDatabase(name).database;

/** `{ scope: names of its tables }`, without `public.`, in alphabetical order. */
function tablesByScope({ tenancy }: DatabaseAnalysis): Record<string, string[]> {
	const found: Record<string, string[]> = {};
	for (const [table, { scope }] of tenancy.tables)
		found[scope] = [...(found[scope] ?? []), table.replace(/^public\./, "")];
	for (const tables of Object.values(found)) tables.sort();
	return found;
}

test.for(
	readdirSync(EXAMPLES, { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map(({ name }) => name),
)("%s: every statement is understood, and the configuration is right", (name) => {
	const { databases, configProblems } = analyseExample(name);
	expect(configProblems).toEqual([]);
	expect(databases.length).toBeGreaterThan(0);
	for (const { statements, problems } of databases) {
		expect(statements.failed).toBe(0);
		expect(problems.filter(({ severity }) => severity !== "info")).toEqual([]);
	}
});

describe("sound", () => {
	const sound = only("sound");

	test("row-level security by organization, nothing unscoped", () => {
		expect(sound.kind).toBe("ordered");
		expect(sound.tenancy).toMatchObject({
			mode: "row",
			enforcement: "rls",
			roots: ["public.organizations"],
			tenantColumns: ["organization_id"],
		});
		expect(tablesByScope(sound)).toEqual({
			"tenant-root": ["organizations"],
			"tenant-scoped": [
				...["audit_events", "audit_events_2026_q1", "audit_events_2026_q2", "audit_events_later"],
				...["customers", "invitations", "invoice_lines", "invoices", "memberships", "payments", "projects"],
				...["task_comments", "tasks", "time_entries"],
			],
			shared: ["countries", "plans", "users"],
		});
	});

	test("every table of tenants has row-level security enabled and forced", () => {
		const held = [...sound.model.tables].filter(([name]) =>
			/tenant-/.test(sound.tenancy.tables.get(name)?.scope ?? ""),
		);
		for (const [name, { rls }] of held)
			expect([name, rls]).toEqual([name, expect.objectContaining({ enabled: true, forced: true })]);
	});

	test("partitions are folded into their parent", () => {
		const parent = sound.diagram.tables.find(({ name }) => name === "audit_events");
		expect(parent?.partitions).toHaveLength(3);
		expect(sound.diagram.tables).toHaveLength(sound.model.tables.size - 3);
	});
});

test("leaky has what its README promises, a table of every scope", () => {
	const leaky = only("leaky");
	expect(leaky.kind).toBe("golang-migrate");
	expect(leaky.tenancy).toMatchObject({ mode: "row", roots: ["public.accounts"], tenantColumns: ["account_id"] });
	const promised: Record<string, string[]> = {};
	for (const [, scope, tables] of readFileSync(join(EXAMPLES, "leaky/README.md"), "utf8").matchAll(
		/^\| (tenant-\w+|shared|unscoped) \| (.+) \|$/gm,
	))
		promised[scope as string] = [...(tables as string).matchAll(/`(\w+)`/g)].map(([, table]) => table as string).sort();
	expect(Object.keys(promised)).toHaveLength(5);
	expect(tablesByScope(leaky)).toEqual(promised);
});

test("leaky: a later migration switched row-level security off", () => {
	const agents = only("leaky").model.tables.get("public.agents");
	expect(agents?.rls.enabled).toBe(false);
	expect(agents?.rls.location?.file).toMatch(/000006/);
	expect(agents?.policies).toHaveLength(1);
});

test("single-tenant is said to be so, and nothing in it is unscoped", () => {
	const shop = only("single-tenant");
	expect(shop.kind).toBe("declarative");
	expect(shop.tenancy).toMatchObject({ mode: "single-tenant", roots: [], enforcement: "none" });
	expect(shop.diagram.counts.unscoped).toBe(0);
});

test("schema-per-tenant: tables in tenants' schemas are kept apart by placement", () => {
	const clinics = only("schema-per-tenant");
	expect(clinics.kind).toBe("ordered");
	expect(clinics.tenancy).toMatchObject({ mode: "schema", enforcement: "placement", roots: ["shared.tenants"] });
	for (const [name, { scope, enforcement }] of clinics.tenancy.tables)
		if (name.startsWith("tenant_"))
			expect([name, scope, enforcement]).toEqual([name, expect.stringMatching(/^tenant-/), "placement"]);
	expect(clinics.tenancy.tables.get("shared.logins")).toMatchObject({
		scope: "tenant-scoped",
		tenantColumn: "tenant_id",
	});
	expect(tablesByScope(clinics).shared).toEqual(["shared.plans", "shared.species"]);
});

test("schema-per-tenant: the tenants' schemas are equal, but for the names that PostgreSQL gives to copied indexes", () => {
	const { model } = only("schema-per-tenant");
	const shape = (schema: string) =>
		[...model.tables.values()]
			.filter((table) => table.schema === schema)
			.map(({ name, columns, primaryKey, foreignKeys, indexes }) => ({
				name,
				columns: columns.map((column) => [column.name, column.type, column.notNull]),
				primaryKey: primaryKey?.columns,
				foreignKeys: foreignKeys.map((key) => [key.columns, key.references.name, key.to, key.onDelete]),
				indexes: indexes.map((index) => index.columns),
			}));
	expect(shape("tenant_template")).toHaveLength(4);
	for (const schema of ["tenant_acme", "tenant_globex", "tenant_umbra"])
		expect(shape(schema)).toEqual(shape("tenant_template"));
});

describe("monorepo", () => {
	const { databases } = analyseExample("monorepo");

	test("two databases, each with two levels of tenants", () => {
		expect(databases.map(({ path, kind, tenancy }) => [path, kind, tenancy.roots, tenancy.enforcement])).toEqual([
			["services/hosting/migrations", "goose", ["public.organizations", "public.projects"], "application"],
			["services/metering/prisma/migrations", "prisma", ["public.Organization", "public.Project"], "application"],
		]);
	});

	test("scopes", () => {
		expect(databases.map(tablesByScope)).toEqual([
			{
				"tenant-root": ["organizations", "projects"],
				"tenant-scoped": ["deployments", "environments", "members", "secrets"],
				"tenant-derived": ["deployment_logs"],
				shared: ["regions"],
			},
			{
				"tenant-root": ["Organization", "Project"],
				"tenant-scoped": ["Alert", "Invoice", "Meter", "UsageRecord"],
				"tenant-derived": ["InvoiceLine"],
				shared: ["PriceTier"],
			},
		]);
	});

	test("the configuration's decisions are taken from there, with their reason", () => {
		expect(databases[0]?.tenancy.tables.get("public.regions")).toMatchObject({
			override: "config",
			reason: expect.stringContaining("the same for everybody"),
		});
	});
});
