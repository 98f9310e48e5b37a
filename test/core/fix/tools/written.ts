import { type Analyzer, createAnalyzer } from "../../../../src/core/analyze";
import type { Step } from "../../../../src/core/emit/step";
import type { Fix } from "../../../../src/core/fix/fix";
import { placeFix } from "../../../../src/core/fix/place";
import { createSqlReader } from "../../../../src/core/sql/reader";
import type { Kind } from "../../../../src/core/workspace/database";
import { INDEX, NOW, only, sources, WORKSPACES } from "../workspaces";

export const analyzer: Analyzer = createAnalyzer(await createSqlReader());

/** What the steps come to in a workspace of these files. */
export function fixOf(files: Readonly<Record<string, string>>, steps: readonly Step[], now = NOW): Fix {
	const all = sources(files);
	return placeFix(only(analyzer, all), steps, { title: "Protect orders", how: "preferred", now, files: all });
}

/** The new files' lines, without the empty ones. */
export function written(kind: Kind, steps: readonly Step[], more: Readonly<Record<string, string>> = {}) {
	const { newFiles } = fixOf({ ...WORKSPACES[kind], ...more }, steps);
	return Object.fromEntries(newFiles.map(({ path, text }) => [path, text.split(/\n+/).filter((line) => line !== "")]));
}

export const CREATE = `${INDEX.sql};`;
export const DROP = `${INDEX.down};`;
export const LOCAL = "SET LOCAL lock_timeout = '5s';";
export const SESSION = "SET lock_timeout = '5s';";
