import type { AlterTableCmd, Node, RangeVar } from "@pgsql/types";
import { factOf } from "../../schema/facts";
import type { SchemaModel, Table } from "../../schema/model";
import { as } from "../../schema/tree";
import type { SqlFile, Statement } from "../../sql/statement";
import type { Kind } from "../../workspace/database";
import type { RuleContext } from "./rule";

/** What rules about migrations share: which files are such, and what of them runs in one transaction. */

/** The migrations in order; none where the files describe a schema rather than the way to it. */
export function migrationsOf({ kind, files }: RuleContext): readonly SqlFile[] {
	return kind === "declarative" || kind === "rails-structure" ? [] : files.filter(({ byHand }) => !byHand);
}

/** The migration that runs next, as far as can be told: what has run can't be changed. */
export function newestMigration(context: RuleContext): SqlFile | null {
	const files = migrationsOf(context).filter(({ statements }) => statements.length > 0);
	return files.length > 1 ? (files.at(-1) ?? null) : null;
}

/**
 * `own`: the file's BEGIN and COMMIT. `tool`: the tool begins one for the file. `none`: each statement commits by itself.
 * `unknown`: it depends on how the file is run.
 */
export type TransactionKind = "own" | "tool" | "none" | "unknown";

export interface Placed {
	readonly statement: Statement;
	readonly kind: TransactionKind;
	/** Statements with the same number are in one transaction; null where each is by itself. */
	readonly transaction: number | null;
}

/** A migration's statements with the transactions that they run in. */
export function placed(kind: Kind, file: SqlFile): Placed[] {
	const outside = toolsTransaction(kind, file);
	let count = 0;
	let own: number | null = null;
	return file.statements.map((statement) => {
		const transaction = as(statement.node, "TransactionStmt");
		if (transaction?.kind === "TRANS_STMT_BEGIN" || transaction?.kind === "TRANS_STMT_START") own = ++count;
		const place: Placed =
			own !== null
				? { statement, kind: "own", transaction: own }
				: { statement, kind: outside, transaction: outside === "tool" ? 0 : null };
		if (transaction?.kind === "TRANS_STMT_COMMIT" || transaction?.kind === "TRANS_STMT_ROLLBACK") own = null;
		return place;
	});
}

/** The marks by which a file asks its tool for no transaction. */
const MARKS: { readonly [K in Kind]?: RegExp } = {
	goose: /--\s*\+goose\s+NO\s+TRANSACTION/i,
	dbmate: /--\s*migrate:up\b[^\n]*\btransaction:\s*false/i,
	atlas: /--\s*atlas:txmode\s+none/i,
};

/** `{{ .Schema }}`, or a comment in a schema's place: no PostgreSQL takes the file as it is. */
const isTemplate = factOf(({ text }: SqlFile): boolean => /\{\{|\*\/\s*\.["\w]/.test(text));

/** What a tool does with a file that begins no transaction itself, by its documentation. */
function toolsTransaction(kind: Kind, file: SqlFile): TransactionKind {
	const { text, statements } = file;
	// A program of the product's own fills the file in and runs it, in its own way.
	if (isTemplate(file)) return "unknown";
	switch (kind) {
		case "goose":
		case "dbmate":
		case "atlas":
			return MARKS[kind]?.test(text) ? "none" : "tool";
		case "drizzle":
		case "node-pg-migrate":
			return "tool";
		case "prisma":
		case "golang-migrate":
			// They send the file as one message, whose statements PostgreSQL runs in one transaction.
			return statements.length > 1 ? "tool" : "none";
		case "sqitch":
			return "none";
		default:
			return "unknown";
	}
}

/** The table that a statement names: by its schema, else as the only one of that name or the one in `public`. */
export function tableNamed(model: SchemaModel, name: Pick<RangeVar, "schemaname" | "relname">): Table | null {
	if (!name.relname) return null;
	if (name.schemaname) return model.tables.get(`${name.schemaname}.${name.relname}`) ?? null;
	const inPublic = model.tables.get(`public.${name.relname}`);
	if (inPublic) return inPublic;
	const all = [...model.tables.values()].filter((table) => table.name === name.relname);
	return (all.length === 1 && all[0]) || null;
}

/** What an ALTER TABLE does, one by one. */
export function commandsOf(node: Node | null): AlterTableCmd[] {
	return (as(node, "AlterTableStmt")?.cmds ?? []).flatMap((each) => as(each, "AlterTableCmd") ?? []);
}
