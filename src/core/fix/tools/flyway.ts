import { compareNumbered, folderOf, isWithin, nameOf } from "../../workspace/paths";
import { migrationWords } from "../migration-name";
import { partsOf } from "../parts";
import { comment, downScript, paragraphs, upScript } from "../script";
import { nextVersions } from "../version";
import { inFolder, numbered, type Tool } from "./tool";

const NAME = /^([VUB])(\d+(?:[._]\d+)*)__/i;

/**
 * `V<version>__name.sql`, and `U<version>__name.sql` where the project writes undo migrations. A script of its own configuration,
 * `….sql.conf`, says that it runs outside a transaction. Flyway's own lock is a transaction, too, for whose end a concurrent
 * build would wait for ever.
 * "Script Config Files", "Execute In Transaction" and "PostgreSQL Transactional Lock" in
 * https://github.com/flyway/flyway/tree/main/documentation, and https://github.com/flyway/flyway/issues/3854
 */
export const flyway: Tool = (migration) => {
	const { database, files, title, steps, now } = migration;
	const root = database.path === "." ? "" : database.path;
	const own = files.flatMap(({ path }) => {
		const [, letter = "", version = ""] = NAME.exec(nameOf(path)) ?? [];
		return version !== "" && isWithin(path, root) ? [{ path, letter, version }] : [];
	});
	const versioned = own.filter(({ letter }) => /[VB]/i.test(letter));
	const newest = versioned.sort((a, b) => compareVersions(a.version, b.version)).at(-1);
	const folder = newest === undefined ? root : folderOf(newest.path);
	const undoes = own.find(({ letter }) => /U/i.test(letter));
	const parts = partsOf(steps, "file");
	const versions = nextVersions(
		own.map(({ version }) => version),
		now,
		parts.length,
		compareVersions,
	);
	const newFiles = parts.flatMap((part, i) => {
		const name = `${versions[i]}__${migrationWords(title).join("_")}${numbered(parts.length, i)}.sql`;
		const script = (path: string, blocks: readonly string[]) => [
			{ path, text: paragraphs([comment(title), ...blocks]) },
			...(part.outside ? [{ path: `${path}.conf`, text: "executeInTransaction=false\n" }] : []),
		];
		const down = downScript(part, "local");
		return [
			...script(inFolder(folder, `${letterOf(newest?.letter, "V")}${name}`), upScript(part, "local")),
			...(undoes && down.length > 0 ? script(inFolder(folderOf(undoes.path), `${undoes.letter}${name}`), down) : []),
		];
	});
	const outside = parts.some((part) => part.outside);
	return {
		edits: [],
		newFiles,
		note: outside
			? "Set `flyway.postgresql.transactional.lock=false` before you run it: with Flyway's own lock in a transaction, a concurrent index waits for ever."
			: null,
	};
};

function compareVersions(a: string, b: string): number {
	return compareNumbered(a.replaceAll("_", "."), b.replaceAll("_", "."));
}

/** Lower-case only where the others are. */
function letterOf(letter: string | undefined, usual: string): string {
	return letter === "v" ? "v" : usual;
}
