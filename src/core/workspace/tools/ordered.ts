import type { SourceFile } from "../database";
import { scanDdl } from "../ddl-scan";
import { isDownPart } from "../not-schema";
import { compareNumbered, nameOf } from "../paths";
import { databasePath, type Finder, type Found, isSql } from "../workspace";
import { folderOrder } from "./folder-order";
import { migrationFolders, migrationName } from "./migration-folders";

/** `001-a.sql`, `2024_a.sql`, `1.sql`: what people write for order. `v1-core.sql` may as well be a part of version 1. */
const NUMBERED = /^\d.*\.sql$/i;

/**
 * Files with a leading number or timestamp, by number: plain folders, and the tools that use no more than that (sqlx,
 * Postgrator, graphile-migrate). Also Diesel's folders with an `up.sql` each
 * (https://diesel.rs/guides/getting-started). A folder counts when most of what changes the schema in it is numbered.
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
	for (const [folder, files] of workspace.folders) {
		const sql = files.filter(isSql);
		const numbered = sql.filter(({ path }) => NUMBERED.test(nameOf(path)));
		const ups = numbered.filter(({ path }) => !isDownPart(path));
		const changing = ups.filter((file) => scanDdl(file).ddl > 0);
		if (
			changing.length === 0 ||
			(ups.length < 2 && !/(?:^|\/)migrations?(?:\/[^/]+)?$/i.test(folder)) ||
			!areMost(changing, sql)
		)
			continue;
		const ordered = [...ups].sort((a, b) => compareNumbered(nameOf(a.path), nameOf(b.path)));
		found.push({
			path: databasePath(folder),
			kind: "ordered",
			files: ordered,
			alsoTaken: numbered.map(({ path }) => path),
		});
	}
	return found;
};

function areMost(numbered: readonly SourceFile[], all: readonly SourceFile[]): boolean {
	const known = new Set(numbered);
	const others = all.filter((file) => !known.has(file) && !isDownPart(file.path) && scanDdl(file).ddl > 0);
	return numbered.length >= others.length;
}
