import { modify } from "jsonc-parser";
import type { TextEdit } from "../../text/edit";
import type { SourceFile } from "../../workspace/database";
import { folderOf, nameOf } from "../../workspace/paths";
import { timeOfIso } from "../calendar";
import { migrationWords } from "../migration-name";
import { partsOf } from "../parts";
import { comment, lineEnd, upScript } from "../script";
import { leadingVersion } from "../version";
import {
	changesTables,
	filesIn,
	inFolder,
	joinedNotes,
	type Migration,
	newest,
	newestFolder,
	nextNames,
	type Tool,
} from "./tool";

export const BREAKPOINT = "--> statement-breakpoint";

interface Entry {
	readonly idx?: number;
	readonly version?: string;
	readonly when?: number;
	readonly tag: string;
	readonly breakpoints?: boolean;
}

/**
 * `<number>_name.sql` and its entry in `meta/_journal.json`, or `<timestamp>_name/migration.sql` in later versions, which have
 * no journal. All migrations that are due run in one transaction, so everything is written for one. A migration whose
 * `when` is not later than the last one that ran is passed over. There is no way down.
 * https://orm.drizzle.team/docs/kit-custom-migrations, https://github.com/drizzle-team/drizzle-orm/issues/860 and `migrate` in
 * https://github.com/drizzle-team/drizzle-orm/blob/main/drizzle-orm/src/pg-core/dialect.ts
 */
export const drizzle: Tool = (migration) => {
	const text = partsOf(migration.steps, "inside").map(
		(part) => `${[comment(migration.title), upScript(part, "local").join(`\n${BREAKPOINT}\n`)].join("\n")}\n`,
	);
	const folder = newestFolder(migration);
	const journal = migration.files.find(({ path }) => path === inFolder(folder, "meta/_journal.json"));
	const written = journal ? withJournal(migration, journal, text) : inFolders(migration, text);
	const schema = changesTables(migration.steps)
		? "Say the same in the Drizzle schema, so that drizzle-kit doesn't take it back."
		: null;
	return { ...written, note: joinedNotes(written.note, schema) };
};

function inFolders(migration: Migration, texts: readonly string[]): ReturnType<Tool> {
	const own = folderOf(newest(migration));
	const folder = folderOf(own);
	const names = migration.files.flatMap(({ path }) =>
		nameOf(path) === "migration.sql" && folderOf(folderOf(path)) === folder ? [nameOf(folderOf(path))] : [],
	);
	const next = nextNames(migration, [...names, nameOf(own)], texts.length, "_");
	const newFiles = texts.map((text, i) => ({
		path: inFolder(folder, `${next[i]?.version}_${next[i]?.name}/migration.sql`),
		text,
	}));
	return { edits: [], newFiles, note: null };
}

function withJournal(migration: Migration, journal: SourceFile, texts: readonly string[]): ReturnType<Tool> {
	const folder = newestFolder(migration);
	const entries = entriesOf(journal.text);
	const stems = filesIn(migration, folder).map(({ path }) => nameOf(path).replace(/\.sql$/i, ""));
	const last = [...(entries ?? [])].sort((a, b) => (a.idx ?? 0) - (b.idx ?? 0)).at(-1);
	const tag = nextTag(migration, last?.tag ?? nameOf(newest(migration)), stems);
	const newFiles = texts.map((text) => ({ path: inFolder(folder, `${tag}.sql`), text }));
	if (newFiles.length === 0 || entries === null) {
		const note = newFiles.length === 0 ? null : `Add ${tag} to ${journal.path}, which could not be read.`;
		return { edits: [], newFiles, note };
	}
	const entry: Entry = {
		idx: Math.max(-1, ...entries.map(({ idx }) => idx ?? 0)) + 1,
		version: last?.version ?? "7",
		when: Math.max(timeOfIso(migration.now), ...entries.map(({ when }) => (when ?? 0) + 1)),
		tag,
		breakpoints: last?.breakpoints ?? true,
	};
	return { edits: insertion(journal, entries.length, entry), newFiles, note: null };
}

/** In the prefix that drizzle-kit is set to: a number, a time, or none. */
function nextTag(migration: Migration, lastTag: string, stems: readonly string[]): string {
	if (leadingVersion(lastTag) !== "") {
		const [next] = nextNames(migration, [...stems, lastTag], 1, "_");
		return `${next?.version}_${next?.name}`;
	}
	const name = migrationWords(migration.title).join("_");
	for (let i = 1; ; i++) {
		const tag = i === 1 ? name : `${name}_${i}`;
		if (!stems.includes(tag)) return tag;
	}
}

function insertion(journal: SourceFile, index: number, entry: Entry): TextEdit[] {
	const indent = /^(\t| +)"/m.exec(journal.text)?.[1] ?? "  ";
	const formattingOptions = {
		insertSpaces: indent !== "\t",
		tabSize: indent === "\t" ? 1 : indent.length,
		eol: lineEnd(journal.text),
	};
	return modify(journal.text, ["entries", index], entry, { formattingOptions, isArrayInsertion: true }).map(
		({ offset, length, content }) => ({
			file: journal.path,
			span: { start: offset, end: offset + length },
			newText: content,
		}),
	);
}

/** Null where the journal can't be read. */
function entriesOf(text: string): Entry[] | null {
	try {
		const journal: unknown = JSON.parse(text);
		if (typeof journal !== "object" || journal === null || !("entries" in journal)) return null;
		return Array.isArray(journal.entries) && journal.entries.every((entry) => typeof entry?.tag === "string")
			? journal.entries
			: null;
	} catch {
		return null;
	}
}
