import { ref, type World } from "./random-world";

/** Makes up a statement; most are valid in the world as it is. */
export type Kind = (world: World) => string;

const TYPES = [
	"int",
	"int",
	"int",
	"bigint",
	"text",
	"text",
	"varchar(20)",
	"uuid",
	"timestamptz",
	"numeric(10,2)",
	"bool",
	"int[]",
	"char",
	"serial",
	"public.mood",
	"public.positive",
];
const BOUNDS = [
	"IN (1)",
	"IN (2, 3)",
	"FROM (1) TO (2)",
	"FROM (2) TO (3)",
	"WITH (MODULUS 2, REMAINDER 0)",
	"WITH (MODULUS 2, REMAINDER 1)",
];

export const cascade = ({ pick }: World) => pick.of(["", "", " CASCADE", " RESTRICT"]);
const bound = ({ pick }: World) => pick.mostly(`FOR VALUES ${pick.of(BOUNDS)}`, "DEFAULT");

function columnDefinition(world: World, name: string): string {
	const { pick } = world;
	const type = pick.of(TYPES);
	const references = () => `REFERENCES ${ref(world.table((table) => table.primaryKey !== null))}`;
	const extras: readonly (() => string)[] = [
		() => "NOT NULL",
		() => "UNIQUE",
		() => "NULL",
		() => "DEFAULT NULL",
		() => `CHECK (${name} IS NOT NULL)`,
		() => `CONSTRAINT ${world.newName()} UNIQUE`,
		() => (type === "int" ? references() : "NOT NULL"),
		() => (type === "int" ? `${references()} ON DELETE CASCADE` : "UNIQUE"),
		() => (type === "int" || type === "bigint" ? "GENERATED ALWAYS AS IDENTITY" : ""),
		() => "NOT NULL UNIQUE",
	];
	return `${name} ${type} ${pick.below(2) === 0 ? "" : pick.of(extras)()}`.trim();
}

function tableConstraint(world: World, table: Parameters<World["column"]>[0]): string {
	const { pick } = world;
	const named = pick.mostly("", `CONSTRAINT ${world.newName()} `);
	const keyed = world.table(({ primaryKey }) => primaryKey?.columns.length === 1);
	const other = world.table();
	const kinds: readonly (() => string)[] = [
		() => `PRIMARY KEY (${world.columns(table)})`,
		() => `UNIQUE (${world.columns(table)})`,
		() => `UNIQUE NULLS NOT DISTINCT (${world.columns(table)}) INCLUDE (${world.column(table)})`,
		() => `CHECK (${world.column(table)} IS NOT NULL OR ${world.column(table)} IS NULL)`,
		() => "CHECK (1 > 0) NO INHERIT",
		() =>
			`FOREIGN KEY (${world.column(table)}) REFERENCES ${ref(keyed)}${pick.of(["", " ON DELETE SET NULL", " ON UPDATE CASCADE DEFERRABLE"])}`,
		() => `FOREIGN KEY (${world.columns(table)}) REFERENCES ${ref(other)} (${world.columns(other)})`,
		() => `EXCLUDE USING btree (${world.column(table)} WITH =)`,
	];
	return named + pick.of(kinds)();
}

/** Columns of a table that doesn't exist yet. */
const planned = (names: readonly string[]) =>
	({ ...{ schema: "", name: "" }, columns: names.map((name) => ({ name })) }) as unknown as Parameters<
		World["column"]
	>[0];

