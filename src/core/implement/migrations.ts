import type { Step } from "../emit/step";
import type { Fix } from "../fix/fix";
import { migrationWords } from "../fix/migration-name";
import { placeFix } from "../fix/place";
import { joinedNotes } from "../fix/tools/tool";
import { waysOf } from "../fix/ways";
import { split } from "../sql/split";
import type { Strategy } from "../tenancy/answers";
import { applyEdits } from "../text/edit";
import type { SourceFile } from "../workspace/database";
import { isNotSchema } from "../workspace/not-schema";
import { nameOf } from "../workspace/paths";
import type { Artifact, Blueprint } from "./artifact";
import { planRowLevel } from "./base/row-plan";
import { hasTenants } from "./row/row-level";
import { rowSections } from "./row/sections";
import { schemaLevel } from "./schema/generate";
import { dropCatalog } from "./schema/ledger";

/** A migration to write. */
export interface NewMigration {
	/** In the imperative. */
	readonly title: string;
	readonly steps: readonly Step[];
}

/**
 * The SQL of a strategy that belongs to the product's own schema, as migrations in the order in which they run; none where
 * there is nothing for the workspace's tool to do:
 * - the workspace has no migrations, or no schema yet;
 * - the product serves one tenant so far: its stages are deployed one by one, and a tool runs all that is due;
 * - the strategy is a database for each tenant: the product's schema stays as it is.
 */
export function migrationsOf(strategy: Strategy, blueprint: Blueprint): NewMigration[] {
	const { database, isStarter } = blueprint;
	if (isStarter || waysOf(database)[0] !== "new-migration") return [];
	if (strategy === "schema")
		return schemaLevel(blueprint)
			.filter(({ isOfSchema }) => isOfSchema)
			.map(asMigration);
	if (strategy === "database" || isStaged(strategy, database) || !hasTenants(database)) return [];
	return rowSections(blueprint, planRowLevel(blueprint)).map(({ title, steps }) => ({ title, steps }));
}

/** Why there are none, in a sentence for the user. */
export function whyNoMigrations(strategy: Strategy, { database, isStarter }: Blueprint): string {
	if (isStarter) return "there is no schema here yet, so no migrations to add to.";
	if (waysOf(database)[0] !== "new-migration")
		return `${database.path} describes its tables and has no migrations, so there is none to add.`;
	if (strategy === "database") return "a database for each tenant changes nothing in the product's own schema.";
	if (isStaged(strategy, database))
		return "the way from one tenant to many goes in stages that are deployed one by one, and a tool runs all that is due.";
	return "no table says which tenant its rows belong to.";
}

function isStaged(strategy: Strategy, { tenancy }: Blueprint["database"]): boolean {
	return strategy === "row" && tenancy.mode === "single-tenant";
}

/** A file of SQL, statement by statement. The way down of all is that the catalog goes. */
function asMigration({ purpose, text }: Artifact): NewMigration {
	const steps = split(text).flatMap(({ start, end, comments }): Step[] => {
		const sql = text.slice(start, end);
		if (/^(BEGIN|COMMIT|RESET \w+)$/i.test(sql)) return [];
		const why = comments.map((comment) => comment.text.trim()).join(" ");
		const down = /^CREATE SCHEMA\b/.test(sql) ? dropCatalog() : null;
		return [{ sql, phase: "prepare", down, table: "", ...(why === "" ? {} : { why }) }];
	});
	return { title: purpose.replace(/^(Make|Publish)(e?s)\b/, "$1").replace(/[.:].*$/s, ""), steps };
}

/** Writes migrations one after the other, each knowing of those before it. Edits replace whole files. */
export function placeMigrations(
	database: Blueprint["database"],
	migrations: readonly NewMigration[],
	{ now, files }: { readonly now: string; readonly files: readonly SourceFile[] },
): Fix {
	let all = files;
	let own = database.files;
	const notes: (string | null)[] = [];
	for (const { title, steps } of migrations) {
		const fix = placeFix({ ...database, files: own }, steps, { title, how: "new-migration", now, files: all });
		const edited = all.map(({ path, text }) => ({
			path,
			text: applyEdits(
				text,
				fix.edits.filter(({ file }) => file === path),
			),
		}));
		all = [...edited, ...fix.newFiles];
		const run = fix.newFiles.filter(({ path }) => path.endsWith(".sql") && !isNotSchema(path));
		own = [...own, ...run.map(({ path, text }) => ({ file: path, text, statements: [], problems: [] }))];
		if (!notes.includes(fix.note)) notes.push(fix.note);
	}
	const edits = files.flatMap(({ path, text }, i) => {
		const newText = all[i]?.text ?? text;
		return newText === text ? [] : [{ file: path, span: { start: 0, end: text.length }, newText }];
	});
	return {
		title: "Isolate tenants",
		edits,
		newFiles: all.slice(files.length),
		note: joinedNotes(...notes),
	};
}

/** The path of a migration that is there already, from a plan before; null where there is none. */
export function placedBefore(migrations: readonly NewMigration[], files: readonly SourceFile[]): string | null {
	const stems = migrations.map(({ title }) => migrationWords(title).join("_"));
	const nameIn = (path: string) => (nameOf(path) === "migration.sql" ? path.split("/").at(-2) : nameOf(path)) ?? "";
	return files.find(({ path }) => stems.some((stem) => nameIn(path).replaceAll("-", "_").includes(stem)))?.path ?? null;
}
