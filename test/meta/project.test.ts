import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { findSuites } from "../../scripts/lib/host-suites.mjs";
import { allMatches, PROJECT, projectFiles, read } from "./project-files";

const files = projectFiles();
const documents = files.filter((path) => path.endsWith(".md") && !path.startsWith("node_modules/"));
const isText = (path: string) =>
	!/\.(png|svg|ico|woff2?|ttf|wasm|gif|vsix)$/.test(path) && path !== "package-lock.json";

describe("tests", () => {
	/** Whatever calls test(), it() or describe() as a statement, or a function of another file that does. */
	const testing = files.filter(
		(path) =>
			/^(?!examples|node_modules).*\.[cm]?[jt]sx?$/.test(path) &&
			/^(?:(?:test|it|describe|suite)(?:\.\w+)*|\w+Tests)\(/m.test(read(path)),
	);

	test("every file with tests is run, by one runner", () => {
		const listed = (config: string) =>
			JSON.parse(
				execFileSync(
					process.execPath,
					[join(PROJECT, "node_modules/vitest/vitest.mjs"), "list", "--filesOnly", "--json", "--config", config],
					{
						cwd: PROJECT,
						encoding: "utf8",
						stdio: ["ignore", "pipe", "ignore"],
					},
				),
			).map(({ file }: { file: string }) => relative(PROJECT, file).replaceAll("\\", "/"));
		const found = [...listed("vitest.config.mts"), ...listed("vitest.panel.config.mts"), ...findSuites()].sort();
		expect(testing).toEqual(found);
	});

	test("none is skipped, left for later or run alone", () => {
		const left = /\b(?:test|it|describe|suite)\.(?:skip|todo|only|fails|skipIf|runIf)\b|\bx(?:it|describe)\(/;
		expect(testing.filter((path) => path !== "test/meta/project.test.ts" && left.test(read(path)))).toEqual([]);
	});

	test("no source is marked as unfinished", () => {
		const marks = new RegExp(`\\b(?:${["TO" + "DO", "FIX" + "ME", "XX" + "X"].join("|")})\\b`);
		const sources = files.filter((path) => /^(src|webview|test|scripts|bench)\/.*\.(m?[jt]sx?|css)$/.test(path));
		expect(sources.filter((path) => marks.test(read(path)))).toEqual([]);
	});
});

describe("boundaries", () => {
	const lint = read("biome.json");

	test("every folder of the sources has its boundary in the lint", () => {
		const folders = [
			...readdirSync(join(PROJECT, "src/core"), { withFileTypes: true }).map((entry) => ({ entry, in: "src/core" })),
			...readdirSync(join(PROJECT, "src"), { withFileTypes: true })
				.filter(({ name }) => name !== "core")
				.map((entry) => ({ entry, in: "src" })),
		].filter(({ entry }) => entry.isDirectory());
		const unbound = folders
			.map(({ entry, in: parent }) => `${parent}/${entry.name}/**`)
			.filter((glob) => !lint.includes(`"${glob}"`));
		expect(unbound).toEqual([]);
	});

	test("no source turns a boundary off for itself", () => {
		const off =
			/biome-ignore(?:-\w+)? lint\/(?:style\/noRestricted|nursery\/noJsRestricted|style\/noExcessiveLines|suspicious\/noImportCycles)/;
		expect(files.filter((path) => /\.[cm]?[jt]sx?$/.test(path) && off.test(read(path)))).toEqual([]);
	});

	test("src/extension.ts stays the list of what there is", () => {
		expect(read("src/extension.ts").trimEnd().split("\n").length).toBeLessThanOrEqual(40);
	});
});

describe("documents", () => {
	test.for(documents)("%s: its links and pictures resolve", (path) => {
		const targets = allMatches(withoutCode(read(path)), /\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g).filter(
			(target) => !/^(?:[a-z]+:|#)/i.test(target),
		);
		const broken = targets.filter((target) => {
			const [file, fragment] = decodeURI(target).split("#");
			const full = normalize(join(dirname(path), file === "" ? path : (file as string)));
			if (!existsSync(join(PROJECT, full))) return true;
			return fragment !== undefined && full.endsWith(".md") && !headings(read(full)).includes(fragment);
		});
		expect(broken).toEqual([]);
	});

	test.for(documents.filter((path) => /^(?:README|ARCHITECTURE)\.md$/.test(path)))(
		"%s: the files that it names are there",
		(path) => {
			const named = allMatches(
				read(path),
				/`((?:src|webview|test|scripts|bench|examples|snippets|docs|media)\/[\w./-]*)`/g,
			);
			expect(named.filter((name) => !files.some((file) => file === name || file.startsWith(name)))).toEqual([]);
		},
	);

	test("README.md names only npm scripts that exist", () => {
		const { scripts } = JSON.parse(read("package.json"));
		const named = allMatches(read("README.md"), /npm run ([\w:-]+)/g);
		expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
		expect(scripts).toMatchObject({ start: expect.any(String), test: expect.any(String), package: expect.any(String) });
	});
});

test("nothing names a folder of one person's machine", () => {
	const machine = /(?:^|[\s"'`(=:])(?:\/(?:home|Users|root|work)\/\w|[A-Z]:\\Users\\)/m;
	const found = files.filter(
		(path) => isText(path) && path !== "test/meta/project.test.ts" && machine.test(read(path)),
	);
	expect(found).toEqual([]);
});

function withoutCode(markdown: string): string {
	return markdown.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
}

/** GitHub's anchors: lower case, punctuation dropped, spaces to hyphens. */
function headings(markdown: string): readonly string[] {
	return allMatches(markdown.replace(/^```[\s\S]*?^```/gm, ""), /^#+\s+(.+)$/gm).map((heading) =>
		heading
			.toLowerCase()
			.replace(/[^\p{L}\p{N}\s_-]/gu, "")
			.trim()
			.replace(/\s/g, "-"),
	);
}
