#!/usr/bin/env node
// Builds dist/. Options: --dev (source maps, not minified), --watch (stays, rebuilds on a change; implies --dev).
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import esbuild from "esbuild";
import { layoutWorkerPlugin } from "./build/layout-worker.mjs";
import { collectLicences } from "./build/licences.mjs";
import { dist, root } from "./build/paths.mjs";

/** PGlite's archives of extensions; its programs for looking into a server's files have no use here. */
const EXTENSIONS = readdirSync(join(root, "node_modules/@electric-sql/pglite/dist"))
	.filter(
		(file) => file.endsWith(".tar.gz") && !/^(amcheck|auto_explain|file_fdw|page|password|pg_(?!trgm|stat))/.test(file),
	)
	.map((file) => [`node_modules/@electric-sql/pglite/dist/${file}`, `extensions/${file}`]);

/**
 * Packages that are big and needed only later: each is a file of its own, loaded by the first `import()` that reaches it,
 * shared by the extension and the command line. `files` are copied beside it.
 */
const LAZY_PACKAGES = [
	{
		filter: /^libpg-query$/,
		entry: "libpg-query",
		out: "libpg-query",
		files: [["node_modules/libpg-query/wasm/libpg-query.wasm", "libpg-query.wasm"]],
	},
	{
		// Its CommonJS entry reads these beside its own file.
		filter: /^@electric-sql\/pglite$/,
		entry: "./node_modules/@electric-sql/pglite/dist/index.cjs",
		out: "pglite",
		files: [
			...["pglite.wasm", "pglite.data", "initdb.wasm"].map((file) => [
				`node_modules/@electric-sql/pglite/dist/${file}`,
				file,
			]),
			...EXTENSIONS,
		],
	},
	{ filter: /^pg$/, entry: "pg", out: "pg", files: [] },
	{ filter: /^elkjs(\/.*)?$/, entry: "elkjs/lib/elk.bundled.js", out: "elk", files: [] },
	{
		filter: /^@resvg\/resvg-wasm$/,
		entry: "@resvg/resvg-wasm",
		out: "resvg",
		files: [
			["node_modules/@resvg/resvg-wasm/index_bg.wasm", "assets/resvg.wasm"],
			["node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf", "assets/DejaVuSans.ttf"],
			["node_modules/dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf", "assets/DejaVuSans-Bold.ttf"],
			["node_modules/dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf", "assets/DejaVuSansMono.ttf"],
		],
	},
];

const lazyPackagesPlugin = {
	name: "lazy-packages",
	setup(build) {
		for (const { filter, out } of LAZY_PACKAGES)
			build.onResolve({ filter }, () => ({ path: `./${out}.js`, external: true }));
	},
};

/** What an entry point reaches only by an `import()` into these folders is a file of its own. */
const SPLITS = [
	{
		entry: "src/extension.ts",
		out: "extension",
		from: ["src/host"],
		parts: [{ out: "core", heavy: ["src/core", "src/export", "src/layout"] }],
	},
	{
		entry: "src/cli/main.ts",
		out: "cli",
		from: ["src/cli/main.ts"],
		parts: [
			// Apart, as reading code takes as long as running it: what `check` loads is half of all commands.
			{ out: "planning", heavy: ["src/cli/commands/plan.ts", "src/cli/commands/prove.ts"] },
			{ out: "commands", heavy: ["src/cli/commands"] },
		],
	},
];

const isBelow = (folders, file) => folders.some((folder) => `${file}/`.startsWith(`${folder}/`));

/** The part that an import of this module, a path without its ending, goes to: the first that claims it. */
const partOf = ({ parts }, file) =>
	parts.find(({ heavy }) => isBelow(heavy, file) || isBelow(heavy, `${file}.ts`))?.out;

/** The modules of each part that what is below `from` reaches by an `import()`. */
function reachedLater(split) {
	const files = readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
		.map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
		.filter((file) => isBelow(split.from, file));
	const found = files.flatMap((file) => {
		const text = readFileSync(join(root, file), "utf8");
		return [...text.matchAll(/\bimport\("(\.[^"]+)"\)/g)].map(([, to]) => join(dirname(file), to));
	});
	const modules = [...new Set(found)].sort();
	return split.parts.map(({ out }) => ({ out, modules: modules.filter((file) => partOf(split, file) === out) }));
}

/**
 * esbuild splits only ES modules, which VS Code's extensions are not. What is light and imported by both halves stands in
 * both, so it must hold no state.
 */
const splitPlugin = (split) => ({
	name: "split",
	setup(build) {
		build.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
			if (kind !== "dynamic-import") return undefined;
			const out = partOf(split, relative(root, resolve(resolveDir, path)));
			return out && { path: `./${out}.js`, external: true };
		});
	},
});

function splitBundles(node, split) {
	const { entry, out } = split;
	// As a require(): an import() of CommonJS takes Node.js longer, and VS Code gives an extension none.
	const common = { ...node, supported: { "dynamic-import": false } };
	return [
		{
			...common,
			entryPoints: [entry],
			outfile: join(dist, `${out}.js`),
			banner: out === "cli" ? { js: "#!/usr/bin/env node" } : {},
			plugins: [splitPlugin(split), lazyPackagesPlugin],
		},
		...reachedLater(split).map((part) => ({
			...common,
			stdin: {
				contents: part.modules.map((file) => `export * from "./${file}";`).join("\n"),
				resolveDir: root,
				sourcefile: `${part.out}.ts`,
			},
			outfile: join(dist, `${part.out}.js`),
			plugins: [lazyPackagesPlugin],
		})),
	];
}

