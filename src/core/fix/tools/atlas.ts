import { compareText } from "../../text/compare";
import { upScript } from "../script";
import { oneFileTool } from "./one-file";

/**
 * `<version>_name.sql`, read by name. A directive for the whole file stands at its top with an empty line behind it.
 * Atlas works out the way down itself, and refuses a folder whose files don't agree with `atlas.sum`.
 * https://atlasgo.io/versioned/apply#transaction-configuration and https://atlasgo.io/concepts/migration-directory-integrity
 */
export const atlas = oneFileTool({
	outside: "file",
	separator: "_",
	compare: compareText,
	head: ({ outside }) => (outside ? "-- atlas:txmode none" : ""),
	text: (part) => upScript(part, "local"),
	note: () => "Run `atlas migrate hash`: atlas.sum must name the new files.",
});
