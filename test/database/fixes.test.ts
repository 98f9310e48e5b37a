import { PGlite } from "@electric-sql/pglite";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAnalyzer, type DatabaseAnalysis } from "../../src/core/analyze";
import { type FixedAll, fixAll } from "../../src/core/fix/fix-all";
import { RULES } from "../../src/core/rules";
import { createSqlReader } from "../../src/core/sql/reader";
import { checksums } from "./checksums";
import { type Cluster, startCluster, type TestDatabase } from "./cluster";
import { compareWithCatalog } from "./compare";
import { fillTables } from "./fill";
import { DROP_ROLES, runSteps, undoSteps, type Way } from "./run-steps";

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

async function isMended(client: pg.Client, before: DatabaseAnalysis, fixed: FixedAll, way: Way): Promise<void> {
	await client.query(before.files.map(({ text }) => text).join("\n"));
	const filled = await fillTables(client, before.model, before.tenancy);
	expect([...filled.empty]).toEqual([]);
	const sums = await checksums(client);
	await runSteps(client, fixed.steps, way);
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
		inDatabase(({ client }) => isMended(client, before, fixed, "online")));
	it("has a fix that runs within transactions, and a way back", () =>
		inDatabase(async ({ client }) => {
			await isMended(client, before, fixed, "in transactions");
			await undoSteps(client, fixed.steps);
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
