import { nameOf } from "../../workspace/paths";
import type { Part } from "../parts";
import { alonePartsNote, type Outside, partsOf } from "../parts";
import { comment, paragraphs } from "../script";
import { inFolder, type Migration, type NumberedName, newestFolder, nextInFolder, type Tool } from "./tool";

/** A tool that keeps a migration in one numbered SQL file. */
export interface OneFile {
	readonly outside: Outside;
	/** What must stand behind the version; otherwise as the files that are there have it. */
	readonly separator?: string;
	readonly compare?: (a: string, b: string) => number;
	/** The blocks of the file, below the title. */
	readonly text: (part: Part) => readonly string[];
	/** What must be the file's first lines. */
	readonly head?: (part: Part) => string;
	readonly note?: (migration: Migration) => string | null;
}

/** The tool of such files. */
export function oneFileTool({ outside, separator, compare, text, head, note }: OneFile): Tool {
	return (migration) => {
		const parts = partsOf(migration.steps, outside);
		const names = nextInFolder(migration, parts.length, separator, compare);
		const newFiles = parts.map((part, i) => ({
			path: inFolder(newestFolder(migration), `${fileName(names[i] as NumberedName)}.sql`),
			text: paragraphs([head?.(part) ?? "", comment(migration.title), ...text(part)]),
		}));
		const alone = outside === "alone" ? alonePartsNote(parts) : null;
		return { edits: [], newFiles, note: note?.(migration) ?? alone };
	};
}

export function fileName({ version, separator, name }: NumberedName): string {
	return nameOf(`${version}${separator}${name}`);
}
