import type { Step } from "../../emit/step";
import { compareText } from "../../text/compare";
import { folderOf, nameOf } from "../../workspace/paths";
import { alonePartsNote, partsOf } from "../parts";
import { comment, paragraphs, upScript } from "../script";
import { leadingVersion } from "../version";
import { inFolder, joinedNotes, newest, nextNames, type Tool } from "./tool";

/**
 * `<timestamp>_name/migration.sql`, by the folders' names. Prisma opens no transaction but sends a file as one text, which
 * PostgreSQL runs as one transaction unless it is a single statement: so `CONCURRENTLY` works alone in a file. There is no
 * way down.
 * Later versions take a file apart, as far as they understand it, and send it whole where they don't.
 * https://www.prisma.io/docs/orm/prisma-migrate/workflows/customizing-migrations, https://github.com/prisma/prisma/issues/14456 and
 * https://github.com/prisma/prisma-engines/pull/5847
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
	const names = nextNames(migration, styled, parts.length, "_", compareText);
	return {
		edits: [],
		newFiles: parts.map((part, i) => ({
			path: inFolder(folder, `${names[i]?.version}_${names[i]?.name}/migration.sql`),
			text: paragraphs([comment(migration.title), ...upScript(part, "session")]),
		})),
		note: joinedNotes(alonePartsNote(parts), schemaNote(migration.steps)),
	};
};

/** What schema.prisma calls that which a statement makes or changes. Row-level security and checks have no place there. */
const IN_SCHEMA: readonly (readonly [RegExp, string])[] = [
	[/^ALTER TABLE .* (?:ADD COLUMN|DROP COLUMN|ALTER COLUMN) /is, "fields"],
	[/^ALTER TABLE .* FOREIGN KEY /is, "@relation"],
	[/^(?:CREATE|DROP) INDEX /i, "@@index"],
	[/^CREATE UNIQUE INDEX |^ALTER TABLE .* UNIQUE /is, "@@unique"],
	[/^ALTER TABLE .* PRIMARY KEY /is, "@@id"],
];

/**
 * `prisma migrate dev` compares what the migrations make with schema.prisma, and writes a migration for the difference;
 * `migrate deploy` only runs what is there. `db pull` writes the file anew from the database. What the file has no words for is
 * safe in the migrations.
 * https://www.prisma.io/docs/cli/migrate/dev, https://www.prisma.io/docs/cli/migrate/deploy, https://www.prisma.io/docs/cli/db/pull and
 * https://www.prisma.io/docs/orm/prisma-migrate/workflows/unsupported-database-features
 */
function schemaNote(steps: readonly Step[]): string | null {
	const words = IN_SCHEMA.flatMap(([pattern, word]) => (steps.some(({ sql }) => pattern.test(sql)) ? [word] : []));
	if (words.length === 0) return null;
	return `schema.prisma doesn't say this yet, and \`prisma migrate dev\` would take it back: commit that file, run \`prisma migrate deploy\` on your development database and then \`prisma db pull\`, or write it there yourself (${words.join(", ")}).`;
}
