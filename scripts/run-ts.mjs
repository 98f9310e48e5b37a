// Runs a TypeScript file of this project: node scripts/run-ts.mjs scripts/compare-catalog.ts ARGUMENTS…
// Node 20 doesn't read TypeScript; the file and what it imports of ours is bundled, packages are not.
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const [entry, ...rest] = process.argv.slice(2);
if (entry === undefined) {
	console.error("Usage: node scripts/run-ts.mjs FILE.ts [ARGUMENTS…]");
	process.exit(2);
}

// Inside the project, so that the bundle finds node_modules.
const folder = join(dirname(fileURLToPath(import.meta.url)), "..", ".cache", "run-ts");
const output = join(folder, `${basename(entry, ".ts")}.${process.pid}.mjs`);
const bundle = await build({
	entryPoints: [resolve(entry)],
	outfile: output,
	bundle: true,
	write: false,
	platform: "node",
	format: "esm",
	target: "node20",
	packages: "external",
	sourcemap: "inline",
	logLevel: "error",
});
mkdirSync(folder, { recursive: true });
writeFileSync(`${output}.part`, bundle.outputFiles[0].contents);
renameSync(`${output}.part`, output);
process.on("exit", () => rmSync(output, { force: true }));
process.setSourceMapsEnabled(true);
process.argv = [process.argv[0], resolve(entry), ...rest];
await import(pathToFileURL(output).href);
