#!/usr/bin/env node
// Builds dist/. Options: --dev (source maps, not minified), --watch (stays, rebuilds on a change; implies --dev).
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import esbuild from "esbuild";
import { layoutWorkerPlugin } from "./build/layout-worker.mjs";
import { collectLicences } from "./build/licences.mjs";
import { dist, root } from "./build/paths.mjs";

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
		external: ["vscode", "web-worker"],
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
		{ ...node, entryPoints: ["src/extension.ts"], outfile: join(dist, "extension.js"), plugins: [lazyPackagesPlugin] },
		{
			...node,
			entryPoints: ["src/cli/main.ts"],
			outfile: join(dist, "cli.js"),
			banner: { js: "#!/usr/bin/env node" },
			plugins: [lazyPackagesPlugin],
		},
		...lazy,
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
