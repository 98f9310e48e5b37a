import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAnalyzer } from "../../../src/core/analyze";
import type { Blueprint } from "../../../src/core/implement/artifact";
import { citus } from "../../../src/core/implement/citus/citus";
import { createSqlReader } from "../../../src/core/sql/reader";
import { applyFiles } from "../apply";
import { checksums } from "../checksums";
import { type Cluster, startCluster } from "../cluster";
import { fillTables } from "../fill";
import { writeArtifacts } from "../run-artifacts";
import { DROP_ROLES } from "../run-steps";
import { exampleBlueprint, HOSTILE_SQL, starterBlueprint, textBlueprint } from "./subjects";

/**
 * Citus itself is not run here. Functions with its documented signatures stand in for it, and refuse what its documentation
 * says that it refuses: https://docs.citusdata.com/en/stable/develop/api_udf.html,
 * https://docs.citusdata.com/en/stable/develop/reference_ddl.html
 */
const STAND_IN = `
CREATE SCHEMA citus;
CREATE TYPE citus.distribution_type AS ENUM ('hash', 'range', 'append');
CREATE TABLE citus.placed (relation regclass PRIMARY KEY, kind text NOT NULL, distribution_column text, colocated_with regclass);
CREATE TABLE citus.schemas (schema regnamespace PRIMARY KEY);

CREATE FUNCTION public.create_reference_table(table_name regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND conrelid = table_name) THEN
		RAISE EXCEPTION 'foreign keys of % are to be dropped first', table_name;
	END IF;
	INSERT INTO citus.placed VALUES (table_name, 'reference');
END $$;

CREATE FUNCTION public.create_distributed_table(table_name regclass, distribution_column text,
	distribution_type citus.distribution_type DEFAULT 'hash', colocate_with text DEFAULT 'default', shard_count int DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	refused text;
	own oid := (SELECT atttypid FROM pg_attribute WHERE attrelid = table_name AND attname = distribution_column);
	theirs oid;
BEGIN
	IF own IS NULL THEN RAISE EXCEPTION 'column "%" does not exist', distribution_column; END IF;
	SELECT indexrelid::regclass::text INTO refused FROM pg_index
		WHERE indrelid = table_name AND indisunique
		AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = indrelid AND attname = distribution_column AND attnum = ANY (indkey));
	IF FOUND THEN
		RAISE EXCEPTION 'cannot create constraint on %: % does not contain the distribution column', table_name, refused;
	END IF;
	IF EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 AND (conrelid = table_name OR confrelid = table_name)) THEN
		RAISE EXCEPTION 'foreign keys of % are to be dropped first', table_name;
	END IF;
	IF colocate_with NOT IN ('default', 'none') THEN
		SELECT atttypid INTO theirs FROM citus.placed JOIN pg_attribute ON attrelid = relation AND attname = placed.distribution_column
			WHERE relation = colocate_with::regclass AND kind = 'distributed';
		IF theirs IS DISTINCT FROM own THEN RAISE EXCEPTION 'cannot colocate % with %', table_name, colocate_with; END IF;
	END IF;
	INSERT INTO citus.placed VALUES (table_name, 'distributed', distribution_column, CASE WHEN colocate_with NOT IN ('default', 'none') THEN colocate_with::regclass END);
END $$;

CREATE FUNCTION public.citus_schema_distribute(schemaname regnamespace) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF current_setting('citus.enable_schema_based_sharding') <> 'on' THEN RAISE EXCEPTION 'schema-based sharding is off'; END IF;
	INSERT INTO citus.schemas VALUES (schemaname);
END $$;
`;

/** Foreign keys that Citus would refuse to add once the tables are where they are. */
const REFUSED_KEYS = `
SELECT conname FROM pg_constraint
JOIN citus.placed own ON own.relation = conrelid LEFT JOIN citus.placed theirs ON theirs.relation = confrelid
WHERE contype = 'f' AND CASE
	WHEN own.kind = 'reference' THEN theirs.kind IS DISTINCT FROM 'reference'
	WHEN theirs.kind = 'reference' THEN false
	WHEN theirs.kind IS NULL THEN true
	ELSE NOT EXISTS (
		SELECT FROM unnest(conkey, confkey) AS pair (a, b)
		JOIN pg_attribute x ON x.attrelid = conrelid AND x.attnum = a AND x.attname = own.distribution_column
		JOIN pg_attribute y ON y.attrelid = confrelid AND y.attnum = b AND y.attname = theirs.distribution_column)
END`;

const analyzer = createAnalyzer(await createSqlReader());
let cluster: Cluster;
beforeAll(async () => {
	cluster = await startCluster();
});
afterAll(() => cluster?.stop());

