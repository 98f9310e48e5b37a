import { compareNumbered, folderOf, joinPath } from "../paths";
import { databasePath, type Finder, type Found, isSql, type Workspace } from "../workspace";
import { migrationFolders, migrationName } from "./migration-folders";

/**
 * `drizzle/0000_name.sql` in the order of `drizzle/meta/_journal.json`, which also names the dialect; files that the
 * journal doesn't list are not run. A journal that can't be read leaves the order to the names. One that lists only others
 * says that Drizzle runs none of these: something else does, or a person. Later versions write
 * `drizzle/<timestamp>_name/migration.sql`, by the folders' names.
 * https://orm.drizzle.team/docs/drizzle-kit-generate
 */
export const findDrizzle: Finder = (workspace) => [...withJournal(workspace), ...withFolders(workspace)];

function withJournal(workspace: Workspace): Found[] {
	return workspace.named("_journal.json").flatMap((journalFile): Found[] => {
		const folder = folderOf(folderOf(journalFile.path));
		const siblings = (workspace.folders.get(folder) ?? []).filter(isSql);
		const found = { path: databasePath(folder), kind: "drizzle" as const, alsoTaken: siblings.map(({ path }) => path) };
		const journal = readJournal(journalFile.text);
		const byName = () => [{ ...found, files: [...siblings].sort((a, b) => compareNumbered(a.path, b.path)) }];
		if (!journal) return byName();
		if (journal.dialect !== null && !/^(?:pg|postgres)/.test(journal.dialect)) return [{ ...found, files: [] }];
		const listed = journal.tags.flatMap((tag) => workspace.file(joinPath(folder, `${tag}.sql`)) ?? []);
		if (listed.length > 0) return [{ ...found, files: listed }];
		return byName().map((each) => ({ ...each, kind: journal.tags.length > 0 ? "ordered" : "drizzle" }));
	});
}

/** Prisma lays its migrations out in the same way, but has a lock file and no breakpoints between statements. */
function withFolders(workspace: Workspace): Found[] {
	return [...migrationFolders(workspace, "migration.sql")].flatMap(([folder, files]): Found[] => {
		if (workspace.file(joinPath(folder, "migration_lock.toml"))) return [];
		if (!/(?:^|\/)drizzle(?:\/|$)/.test(folder) && !files.some(({ text }) => text.includes("--> statement-breakpoint")))
			return [];
		const ordered = [...files].sort((a, b) => compareNumbered(migrationName(a), migrationName(b)));
		return [{ path: databasePath(folder), kind: "drizzle", files: ordered }];
	});
}

function readJournal(text: string): { dialect: string | null; tags: string[] } | null {
	let journal: unknown;
	try {
		journal = JSON.parse(text);
	} catch {
		return null;
	}
	if (typeof journal !== "object" || journal === null || !("entries" in journal) || !Array.isArray(journal.entries))
		return null;
	const entries = journal.entries.filter(
		(entry): entry is { idx?: number; tag: string } => typeof entry?.tag === "string",
	);
	const dialect = "dialect" in journal && typeof journal.dialect === "string" ? journal.dialect : null;
	return { dialect, tags: entries.sort((a, b) => (a.idx ?? 0) - (b.idx ?? 0)).map(({ tag }) => tag) };
}
