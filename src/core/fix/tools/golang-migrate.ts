import { nameOf } from "../../workspace/paths";
import { type Part, partsOf } from "../parts";
import { comment, downScript, paragraphs, upScript } from "../script";
import { filesIn, inFolder, newest, newestFolder, nextInFolder, type Tool } from "./tool";

/**
 * `<version>_name.up.sql`, with the way down beside it. A file is sent as one text and the tool opens no transaction: a single
 * statement runs outside of one, several get one of their own, which holds with `x-multi-statement`, too.
 * https://github.com/golang-migrate/migrate/blob/master/MIGRATIONS.md, https://github.com/golang-migrate/migrate/issues/284 and
 * https://github.com/golang-migrate/migrate/tree/master/database/postgres#multi-statement-mode
 */
export const golangMigrate: Tool = (migration) => {
	const parts = partsOf(migration.steps, "alone");
	const folder = newestFolder(migration);
	const [, product = ""] = /(\.(?:postgres(?:ql)?|pg))\.up\.sql$/i.exec(newest(migration)) ?? [];
	const names = nextInFolder(migration, parts.length, "_");
	const hasDowns = filesIn(migration, folder).some(({ path }) => /[._-]down\.sql$/i.test(nameOf(path)));
	const newFiles = parts.flatMap((part, i) => {
		const stem = inFolder(folder, `${names[i]?.version}_${names[i]?.name}${product}`);
		const down = downScript(part, "local");
		return [
			{ path: `${stem}.up.sql`, text: script(migration.title, part, upScript(part, "local")) },
			...(hasDowns ? [{ path: `${stem}.down.sql`, text: script(`Undo: ${migration.title}`, part, down) }] : []),
		];
	});
	return { edits: [], newFiles, note: null };
};

function script(title: string, { outside }: Part, blocks: readonly string[]): string {
	return paragraphs([comment(title), ...(outside || blocks.length === 0 ? blocks : ["BEGIN;", ...blocks, "COMMIT;"])]);
}
