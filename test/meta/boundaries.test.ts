import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const project = resolve(import.meta.dirname, "../..");
/** Core's folders; each may import those before it. */
const CORE = [
	"text",
	"workspace",
	"sql",
	"schema",
	"tenancy",
	"emit",
	"rules",
	"queries",
	"strategy",
	"diagram",
	"fix",
	"implement",
	"prove",
];

interface Case {
	/** A file in the folder that is checked. */
	readonly file: string;
	readonly code: string;
	/** What the message must say; null where the code is allowed. */
	readonly says: RegExp | null;
}

const imports = (file: string, specifier: string, says: RegExp | null): Case => ({
	file,
	code: `import "${specifier}";\n`,
	says,
});

const cases: readonly Case[] = [
	...CORE.flatMap((folder, i) =>
		CORE.filter((other) => other !== folder).map((other) => {
			const allowed = CORE.indexOf(other) < i;
			return imports(
				`src/core/${folder}/x.ts`,
				`../${other}/y`,
				allowed ? null : /Move what both need|imports nothing/,
			);
		}),
	),
	...CORE.flatMap((folder) => [
		imports(`src/core/${folder}/x.ts`, "./y", null),
		imports(
			`src/core/${folder}/x.ts`,
			"../analyze",
			["fix", "implement", "prove"].includes(folder) ? null : /src\/core/,
		),
		imports(`src/core/${folder}/x.ts`, "../../host/services", /belongs in src\/host/),
		imports(`src/core/${folder}/x.ts`, "../../../webview/main", /belongs in src\/host/),
		imports(`src/core/${folder}/x.ts`, "vscode", /VS Code belongs in src\/host/),
		imports(`src/core/${folder}/x.ts`, "node:fs", /files and processes in src\/host or src\/cli/),
		imports(`src/core/${folder}/x.ts`, "fs", /files and processes in src\/host or src\/cli/),
		imports(`src/core/${folder}/x.ts`, "react", /React in webview/),
		imports(`src/core/${folder}/x.ts`, "elkjs", /src\/core/),
		imports(`src/core/${folder}/x.ts`, "libpg-query", folder === "sql" ? null : /SQL parsing in src\/core\/sql/),
	]),
	imports("src/core/x.ts", "./diagram/build", null),
	imports("src/core/x.ts", "./fix/place", /src\/core\/prove stand on analyze/),
	imports("src/core/x.ts", "./implement/artifact", /stand on analyze/),
	imports("src/core/x.ts", "./prove/proof", /stand on analyze/),
	imports("src/core/implement/row/x.ts", "../../fix/fix-all", null),
	imports("src/core/implement/row/x.ts", "../artifact", null),
	imports("src/core/implement/row/x.ts", "node:path", /files and processes in src\/host/),
	imports("src/core/x.ts", "../layout/layout", /src\/core imports only its own folders/),

	imports("src/core/strategy/report/x.ts", "../recommend", null),
	imports("src/core/strategy/report/x.ts", "../../tenancy/answers", null),
	imports("src/core/strategy/report/x.ts", "../../implement/artifact", /Move what both need/),
	imports("src/core/strategy/report/x.ts", "zod", null),
	imports("src/core/emit/ddl/x.ts", "../identifier", null),
	imports("src/core/emit/ddl/x.ts", "../../schema/model", null),
	imports("src/core/emit/ddl/x.ts", "../../rules/index", /Move what both need/),
	imports("src/core/emit/ddl/x.ts", "node:path", /files and processes in src\/host/),

	imports("src/core/fix/tools/x.ts", "../parts", null),
	imports("src/core/fix/tools/x.ts", "../../analyze", null),
	imports("src/core/fix/tools/x.ts", "../../workspace/tools/sqitch", null),
	imports("src/core/queries/rules/x.ts", "../reading/names", null),
	imports("src/core/queries/reading/x.ts", "../../sql/reader", null),
	imports("src/core/queries/languages/x.ts", "../../strategy/recommend", /Move what both need/),
	imports("src/core/queries/languages/x.ts", "node:path", /files and processes in src\/host/),

	imports("src/core/fix/tools/x.ts", "jsonc-parser", null),
	imports("src/core/fix/tools/x.ts", "node:path", /files and processes in src\/host/),
	imports("src/core/fix/tools/x.ts", "../../../host/services", /belongs in src\/host/),

	imports("src/core/workspace/tools/x.ts", "../paths", null),
	imports("src/core/workspace/tools/x.ts", "../../text/lexer", null),
	imports("src/core/workspace/tools/x.ts", "../../sql/reader", /Move what both need/),
	imports("src/core/workspace/tools/x.ts", "../../../host/services", /belongs in src\/host/),
	imports("src/core/workspace/tools/x.ts", "node:path", /files and processes in src\/host/),

	imports("src/layout/x.ts", "elkjs/lib/elk-api", null),
	imports("src/layout/x.ts", "../core/diagram/diagram", null),
	imports("src/layout/x.ts", "../core/sql/reader", /only the diagram/),
	imports("src/layout/x.ts", "node:worker_threads", /runs in a worker/),

	imports("src/protocol/x.ts", "../core/diagram/diagram", null),
	imports("src/protocol/x.ts", "vscode", /What handles a message belongs in src\/host or webview/),
	imports("src/protocol/x.ts", "../core/analyze", /only the types that messages carry/),

	imports("src/export/x.ts", "../core/diagram/diagram", null),
	imports("src/export/x.ts", "node:fs", /Files belong in src\/host or src\/cli/),
	imports("src/export/x.ts", "react", /the DOM in webview/),
	imports("src/export/x.ts", "../core/schema/model", /add it to the Diagram/),

	imports("src/host/features/x.ts", "vscode", null),
	imports("src/host/features/x.ts", "../../core/analyze", null),
	imports("src/host/features/x.ts", "libpg-query", /Parsing belongs in src\/core\/sql/),
	imports("src/host/features/x.ts", "elkjs", /layout in src\/layout/),
	imports("src/host/features/x.ts", "react", /React in webview/),
	imports("src/host/features/x.ts", "pg", /databases in src\/database/),
	imports("src/host/features/x.ts", "../../cli/output", /share belongs in src\/core/),
	imports("src/host/features/x.ts", "../../../webview/main", /share belongs in src\/protocol/),
	{
		file: "src/extension.ts",
		code: 'import "vscode";\nimport "./host/services";\nimport "./cli/main";\n',
		says: /^src\/extension\.ts:3:.*share belongs in src\/core/s,
	},

	imports("src/cli/commands/x.ts", "commander", null),
	imports("src/cli/commands/x.ts", "node:fs", null),
	imports("src/cli/commands/x.ts", "vscode", /runs without VS Code/),
	imports("src/cli/commands/x.ts", "libpg-query", /leaves parsing to src\/core\/sql/),
	imports("src/cli/commands/x.ts", "../../host/services", /share belongs in src\/core/),

	imports("src/database/x.ts", "pg", null),
	imports("src/database/x.ts", "@electric-sql/pglite", null),
	imports("src/database/x.ts", "vscode", /VS Code belongs in src\/host/),
	imports("src/database/x.ts", "../cli/output", /knows none of them/),

	imports("webview/components/x.tsx", "react", null),
	imports("webview/components/x.tsx", "@xyflow/react", null),
	imports("webview/components/x.tsx", "../../src/protocol/messages", null),
	imports("webview/components/x.tsx", "vscode", /reach the panel as messages/),
	imports("webview/components/x.tsx", "node:fs", /reach the panel as messages/),
	imports("webview/components/x.tsx", "elkjs", /layout in src\/layout/),
	imports("webview/components/x.tsx", "libpg-query", /parsing in src\/core\/sql/),
	imports("webview/components/x.tsx", "../../src/core/schema/fold", /add it to the Diagram/),
	imports("webview/components/x.tsx", "../../src/host/services", /messages in src\/protocol/),

	...["src/core/emit", "src/protocol", "src/export"].flatMap((folder): Case[] => [
		{ file: `${folder}/x.ts`, code: "export const now = Date.now();\n", says: /Take the time or the random value/ },
		{ file: `${folder}/x.ts`, code: "export const n = Math.random();\n", says: /Take the random value/ },
		{ file: `${folder}/x.ts`, code: "export const n = Math.max(1, 2);\n", says: null },
		{ file: `${folder}/x.ts`, code: "export const id = crypto.randomUUID();\n", says: /Take the random value/ },
		{ file: `${folder}/x.ts`, code: "export const body = document.body;\n", says: /DOM belongs in webview/ },
		{ file: `${folder}/x.ts`, code: "export const width = window.innerWidth;\n", says: /DOM belongs in webview/ },
		{ file: `${folder}/x.ts`, code: "export const args = process.argv;\n", says: /Node\.js belongs in/ },
		{
			file: `${folder}/x.ts`,
			code: 'export const answer = fetch("https://example.com");\n',
			says: /no network, no timers/,
		},
		{ file: `${folder}/x.ts`, code: "console.info(1);\n", says: /return a problem/ },
	]),
];

