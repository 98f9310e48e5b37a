import type { SourceFile } from "../database";
import { scanDdl } from "../ddl-scan";
import { isDownPart } from "../not-schema";
import { includesOf, withIncluded } from "../order-by-references";
import { compareNumbered, folderOf, nameOf } from "../paths";
import { databasePath, type Finder, type Found, isSql, type Workspace } from "../workspace";
import { folderOrder } from "./folder-order";
import { migrationFolders, migrationName } from "./migration-folders";

/** `001-a.sql`, `2024_a.sql`, `1.sql`: what people write for order. `v1-core.sql` may as well be a part of version 1. */
const NUMBERED = /^\d.*\.sql$/i;

/** `3.14`, `v2.0.1`: a release's folder. A bare number may as well be a year, or a part of a name. */
const RELEASE = /^v?\d+(?:\.\d+)+$/i;

/**
 * Files with a leading number or timestamp, by number: plain folders, and the tools that use no more than that (sqlx,
 * Postgrator, graphile-migrate). Also Diesel's folders with an `up.sql` each
 * (https://diesel.rs/guides/getting-started). A folder counts when most of what changes the schema in it is numbered.
 * Products that keep a folder a release (`3.9/0001_a.sql`, `3.10/0000_b.sql`) have one database in them.
 */
export const findOrdered: Finder = (workspace) => {
	const found: Found[] = [];
	for (const [folder, files] of migrationFolders(workspace, "up.sql")) {
		const compare = folderOrder(files.map(migrationName));
		const ordered = [...files].sort((a, b) => compare(migrationName(a), migrationName(b)));
		const downs = ordered.map(({ path }) => path.replace(/up\.sql$/, "down.sql"));
		if (files.some((file) => /^\d/.test(migrationName(file))))
			found.push({ path: databasePath(folder), kind: "ordered", files: ordered, alsoTaken: downs });
	}
	const all = workspace.files.filter(isSql);
	for (const [folder, files] of byDatabase(workspace.folders)) {
		const sql = files.filter(isSql);
		const numbered = sql.filter(({ path }) => NUMBERED.test(nameOf(path)));
		const ups = numbered.filter(({ path }) => !isDownPart(path));
		const changing = ups.filter((file) => scanDdl(file).ddl > 0 || includesOf(file, all).length > 0);
		if (
			changing.length === 0 ||
			(ups.length < 2 && !/(?:^|\/)migrations?(?:\/[^/]+)?$/i.test(folder)) ||
			!areMost(changing, sql)
		)
			continue;
		const ordered = [...ups].sort(
			(a, b) => compareNumbered(folderOf(a.path), folderOf(b.path)) || compareNumbered(nameOf(a.path), nameOf(b.path)),
		);
		found.push({
			path: databasePath(folder),
			kind: "ordered",
			files: withIncluded(ordered, all),
			alsoTaken: numbered.map(({ path }) => path),
		});
	}
	// What another folder's files include runs there.
	const isWithin = (each: Found, other: Found) => each !== other && each.files.every((file) => holds(other, file));
	return found.filter((each) => !found.some((other) => isWithin(each, other)));
};

function holds({ files }: Found, { path }: SourceFile): boolean {
	return files.some((file) => file.path === path);
}

/** The folders with their files; those that are called after releases, beside others of their kind, are one database in the folder that holds them. */
function byDatabase(folders: Workspace["folders"]): Map<string, readonly SourceFile[]> {
	const databases = new Map<string, readonly SourceFile[]>();
	const isRelease = (folder: string) => RELEASE.test(nameOf(folder));
	const releases = [...folders.keys()].filter(isRelease).map(folderOf);
	for (const [folder, files] of folders) {
		const parent = folderOf(folder);
		const database = isRelease(folder) && releases.filter((other) => other === parent).length > 1 ? parent : folder;
		databases.set(database, [...(databases.get(database) ?? []), ...files]);
	}
	return databases;
}

function areMost(numbered: readonly SourceFile[], all: readonly SourceFile[]): boolean {
	const known = new Set(numbered);
	const others = all.filter((file) => !known.has(file) && !isDownPart(file.path) && scanDdl(file).ddl > 0);
	return numbered.length >= others.length;
}
