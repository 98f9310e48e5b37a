import type { Node } from "@pgsql/types";
import { sessionsOf } from "../sql/sessions";
import type { SqlFile, Statement } from "../sql/statement";
import type { Location } from "../text/span";
import { applyStatement } from "./apply";
import { Catalog } from "./catalog";
import { endSession } from "./session";
import { lasting } from "./transactions";
import { type Tag, tagOf } from "./tree";

/**
 * What a database's catalog holds after the statements of the files, in order. Statements that the parser rejected, and
 * those that don't concern the schema, change nothing.
 *
 * @param isWanted which statements are to be applied at all
 */
export function applyFiles(
	files: readonly SqlFile[],
	isWanted: (statement: Statement) => boolean = () => true,
): Catalog {
	const catalog = new Catalog(NOWHERE);
	for (const { statements } of sessionsOf(files)) {
		const { statements: lasted, hasTransactions, open } = lasting(statements);
		catalog.inTransaction = !hasTransactions;
		for (const { file, statement } of lasted)
			if (statement.node && isWanted(statement)) apply(catalog, file.file, statement, statement.node);
		endSession(catalog);
		if (open) reportOpen(catalog, { file: open.file.file, span: open.statement.span });
	}
	return catalog;
}

/** By tree, which stays the same while the text does: what a program looked for whenever it was applied. */
const reached = new WeakMap<Node, Set<string>>();
const PROGRAMS: ReadonlySet<string> = new Set<Tag>(["DoStmt", "CallStmt", "SelectStmt"]);

/** Bare names, in small letters, of all that a DO block or a call looked for, whether it was there or not; null where it was never applied. */
export function namesReached({ node }: Statement): ReadonlySet<string> | null {
	return (node && reached.get(node)) ?? null;
}

function apply(catalog: Catalog, file: string, statement: Statement, node: Node): void {
	if (PROGRAMS.has(tagOf(node))) {
		catalog.reached = reached.get(node) ?? new Set();
		reached.set(node, catalog.reached);
	}
	applyStatement(catalog, { file, statement }, node);
	catalog.reached = null;
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
