import { folderOf, nameOf } from "./paths";

/** Names of files that are no SQL but tell which tool runs the SQL beside them, and in which order. */
export const MARKER_NAMES = [
	"migration_lock.toml",
	"_journal.json",
	"atlas.sum",
	"sqitch.plan",
	"sqitch.conf",
	"config.toml",
];
const MARKERS = new Set(MARKER_NAMES.filter((name) => name !== "config.toml"));
const NEVER_READ = new Set(["node_modules", ".git"]);

/** Whether a front end must read the file: SQL, and the files by which `findDatabases` knows the migration tool. */
export function isRelevantPath(path: string): boolean {
	const name = nameOf(path);
	if (!/\.sql$/i.test(name) && !MARKERS.has(name) && !(name === "config.toml" && nameOf(folderOf(path)) === "supabase"))
		return false;
	return !path.split("/").some((part) => NEVER_READ.has(part));
}
