import type { DatabaseAnalysis } from "../analyze";
import type { Step } from "../emit/step";
import type { TextEdit } from "../text/edit";
import type { Kind, SourceFile } from "../workspace/database";
import type { Fix } from "./fix";
import { placeInFiles } from "./place-in-files";
import { divide, placeInScripts } from "./place-in-scripts";
import { atlas } from "./tools/atlas";
import { dbmate } from "./tools/dbmate";
import { drizzle } from "./tools/drizzle";
import { flyway } from "./tools/flyway";
import { golangMigrate } from "./tools/golang-migrate";
import { goose } from "./tools/goose";
import { nodePgMigrate } from "./tools/node-pg-migrate";
import { ordered } from "./tools/ordered";
import { prisma } from "./tools/prisma";
import { railsStructure } from "./tools/rails-structure";
import { sqitch } from "./tools/sqitch";
import { supabase } from "./tools/supabase";
import { joinedNotes, type Tool } from "./tools/tool";
import { isDescribed, isSupabaseSchemas, type Way, waysOf } from "./ways";

/** What writes a migration for each kind that has them. */
const TOOLS: Readonly<Record<Exclude<Kind, "declarative">, Tool>> = {
	supabase,
	prisma,
	drizzle,
	flyway,
	"golang-migrate": golangMigrate,
	goose,
	dbmate,
	sqitch,
	atlas,
	"node-pg-migrate": nodePgMigrate,
	"rails-structure": railsStructure,
	ordered,
};

type Database = Pick<DatabaseAnalysis, "path" | "kind" | "files" | "model">;

export interface Placing {
	/** What it does, in the imperative. */
	readonly title: string;
	/** The remedy's own changes of the statements that are there. */
	readonly edits?: readonly TextEdit[];
	/** `preferred` is the first of `waysOf`; others must be among them. */
	readonly how: Way | "preferred";
	/** An ISO time, for the names of migrations. */
	readonly now: string;
	/** All files of the workspace: what the tools look at, and names that are taken. */
	readonly files: readonly SourceFile[];
}

/** Makes changes of files of the steps: a migration as the database's tool has them, or edits of the files that are there. */
export function placeFix(database: Database, steps: readonly Step[], placing: Placing): Fix {
	const { title, edits, now, files } = placing;
	const how = placing.how === "preferred" ? waysOf(database)[0] : placing.how;
	if (how === "new-migration") {
		const tool = toolOf(database);
		if (tool === null) throw new RangeError(`${database.path} has no migrations`);
		const { migration, scripts } = divide(database, steps);
		const added = placeInScripts(scripts, title, files);
		if (migration.length === 0 && scripts.size > 0) return { title, newFiles: [], ...added };
		const migrations = { ...database, files: database.files.filter(({ byHand }) => !byHand) };
		const fix = tool({ database: migrations, files, title, steps: migration, now });
		return { title, ...fix, edits: [...fix.edits, ...added.edits], note: joinedNotes(fix.note, added.note) };
	}
	return {
		title,
		edits: edits ?? placeInFiles(database, steps, files),
		newFiles: [],
		note: inPlaceNote(database),
	};
}

function toolOf(database: Database): Tool | null {
	return database.kind === "declarative" || isDescribed(database) ? null : TOOLS[database.kind];
}

function inPlaceNote(database: Database): string | null {
	if (isSupabaseSchemas(database)) return "Run `supabase db diff -f tenancy` to make a migration of it.";
	if (isDescribed(database)) return null;
	return database.kind === "rails-structure"
		? "Only the dump was changed: write a migration that does the same, or the next dump takes it back."
		: "Where these migrations ran already, they don't run again: this is for databases that are made anew.";
}
