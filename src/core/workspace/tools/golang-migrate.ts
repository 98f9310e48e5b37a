import { compareDigits, compareText, nameOf } from "../paths";
import { databasePath, type Finder, type Found } from "../workspace";

const NAME = /^(\d+)[_-](.*)[._-](up|down)\.sql$/i;

/**
 * `<number>_name.up.sql` with a `.down.sql` beside it, by number.
 * https://github.com/golang-migrate/migrate/blob/master/MIGRATIONS.md
 */
export const findGolangMigrate: Finder = (workspace) =>
	[...workspace.folders].flatMap(([folder, files]): Found[] => {
		const named = files.flatMap((file) => {
			const match = NAME.exec(nameOf(file.path));
			return match ? [{ file, version: match[1] as string, up: (match[3] as string).toLowerCase() === "up" }] : [];
		});
		const ups = named
			.filter(({ up }) => up)
			.sort((a, b) => compareDigits(a.version, b.version) || compareText(a.file.path, b.file.path));
		if (ups.length === 0) return [];
		return [
			{
				path: databasePath(folder),
				kind: "golang-migrate",
				files: ups.map(({ file }) => file),
				alsoTaken: named.map(({ file }) => file.path),
			},
		];
	});
