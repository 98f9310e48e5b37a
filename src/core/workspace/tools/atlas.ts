import { compareText } from "../../text/compare";
import { folderOf, nameOf } from "../paths";
import { databasePath, type Finder, type Found, isSql } from "../workspace";

/**
 * A folder with `atlas.sum`: its SQL files by name. A new database starts from the newest checkpoint. Atlas also keeps
 * other tools' formats; those finders come first, as a new file must look like the ones that are there.
 * https://atlasgo.io/concepts/migration-directory-integrity and https://atlasgo.io/versioned/checkpoint
 */
export const findAtlas: Finder = (workspace) =>
	workspace.named("atlas.sum").flatMap((sum): Found[] => {
		const folder = folderOf(sum.path);
		const all = (workspace.folders.get(folder) ?? [])
			.filter(isSql)
			.sort((a, b) => compareText(nameOf(a.path), nameOf(b.path)));
		const checkpoint = all.findLastIndex(({ text }) => /^\s*--\s*atlas:checkpoint\b/m.test(text.slice(0, 1000)));
		const files = all.slice(Math.max(0, checkpoint));
		return files.length > 0
			? [{ path: databasePath(folder), kind: "atlas", files, alsoTaken: all.map(({ path }) => path) }]
			: [];
	});
