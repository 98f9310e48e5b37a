import type { Analyzer } from "../../core/analyze";
import type { SqlReader } from "../../core/sql/reader";
import type { SourceFile } from "../../core/workspace/database";

/** The parts of the core that are heavy (parser, validation): loaded by the first analysis, not by activation. */
export interface Pipeline {
	readonly reader: SqlReader;
	readonly createAnalyzer: () => Analyzer;
}

let loading: Promise<Pipeline> | undefined;

/** One parser for all folders: its cache of statements serves each of them. A failed load is tried again by the next call. */
export function loadPipeline(): Promise<Pipeline> {
	loading ??= load().catch((error) => {
		loading = undefined;
		throw error;
	});
	return loading;
}

async function load(): Promise<Pipeline> {
	const [{ createAnalyzer }, { createSqlReader }] = await Promise.all([
		import("../../core/analyze"),
		import("../../core/sql/reader"),
	]);
	const reader = await createSqlReader();
	return { reader, createAnalyzer: () => createAnalyzer(reader) };
}

/** How long the extension host may be kept from answering others, in milliseconds. */
const SLICE = 12;

/**
 * Parses files a slice at a time, so that the analysis after it finds every statement in the reader's cache
 * and typing and other extensions go on meanwhile.
 *
 * @returns false when cancelled
 */
export async function parseInSlices(
	reader: SqlReader,
	files: readonly SourceFile[],
	onProgress: (done: number) => void,
	isCancelled: () => boolean,
): Promise<boolean> {
	let started = performance.now();
	for (const [done, file] of files.entries()) {
		if (performance.now() - started > SLICE) {
			onProgress(done);
			await new Promise((resolve) => setImmediate(resolve));
			started = performance.now();
		}
		if (isCancelled()) return false;
		if (file.path.toLowerCase().endsWith(".sql")) reader.read(file);
	}
	return true;
}
