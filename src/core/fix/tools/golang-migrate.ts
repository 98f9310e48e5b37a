import { nameOf } from "../../workspace/paths";
import { alonePartsNote, type Part, partsOf } from "../parts";
import { comment, downScript, paragraphs, upScript } from "../script";
import { filesIn, inFolder, newest, newestFolder, nextInFolder, type Tool } from "./tool";

/**
 * `<version>_name.up.sql`, with the way down beside it. A file is sent as one text and the tool opens no transaction: a single
 * statement runs outside of one, several are one to PostgreSQL; `BEGIN` is written where the others have it. What the connection's
 * address asks for is not known here: `x-multi-statement` would run several apart, `x-use-transaction` not even one.
 * https://github.com/golang-migrate/migrate/blob/master/MIGRATIONS.md, https://github.com/golang-migrate/migrate/issues/284 and
 * https://github.com/golang-migrate/migrate/tree/master/database/postgres#multi-statement-mode
 *
 * sqlx names its files so, too. It opens a transaction, unless the file begins with `-- no-transaction`.
 * https://github.com/launchbadge/sqlx/blob/main/sqlx-core/src/migrate/source.rs
 */
export const golangMigrate: Tool = (migration) => {
	const parts = partsOf(migration.steps, "alone");
	const folder = newestFolder(migration);
	const [, product = ""] = /(\.(?:postgres(?:ql)?|pg))\.up\.sql$/i.exec(newest(migration)) ?? [];
	const names = nextInFolder(migration, parts.length, "_");
	const siblings = filesIn(migration, folder);
	const hasDowns = siblings.some(({ path }) => /[._-]down\.sql$/i.test(nameOf(path)));
	const begins = siblings.some(({ path, text }) => /[._-]up\.sql$/i.test(path) && /^\s*begin\s*;/im.test(text));
	const timeout = begins ? "local" : "session";
	const newFiles = parts.flatMap((part, i) => {
		const stem = inFolder(folder, `${names[i]?.version}_${names[i]?.name}${product}`);
		const down = script(`Undo: ${migration.title}`, part, downScript(part, timeout), begins);
		return [
			{ path: `${stem}.up.sql`, text: script(migration.title, part, upScript(part, timeout), begins) },
			...(hasDowns ? [{ path: `${stem}.down.sql`, text: down }] : []),
		];
	});
	return { edits: [], newFiles, note: alonePartsNote(parts) };
};

function script(title: string, { outside }: Part, blocks: readonly string[], begins: boolean): string {
	if (outside) return paragraphs([`-- no-transaction\n${comment(title)}`, ...blocks]);
	return paragraphs([comment(title), ...(begins && blocks.length > 0 ? ["BEGIN;", ...blocks, "COMMIT;"] : blocks)]);
}
