import type { DatabaseAnalysis } from "../analyze";
import type { Step } from "../emit/step";
import type { TextEdit } from "../text/edit";
import type { Kind, SourceFile } from "../workspace/database";
import { nameOf } from "../workspace/paths";
import type { Fix } from "./fix";
import { placeInFiles } from "./place-in-files";
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
import type { Tool } from "./tools/tool";

/** In the files that are there, or in new ones. */
export type Way = "in-place" | "new-migration";

/** What writes a migration for each kind; null where nothing runs migrations. */
const TOOLS: Readonly<Record<Kind, Tool | null>> = {
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
	declarative: null,
};

type Database = Pick<DatabaseAnalysis, "path" | "kind" | "files" | "model">;

/**
 * The ways in which a fix can be placed, the better one first: what may have run already is not edited, so where there are
 * migrations, a new one comes before.
 */
export function waysOf(database: Pick<Database, "path" | "kind">): readonly Way[] {
	return toolOf(database) === null ? ["in-place"] : ["new-migration", "in-place"];
}

function toolOf({ path, kind }: Pick<Database, "path" | "kind">): Tool | null {
	return describesResult(path, kind) ? null : TOOLS[kind];
}

/** Supabase's `schemas/`, from which its CLI works out the migrations. */
function describesResult(path: string, kind: Kind): boolean {
	return kind === "supabase" && nameOf(path) === "schemas";
}

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
	const ways = waysOf(database);
	const how = placing.how === "preferred" ? ways[0] : placing.how;
	const tool = toolOf(database);
	if (how === "new-migration") {
		if (tool === null) throw new RangeError(`${database.path} has no migrations`);
		return { title, ...tool({ database, files, title, steps, now }) };
	}
	return {
		title,
		edits: edits ?? placeInFiles(database, steps, files),
		newFiles: [],
		note: inPlaceNote(database, tool),
	};
}

function inPlaceNote({ path, kind }: Database, tool: Tool | null): string | null {
	if (describesResult(path, kind)) return "Run `supabase db diff -f tenancy` to make a migration of it.";
	if (tool === null) return null;
	return kind === "rails-structure"
		? "Only the dump was changed: write a migration that does the same, or the next dump takes it back."
		: "Where these migrations ran already, they don't run again: this is for databases that are made anew.";
}
