import type { DatabaseSource, Kind, OrderedFile } from "./database";
import { scanDdl } from "./ddl-scan";

/** Kinds that describe the result rather than the way there. */
const RESULTS: ReadonlySet<Kind> = new Set(["declarative", "rails-structure"]);

/**
 * A dump or schema file beside the migrations that lead to it describes the same database: where migrations create at
 * least half of its tables, the migrations win, as they are what runs and where a change is written. Where the
 * migrations build on tables that only the dump creates, it is where they start from, and is read first. Anything else
 * stays a database of its own.
 */
export function uniteSameDatabases(sources: readonly DatabaseSource[]): DatabaseSource[] {
	const results = sources.filter(({ kind }) => RESULTS.has(kind));
	let united = sources.filter(({ kind }) => !RESULTS.has(kind));
	if (united.length === 0) return [...results];
	const apart: DatabaseSource[] = [];
	for (const result of results) {
		const described = tablesOf(result.files, "tables");
		if (described.size === 0) {
			apart.push(result);
			continue;
		}
		const half = (names: ReadonlySet<string>, of: ReadonlySet<string>) =>
			of.size > 0 && [...of].filter((name) => names.has(name)).length * 2 >= of.size;
		if (united.some(({ files }) => half(tablesOf(files, "tables"), described))) continue;
		const continued = united.find(({ files }) => {
			const created = tablesOf(files, "tables");
			const foreign = new Set([...tablesOf(files, "uses")].filter((name) => !created.has(name)));
			return half(described, foreign);
		});
		if (continued)
			united = united.map((source) =>
				source === continued ? { ...source, files: [...result.files, ...source.files] } : source,
			);
		else apart.push(result);
	}
	return [...united, ...apart];
}

function tablesOf(files: readonly OrderedFile[], which: "tables" | "uses"): ReadonlySet<string> {
	return new Set(files.flatMap((file) => [...scanDdl(file)[which]]));
}
