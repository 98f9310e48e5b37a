import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { parseArgs } from "node:util";
import { createSqlReader } from "../src/core/sql/reader";
import { LineIndex } from "../src/core/text/line-index";
import type { DatabaseSource, SourceFile } from "../src/core/workspace/database";
import { findDatabases } from "../src/core/workspace/find";
import { isRelevantPath } from "../src/core/workspace/relevant";
import { startCluster } from "../test/database/cluster";
import { printDifference } from "../test/database/facts";
import { type Verification, verifyDatabase } from "../test/database/verify";

const USAGE = `Usage: node scripts/run-ts.mjs scripts/compare-catalog.ts FOLDER… [options]

Applies every database found in the folders to a throw-away PostgreSQL and
compares its catalog with our model. Exit 1 where they differ.

  --database PATH   only this database (as printed; relative to the folder)
  --whole           also run whole files through psql, to check the splitting
  --json            print everything as JSON
`;

const { values: options, positionals: folders } = parseArgs({
	allowPositionals: true,
	options: {
		database: { type: "string" },
		whole: { type: "boolean", default: false },
		json: { type: "boolean", default: false },
	},
});
if (folders.length === 0) {
	process.stderr.write(USAGE);
	process.exit(2);
}

const reader = await createSqlReader();
const results: { readonly folder: string; readonly verification: Verification }[] = [];
for (const folder of folders) {
	for (const source of findDatabases(readFolder(folder))) {
		if (options.database !== undefined && options.database !== source.path) continue;
		// Roles belong to the cluster: a cluster each, so that one database's don't help another's.
		const cluster = await startCluster();
		try {
			const verification = await verifyDatabase(cluster, reader, source, options.whole);
			results.push({ folder: basename(folder), verification });
			if (!options.json) print(basename(folder), source, verification);
		} finally {
			await cluster.stop();
		}
	}
}
if (options.json) process.stdout.write(`${JSON.stringify(results, null, "\t")}\n`);
const differing = results.filter(
	({ verification }) => verification.differences.length > 0 || (verification.splitting?.differences.length ?? 0) > 0,
);
process.exitCode = differing.length > 0 || results.length === 0 ? 1 : 0;

function readFolder(folder: string): SourceFile[] {
	return readdirSync(folder, { recursive: true, encoding: "utf8" })
		.map((path) => join(folder, path))
		.filter(
			(path) =>
				isRelevantPath(toRelative(folder, path)) &&
				!path.split(sep).includes("node_modules") &&
				statSync(path).isFile(),
		)
		.map((path) => ({ path: toRelative(folder, path), text: readFileSync(path, "utf8") }));
}

function toRelative(folder: string, path: string): string {
	return relative(folder, path).split(sep).join("/");
}

function print(folder: string, source: DatabaseSource, found: Verification): void {
	const say = (line: string) => process.stdout.write(`${line}\n`);
	say(
		`\n${folder}, database ${found.path} (${found.kind}): ${found.files} files, ${found.statements} statements, ${found.tables} tables in the model`,
	);
	if (found.unparsed > 0) say(`  ${found.unparsed} statements that our parser rejects`);
	for (const { kind, name } of found.standIns) say(`  stand-in for ${kind} ${name}`);
	say(`  refused by PostgreSQL: ${found.refusals.length}`);
	for (const { file, offset, statement, message } of found.refusals) {
		const text = source.files.find(({ path }) => path === file)?.text ?? "";
		const { line } = new LineIndex(text).positionAt(offset);
		say(`    ${file}:${line}: ${message}\n        ${statement.replace(/\s+/g, " ").slice(0, 120)}`);
	}
	if (found.dynamicTables.length > 0) say(`  made by dynamic SQL: ${found.dynamicTables.join(", ")}`);
	say(`  differences: ${found.differences.length}`);
	for (const difference of found.differences) say(`    ${printDifference(difference).replaceAll("\n", "\n    ")}`);
	if (found.splitting !== null) {
		say(
			`  psql on whole files: ${found.splitting.errors.length} errors (statement by statement: ${found.refusals.length}), ${found.splitting.differences.length} differences`,
		);
		for (const error of found.splitting.errors.length === found.refusals.length ? [] : found.splitting.errors)
			say(`    ${error}`);
		for (const difference of found.splitting.differences)
			say(`    ${printDifference(difference).replace("the model:  ", "ours:       ").replaceAll("\n", "\n    ")}`);
	}
}
