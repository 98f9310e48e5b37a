// npm run generate: writes the files that are made from the sources; a test fails when one is out of date.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generatedFiles } from "./lib/generated-files";

for (const [path, text] of generatedFiles(process.cwd())) {
	mkdirSync(dirname(join(process.cwd(), path)), { recursive: true });
	writeFileSync(path, text);
	console.log(`wrote ${path}`);
}
