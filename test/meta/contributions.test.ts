import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RULES } from "../../src/cli/findings";
import { allMatches, PROJECT, projectFiles, read, sourcesUnder } from "./project-files";

const manifestText = read("package.json");
const manifest = JSON.parse(manifestText);
const { contributes, activationEvents } = manifest;
const code = sourcesUnder("src/host/", /\.ts$/) + read("src/extension.ts");
const panel = sourcesUnder("webview/", /\.(tsx?|css)$/);

interface Command {
	readonly command: string;
	readonly category?: string;
}
const commands: readonly string[] = contributes.commands.map((one: Command) => one.command).sort();

describe("commands", () => {
	test("what the code registers is what package.json contributes", () => {
		expect(allMatches(code, /\b(?:registerCommand|command|mark)\(\s*"(tenancy\.\w+)"/g)).toEqual(commands);
	});

	test("menus, keys, CodeLenses and the panel name commands that exist", () => {
		const named = [
			...allMatches(code, /\b(?:command:|executeCommand\()\s*"(tenancy\.\w+)"/g),
			...allMatches(manifestText, /"command": "(tenancy\.\w+)"/g),
			...allMatches(manifestText, /command:(tenancy\.\w+)/g),
		];
		expect(named.filter((name) => !commands.includes(name))).toEqual([]);
	});

	test("all are listed under one category", () => {
		const categories = contributes.commands.map((one: Command) => one.category);
		expect(new Set(categories)).toEqual(new Set(["Tenancy"]));
	});
});

test("settings: what the code reads is what package.json contributes", () => {
	const used = allMatches(code, /getConfiguration\(\s*"tenancy"[^)]*\)\s*\.get(?:<[^(]*>)?\(\s*"([\w.]+)"/g);
	const contributed = [contributes.configuration]
		.flat()
		.flatMap((section: { properties: Record<string, { scope?: string }> }) => Object.entries(section.properties));
	expect(used.map((key) => `tenancy.${key}`)).toEqual(contributed.map(([key]) => key).sort());
	for (const [key, { scope }] of contributed) expect([key, scope]).toEqual([key, expect.any(String)]);
	for (const section of allMatches(code, /affectsConfiguration\(\s*"(tenancy[\w.]*)"/g)) {
		expect(contributed.filter(([key]) => key === section || key.startsWith(`${section}.`))).not.toEqual([]);
	}
});

test("views: what the code makes is what package.json contributes", () => {
	const made = allMatches(
		code,
		/(?:createTreeView|registerTreeDataProvider|registerWebviewViewProvider)\(\s*"([\w.]+)"/g,
	);
	const contributed = Object.values(contributes.views as Record<string, { id: string }[]>).flat();
	expect(made).toEqual(contributed.map(({ id }) => id).sort());
});

test("colours: what is used, in the host or the panel, is what package.json contributes", () => {
	const contributed = contributes.colors.map(({ id }: { id: string }) => id).sort();
	const inHost = allMatches(code, /(?:ThemeColor\(|color:)\s*"(tenancy\.\w+)"/g);
	const inPanel = allMatches(panel, /--vscode-(tenancy-\w+)/g).map((name) => name.replace("-", "."));
	expect([...new Set([...inHost, ...inPanel])].sort()).toEqual(contributed);
});

test("context keys: what conditions ask for is set by the code, and the other way round", () => {
	const set = allMatches(code, /"setContext",\s*"(tenancy\.\w+)"/g);
	const conditions = JSON.stringify(contributes).match(/"(?:when|enablement)":"[^"]*"/g) ?? [];
	expect(allMatches(conditions.join("\n"), /(?<!== )\b(tenancy\.\w+)/g)).toEqual(set);
});

test("the panel comes back after a reload: its type wakes the extension", () => {
	const [type] = allMatches(code, /DIAGRAM_VIEW_TYPE = "([\w.]+)"/g);
	expect(activationEvents).toContain(`onWebviewPanel:${type}`);
});

test("the walkthrough that the code opens is contributed", () => {
	const [opened] = allMatches(code, /"tenancy\.tenancy#([\w.]+)"/g);
	expect(contributes.walkthroughs.map(({ id }: { id: string }) => id)).toEqual([opened]);
	expect(`${manifest.publisher}.${manifest.name}`).toBe("tenancy.tenancy");
});

test("texts: every key that package.json uses is in package.nls.json, and no other", () => {
	expect(Object.keys(JSON.parse(read("package.nls.json"))).sort()).toEqual(allMatches(manifestText, /"%([^%"]+)%"/g));
});

test("every file that package.json names is there; those of dist/ are made by the build", () => {
	const named = allMatches(JSON.stringify(manifest), /"(\.?\/?(?:media|snippets|syntaxes|l10n|docs)\/[^"]+)"/g);
	expect(named.length).toBeGreaterThan(0);
	expect(named.filter((path) => !existsSync(join(PROJECT, path)))).toEqual([]);
});

test("every snippet file is contributed", () => {
	const files = projectFiles().filter((path) => path.startsWith("snippets/"));
	const contributed = contributes.snippets.map(({ path }: { path: string }) => path.replace("./", ""));
	expect([...new Set(contributed)].sort()).toEqual(files);
});

test("README.md names every setting, colour and rule that there is, and no other", () => {
	const readme = read("README.md");
	const colours = contributes.colors.map(({ id }: { id: string }) => id);
	const settings = [contributes.configuration]
		.flat()
		.flatMap(({ properties }: { properties: object }) => Object.keys(properties));
	expect(
		allMatches(readme, /`(tenancy\.(?!config|layout)[\w.]+)`/g).filter((name) => !/\.(html|svg)$/.test(name)),
	).toEqual([...colours, ...settings].sort());
	const reading = RULES.map(({ id }) => id).filter((id) => id.startsWith("sql-"));
	expect(allMatches(readme, /`(sql-\w+)`/g)).toEqual(reading.sort());
	expect(readme).toContain("(docs/rules/README.md)");
});