/** @returns {import("esbuild").BuildOptions[]} */
function bundles({ production, metafiles }) {
	const common = {
		absWorkingDir: root,
		bundle: true,
		minify: production,
		sourcemap: production ? false : "linked",
		metafile: true,
		legalComments: "none",
		logLevel: "silent",
		define: { "process.env.NODE_ENV": production ? '"production"' : '"development"' },
	};
	const node = {
		...common,
		platform: "node",
		format: "cjs",
		target: "node20",
		external: ["vscode", "web-worker", "pg-native"],
		// jsonc-parser's "main" is UMD, whose requires a bundler doesn't see; they would fail at run time.
		mainFields: ["module", "main"],
	};
	// libpg-query's CommonJS entry reads its .wasm beside __dirname, which is dist/ once bundled.
	const lazy = LAZY_PACKAGES.map(({ entry, out }) => ({
		...node,
		define: {},
		entryPoints: [entry],
		mainFields: ["main"],
		outfile: join(dist, `${out}.js`),
	}));
	return [
		...SPLITS.flatMap((split) => splitBundles(node, split)),
		...lazy,
		// Runs in a worker of its own (src/protocol/prove.ts).
		{
			...node,
			supported: { "dynamic-import": false },
			entryPoints: ["src/database/worker.ts"],
			outfile: join(dist, "prove.js"),
			plugins: [lazyPackagesPlugin],
		},
		{
			...common,
			entryPoints: ["webview/main.tsx"],
			outfile: join(dist, "webview/panel.js"),
			platform: "browser",
			format: "iife",
			target: "es2022",
			jsx: "automatic",
			// Fonts inside the style sheet: the HTML export is one file, and the panel needs no font-src but data:.
			loader: { ".ttf": "dataurl", ".woff": "dataurl", ".woff2": "dataurl", ".svg": "dataurl" },
			plugins: [layoutWorkerPlugin(metafiles)],
		},
	];
}

function copyFiles() {
	const copied = LAZY_PACKAGES.flatMap(({ files }) => files);
	for (const [from, to] of copied) cpSync(join(root, from), join(dist, to));
	return copied;
}

function report(errors) {
	for (const text of esbuild.formatMessagesSync(errors, { kind: "error", color: process.stdout.isTTY }))
		console.error(text);
}

/** Deletes what an earlier build left and this one didn't write. */
function deleteOthers(written) {
	for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
		const file = join(entry.parentPath ?? entry.path, entry.name);
		if (entry.isFile() && !written.has(file)) rmSync(file);
	}
}

/**
 * Builds everything into dist/. What doesn't compile leaves the last good file in its place.
 * @param {{ production?: boolean }} [options]
 * @returns {Promise<boolean>} false when something doesn't compile; what is printed
 */
export async function build({ production = true } = {}) {
	const started = performance.now();
	mkdirSync(dist, { recursive: true });
	const copied = copyFiles();
	const metafiles = [];
	const results = await Promise.allSettled(bundles({ production, metafiles }).map((options) => esbuild.build(options)));
	const failed = results.filter(({ status }) => status === "rejected");
	for (const { reason } of failed) reason.errors ? report(reason.errors) : console.error(reason);
	if (failed.length > 0) return false;
	metafiles.push(...results.map(({ value }) => value.metafile));
	const licences = join(dist, "THIRD-PARTY-LICENSES.txt");
	const inputs = [...metafiles.flatMap((metafile) => Object.keys(metafile.inputs)), ...copied.map(([from]) => from)];
	writeFileSync(licences, collectLicences(inputs));
	if (existsSync(join(dist, "cli.js"))) chmodSync(join(dist, "cli.js"), 0o755);
	const outputs = results.flatMap(({ value }) => Object.keys(value.metafile.outputs).map((file) => join(root, file)));
	deleteOthers(new Set([...outputs, ...copied.map(([, to]) => join(dist, to)), licences]));
	console.log(`built dist/ in ${((performance.now() - started) / 1000).toFixed(1)} s`);
	return true;
}

async function watch() {
	if (!(await build({ production: false }))) process.exitCode = 1;
	const again = {
		name: "say",
		setup(context) {
			context.onEnd(({ errors }) =>
				errors.length > 0 ? report(errors) : console.log(`rebuilt ${context.initialOptions.outfile}`),
			);
		},
	};
	for (const options of bundles({ production: false, metafiles: [] })) {
		const context = await esbuild.context({ ...options, plugins: [...(options.plugins ?? []), again] });
		await context.watch();
	}
	console.log("watching, Ctrl-C to end");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
	const options = process.argv.slice(2);
	const unknown = options.filter((option) => !["--dev", "--production", "--watch"].includes(option));
	if (unknown.length > 0) {
		console.error(`Unknown option ${unknown.join(" ")}. Options: --production (default), --dev, --watch`);
		process.exitCode = 2;
	} else if (options.includes("--watch")) await watch();
	else if (!(await build({ production: !options.includes("--dev") }))) process.exitCode = 1;
}