const SUBJECTS: readonly [string, () => Blueprint, { distributed: number; reference: number }][] = [
	["the starter", () => starterBlueprint(analyzer), { distributed: 4, reference: 1 }],
	["examples/sound", () => exampleBlueprint(analyzer, "sound"), { distributed: 12, reference: 3 }],
	["a schema with hostile names", () => textBlueprint(analyzer, HOSTILE_SQL), { distributed: 4, reference: 0 }],
];

describe.each(SUBJECTS)("%s", (_, subject, expected) => {
	it("is distributed as the documentation asks for; rows stay, foreign keys come back", async () => {
		const blueprint = subject();
		const database = await cluster.database();
		const { client } = database;
		const artifacts = citus(blueprint);
		const folder = writeArtifacts(cluster, artifacts);
		try {
			await applyFiles(client, blueprint.database.files);
			await fillTables(client, blueprint.database.model, blueprint.database.tenancy);
			await client.query("RESET ALL");
			const before = await checksums(client);
			const count = "SELECT count(*)::int AS n FROM pg_constraint WHERE contype = 'f' AND conparentid = 0";
			for (const { path } of artifacts.filter(({ path }) => /row-based\/[12]/.test(path)))
				await folder.run(database.name, path);
			const keys = (await client.query(count)).rows;
			await client.query(STAND_IN);
			await folder.run(database.name, "row-based/3-distribute.sql");

			const { rows } = await client.query("SELECT kind, count(*)::int AS n FROM citus.placed GROUP BY 1 ORDER BY 1");
			const found = Object.fromEntries(rows.map(({ kind, n }) => [kind, n]));
			expect({ reference: 0, ...found }).toEqual(expected);
			expect(
				(await client.query("SELECT FROM citus.placed WHERE kind = 'distributed' AND colocated_with IS NULL")).rowCount,
			).toBe(1);
			expect((await client.query(REFUSED_KEYS)).rows).toEqual([]);
			expect((await client.query(count)).rows).toEqual(keys);
			const after = await checksums(client, before);
			expect([...before].filter(([key, { sum }]) => after.get(key)?.sum !== sum)).toEqual([]);
		} finally {
			folder.remove();
			await client.query(DROP_ROLES);
			await database.drop();
		}
	});
});

it("names what Citus would refuse, and what stays on the coordinator", () => {
	const readme = (sql: string) =>
		citus(textBlueprint(analyzer, sql)).find(({ path }) => path === "README.md")?.text ?? "";
	const text = readme(`
		CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL);
		CREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, at tstzrange, EXCLUDE USING gist (at WITH &&));
		CREATE TABLE notes (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, body text);
		CREATE TABLE exports (id uuid PRIMARY KEY, file bytea NOT NULL);`);
	expect(text).toMatch(/change them first:\*\*\n\n- orders_at_excl of public\.orders does not contain tenant_id\./);
	expect(text).toMatch(/stay on the coordinator[\s\S]*`public\.exports`/);
	expect(text).toContain("was not run on Citus");
});

it("says in each file that it was not run on Citus", () => {
	const calls = citus(starterBlueprint(analyzer)).filter(({ text }) => /create_\w+_table\(|citus_schema/.test(text));
	expect(calls.length).toBeGreaterThanOrEqual(2);
	for (const { text } of calls) expect(text).toMatch(/not run on Citus/);
});

it("distributes the schemas of tenants that there are, and one that is named", async () => {
	const blueprint = exampleBlueprint(analyzer, "schema-per-tenant");
	const database = await cluster.database();
	const file = citus(blueprint).find(({ path }) => path.startsWith("schema-based/"));
	if (!file) throw new Error("The file is missing.");
	// A name that needs quotes, given as `psql --set` gives it.
	const named = { ...file, path: "named.sql", text: `\\set schema 'We''ird Tenant'\n${file.text}` };
	const folder = writeArtifacts(cluster, [file, named]);
	try {
		await applyFiles(database.client, blueprint.database.files);
		await database.client.query(STAND_IN);
		await folder.run(database.name, file.path);
		const schemas = "SELECT schema::text FROM citus.schemas ORDER BY 1";
		const { rows } = await database.client.query(schemas);
		expect(rows.map(({ schema }) => schema)).toEqual(["tenant_acme", "tenant_globex", "tenant_umbra"]);
		await database.client.query(`DELETE FROM citus.schemas; CREATE SCHEMA "We'ird Tenant"`);
		await folder.run(database.name, "named.sql");
		expect((await database.client.query(schemas)).rows).toContainEqual({ schema: `"We'ird Tenant"` });
	} finally {
		folder.remove();
		await database.client.query(DROP_ROLES);
		await database.drop();
	}
});
