import type { Kind } from "../workspace/database";
import { nameOf } from "../workspace/paths";

/** In the files that are there, or in new ones. */
export type Way = "in-place" | "new-migration";

interface Database {
	readonly path: string;
	readonly kind: Kind;
	/** In the order in which they run. */
	readonly files: readonly { readonly file: string; readonly byHand?: true }[];
}

/**
 * The ways in which a fix can be placed, the better one first: what may have run already is not edited, so where there are
 * migrations, a new one comes before.
 */
export function waysOf(database: Pick<Database, "path" | "kind">): readonly Way[] {
	return isDescribed(database) ? ["in-place"] : ["new-migration", "in-place"];
}

/** Those of `waysOf` that make sense for something that stands in these files: an edit of a migration is right only where it has not run yet. */
export function waysAt(database: Database, files: readonly string[]): readonly Way[] {
	if (isDescribed(database)) return waysOf(database);
	// The next migration writes a dump anew. Else only the last migration may still be in the making, and what no tool runs.
	const last = database.kind === "rails-structure" ? undefined : database.files.findLast(({ byHand }) => !byHand)?.file;
	const byHand = new Set(database.files.flatMap((each) => (each.byHand ? [each.file] : [])));
	return files.every((file) => file === last || byHand.has(file)) ? waysOf(database) : ["new-migration"];
}

/** Whether the database's files describe it as it is to be, and are changed themselves. */
export function isDescribed({ path, kind }: Pick<Database, "path" | "kind">): boolean {
	return kind === "declarative" || isSupabaseSchemas({ path, kind });
}

/** Supabase's `schemas/`, from which its CLI works out the migrations. https://supabase.com/docs/guides/local-development/declarative-database-schemas */
export function isSupabaseSchemas({ path, kind }: Pick<Database, "path" | "kind">): boolean {
	return kind === "supabase" && nameOf(path) === "schemas";
}
