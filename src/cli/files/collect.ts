import { closeSync, existsSync, fstatSync, openSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { excludedBy } from "../../core/analyze";
import { mayHoldQueries } from "../../core/queries/find";
import { isQuerySource } from "../../core/queries/sources";
import { CONFIG_FILE, readConfig } from "../../core/tenancy/config";
import type { SourceFile } from "../../core/workspace/database";
import { isRelevantPath } from "../../core/workspace/relevant";
import { Failure } from "../failure";
import { decode } from "./decode";
import { repositoryRoot } from "./gitignore";
import { parseGlob } from "./glob";
import { walk, why } from "./walk";

/** Beyond this a file is data rather than a schema. In bytes. */
const LARGEST = 50 * 1024 * 1024;

/** What the paths on the command line name, read. */
export interface Sources {
	/** Absolute; the paths in `files` are relative to it. */
	readonly root: string;
	readonly files: readonly SourceFile[];
	/** Programs that may hold queries; empty unless they were asked for. */
	readonly programs: readonly SourceFile[];
	/** The text of `tenancy.config.json` in `root`. */
	readonly configText: string | null;
	/** Files that count but could not be read: what is said of the rest may be wrong for want of them. */
	readonly unreadable: readonly string[];
	/** Files that were read, with a doubt. */
	readonly remarks: readonly string[];
}

/**
 * Reads files, folders (without what .gitignore names) and globs. `tenancy.config.json` is looked for from what the paths have
 * in common upward to the repository's root; outside a repository, up to `cwd`.
 *
 * @param paths as on the command line, relative to `cwd`
 * @param withPrograms whether programs are read, too, as far as they may hold queries
 * @throws {Failure} where a path names nothing, or the configuration can't be read
 */
export function collect(paths: readonly string[], cwd: string, withPrograms = false): Sources {
	const unreadable: string[] = [];
	const remarks: string[] = [];
	const show = (path: string) => relative(cwd, path) || ".";
	const asked = paths.map((path) => expand(path, cwd));
	const top = commonFolder(asked.map((item) => item.folder));
	const limit = repositoryRoot(top) ?? (contains(cwd, top) ? cwd : top);
	const config = findConfig(top, limit);
	const configText = config ? readConfigText(config, show(config)) : null;
	const isExcluded = excludedBy(configText === null ? {} : readConfig(configText, CONFIG_FILE).config);
	const root = config ? dirname(config) : limit;
	const toPath = (file: string) => relative(root, file).split(sep).join("/");

	const wanted = new Map<string, string>();
	const sources = new Map<string, string>();
	const isProgram = (file: string) =>
		withPrograms && !file.endsWith(".sql") && isQuerySource(toPath(file), toPath(top));
	for (const { files, unreadable: lost, named } of asked) {
		unreadable.push(...lost.map(({ path, why }) => `${show(path)}: ${why}`));
		const relevant = files.filter((file) => isRelevantPath(toPath(file)));
		const programs = files.filter(isProgram);
		for (const file of programs) addFile(sources, file);
		if (named && relevant.length === 0 && programs.length === 0)
			throw new Failure(
				`${show(named)} is not a file that this tool reads: it reads PostgreSQL in files whose name ends in .sql.`,
			);
		for (const file of relevant) addFile(wanted, file);
	}
	for (const file of markersAbove(
		asked.map((item) => item.folder),
		root,
	))
		if (isRelevantPath(toPath(file))) addFile(wanted, file);

	const files: SourceFile[] = [];
	const included = [...wanted.values()].filter((file) => !isExcluded(toPath(file)));
	for (const file of included.sort((a, b) => (toPath(a) < toPath(b) ? -1 : 1))) {
		const read = readText(file);
		if ("refused" in read) unreadable.push(`${show(file)}: ${read.refused}`);
		else {
			files.push({ path: toPath(file), text: read.text });
			if (read.remark) remarks.push(`${show(file)}: ${read.remark}`);
		}
	}
	const programs = [...sources.values()].flatMap((file) => {
		const path = toPath(file);
		const read = isExcluded(path) ? null : readText(file);
		const source = read && "text" in read ? { path, text: read.text } : null;
		return source && mayHoldQueries(source) ? [source] : [];
	});
	programs.sort((a, b) => (a.path < b.path ? -1 : 1));
	return { root, files, programs, configText, unreadable, remarks };
}

interface Asked {
	/** Where it lies: the folder itself, or the one that holds the file or all of a glob's matches. */
	readonly folder: string;
	readonly files: readonly string[];
	readonly unreadable: readonly { readonly path: string; readonly why: string }[];
	/** The file, where one was named outright. */
	readonly named: string | null;
}

/** A name that exists is that file, even with a `[` in it; otherwise it may be a glob. */
function expand(path: string, cwd: string): Asked {
	const absolute = resolve(cwd, path);
	if (!existsSync(absolute)) {
		const glob = parseGlob(path.split(sep).join("/"));
		if (!glob) throw new Failure(`There is no file or folder ${path}.`);
		const folder = resolve(cwd, glob.base);
		if (!existsSync(folder)) throw new Failure(`Nothing matches ${path}: there is no folder ${glob.base}.`);
		const { files, unreadable } = walk(folder);
		const matching = files.filter((file) => glob.matches(relative(folder, file).split(sep).join("/")));
		if (matching.length === 0) throw new Failure(`Nothing matches ${path}.`);
		return { folder, files: matching, unreadable, named: null };
	}
	if (statSync(absolute).isDirectory()) return { folder: absolute, ...walk(absolute), named: null };
	return { folder: dirname(absolute), files: [absolute], unreadable: [], named: absolute };
}

/** A file that is reached twice, through a link or through two arguments, is read once. */
function addFile(wanted: Map<string, string>, file: string): void {
	let real = file;
	try {
		real = realpathSync(file);
	} catch {
		// It vanished or can't be reached; reading it says so.
	}
	if (!wanted.has(real) || file === real) wanted.set(real, file);
}

/** Files beside the folders on the way up tell which migration tool it is (prisma/schema.prisma, supabase/config.toml); SQL there was not asked for. */
function markersAbove(folders: readonly string[], root: string): string[] {
	const seen = new Set<string>();
	const markers: string[] = [];
	for (const folder of folders) {
		for (let current = folder; contains(root, current) && !seen.has(current); current = dirname(current)) {
			seen.add(current);
			try {
				for (const entry of readdirSync(current, { withFileTypes: true })) {
					if (entry.isFile() && !entry.name.toLowerCase().endsWith(".sql")) markers.push(join(current, entry.name));
				}
			} catch {
				// A folder above that can't be listed only costs its hint.
			}
			if (current === root) break;
		}
	}
	return markers;
}

function readText(file: string): ReturnType<typeof decode> {
	let descriptor: number | null = null;
	try {
		descriptor = openSync(file, "r");
		const { size } = fstatSync(descriptor);
		if (size > LARGEST) {
			return {
				refused: `it has ${Math.round(size / 1024 / 1024)} MB, more than the ${LARGEST / 1024 / 1024} MB that are read; a dump without data ("pg_dump --schema-only") is enough, or leave it out with "exclude" in tenancy.config.json`,
			};
		}
		return decode(readFileSync(descriptor));
	} catch (error) {
		return { refused: why(error) };
	} finally {
		if (descriptor !== null) closeSync(descriptor);
	}
}

function findConfig(from: string, limit: string): string | null {
	for (let current = from; contains(limit, current); current = dirname(current)) {
		if (existsSync(join(current, CONFIG_FILE))) return join(current, CONFIG_FILE);
		if (current === limit) break;
	}
	return null;
}

function readConfigText(path: string, shown: string): string {
	const read = readText(path);
	if ("refused" in read) throw new Failure(`${shown} can't be read: ${read.refused}.`);
	return read.text;
}

function commonFolder(folders: readonly string[]): string {
	return folders.reduce((common, folder) => {
		let current = common;
		while (!contains(current, folder)) current = dirname(current);
		return current;
	});
}

function contains(folder: string, path: string): boolean {
	const way = relative(folder, path);
	return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
