import type { Node } from "@pgsql/types";
import { sessionsOf } from "../sql/sessions";
import type { SqlFile, Statement } from "../sql/statement";
import type { Location } from "../text/span";
import { applyStatement } from "./apply";
import { Catalog } from "./catalog";
import { finish } from "./finish";
import type { SchemaModel } from "./model";
import { endSession } from "./session";
import { lasting } from "./transactions";

/**
 * Applies the statements of the files in order and returns the schema that a PostgreSQL database has after them.
 * Statements that the parser rejected, and those that don't concern the schema, change nothing. What can't be followed
 * or found is in the model's `problems`; nothing that the files say makes it throw.
 *
 * @param last what came of the files before an edit: tables that are the same again are the same objects
 */
export function foldSchema(files: readonly SqlFile[], last: SchemaModel | null = null): SchemaModel {
	const catalog = new Catalog(NOWHERE);
	for (const { statements } of sessionsOf(files)) {
		const { statements: lasted, hasTransactions, open } = lasting(statements);
		catalog.inTransaction = !hasTransactions;
		for (const { file, statement } of lasted)
			if (statement.node) applyStatement(catalog, { file: file.file, statement }, statement.node as Node);
		endSession(catalog);
		if (open) reportOpen(catalog, { file: open.file.file, span: open.statement.span });
	}
	return finish(catalog, last);
}

function reportOpen(catalog: Catalog, location: Location): void {
	catalog.report(
		"unresolved",
		"warning",
		"No COMMIT follows this BEGIN in the file, so PostgreSQL undoes at the end of the session what stands after it. Write COMMIT at the end.",
		location,
	);
}

const NOTHING: Statement = { span: { start: 0, end: 0 }, text: "", node: null, leadingComments: [] };
const NOWHERE = { file: "", statement: NOTHING };
