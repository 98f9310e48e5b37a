import type { SessionStatement } from "../sql/sessions";
import { as } from "./tree";

/** A session's statements as its transactions leave them. */
export interface Lasting {
	/** Without those that a ROLLBACK undoes. */
	readonly statements: readonly SessionStatement[];
	/** It begins transactions itself, so outside of them SET LOCAL says nothing. Else the tool that runs it is taken to begin one. */
	readonly hasTransactions: boolean;
	/** The BEGIN that no COMMIT or ROLLBACK follows. */
	readonly open: SessionStatement | null;
}

/** Leaves out what ROLLBACK and ROLLBACK TO SAVEPOINT undo, and what a transaction that the session leaves open has done. */
export function lasting(statements: readonly SessionStatement[]): Lasting {
	if (!statements.some(({ statement }) => as(statement.node, "TransactionStmt")))
		return { statements, hasTransactions: false, open: null };
	let kept: SessionStatement[] = [];
	/** Where in `kept` the transaction and its savepoints began. */
	let begun: { readonly name: string | null; readonly at: number }[] = [];
	let hasTransactions = false;
	let open: SessionStatement | null = null;
	for (const placed of statements) {
		const transaction = as(placed.statement.node, "TransactionStmt");
		const name = transaction?.savepoint_name ?? null;
		const mark = { name, at: kept.length };
		switch (transaction?.kind) {
			case "TRANS_STMT_BEGIN":
			case "TRANS_STMT_START":
				hasTransactions = true;
				if (begun.length > 0) break;
				begun = [{ name: null, at: kept.length }];
				open = placed;
				break;
			case "TRANS_STMT_SAVEPOINT":
				if (begun.length > 0) begun.push(mark);
				break;
			case "TRANS_STMT_RELEASE":
			case "TRANS_STMT_ROLLBACK_TO": {
				const at = begun.findLastIndex((each) => each.name === name && name !== null);
				if (at < 0) break;
				if (transaction.kind === "TRANS_STMT_ROLLBACK_TO") kept = kept.slice(0, begun[at]?.at);
				begun = begun.slice(0, transaction.kind === "TRANS_STMT_ROLLBACK_TO" ? at + 1 : at);
				break;
			}
			case "TRANS_STMT_ROLLBACK":
				if (begun[0]) kept = kept.slice(0, begun[0].at);
				begun = transaction.chain ? [{ name: null, at: kept.length }] : [];
				break;
			case "TRANS_STMT_COMMIT":
				begun = transaction.chain ? [{ name: null, at: kept.length + 1 }] : [];
		}
		kept.push(placed);
	}
	const first = begun[0];
	if (!first) return { statements: kept, hasTransactions, open: null };
	return { statements: kept.slice(0, first.at), hasTransactions, open };
}
