import type { Kind, OrderedFile, SourceFile } from "../database";
import { compareNumbered, nameOf } from "../paths";
import { type Markers, upParts } from "../up-parts";
import { databasePath, type Finder, type Found, isSql } from "../workspace";

/** A tool that keeps both directions in one numbered file, told by the marks within: a finder for its folders. */
export function findMarked(kind: Kind, markers: Markers): Finder {
	const read = new WeakMap<SourceFile, OrderedFile>();
	const upwards = (file: SourceFile) => {
		const parts = read.get(file) ?? upParts(file, markers);
		read.set(file, parts);
		return parts;
	};
	const mark = new RegExp(`${markers.up.source}|${markers.down.source}`, "im");
	const marked = new WeakMap<SourceFile, boolean>();
	const isMarked = (file: SourceFile) => {
		const known = marked.get(file) ?? mark.test(file.text);
		marked.set(file, known);
		return known;
	};
	return (workspace) =>
		[...workspace.folders].flatMap(([folder, files]): Found[] => {
			const sql = files.filter(isSql);
			if (!sql.some(isMarked)) return [];
			const own = sql.filter((file) => isMarked(file) || /^\d/.test(nameOf(file.path)));
			const ordered = [...own].sort((a, b) => compareNumbered(nameOf(a.path), nameOf(b.path)));
			return [{ path: databasePath(folder), kind, files: ordered.map(upwards) }];
		});
}
