import type { CreateTrigStmt } from "@pgsql/types";
import { type Catalog, partsOf } from "./catalog";
import { columnNamed } from "./columns";
import type { TriggerDraft } from "./drafts";
import { triggerInPartition } from "./inheritance";
import { findWord, insideParentheses, lastNamePart } from "./source-text";
import { stringsOf } from "./tree";
import { usesOf } from "./uses";

/** Bits of CreateTrigStmt.events and .timing, `TRIGGER_TYPE_*` in src/include/catalog/pg_trigger.h. */
const BEFORE = 1 << 1;
const INSTEAD = 1 << 6;
const EVENTS: readonly (readonly [number, string])[] = [
	[1 << 2, "insert"],
	[1 << 3, "delete"],
	[1 << 4, "update"],
	[1 << 5, "truncate"],
];

export function createTrigger(catalog: Catalog, statement: CreateTrigStmt): void {
	if (!statement.relation) return;
	const relation = catalog.relation(statement.relation);
	if (relation?.tag !== "table") {
		if (relation?.tag !== "view") catalog.reportMissing("Table", catalog.meant(partsOf(statement.relation)));
		return;
	}
	const name = statement.trigname ?? "";
	const existing = relation.triggers.findIndex((trigger) => trigger.name === name);
	if (existing >= 0 && !statement.replace) {
		catalog.reportExisting(`A trigger of ${relation.schema}.${relation.name}`, { schema: relation.schema, name });
		return;
	}
	const timing = statement.timing ?? 0;
	const updateOf = stringsOf(statement.columns).flatMap((column) => columnNamed(relation, column) ?? []);
	const columns = new Set(stringsOf(statement.columns));
	// The condition's columns are those of OLD and NEW.
	for (const { path } of usesOf(statement.whenClause).references) columns.add(path.at(-1) as string);
	const trigger: TriggerDraft = {
		name,
		timing: timing & BEFORE ? "before" : timing & INSTEAD ? "instead of" : "after",
		events: EVENTS.filter(([bit]) => (statement.events ?? 0) & bit).map(([, event]) => event),
		function: triggerFunction(catalog, stringsOf(statement.funcname)),
		location: catalog.location(),
		columns: [...columns].flatMap((column) => columnNamed(relation, column) ?? []),
		updateOf: new Set(updateOf).size,
		...clausesOf(catalog.origin.statement.text, statement),
		row: statement.row === true,
		parent: null,
	};
	if (existing >= 0) relation.triggers.splice(existing, 1, trigger);
	else relation.triggers.push(trigger);
	if (trigger.row)
		for (const child of relation.children) if (child.partitionOf === relation) triggerInPartition(child, trigger);
}

/** What only its own text says. */
function clausesOf(
	text: string,
	statement: CreateTrigStmt,
): Pick<TriggerDraft, "arguments" | "when" | "referencing" | "constraint"> {
	const behind = lastNamePart(text, statement.relation?.location ?? 0).end;
	const execute = findWord(text, behind, "execute")?.start ?? text.length;
	const referencing = findWord(text, behind, "referencing", execute);
	const each = findWord(text, behind, "for", execute) ?? findWord(text, behind, "when", execute);
	const when = statement.whenClause ? findWord(text, behind, "when", execute) : null;
	const condition = when && insideParentheses(text, when.end, execute);
	const slice = (start: number, end: number) => text.slice(start, end).trim();
	return {
		arguments: stringsOf(statement.args),
		when: condition && text.slice(condition.start, condition.end),
		referencing: referencing && slice(referencing.start, each?.start ?? execute),
		constraint: statement.isconstraint ? slice(behind, each?.start ?? execute) : null,
	};
}

/** The function without arguments of that name. */
function triggerFunction(catalog: Catalog, parts: readonly string[]): TriggerDraft["function"] {
	const overloads = catalog.find(parts, (key) => catalog.functions.get(key)) ?? [];
	const { schema, name } = catalog.meant(parts);
	return overloads.find((each) => each.arguments.length === 0) ?? overloads[0] ?? `${schema}.${name}`;
}
