import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSqlReader, type SqlReader } from "../../src/core/sql/reader";
import { type Cluster, startCluster } from "./cluster";
import { as, connectAs, generate, install, removeAll, sourcesOf, textOf } from "./schema-level";

let cluster: Cluster;
let reader: SqlReader;
beforeAll(async () => {
	cluster = await startCluster();
	reader = await createSqlReader();
});
afterAll(() => cluster?.stop());

describe("a schema that is hard to split", () => {
	const SQL = `
		CREATE SCHEMA "Crm, 'x'";
		CREATE TABLE public."Tenant ""s" (id int PRIMARY KEY, main_contact int);
		CREATE TABLE "Crm, 'x'"."Con'tact" (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES public."Tenant ""s", "select" text DEFAULT 'it''s' CHECK ("select" <> '"'));
		CREATE TABLE public.deals (id serial PRIMARY KEY, tenant_id int NOT NULL REFERENCES public."Tenant ""s", contact_id int REFERENCES "Crm, 'x'"."Con'tact");
		CREATE TABLE "Crm, 'x'".deals (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES public."Tenant ""s");
		ALTER TABLE public."Tenant ""s" ADD FOREIGN KEY (main_contact) REFERENCES "Crm, 'x'"."Con'tact";
		CREATE TABLE public.logins (id int PRIMARY KEY, email text);
		COMMENT ON TABLE public.logins IS '@tenancy shared';
		CREATE TABLE public.units (code text PRIMARY KEY);
		COMMENT ON TABLE public.units IS '@tenancy shared';
		CREATE FUNCTION "Crm, 'x'".newest() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ SELECT max(d.id) FROM public.deals d JOIN "Crm, 'x'"."Con'tact" c ON c.id = d.contact_id $$;
		CREATE FUNCTION public.twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT n * 2 $$;
		CREATE VIEW public.everyone AS SELECT d.id, t.id AS tenant FROM public.deals d, public."Tenant ""s" t;
	`;

	it("keeps names, finds each tenant's own, and says what it left out", async () => {
		const artifacts = generate(reader, [{ path: "schema.sql", text: SQL }], false);
		const database = await install(cluster, artifacts);
		const { client } = database;
		for (const slug of ["one", "two"]) await client.query("SELECT tenancy.provision($1)", [slug]);
		await client.query(`INSERT INTO public."Tenant ""s" (id) VALUES (1), (2)`);
		const application = await connectAs(cluster, database, "tenant_app");
		const fill = [
			`INSERT INTO "Con'tact" (id, tenant_id) VALUES (1, 1)`,
			"INSERT INTO deals (tenant_id, contact_id) VALUES (1, 1), (1, 1)",
		];
		expect(await as(application, "one", ...fill)).toEqual([]);
		// The function is pinned to the schema of the tenant whose it is.
		expect(await as(application, "one", "SELECT newest(), twice(2)")).toEqual([{ newest: 2, twice: 4 }]);
		expect(await as(application, "two", "SELECT newest()")).toEqual([{ newest: null }]);
		expect(await as(application, "two", `SELECT * FROM "Con'tact"`)).toEqual([]);
		expect(await as(application, "one", "SELECT * FROM units")).toEqual([]);
		expect(await as(application, "one", "SELECT * FROM logins")).toMatch(/permission denied/);
		expect(await as(application, "one", `SELECT * FROM "Tenant ""s"`)).toMatch(/permission denied/);
		const readme = textOf(artifacts, "README.md");
		expect(readme).toMatch(/foreign key .*main_contact.* is left out/);
		expect(readme).toMatch(/deals .*have the same name|same name, and a tenant has one schema/);
		expect(readme).toMatch(/view public\.everyone reads shared tables/);
		expect(readme).toMatch(/public\.logins is shared, but/);
		await expect(client.query("SELECT tenancy.adopt('x', $1, 1)", ["Crm, 'x'"])).rejects.toThrow(
			/no schema of a tenant/,
		);
		await application.end();
		await removeAll(database);
		await database.drop();
	});

	it("adopts the schemas that a product has already", async () => {
		const files = sourcesOf("schema-per-tenant");
		const database = await cluster.database();
		await database.client.query("SET client_min_messages = error");
		for (const { text } of files.filter(({ path }) => path.endsWith(".sql")).sort((a, b) => (a.path < b.path ? -1 : 1)))
			await database.client.query(text);
		await database.client.query("RESET ALL");
		for (const path of ["02_tenancy.sql", "03_functions.sql", "04_monitoring.sql", "05_tenant_0001.sql"])
			await database.client.query(textOf(generate(reader, files, false), path));
		await database.client.query(
			"SELECT tenancy.adopt('acme', 'tenant_acme', 1), tenancy.adopt('globex', 'tenant_globex', 1)",
		);
		const application = await connectAs(cluster, database, "tenant_app");
		expect(await as(application, "acme", "SELECT count(*)::int AS n FROM owners")).toEqual([{ n: expect.any(Number) }]);
		expect(await as(application, "acme", "SELECT * FROM tenant_globex.owners")).toMatch(/permission denied/);
		await database.client.query("SELECT tenancy.provision('new')");
		expect(await as(application, "new", "SELECT * FROM owners")).toEqual([]);
		await application.end();
		await removeAll(database);
		await database.drop();
	});
});
