import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RULES } from "../../src/core/rules";
import { createSqlReader } from "../../src/core/sql/reader";
import { exampleFiles } from "../core/rules/example-files";
import { type Cluster, startCluster, type TestDatabase } from "./cluster";
import { DROP_ROLES } from "./run-steps";

/** The examples of all rules are SQL that PostgreSQL takes, but for those that say that it doesn't. */

const reader = createSqlReader();
let cluster: Cluster;
let common: TestDatabase;

beforeAll(async () => {
	cluster = await startCluster();
	common = await cluster.database();
});
afterAll(() => cluster?.stop());

/** In a transaction that is rolled back, roles and all, unless the example has to do with transactions itself. */
async function run(sql: string): Promise<void> {
	if (/\b(concurrently|begin|commit|rollback)\s*(;|on\b|\w+\s+on\b|index\b)/i.test(sql)) return runApart(sql);
	try {
		await common.client.query("BEGIN");
		for (const file of exampleFiles(sql)) await common.client.query(file.text);
	} finally {
		await common.client.query("ROLLBACK");
	}
}

/** File by file, as migrations are run; statement by statement where one of them wants no transaction around it. */
async function runApart(sql: string): Promise<void> {
	const { read } = await reader;
	const database = await cluster.database();
	try {
		for (const file of exampleFiles(sql)) {
			const texts = /\bconcurrently\b/i.test(file.text) ? read(file).statements.map(({ text }) => text) : [file.text];
			for (const text of texts) await database.client.query(text);
		}
	} finally {
		await database.client.query("ROLLBACK");
		await database.client.query(DROP_ROLES);
		await database.drop();
	}
}

describe.each(RULES.map(({ id, doc }) => [id, doc] as const))("%s", (_, { bad, good, traps, refused }) => {
	it(`what is bad ${refused ? "is refused by" : "runs on"} PostgreSQL`, async () => {
		if (refused) await expect(run(bad)).rejects.toThrow();
		else await run(bad);
	});

	const examples = [["what is good", good], ...traps.map(({ title, sql }) => [`the trap: ${title}`, sql])] as const;
	for (const [title = "", sql = ""] of examples) it(`${title} runs on PostgreSQL`, () => run(sql));
});
