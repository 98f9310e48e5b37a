import { describe, expect, it } from "vitest";
import { foldSchema } from "../../../src/core/schema/fold";
import { createSqlReader } from "../../../src/core/sql/reader";
import { decideTenancy } from "../../../src/core/tenancy/decide";
import { findPlacement } from "../../../src/core/tenancy/placement";
import { modelOf } from "../schema/a-schema";
import { scopesOf, tenancyOf } from "./tenancy-of";

/** What an application runs once in each tenant's schema. */
const RUN_FOR_EACH = `
	CREATE TABLE beds (id int PRIMARY KEY, ward text);
	CREATE TABLE stays (id int PRIMARY KEY, bed_id int NOT NULL REFERENCES beds);
	CREATE TABLE meals (id int PRIMARY KEY, stay_id int NOT NULL REFERENCES stays);
	CREATE TABLE visits (id int PRIMARY KEY, note text);
	CREATE TABLE nurses (id int PRIMARY KEY, name text);
`;
const AUDIT = "CREATE TABLE audit_logs (id int PRIMARY KEY, tenant_id int NOT NULL, what text);";

describe("a schema for each tenant that only a person knows of", () => {
	it("takes the tables for those of each tenant's schema, once it is said", async () => {
		expect(findPlacement(await modelOf(RUN_FOR_EACH))).toBeNull();
		const tenancy = await tenancyOf(RUN_FOR_EACH, { mode: "schema" });
		expect(tenancy).toMatchObject({ mode: "schema", enforcement: "placement", roots: [], tenantColumns: [] });
		expect(tenancy.reason).toContain("`public` stands for it in these files");
		for (const table of tenancy.tables.values())
			expect(table).toMatchObject({ scope: "tenant-scoped", tenantColumn: null, enforcement: "placement" });
	});

	it("does not take a table whose rows name tenants for one of a tenant's schema: nothing keeps its rows apart", async () => {
		const tenancy = await tenancyOf(RUN_FOR_EACH + AUDIT, { mode: "schema" });
		expect(tenancy.tables.get("public.audit_logs")).toMatchObject({
			scope: "tenant-scoped",
			tenantColumn: "tenant_id",
			enforcement: "none",
		});
		expect(tenancy.tables.get("public.beds")).toMatchObject({ tenantColumn: null, enforcement: "placement" });
	});

	it("says how to say so where most tables don't say whose their rows are", async () => {
		const keyed = AUDIT.replace("NOT NULL", "NOT NULL REFERENCES tenants");
		const { mode, reason } = await tenancyOf(RUN_FOR_EACH + keyed);
		expect([mode, reason]).toEqual(["row", expect.stringMatching(/But 5 of 6 tables .*`"mode": "schema"`/)]);
		const { reason: said } = await tenancyOf(RUN_FOR_EACH + keyed, { mode: "schema" });
		expect(said).not.toContain("But");
	});

	it("knows the list of tenants, in these files or not", async () => {
		const keyed = AUDIT.replace("NOT NULL", "NOT NULL REFERENCES tenants");
		const listed = "CREATE TABLE tenants (id int PRIMARY KEY, schema_name text NOT NULL);";
		for (const sql of [listed + RUN_FOR_EACH + keyed, RUN_FOR_EACH + keyed]) {
			const tenancy = await tenancyOf(sql, { mode: "schema" });
			expect(tenancy.roots).toEqual(["public.tenants"]);
			expect(tenancy.tables.get("public.audit_logs")).toMatchObject({
				root: "public.tenants",
				tenantColumn: "tenant_id",
			});
		}
	});

	it("leaves out what a person says is nobody's", async () => {
		const scopes = await scopesOf(RUN_FOR_EACH, { mode: "schema", tables: { "public.nurses": { scope: "shared" } } });
		expect(scopes).toMatchObject({ nurses: "shared", beds: "tenant-scoped" });
	});

	it("is asked for where few tables name tenants", async () => {
		const many = "abcdefghij".replace(/./g, "CREATE TABLE $& (id int);");
		const both = AUDIT + AUDIT.replace("audit", "mail");
		const few = await tenancyOf(RUN_FOR_EACH + many + both);
		expect(few.mode).toBe("single-tenant");
		expect(few.reason).toContain("The nearest to it is `tenant_id`, which 2 of 17 tables have");
		const keyed = await tenancyOf(RUN_FOR_EACH + many + both.replaceAll("NOT NULL", "NOT NULL REFERENCES tenants"));
		expect(keyed.reason).toContain("The nearest to it is `public.tenants`, whose rows 2 of 17 tables name");
	});

	it("is asked for where files are called after tenants, not after products for many of them", async () => {
		const { read } = await createSqlReader();
		const reasonOf = (path: string) => decideTenancy(foldSchema([read({ path, text: RUN_FOR_EACH })]), {}).reason;
		for (const path of ["db/tenants/V1__init.sql", "sql/tenant_template.sql", "migrations/Tenant/1.sql"])
			expect(reasonOf(path)).toContain(`\`${path}\` is called after tenants`);
		for (const path of ["db/init.sql", "multi-tenant-app/db/1.sql", "multitenant/1.sql", "lieutenants/1.sql"])
			expect(reasonOf(path)).not.toContain("called after tenants");
	});
});
