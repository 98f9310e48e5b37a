import type { SqlFile } from "../sql/statement";
import { applyFiles } from "./apply-files";
import { finish } from "./finish";
import type { SchemaModel } from "./model";
import { refold, remember } from "./refold";

/**
 * Applies the statements of the files in order and returns the schema that a PostgreSQL database has after them.
 * Statements that the parser rejected, and those that don't concern the schema, change nothing. What can't be followed
 * or found is in the model's `problems`; nothing that the files say makes it throw.
 *
 * @param last what came of the files before an edit: tables that are the same again are the same objects, and only what
 * the edit can concern is folded again
 */
export function foldSchema(files: readonly SqlFile[], last: SchemaModel | null = null): SchemaModel {
	const model = (last && refold(files, last)) ?? finish(applyFiles(files), last);
	remember(model, files);
	return model;
}
