import { cascade, type Kind } from "./random-tables";
import { quote, ref } from "./random-world";

/** What stands beside tables: policies, views, types, functions, sequences, schemas, comments, transactions. */
export const OBJECT_KINDS: readonly (readonly [weight: number, kind: Kind])[] = [
	[
		4,
		(world) =>
			`ALTER TABLE ${ref(world.table())} ${world.pick.of(["ENABLE", "ENABLE", "DISABLE", "FORCE", "NO FORCE"])} ROW LEVEL SECURITY`,
	],
	[
		6,
		(world) => {
			const table = world.table();
			const other = world.table();
			const condition = world.pick.of([
				"true",
				`${world.column(table)} IS NOT NULL`,
				`EXISTS (SELECT 1 FROM ${ref(other)} o WHERE o.${world.column(other)} IS NOT NULL)`,
				`${world.column(table)}::text IN (SELECT ${world.column(other)}::text AS v FROM ${ref(other)})`,
			]);
			return `CREATE POLICY ${world.newName()} ON ${ref(table)} ${world.pick.of(["", "FOR SELECT", "FOR ALL", "AS RESTRICTIVE FOR DELETE"])} USING (${condition})`;
		},
	],
	[1, (world) => on("DROP POLICY", world.policy())],
	[
		2,
		(world) =>
			`${on("ALTER POLICY", world.policy())} ${world.pick.of([`RENAME TO ${world.newName()}`, "USING (true)", "TO CURRENT_USER"])}`,
	],
	[
		3,
		(world) => {
			const table = world.table();
			const source = world.pick.mostly(ref(table), world.view());
			return `CREATE ${world.pick.mostly("", "MATERIALIZED ")}VIEW ${world.pick.of(["public.v1", "public.v2", "s1.v1"])} AS SELECT ${world.pick.of(["*", world.columns(table), "1 AS one"])} FROM ${source}`;
		},
	],
	[1, (world) => `DROP VIEW ${world.view("view")}${cascade(world)}`],
	[1, (world) => `DROP MATERIALIZED VIEW ${world.view("materialized")}${cascade(world)}`],
	[1, (world) => `ALTER VIEW ${world.view()} ${world.pick.of(["RENAME TO v2", "SET SCHEMA s1"])}`],
	[1, (world) => `CREATE INDEX ON ${world.view("materialized")} (${world.column(world.table())})`],
	[
		2,
		(world) =>
			`ALTER TYPE ${world.type("enum")} ${world.pick.of(["RENAME TO mood2", "RENAME TO mood", "ADD VALUE IF NOT EXISTS 'new' BEFORE 'ok'", "RENAME VALUE 'ok' TO 'fine'", "SET SCHEMA s1"])}`,
	],
	[
		1,
		(world) =>
			world.pick.of([
				`DROP TYPE ${world.type("enum")}${cascade(world)}`,
				"CREATE TYPE public.mood AS ENUM ('a', 'b')",
				`DROP DOMAIN ${world.type("domain")}${cascade(world)}`,
			]),
	],
	[
		2,
		(world) => {
			const table = world.table();
			const event = world.pick.of(["INSERT", `UPDATE OF ${world.column(table)}`, "DELETE", "INSERT OR UPDATE"]);
			return `CREATE TRIGGER ${world.newName()} ${world.pick.of(["BEFORE", "AFTER"])} ${event} ON ${ref(table)} FOR EACH ROW EXECUTE FUNCTION ${world.function()}()`;
		},
	],
	[1, (world) => on("DROP TRIGGER", world.trigger())],
	[1, (world) => `${on("ALTER TRIGGER", world.trigger())} RENAME TO ${world.newName()}`],
	[
		1,
		(world) =>
			world.pick.of([
				`DROP FUNCTION ${world.function()}${cascade(world)}`,
				`ALTER FUNCTION ${world.function()} RENAME TO touched`,
			]),
	],
	[
		3,
		(world) => {
			const table = world.table();
			return world.pick.of([
				"CREATE SEQUENCE IF NOT EXISTS public.q",
				`DROP SEQUENCE ${world.sequence()}${cascade(world)}`,
				`ALTER SEQUENCE ${world.sequence()} SET SCHEMA s1`,
				`ALTER SEQUENCE ${world.sequence()} RENAME TO q2`,
				`ALTER SEQUENCE ${world.sequence()} OWNED BY ${world.pick.of(["NONE", `${ref(table)}.${world.column(table)}`])}`,
				`ALTER TABLE ${ref(table)} ALTER ${world.column(table)} SET DEFAULT nextval('${world.sequence()}')`,
			]);
		},
	],
	[1, (world) => `DROP SCHEMA ${world.schema()}${cascade(world)}`],
	[1, () => "CREATE SCHEMA IF NOT EXISTS s1"],
	[1, (world) => `ALTER SCHEMA ${world.schema()} RENAME TO ${world.pick.of(["s1", "s2", "s3"])}`],
	[1, (world) => `COMMENT ON TABLE ${ref(world.table())} IS 'said'`],
	[
		1,
		(world) => {
			const table = world.table();
			return `COMMENT ON COLUMN ${ref(table)}.${world.column(table)} IS ${world.pick.of(["'c'", "NULL"])}`;
		},
	],
	[2, (world) => `SET search_path TO ${world.pick.of(["s1, public", "public", "public, s2", "s2"])}`],
	[
		2,
		(world) =>
			`${world.pick.of(["CREATE TABLE", "CREATE TEMP TABLE"])} ${quote(world.newTable().name)} (id int PRIMARY KEY, org_id int)`,
	],
	[
		2,
		(world) => {
			const table = world.table();
			return `DO $$ BEGIN ALTER TABLE ${ref(table)} ADD CONSTRAINT ${world.newName()} UNIQUE (${world.columns(table)}); EXCEPTION WHEN duplicate_object OR duplicate_table THEN NULL; END $$`;
		},
	],
	[
		3,
		({ pick }) =>
			pick.of(["BEGIN", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT one", "ROLLBACK TO SAVEPOINT one", "RELEASE one"]),
	],
];

function on(command: string, [table, name]: [string, string]): string {
	return `${command} ${name} ON ${table}`;
}
