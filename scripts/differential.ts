import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createSqlReader } from "../src/core/sql/reader";
import { disagreements } from "../test/core/differential";

// Usage: node scripts/run-ts.mjs scripts/differential.ts FOLDER|FILE…
// Compares our reading of every statement with pgsql-ast-parser's, where it reads it. Exit 1 where they differ.
const paths = process.argv.slice(2).flatMap((path) =>
	statSync(path).isDirectory()
		? readdirSync(path, { recursive: true, encoding: "utf8" })
				.filter((name) => name.endsWith(".sql"))
				.map((name) => join(path, name))
				.filter((name) => statSync(name).isFile())
		: [path],
);
if (paths.length === 0) {
	process.stderr.write("Usage: node scripts/run-ts.mjs scripts/differential.ts FOLDER|FILE…\n");
	process.exit(2);
}

const reader = await createSqlReader();
let [statements, compared, differing] = [0, 0, 0];
for (const path of paths) {
	for (const { text } of reader.read({ path, text: readFileSync(path, "utf8") }).statements) {
		statements += 1;
		const found = disagreements(reader, text);
		if (found !== null) compared += 1;
		if (found === null || found.length === 0) continue;
		differing += 1;
		process.stdout.write(
			`${path}\n  ${text.replace(/\s+/g, " ").slice(0, 200)}\n${found.map((line) => `    ${line}\n`).join("")}`,
		);
	}
}
process.stdout.write(`${statements} statements, ${compared} read by both, ${differing} differ\n`);
process.exitCode = differing > 0 ? 1 : 0;
