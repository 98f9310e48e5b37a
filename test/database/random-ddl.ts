import type pg from "pg";
import { foldSchema } from "../../src/core/schema/fold";
import type { SqlReader } from "../../src/core/sql/reader";
import fc from "../random-cases";
import { applyStatement } from "./apply";
import { compareWithCatalog } from "./compare";
import type { Difference } from "./facts";
import { OBJECT_KINDS } from "./random-objects";
import { TABLE_KINDS } from "./random-tables";
import { Choices, World } from "./random-world";

/** Which kind of statement, and the numbers that decide its details. */
export type Step = readonly [kind: number, numbers: readonly number[]];

export interface RandomRun {
	/** What ran, in order. */
	readonly accepted: readonly string[];
	readonly refused: number;
	readonly differences: readonly Difference[];
}

const KINDS = [...TABLE_KINDS, ...OBJECT_KINDS].flatMap(
	([weight, kind]) => Array(weight).fill(kind) as (typeof kind)[],
);

/** What every sequence starts from. */
const PREAMBLE = [
	"CREATE SCHEMA s1",
	"CREATE SCHEMA s2",
	"CREATE TYPE mood AS ENUM ('sad', 'ok')",
	"CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
	"CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
	"CREATE TABLE orgs (id int PRIMARY KEY, name text)",
];

/** Only whole statements are shrunk away: that is quick, and what remains can be read. */
export function ddlSteps(maxLength: number): fc.Arbitrary<readonly Step[]> {
	const numbers = fc.noShrink(fc.array(fc.nat(9999), { minLength: 24, maxLength: 24 }));
	return fc.array(fc.tuple(fc.noShrink(fc.nat(KINDS.length - 1)), numbers), { minLength: 1, maxLength, size: "max" });
}

/**
 * Empties the database, then makes up one statement after another about what
 * exists by then, runs it, and hands the model those that PostgreSQL accepted.
 */
export async function runRandomDdl(client: pg.Client, reader: SqlReader, steps: readonly Step[]): Promise<RandomRun> {
	if (client.getTransactionStatus() !== "I") await client.query("ROLLBACK");
	await client.query("DISCARD ALL");
	await client.query(
		"SET client_min_messages = error; DROP SCHEMA IF EXISTS public, s1, s2, s3 CASCADE; CREATE SCHEMA public",
	);
	const accepted: string[] = [];
	let refused = 0;
	const model = () =>
		foldSchema([reader.read({ path: "random.sql", text: accepted.map((sql) => `${sql};\n`).join("") })]);
	const run = async (sql: string) => {
		const [statement] = reader.read({ path: "statement.sql", text: sql }).statements;
		if (statement !== undefined && (await applyStatement(client, statement)) === null) accepted.push(sql);
		else refused += 1;
	};
	for (const sql of PREAMBLE) await run(sql);
	for (const [kind, numbers] of steps) {
		const make = KINDS[kind % KINDS.length];
		if (make !== undefined) await run(make(new World(model(), new Choices(numbers))));
	}
	// A transaction left open is undone when the session ends; reading takes the writer at their word.
	await run("COMMIT");
	await client.query("DISCARD ALL");
	return { accepted, refused, differences: await compareWithCatalog(client, model()) };
}
