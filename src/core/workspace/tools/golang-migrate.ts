import { compareText } from "../../text/compare";
import type { SourceFile } from "../database";
import { scanDdl } from "../ddl-scan";
import { isNotSchema } from "../not-schema";
import { compareDigits, folderOf, nameOf } from "../paths";
import { databasePath, type Finder, type Found } from "../workspace";

const NAME = /^(\d+)(?:[_-](.*))?[._-](up|down)\.sql$/i;
/** Products in a file's name: `0001_users.postgres.up.sql`. */
const POSTGRES = /\.(?:postgres(?:ql)?|pg)(?=\.|$)/i;
const COCKROACH = /\.cockroach(?:db)?(?=\.|$)/i;

interface Migration {
	readonly file: SourceFile;
	/** The folder's number where numbered folders hold the files, then the file's own. */
	readonly version: readonly string[];
	/** Empty where the number is the whole name, as in `0157.up.sql`: other tools that keep these names allow it. */
	readonly name: string;
	readonly up: boolean;
}

/**
 * `<number>_name.up.sql` with a `.down.sql` beside it, by number.
 * https://github.com/golang-migrate/migrate/blob/master/MIGRATIONS.md
 * Products that keep a folder a release (`0/01_a.up.sql`, `1/01_b.up.sql`) have one database in them.
 */
export const findGolangMigrate: Finder = (workspace) => {
	const databases = new Map<string, Migration[]>();
	const byFolder = [...workspace.folders].flatMap(([folder, files]) => {
		const migrations = files.flatMap((file): Migration[] => {
			const [, number, name = "", direction] = NAME.exec(nameOf(file.path)) ?? [];
			if (number === undefined) return [];
			return [{ file, version: [number], name, up: direction?.toLowerCase() === "up" }];
		});
		return migrations.some(({ up, name }) => up && name !== "") && !isMixed(files, migrations)
			? [{ folder, migrations }]
			: [];
	});
	for (const { folder, migrations } of byFolder) {
		const release = nameOf(folder);
		const siblings = byFolder.filter((other) => isNumber(nameOf(other.folder)) && sameParent(other.folder, folder));
		const isRelease = isNumber(release) && siblings.length > 1;
		const database = isRelease ? folderOf(folder) : folder;
		const own = isRelease ? migrations.map((each) => ({ ...each, version: [release, ...each.version] })) : migrations;
		databases.set(database, [...(databases.get(database) ?? []), ...own]);
	}
	return [...databases].map(
		([folder, migrations]): Found => ({
			path: databasePath(folder),
			kind: "golang-migrate",
			files: inOrder(forPostgres(migrations.filter(({ up }) => up))).map(({ file }) => file),
			alsoTaken: migrations.map(({ file }) => file.path),
		}),
	);
};

/**
 * Whether the product runs its files itself: among the `.up.sql` stand others with numbers of the same kind and no direction,
 * which the tool would pass over. The whole is one database then, in plain order.
 */
function isMixed(files: readonly SourceFile[], migrations: readonly Migration[]): boolean {
	const versions = migrations.map(({ version }) => version[0] as string).sort(compareDigits);
	const first = versions[0] ?? "";
	const plain = files.filter((file) => {
		const [, number = ""] = /^(\d+)[_-].*\.sql$/i.exec(nameOf(file.path)) ?? [];
		const isBetween = number.length === first.length && compareDigits(number, first) > 0 && !versions.includes(number);
		return isBetween && !isNotSchema(file.path) && scanDdl(file).ddl > 0;
	});
	return plain.length >= 2;
}

function isNumber(name: string): boolean {
	return /^\d+$/.test(name);
}

function sameParent(a: string, b: string): boolean {
	return folderOf(a) === folderOf(b);
}

function inOrder(migrations: readonly Migration[]): Migration[] {
	return [...migrations].sort((a, b) => {
		for (const [i, number] of a.version.entries()) {
			const order = compareDigits(number, b.version[i] ?? "0");
			if (order !== 0) return order;
		}
		return compareText(a.file.path, b.file.path);
	});
}

/** Of migrations that come once a product those for PostgreSQL, and those for all where it has none of its own. */
function forPostgres(migrations: readonly Migration[]): Migration[] {
	const own = migrations.filter(({ name }) => POSTGRES.test(name));
	const keys = new Set(own.map(keyOf));
	return migrations.filter((each) => {
		if (POSTGRES.test(each.name)) return true;
		// Close enough to read where there is nothing else.
		if (COCKROACH.test(each.name)) return own.length === 0;
		return !keys.has(keyOf(each));
	});
}

function keyOf({ version, name }: Migration): string {
	return `${version.join("/")} ${name.split(".")[0]}`;
}
