import { folderOf, nameOf } from "../../workspace/paths";
import { partsOf } from "../parts";
import { comment, paragraphs, upScript } from "../script";
import { leadingVersion } from "../version";
import { changesTables, inFolder, newest, nextNames, type Tool } from "./tool";

/**
 * `<timestamp>_name/migration.sql`, by the folders' names. Prisma opens no transaction but sends a file as one text, which
 * PostgreSQL runs as one transaction unless it is a single statement: so `CONCURRENTLY` works alone in a file. There is no
 * way down.
 * https://www.prisma.io/docs/orm/prisma-migrate/workflows/customizing-migrations and https://github.com/prisma/prisma/issues/14456
 */
export const prisma: Tool = (migration) => {
	const parts = partsOf(migration.steps, "alone");
	const last = folderOf(newest(migration));
	const folder = folderOf(last);
	const siblings = migration.files.flatMap(({ path }) => {
		const own = folderOf(path);
		return own !== "" && folderOf(own) === folder && nameOf(path) === "migration.sql" ? [nameOf(own)] : [];
	});
	// `0_init` is the baseline that Prisma's documentation names so; what follows it has a timestamp.
	const styled = siblings.filter((name) => leadingVersion(name).length > 2);
	const names = nextNames(migration, styled, parts.length, "_");
	return {
		edits: [],
		newFiles: parts.map((part, i) => ({
			path: inFolder(folder, `${names[i]?.version}_${names[i]?.name}/migration.sql`),
			text: paragraphs([comment(migration.title), ...upScript(part, "session")]),
		})),
		note: changesTables(migration.steps)
			? "Say the same in schema.prisma, as far as it can, or the next `prisma migrate dev` takes it back."
			: null,
	};
};
