import type { OrderedFile, SourceFile } from "./database";
import { scanDdl } from "./ddl-scan";
import { folderOf, joinPath } from "./paths";

/**
 * Puts files that have no order of their own in one that can run: first as a master file includes them, if one does;
 * then so that a file comes after those that create what it uses. Where that leaves a choice, the given order stays.
 */
export function orderByReferences(files: readonly SourceFile[]): OrderedFile[] {
	const included = includeOrder(files);
	const rest = files.filter((file) => !included.includes(file));
	return [...included, ...inDependencyOrder(rest)].map((file) => withIncludes(file, files));
}

/** psql's `\i` and `\ir` (https://www.postgresql.org/docs/current/app-psql.html), `\include` and `\include_relative`. */
const INCLUDE = /^[ \t]*\\(?:ir?|include(?:_relative)?)[ \t]+'?([^'\s]+)'?/gm;

/** The files that other files include, in that order, each after the file that includes it. */
function includeOrder(files: readonly SourceFile[]): SourceFile[] {
	const includes = new Map(files.map((file) => [file, includesOf(file, files)] as const));
	const targets = new Set([...includes.values()].flat());
	const ordered: SourceFile[] = [];
	const visit = (file: SourceFile) => {
		if (ordered.includes(file)) return;
		ordered.push(file);
		for (const target of includes.get(file) ?? []) visit(target);
	};
	for (const [file, own] of includes) if (own.length > 0 && !targets.has(file)) visit(file);
	return ordered;
}

/** Those of the files that the file includes, in the order of its text. */
export function includesOf(file: SourceFile, files: readonly SourceFile[]): SourceFile[] {
	return placedIncludes(file, files).map(({ target }) => target);
}

/** The files, each followed by what it includes of all files and was not there before. */
export function withIncluded(files: readonly SourceFile[], all: readonly SourceFile[]): OrderedFile[] {
	const ordered = new Set<SourceFile>();
	const visit = (file: SourceFile) => {
		if (ordered.has(file)) return;
		ordered.add(file);
		for (const target of includesOf(file, all)) if (!files.includes(target)) visit(target);
	};
	for (const file of files) visit(file);
	return [...ordered].map((file) => withIncludes(file, [...ordered]));
}

function withIncludes(file: SourceFile, files: readonly SourceFile[]): OrderedFile {
	const includes = placedIncludes(file, files).map(({ at, target }) => ({ at, path: target.path }));
	return includes.length > 0 ? { ...file, includes } : file;
}

function placedIncludes(
	file: SourceFile,
	files: readonly SourceFile[],
): { readonly at: number; readonly target: SourceFile }[] {
	if (!file.text.includes("\\i")) return [];
	return [...file.text.matchAll(INCLUDE)].flatMap(({ index, 1: name = "" }) => {
		const target = fileNamed(name, folderOf(file.path), files);
		return target && target !== file ? [{ at: index, target }] : [];
	});
}

/**
 * Beside the file, from the workspace's root, or somewhere else: psql may be started in any folder, and a container may have
 * the files in another one, so that as much of the path counts as leads to one file.
 */
function fileNamed(name: string, folder: string, files: readonly SourceFile[]): SourceFile | undefined {
	const [fromHere, fromRoot] = [joinPath(folder, name), joinPath("", name)];
	const exact = files.find(({ path }) => path === fromHere) ?? files.find(({ path }) => path === fromRoot);
	if (exact) return exact;
	const parts = fromRoot.split("/");
	for (const start of parts.keys()) {
		const end = parts.slice(start).join("/");
		const fitting = files.filter(({ path }) => path === end || path.endsWith(`/${end}`));
		if (fitting.length > 0) return fitting.length === 1 || start === 0 ? fitting[0] : undefined;
	}
	return undefined;
}

function inDependencyOrder(files: readonly SourceFile[]): SourceFile[] {
	const makers = new Map<string, SourceFile>();
	const makersOfOthers = new Map<string, SourceFile>();
	for (const file of files) {
		const { tables, others } = scanDdl(file);
		for (const table of tables) if (!makers.has(table)) makers.set(table, file);
		for (const other of others) if (!makersOfOthers.has(other)) makersOfOthers.set(other, file);
	}
	const needs = new Map(
		files.map((file) => {
			const { uses, words, tables, others } = scanDdl(file);
			const needed = new Set<SourceFile>();
			for (const name of uses) if (!tables.has(name)) add(needed, makers.get(name) ?? makersOfOthers.get(name), file);
			for (const [name, maker] of makersOfOthers) if (words.has(name) && !others.has(name)) add(needed, maker, file);
			return [file, needed] as const;
		}),
	);
	const ordered: SourceFile[] = [];
	const visiting = new Set<SourceFile>();
	const visit = (file: SourceFile) => {
		if (visiting.has(file)) return;
		visiting.add(file);
		for (const other of files) if (needs.get(file)?.has(other)) visit(other);
		ordered.push(file);
	};
	for (const file of files) visit(file);
	return ordered;
}

function add(needed: Set<SourceFile>, maker: SourceFile | undefined, file: SourceFile): void {
	if (maker && maker !== file) needed.add(maker);
}
