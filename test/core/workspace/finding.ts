import type { DatabaseSource, SourceFile } from "../../../src/core/workspace/database";
import { findDatabases } from "../../../src/core/workspace/find";

/** A workspace of files given as path -> text; a path alone creates a table named after the file. */
export function workspace(...files: readonly (string | Readonly<Record<string, string>>)[]): SourceFile[] {
	return files.flatMap((file, index) => {
		if (typeof file === "string")
			return [{ path: file, text: file.endsWith(".sql") ? `CREATE TABLE t${index} (id int);\n` : "" }];
		return Object.entries(file).map(([path, text]) => ({ path, text }));
	});
}

/** What is found, as `kind path: file, file`, with the files relative to the path where they lie in it. */
export function found(files: readonly SourceFile[]): string[] {
	return findDatabases(files).map(({ kind, path, files: own }) => {
		const names = own.map((file) =>
			path !== "." && file.path.startsWith(`${path}/`) ? file.path.slice(path.length + 1) : file.path,
		);
		return `${kind} ${path}: ${names.join(", ")}`;
	});
}

/** The parts of the only database's only file that run. */
export function upText(files: readonly SourceFile[]): string[] {
	const [source] = findDatabases(files) as [DatabaseSource];
	const [file] = source.files;
	if (!file) throw new Error("no file");
	return (file.up ?? [{ start: 0, end: file.text.length }]).map(({ start, end }) => file.text.slice(start, end).trim());
}
