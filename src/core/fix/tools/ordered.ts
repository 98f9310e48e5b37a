import { isDownPart } from "../../workspace/not-schema";
import { folderOf, joinPath, nameOf } from "../../workspace/paths";
import { folderOrder } from "../../workspace/tools/folder-order";
import { alonePartsNote, type Part, partsOf } from "../parts";
import { comment, downScript, paragraphs, upScript } from "../script";
import { leadingVersion } from "../version";
import { gooseStatement } from "./goose";
import { oneFileTool } from "./one-file";
import {
	filesIn,
	inFolder,
	joinedNotes,
	type Migration,
	newest,
	newestFolder,
	nextInFolder,
	nextNames,
	type Tool,
} from "./tool";

/** Files with a number each, and whatever runs them: the marks of sql-migrate, Diesel's folders, or plain files. */
export const ordered: Tool = (migration) => {
	const last = migration.files.find(({ path }) => path === newest(migration));
	if (/^\s*--\s*\+migrate\s+up\b/im.test(last?.text ?? "")) return sqlMigrate(migration);
	return nameOf(newest(migration)) === "up.sql" ? diesel(migration) : plain(migration);
};

/**
 * goose's forerunner, with the same marks under its own name; `notransaction` stands behind each.
 * https://github.com/rubenv/sql-migrate#writing-migrations
 */
const sqlMigrate = oneFileTool({
	outside: "file",
	text: (part) => {
		const mark = (way: string) => `-- +migrate ${way}${part.outside ? " notransaction" : ""}`;
		const wrap = (sql: string) =>
			gooseStatement(sql).replaceAll(/^-- \+goose (?=Statement(?:Begin|End)$)/gm, "-- +migrate ");
		return [mark("Up"), ...upScript(part, "local", wrap), mark("Down"), ...downScript(part, "local", wrap)];
	},
});

/**
 * A folder for each migration, with `up.sql` and `down.sql`; `metadata.toml` says that it runs outside a transaction. A file is
 * sent as one text, so a statement that must be outside needs a file of its own.
 * https://docs.rs/diesel_migrations/latest/diesel_migrations/struct.FileBasedMigrations.html
 */
const diesel: Tool = (migration) => {
	const parts = partsOf(migration.steps, "alone");
	const own = folderOf(newest(migration));
	const folder = folderOf(own);
	const siblings = migration.files.flatMap(({ path }) =>
		nameOf(path) === "up.sql" && folderOf(folderOf(path)) === folder ? [nameOf(folderOf(path))] : [],
	);
	const known = [...siblings, nameOf(own)];
	const names = nextNames(migration, known, parts.length, "_", folderOrder(known));
	const newFiles = parts.flatMap((part, i) => {
		const at = inFolder(folder, `${names[i]?.version}_${names[i]?.name}`);
		return [
			{ path: joinPath(at, "up.sql"), text: script(migration.title, upScript(part, "session")) },
			{ path: joinPath(at, "down.sql"), text: script(`Undo: ${migration.title}`, downScript(part, "session")) },
			...(part.outside ? [{ path: joinPath(at, "metadata.toml"), text: "run_in_transaction = false\n" }] : []),
		];
	});
	return { edits: [], newFiles, note: alonePartsNote(parts) };
};

/**
 * Plain files, run by psql, sqlx, Postgrator or a script of the product's own. A statement that must be outside a transaction is
 * alone in its file, whose first line is what sqlx wants there (https://github.com/launchbadge/sqlx/blob/main/sqlx-core/src/migrate/source.rs).
 * Ways down are written where the newest file has one, beside it and called after it.
 */
const plain: Tool = (migration) => {
	const parts = partsOf(migration.steps, "alone");
	const folder = newestFolder(migration);
	const names = nextInFolder(migration, parts.length);
	const downOf = downNames(migration);
	const newFiles = parts.flatMap((part, i) => {
		const { version = "", separator = "", name = "" } = names[i] ?? {};
		const down = downOf?.(version, separator, name) ?? null;
		return [
			{
				path: inFolder(folder, `${version}${separator}${name}.sql`),
				text: script(migration.title, upScript(part, "session"), part),
			},
			...(down === null
				? []
				: [
						{
							path: inFolder(folder, down),
							text: script(`Undo: ${migration.title}`, downScript(part, "session"), part),
						},
					]),
		];
	});
	const outside = parts.some((part) => part.outside);
	return {
		edits: [],
		newFiles,
		note: joinedNotes(
			outside
				? "The files that begin with `-- no-transaction` must run outside a transaction: see that what runs your files does so."
				: null,
			alonePartsNote(parts),
		),
	};
};

/** How the newest migration's way down is called: `0001_a.down.sql`, `0001_a_rollback.sql`, `001.undo.a.sql`; null where it has none. */
function downNames(migration: Migration): ((version: string, separator: string, name: string) => string) | null {
	const last = nameOf(newest(migration));
	const version = leadingVersion(last);
	const stem = last.replace(/\.sql$/i, "");
	const down = filesIn(migration, newestFolder(migration))
		.map(({ path }) => nameOf(path))
		.find((name) => isDownPart(name) && leadingVersion(name) === version);
	if (down === undefined) return null;
	if (down.startsWith(stem)) return (next, separator, name) => `${next}${separator}${name}${down.slice(stem.length)}`;
	return /^\.(?:undo|down)\./.test(down.slice(version.length))
		? (next, _, name) => `${next}${/^\.[a-z]+\./.exec(down.slice(version.length))?.[0]}${name}.sql`
		: null;
}

function script(title: string, blocks: readonly string[], part?: Part): string {
	return paragraphs([part?.outside ? `-- no-transaction\n${comment(title)}` : comment(title), ...blocks]);
}
