// npm run bench [-- FOLDER…]: times of this machine and this moment, each with its ratio to a reference of the same run.
// Without folders the examples are measured.
import { readdirSync } from "node:fs";
import { benchEdit, benchFolders } from "./analysis";
import { benchLayout } from "./layout";
import { benchLinters } from "./linters";
import { benchProcess } from "./process";

const given = process.argv.slice(2);
const folders =
	given.length > 0
		? given
		: readdirSync("examples", { withFileTypes: true }).flatMap((entry) =>
				entry.isDirectory() ? [`examples/${entry.name}`] : [],
			);

await benchFolders(folders);
await benchEdit(1000);
await benchLayout([200, 1000, 3000]);
await benchProcess(folders);
await benchLinters(folders);
