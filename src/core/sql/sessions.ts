import type { SqlFile, Statement } from "./statement";

/** A statement in the order in which it runs, and the file that it stands in. */
export interface SessionStatement {
	readonly file: SqlFile;
	readonly statement: Statement;
}

/** What one connection runs: a file, and what it includes. */
export interface Session {
	readonly file: SqlFile;
	readonly statements: readonly SessionStatement[];
}

/**
 * The files' statements as they run. Each file is a session of its own, but one that another includes runs in the middle of
 * that, with what it has SET until there, and what it SETs itself stays for what follows. A second time it runs nowhere:
 * two master files that include the same are two ways to the same database.
 */
export function sessionsOf(files: readonly SqlFile[]): Session[] {
	const byPath = new Map(files.map((file) => [file.file, file]));
	const included = new Set(files.flatMap(({ includes = [] }) => includes.map(({ path }) => path)));
	const run = new Set<SqlFile>();
	function* statementsOf(file: SqlFile | undefined): Iterable<SessionStatement> {
		if (!file || run.has(file)) return;
		run.add(file);
		const includes = [...(file.includes ?? [])];
		for (const statement of file.statements) {
			while (includes[0] && includes[0].at < statement.span.start)
				yield* statementsOf(byPath.get(includes.shift()?.path ?? ""));
			yield { file, statement };
		}
		for (const { path } of includes) yield* statementsOf(byPath.get(path));
	}
	// Files that include each other in a circle are left for the end.
	return [...files.filter(({ file }) => !included.has(file)), ...files].flatMap((file) =>
		run.has(file) ? [] : [{ file, statements: [...statementsOf(file)] }],
	);
}
