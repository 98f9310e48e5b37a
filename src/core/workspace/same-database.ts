import type { DatabaseSource, Kind, OrderedFile } from "./database";
import { scanDdl } from "./ddl-scan";
import { isOfRelease } from "./not-schema";

/** Kinds that describe the result rather than the way there. */
const RESULTS: ReadonlySet<Kind> = new Set(["declarative", "rails-structure"]);

/**
 * A dump or schema file beside the migrations that lead to it describes the same database: where migrations create at
 * least half of its tables, the migrations win, as they are what runs and where a change is written. Where the
 * migrations build on tables that only the dump creates, it is where they start from, and is read first; but where it has
 * all that they create besides, it is where they have led to, and they are history. Those that are called after releases
 * upgrade what was installed before: they are history as soon as they touch what only the dump creates and it has most of
 * what they create. Anything else stays a database of its own.
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
		const upgraded = united.find(
			({ files }) =>
				files.every(({ path }) => isOfRelease(path)) && [...foreignTo(files)].some((name) => described.has(name)),
		);
		if (!upgraded && united.some(({ files }) => half(tablesOf(files, "tables"), described))) continue;
		const continued = upgraded ?? united.find(({ files }) => half(described, foreignTo(files)));
		const created = continued ? [...tablesOf(continued.files, "tables")] : [];
		if (
			upgraded ? half(described, new Set(created)) : created.length > 0 && created.every((name) => described.has(name))
		)
			united = united.map((source) => (source === continued ? result : source));
		else if (continued)
			united = united.map((source) =>
				source === continued ? { ...source, files: [...result.files, ...source.files] } : source,
			);
		else apart.push(result);
	}
	return withContinuations([...united, ...apart]);
}

/**
 * What changes what a folder's migrations create, and creates little of that itself, is run after them: policies are kept in
 * such, and what a tool can't write. Where that is a folder of migrations, what mends the database has to come behind it, so
 * it goes there; scripts beside the migrations are run by hand.
 */
function withContinuations(sources: readonly DatabaseSource[]): DatabaseSource[] {
	const united = [...sources];
	if (united.length < 2) return united;
	const creates = new Map(united.map((source) => [source, tablesOf(source.files, "tables")]));
	for (let at = 0; at < united.length; ) {
		const one = united[at] as DatabaseSource;
		const [created, changed] = [creates.get(one) ?? NOTHING, foreignTo(one.files)];
		const [base, ...others] = united.filter((other) => {
			const known = other === one || RESULTS.has(other.kind) ? NOTHING : (creates.get(other) ?? NOTHING);
			return half(known, changed) && !half(known, created);
		});
		if (base && others.length === 0 && one.kind !== "rails-structure") {
			const both =
				one.kind === "declarative"
					? { ...base, files: [...base.files, ...one.files.map((file) => ({ ...file, byHand: true as const }))] }
					: { ...base, kind: one.kind, files: [...base.files, ...one.files] };
			creates.set(both, new Set([...(creates.get(base) ?? []), ...created]));
			united[united.indexOf(base)] = both;
			united.splice(at, 1);
		} else at++;
	}
	return united;
}

const NOTHING: ReadonlySet<string> = new Set();

function half(names: ReadonlySet<string>, of: ReadonlySet<string>): boolean {
	return of.size > 0 && [...of].filter((name) => names.has(name)).length * 2 >= of.size;
}

/** The tables that the files change and don't create. */
export function foreignTo(files: readonly OrderedFile[]): ReadonlySet<string> {
	const created = tablesOf(files, "tables");
	return new Set([...tablesOf(files, "uses")].filter((name) => !created.has(name)));
}

function tablesOf(files: readonly OrderedFile[], which: "tables" | "uses"): ReadonlySet<string> {
	return new Set(files.flatMap((file) => [...scanDdl(file)[which]]));
}
