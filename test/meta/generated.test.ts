import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generatedFiles } from "../../scripts/lib/generated-files";
import { PROJECT, read } from "./project-files";

test.each([...generatedFiles(PROJECT)])("%s is what npm run generate writes", (path, text) => {
	expect(existsSync(join(PROJECT, path)) ? read(path) : null).toBe(text);
});
