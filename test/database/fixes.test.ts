import { PGlite } from "@electric-sql/pglite";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAnalyzer, type DatabaseAnalysis } from "../../src/core/analyze";
import { PHASES, type Step } from "../../src/core/emit/step";
import { type FixedAll, fixAll } from "../../src/core/fix/fix-all";
import { RULES } from "../../src/core/rules";
import { createSqlReader } from "../../src/core/sql/reader";
import { checksums } from "./checksums";
import { type Cluster, startCluster, type TestDatabase } from "./cluster";
import { compareWithCatalog } from "./compare";
import { fillTables } from "./fill";

/**
 * Every rule's fix, on top of what the rule calls bad, with rows of two tenants in the tables: on PostgreSQL online and within
 * a transaction, there and back; and on PGlite.
 */

const analyzer = createAnalyzer(await createSqlReader());
let cluster: Cluster;
let lite: PGlite;

beforeAll(async () => {
	cluster = await startCluster();
	lite = await PGlite.create();
});
afterAll(async () => {
	await cluster?.stop();
	await lite?.close();
});
// Roles belong to the whole cluster.
const DROP_ROLES = `DO $$ DECLARE r text; BEGIN
	FOR r IN SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> current_user AND oid > 16383
	LOOP EXECUTE format('DROP OWNED BY %I', r); EXECUTE format('DROP ROLE %I', r); END LOOP; END $$`;
async function inDatabase(use: (database: TestDatabase) => Promise<void>): Promise<void> {
	const database = await cluster.database();
	try {
		await use(database);
	} finally {
		await database.client.query(DROP_ROLES);
		await database.drop();
	}
}

function analysed(sql: string): DatabaseAnalysis {
	const [only] = analyzer.analyze([{ path: "schema.sql", text: sql }], null).databases;
	if (!only) throw new Error("No database in the example");
	return only;
}

/** As migrations run: in a transaction, but for what can't be. */
async function run(client: pg.Client, steps: readonly Step[], online: boolean): Promise<void> {
	for (const phase of PHASES) {
		const own = steps.filter((step) => step.phase === phase);
		const isApart = phase === "outside" && online;
		if (!isApart) await client.query("BEGIN");
		for (const step of own) await client.query(online ? step.sql : (step.inTransaction ?? step.sql));
		if (!isApart) await client.query("COMMIT");
	}
}

async function isMended(client: pg.Client, before: DatabaseAnalysis, fixed: FixedAll, online: boolean): Promise<void> {
	await client.query(before.files.map(({ text }) => text).join("\n"));
	const filled = await fillTables(client, before.model, before.tenancy);
	expect([...filled.empty]).toEqual([]);
	const sums = await checksums(client);
	await run(client, fixed.steps, online);
	const after = await checksums(client, sums);
	expect([...after].filter(([table]) => sums.has(table))).toEqual([...sums]);
	const differences = await compareWithCatalog(client, fixed.after.model);
	const isOurs = ({ key }: (typeof differences)[number]) => [...filled.partitions].some((name) => key.includes(name));
	expect(differences.filter((each) => !isOurs(each))).toEqual([]);
}

/** The rules that know how to mend what they find; the others' pages say what a person can do. */
const fixable = RULES.flatMap(({ id, doc }) => {
	const before = analysed(doc.bad);
	const own = before.findings.filter(({ rule }) => rule === id);
	return own.some((finding) => finding.remedies().length > 0) ? [{ id, before }] : [];
});

describe.each(fixable)("$id", ({ id, before }) => {
	const fixed = fixAll(analyzer, before, (finding) => finding.rule === id, true);

	it("has a fix that leaves nothing to find", () => {
		expect(fixed.after.findings.filter(({ rule }) => rule === id)).toEqual([]);
		expect(fixed.after.problems).toEqual(before.problems);
		expect(fixed.after.statements.failed).toBe(0);
	});
	it("has a fix that runs online on PostgreSQL, keeps all rows, and does what it says", () =>
		inDatabase(({ client }) => isMended(client, before, fixed, true)));
	it("has a fix that runs within transactions, and a way back", () =>
		inDatabase(async ({ client }) => {
			await isMended(client, before, fixed, false);
			for (const { down } of [...fixed.steps].reverse()) if (down !== null) await client.query(down);
		}));
	it("has a fix that runs on PGlite", async () => {
		try {
			for (const { text } of before.files) await lite.exec(text);
			for (const { sql } of fixed.steps) await lite.exec(sql);
		} finally {
			await lite.exec(`${DROP_ROLES}; DROP SCHEMA public CASCADE; CREATE SCHEMA public`);
		}
	});
});
