import { expect, it } from "vitest";
import { modelOf } from "./a-schema";

it("roles have attributes and memberships", async () => {
	const model = await modelOf(`
		CREATE ROLE app NOLOGIN; CREATE USER web IN ROLE app; CREATE ROLE boss SUPERUSER BYPASSRLS; CREATE ROLE temp;
		GRANT boss TO web; REVOKE app FROM web; ALTER ROLE boss NOSUPERUSER LOGIN; DROP ROLE temp; ALTER ROLE web RENAME TO site;
	`);
	expect(
		[...model.roles.values()].map(({ name, login, superuser, bypassRls, memberOf }) => ({
			name,
			login,
			superuser,
			bypassRls,
			memberOf,
		})),
	).toEqual([
		{ name: "app", login: false, superuser: false, bypassRls: false, memberOf: [] },
		{ name: "boss", login: true, superuser: false, bypassRls: true, memberOf: [] },
		{ name: "site", login: true, superuser: false, bypassRls: false, memberOf: ["boss"] },
	]);
});

it("grants name objects, roles, privileges and columns", async () => {
	const model = await modelOf(`
		CREATE TABLE t (a int, b int); CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE SCHEMA s;
		GRANT SELECT, INSERT ON t TO app, web; GRANT UPDATE (a, b) ON t TO app; GRANT EXECUTE ON FUNCTION f(int) TO PUBLIC; GRANT ALL ON SCHEMA s TO app;
		ALTER TABLE t RENAME b TO c; ALTER TABLE t RENAME TO u;
	`);
	expect(model.grants.map(({ location, ...grant }) => grant)).toEqual([
		{
			privileges: ["select", "insert"],
			columns: [],
			objectKind: "table",
			objects: ["public.u"],
			roles: ["app", "web"],
		},
		{ privileges: ["update"], columns: ["a", "c"], objectKind: "table", objects: ["public.u"], roles: ["app"] },
		{ privileges: ["execute"], columns: [], objectKind: "function", objects: ["public.f(integer)"], roles: ["public"] },
		{ privileges: ["usage", "create"], columns: [], objectKind: "schema", objects: ["s"], roles: ["app"] },
	]);
});

it("REVOKE takes away, of all privileges only those it names", async () => {
	const model = await modelOf(`
		CREATE TABLE t (a int); GRANT ALL ON t TO app, web; REVOKE TRUNCATE, TRIGGER, REFERENCES ON t FROM app; REVOKE ALL ON t FROM web;
	`);
	expect(model.grants.map(({ privileges, roles }) => [privileges, roles])).toEqual([
		[["select", "insert", "update", "delete"], ["app"]],
	]);
});

it("ALL TABLES IN SCHEMA means those that are there then", async () => {
	const model = await modelOf(
		"CREATE TABLE a (id serial); CREATE VIEW v AS SELECT 1; GRANT SELECT ON ALL TABLES IN SCHEMA public TO app; GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO app; CREATE TABLE later (id int); DROP VIEW v;",
	);
	expect(model.grants.map(({ objectKind, objects }) => [objectKind, objects])).toEqual([
		["table", ["public.a"]],
		["sequence", ["public.a_id_seq"]],
	]);
});

it("default privileges are kept in order", async () => {
	const model = await modelOf(`
		ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO app;
		ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
	`);
	expect(model.defaultPrivileges.map(({ location, ...each }) => each)).toEqual([
		{
			forRoles: ["owner"],
			schemas: ["public"],
			privileges: ["select", "insert"],
			objectKind: "table",
			roles: ["app"],
			isGrant: true,
		},
		{ forRoles: [], schemas: [], privileges: ["execute"], objectKind: "function", roles: ["public"], isGrant: false },
	]);
});

it("publications list their tables", async () => {
	const model = await modelOf(`
		CREATE SCHEMA s; CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE s.c (id int);
		CREATE PUBLICATION p FOR TABLE a, b; ALTER PUBLICATION p DROP TABLE b; ALTER PUBLICATION p ADD TABLES IN SCHEMA s; CREATE PUBLICATION everything FOR ALL TABLES; DROP TABLE a;
	`);
	expect(model.publications.get("p")).toMatchObject({ allTables: false, tables: ["s.c"] });
	expect(model.publications.get("everything")).toMatchObject({ allTables: true, tables: [] });
});

it("publications say which tables they filter", async () => {
	const model = await modelOf(`
		CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int);
		CREATE PUBLICATION p FOR TABLE a WHERE (id > 1), b, c WHERE (id > 2); ALTER PUBLICATION p DROP TABLE c; ALTER TABLE a RENAME TO d;
		CREATE PUBLICATION q FOR TABLE b WHERE (id > 1); ALTER PUBLICATION q SET TABLE b;
	`);
	expect(model.publications.get("p")).toMatchObject({ tables: ["public.d", "public.b"], filtered: ["public.d"] });
	expect(model.publications.get("q")).toMatchObject({ tables: ["public.b"], filtered: [] });
});

it("PUBLIC may execute functions until that is revoked", async () => {
	const model = await modelOf(`
		CREATE FUNCTION a() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION b() RETURNS int LANGUAGE sql AS 'SELECT 1';
		REVOKE ALL ON FUNCTION b() FROM PUBLIC; CREATE OR REPLACE FUNCTION b() RETURNS int LANGUAGE sql AS 'SELECT 2';
		ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; CREATE FUNCTION c() RETURNS int LANGUAGE sql AS 'SELECT 1';
		ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; CREATE FUNCTION d() RETURNS int LANGUAGE sql AS 'SELECT 1';
		CREATE FUNCTION e() RETURNS int LANGUAGE sql AS 'SELECT 1'; GRANT EXECUTE ON FUNCTION e() TO PUBLIC;
	`);
	expect([...model.functions.values()].map(({ name, publicExecute }) => [name, publicExecute])).toEqual([
		["a", true],
		["b", false],
		["c", true],
		["d", false],
		["e", true],
	]);
});
