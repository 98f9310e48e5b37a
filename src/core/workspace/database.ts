/** The tools whose files we know; the contract's `kind`. */
export const KINDS = [
	"supabase",
	"prisma",
	"drizzle",
	"flyway",
	"golang-migrate",
	"goose",
	"dbmate",
	"sqitch",
	"atlas",
	"node-pg-migrate",
	"rails-structure",
	"ordered",
	"declarative",
] as const;
export type Kind = (typeof KINDS)[number];

/** A file as a reader (disk, editor buffer, virtual workspace) gives it. Paths are relative to the workspace, with `/`. */
export interface SourceFile {
	readonly path: string;
	readonly text: string;
}

/** One database of a workspace: what to read, in the order in which its tool runs it. */
export interface DatabaseSource {
	/** The folder (or file) that holds it, relative to the workspace, `.` for the workspace itself. */
	readonly path: string;
	readonly kind: Kind;
	/** In order. Every one is there as the user sees it: what must not run is in `ranges`. */
	readonly files: readonly OrderedFile[];
}

export interface OrderedFile {
	readonly path: string;
	readonly text: string;
	/** The parts of the text that run on the way up (goose and dbmate have down parts in the same file); whole file where absent. */
	readonly up?: readonly { readonly start: number; readonly end: number }[];
	/** The database's files that psql runs in the middle of this one, by the place in the text where it asks for them. */
	readonly includes?: readonly Include[];
	/** It stands beside the migrations and is run by hand once they have run: none of them may build on it. */
	readonly byHand?: true;
}

export interface Include {
	readonly at: number;
	readonly path: string;
}
