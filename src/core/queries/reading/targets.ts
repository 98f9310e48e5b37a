import type { Node } from "@pgsql/types";
import { as } from "../../schema/tree";
import type { Reading } from "./reading";
import type { Relation } from "./relation";

/** A table whose rows a statement changes or deletes, and the condition that says which. */
interface Target {
	readonly relation: Relation;
	/** The WHERE; also what a join with the other tables of an UPDATE or DELETE leaves, if there are any. */
	readonly where: Node | null;
	readonly verb: "changes" | "deletes" | "truncates";
}

/** The tables that a statement's UPDATEs, DELETEs (in its CTEs, too) and TRUNCATE go to. */
export function* targetsOf(node: Node | null, { relations, lookUp }: Reading): Iterable<Target> {
	for (const relation of relations) {
		const { level, isTarget } = relation;
		if (!isTarget || (level.kind !== "update" && level.kind !== "delete")) continue;
		const where = (as(level.node, "UpdateStmt") ?? as(level.node, "DeleteStmt"))?.whereClause ?? null;
		yield { relation, where, verb: level.kind === "update" ? "changes" : "deletes" };
	}
	for (const each of as(node, "TruncateStmt")?.relations ?? []) {
		const name = as(each, "RangeVar");
		const relation = name && lookUp(name);
		if (relation) yield { relation, where: null, verb: "truncates" };
	}
}
