import { existsSync } from "node:fs";
import { join } from "node:path";
import esbuild from "esbuild";
import { root } from "./paths.mjs";

const NAME = "layout-worker";
const ENTRY = join(root, "src/layout/worker.ts");

/**
 * Bundles src/layout/worker.ts (ELK inside) into one classic script, so that the panel can start it from a blob:
 * a webview may not load workers by URL, and the HTML export has no second file.
 * @returns {Promise<{ code: string, metafile: import("esbuild").Metafile }>}
 */
export async function bundleLayoutWorker() {
	const result = await esbuild.build({
		absWorkingDir: root,
		entryPoints: [ENTRY],
		bundle: true,
		minify: true,
		format: "iife",
		platform: "browser",
		target: "es2022",
		external: ["web-worker"],
		legalComments: "none",
		write: false,
		metafile: true,
		logLevel: "silent",
	});
	return { code: result.outputFiles[0].text, metafile: result.metafile };
}

/**
 * esbuild plugin: `import source from "layout-worker"` gives the worker's code as a string.
 * @param {import("esbuild").Metafile[]} metafiles receives what the worker is made of, for the licences
 * @returns {import("esbuild").Plugin}
 */
export function layoutWorkerPlugin(metafiles) {
	return {
		name: NAME,
		setup(build) {
			build.onResolve({ filter: /^layout-worker$/ }, () => ({ path: NAME, namespace: NAME }));
			build.onLoad({ filter: /.*/, namespace: NAME }, async () => {
				if (!existsSync(ENTRY)) return { errors: [{ text: `${ENTRY} is missing` }] };
				try {
					const { code, metafile } = await bundleLayoutWorker();
					metafiles.push(metafile);
					return {
						contents: code,
						loader: "text",
						watchFiles: Object.keys(metafile.inputs).map((file) => join(root, file)),
					};
				} catch (error) {
					return { errors: error.errors ?? [{ text: String(error) }] };
				}
			});
		},
	};
}

/** The same for vite, so that vitest can import the panel's code. */
export function layoutWorkerVitePlugin() {
	return {
		name: NAME,
		enforce: "pre",
		resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
		load: async (id) =>
			id === `\0${NAME}` ? `export default ${JSON.stringify((await bundleLayoutWorker()).code)};` : null,
	};
}
