// Writes a product with many tables to a folder: node scripts/run-ts.mjs bench/write-workspace.ts NUMBER_OF_TABLES FOLDER
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateSchema } from "./generate";

const [count, folder] = process.argv.slice(2);
if (!/^\d+$/.test(count ?? "") || folder === undefined) {
	console.error("Usage: node scripts/run-ts.mjs bench/write-workspace.ts NUMBER_OF_TABLES FOLDER");
	process.exitCode = 2;
} else {
	const files = generateSchema(Number(count));
	mkdirSync(folder, { recursive: true });
	for (const { path, text } of files) writeFileSync(join(folder, path), text);
	console.log(`${count} tables in ${files.length} files in ${folder}`);
}