describe("the lint keeps the boundaries", () => {
	let folder = "";
	let messages: ReadonlyMap<string, readonly string[]> = new Map();

	beforeAll(() => {
		folder = realpathSync(mkdtempSync(join(tmpdir(), "tenancy-boundaries-")));
		execFileSync("git", ["init", "--quiet"], { cwd: folder });
		for (const file of ["biome.json", "package.json"]) copyFileSync(join(project, file), join(folder, file));
		symlinkSync(join(project, "node_modules"), join(folder, "node_modules"), "dir");
		for (const [i, { file, code }] of cases.entries()) {
			const path = join(folder, numbered(file, i));
			mkdirSync(dirname(path), { recursive: true });
			writeFileSync(path, code);
		}
		messages = lint(folder);
	});

	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	test.for(cases.map((one, i) => [`${one.file}: ${one.code.trim()}`, one, i] as const))(
		"%s",
		([, { file, says }, i]) => {
			const found = messages.get(numbered(file, i)) ?? [];
			if (says === null) expect(found).toEqual([]);
			else expect(found.join("\n")).toMatch(says);
		},
	);
});

/** Cases of one folder must not overwrite each other. */
function numbered(file: string, i: number): string {
	return file.replace("/x.", `/x${i}.`);
}

/** What the rules that keep boundaries say, by file. Only the reporter for people prints the explanations too. */
function lint(folder: string): Map<string, string[]> {
	const biome = join(project, "node_modules/@biomejs/biome/bin/biome");
	const { stdout, stderr } = spawnSync(
		process.execPath,
		[biome, "lint", "--colors=off", "--max-diagnostics=none", "."],
		{
			cwd: folder,
			encoding: "utf8",
		},
	);
	const found = new Map<string, string[]>();
	for (const section of `${stdout}\n${stderr}`.split(/\n(?=\S+:\d+:\d+ lint\/)/)) {
		const [, path, rule] = /^(\S+?):\d+:\d+ lint\/(\S+)/.exec(section) ?? [];
		if (path === undefined || rule === undefined || !rule.includes("Restricted")) continue;
		found.set(path, [...(found.get(path) ?? []), section]);
	}
	return found;
}