/** Tables, their columns, constraints, indexes and partitions, each with its weight. */
export const TABLE_KINDS: readonly (readonly [weight: number, kind: Kind])[] = [
	[10, createTable],
	[3, createPartitioned],
	[
		5,
		(world) =>
			`CREATE TABLE ${ref(world.newTable())} PARTITION OF ${ref(world.table(({ kind }) => kind === "partitioned"))} ${bound(world)}${world.pick.mostly("", " PARTITION BY LIST (id)")}`,
	],
	[2, attach],
	[1, (world) => alter(...swap(world.link("partitionOf")), "DETACH PARTITION")],
	[
		1,
		(world) => {
			const parent = world.table();
			return `ALTER TABLE ${ref(world.twin(parent))} INHERIT ${ref(parent)}`;
		},
	],
	[1, (world) => alter(...world.link("inherits"), "NO INHERIT")],
	[
		3,
		(world) =>
			`CREATE TABLE ${ref(world.newTable())} (LIKE ${ref(world.table())}${world.pick.of(["", " INCLUDING ALL", " INCLUDING DEFAULTS INCLUDING CONSTRAINTS", " INCLUDING ALL EXCLUDING INDEXES"])})`,
	],
	[2, createAs],
	[
		8,
		(world) => {
			const table = world.table();
			return `ALTER TABLE ${world.pick.of(["", "", "ONLY ", "IF EXISTS "])}${ref(table)} ADD COLUMN ${world.pick.of(["", "IF NOT EXISTS "])}${columnDefinition(world, world.newColumn())}`;
		},
	],
	[
		7,
		(world) => {
			const table = world.table();
			return `ALTER TABLE ${ref(table)} DROP COLUMN ${world.pick.of(["", "IF EXISTS "])}${world.column(table)}${cascade(world)}`;
		},
	],
	[
		6,
		(world) => {
			const table = world.table();
			return `ALTER TABLE ${ref(table)} RENAME COLUMN ${world.column(table)} TO ${world.newColumn()}`;
		},
	],
	[4, (world) => `ALTER TABLE ${ref(world.table())} RENAME TO ${ref(world.newTable()).replace(/^\w+\./, "")}`],
	[3, (world) => `ALTER TABLE ${ref(world.table())} SET SCHEMA ${world.pick.mostly(world.schema(), "public")}`],
	[5, alterColumn],
	[
		9,
		(world) => {
			const table = world.table();
			return `ALTER TABLE ${ref(table)} ADD ${tableConstraint(world, table)}${world.pick.mostly("", " NOT VALID")}`;
		},
	],
	[5, (world) => alter(...world.constraint(), "DROP CONSTRAINT") + cascade(world)],
	[3, (world) => `${alter(...world.constraint(), "RENAME CONSTRAINT")} TO ${world.newName()}`],
	[
		2,
		(world) =>
			alter(...world.constraint(({ checks, foreignKeys }) => [...checks, ...foreignKeys]), "VALIDATE CONSTRAINT"),
	],
	[
		1,
		(world) =>
			`${alter(...world.constraint(({ foreignKeys }) => foreignKeys), "ALTER CONSTRAINT")} ${world.pick.of(["DEFERRABLE", "NOT DEFERRABLE"])}`,
	],
	[7, createIndex],
	[2, (world) => `DROP INDEX ${world.index()}${cascade(world)}`],
	[2, (world) => `ALTER INDEX ${world.index()} RENAME TO ${world.newName()}`],
	[
		2,
		(world) => {
			const [table, index] = world.uniqueIndex();
			return `ALTER TABLE ${table} ADD CONSTRAINT ${world.newName()} ${world.pick.of(["UNIQUE", "PRIMARY KEY"])} USING INDEX ${index}`;
		},
	],
	[
		4,
		(world) =>
			`DROP TABLE ${world.pick.of(["", "IF EXISTS "])}${ref(world.table())}${world.pick.mostly("", `, ${ref(world.table())}`)}${cascade(world)}`,
	],
	[5, severalCommands],
	[
		2,
		(world) => {
			const table = world.table();
			return `ALTER TABLE ${ref(table)} ADD COLUMN g int GENERATED ALWAYS AS (${world.pick.of(["1 + 1", `length(${world.column(table)}::text)`])}) STORED`;
		},
	],
];

function createTable(world: World): string {
	const { pick } = world;
	const names = world.newColumns();
	const parts = names.map((name) => columnDefinition(world, ref({ schema: "x", name }).slice(2)));
	if (pick.below(3) === 0) parts.push("PRIMARY KEY (id)");
	if (pick.below(2) === 0) parts.push(tableConstraint(world, planned(names)));
	const parents = pick.below(6) === 0 ? ` INHERITS (${ref(world.table())})` : "";
	return `CREATE TABLE ${pick.of(["", "IF NOT EXISTS "])}${ref(world.newTable())} (${parts.join(", ")})${parents}`;
}

function createPartitioned(world: World): string {
	const { pick } = world;
	const parts = world
		.newColumns()
		.map(
			(name) =>
				`${ref({ schema: "x", name }).slice(2)} ${name === "id" ? "int" : pick.of(["int", "text", "int NOT NULL", "timestamptz DEFAULT now()"])}`,
		);
	if (pick.below(2) === 0) parts.push("PRIMARY KEY (id)");
	return `CREATE TABLE ${ref(world.newTable())} (${parts.join(", ")}) PARTITION BY ${pick.of(["LIST (id)", "LIST (id)", "RANGE (id)", "HASH (id)"])}`;
}

function attach(world: World): string {
	const parent = world.table(({ kind }) => kind === "partitioned");
	return `ALTER TABLE ${ref(parent)} ATTACH PARTITION ${ref(world.twin(parent))} ${bound(world)}`;
}

function createAs(world: World): string {
	const source = world.table();
	const columns = world.pick.of([
		"*",
		"t.*, 1 AS one",
		world.columns(source),
		`${world.column(source)} AS "renamed", count(*) OVER () AS n`,
		`coalesce(${world.column(source)}, NULL) AS x, now()`,
	]);
	return `CREATE TABLE ${ref(world.newTable())} AS SELECT ${columns} FROM ${ref(source)} t`;
}

function alterColumn(world: World): string {
	const { pick } = world;
	const table = world.table();
	const type = pick.of(TYPES.filter((name) => name !== "serial"));
	const change = pick.of([
		"SET NOT NULL",
		"DROP NOT NULL",
		"DROP DEFAULT",
		"SET DEFAULT NULL",
		"SET DEFAULT '1'",
		`TYPE ${type} USING NULL::${type}`,
		`TYPE ${type}`,
		"ADD GENERATED BY DEFAULT AS IDENTITY",
		"DROP IDENTITY IF EXISTS",
		"DROP EXPRESSION IF EXISTS",
		"SET GENERATED ALWAYS",
	]);
	return `ALTER TABLE ${pick.of(["", "", "ONLY "])}${ref(table)} ALTER COLUMN ${world.column(table)} ${change}`;
}

function createIndex(world: World): string {
	const { pick } = world;
	const table = world.table();
	const keys = pick.of([
		world.columns(table),
		world.columns(table),
		`lower(${world.column(table)}::text)`,
		`(${world.column(table)} IS NULL), ${world.column(table)} DESC`,
	]);
	const include = pick.mostly("", ` INCLUDE (${world.column(table)})`);
	const where = pick.mostly("", ` WHERE ${world.column(table)} IS NOT NULL`);
	return `CREATE ${pick.mostly("", "UNIQUE ")}INDEX ${pick.of(["", world.newName()])} ON ${pick.mostly("", "ONLY ")}${ref(table)} (${keys})${include}${where}`;
}

function severalCommands(world: World): string {
	const { pick } = world;
	const table = world.table();
	const kinds: readonly (() => string)[] = [
		() => `ADD COLUMN ${columnDefinition(world, world.newColumn())}`,
		() => `DROP COLUMN ${world.column(table)}`,
		() => `ALTER COLUMN ${world.column(table)} SET NOT NULL`,
		() => `ADD ${tableConstraint(world, table)}`,
		() => `DROP CONSTRAINT IF EXISTS ${world.newName()}`,
	];
	return `ALTER TABLE ${ref(table)} ${pick.of(kinds)()}, ${pick.of(kinds)()}`;
}

function alter(table: string, part: string, command: string): string {
	return `ALTER TABLE ${table} ${command} ${part}`;
}

function swap([child, parent]: [string, string]): [string, string] {
	return [parent, child];
}
