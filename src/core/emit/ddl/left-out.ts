import type { SchemaModel, Table } from "../../schema/model";
import type { SqlFile, Statement } from "../../sql/statement";
import type { Location } from "../../text/span";
import type { LeftOut } from "./options";

/** Statements that the model passes over: what they make. The model itself reports the others of its kind. */
const PASSED_OVER: Readonly<Record<string, string>> = {
	CreateStatsStmt: "statistics over several columns",
	CreateEventTrigStmt: "an event trigger",
};

/** Parts of ALTER TABLE and CREATE TABLE that say how a table is stored or replicated. */
const STORAGE: readonly (readonly [RegExp, string])[] = [
	[/\bREPLICA\s+IDENTITY\b/i, "REPLICA IDENTITY"],
	[/\bSET\s+STATISTICS\b/i, "SET STATISTICS"],
	[/\bSET\s+STORAGE\b/i, "SET STORAGE"],
	[/\b(?:SET\s+)?COMPRESSION\s+\w/i, "COMPRESSION"],
	[/\bCLUSTER\s+ON\b/i, "CLUSTER ON"],
	[/\b(?:DISABLE|ENABLE\s+(?:ALWAYS|REPLICA))\s+(?:TRIGGER|RULE)\b/i, "which triggers and rules are switched off"],
	[/\bTABLESPACE\s+[\w"]/i, "TABLESPACE"],
	[/(?:\bSET\s*|\)\s*WITH\s*)\(\s*["\w.]+\s*=/i, "storage parameters"],
];

const WHY_STORAGE = "It is about how rows are stored or copied, which is not printed: run it again on the new table.";

/** What the files make or change that the model has no place for. */
export function leftOutOfModel(
	model: SchemaModel,
	files: readonly SqlFile[],
	isIncluded: (table: Table) => boolean,
): LeftOut[] {
	const result: LeftOut[] = [];
	for (const { kind, message, location } of model.problems) {
		if (kind === "unsupported" || kind === "dynamic")
			result.push({ what: kind === "dynamic" ? "what dynamic SQL makes" : "a statement", why: message, location });
	}
	for (const { file, statements, problems } of files) {
		for (const { kind, message, location } of problems)
			if (kind === "syntax" || kind === "dynamic")
				result.push({ what: "a statement that could not be read", why: message, location });
		for (const statement of statements) {
			const what = passedOver(statement, model);
			if (what !== null)
				result.push({
					what,
					why: "What is printed does not have it: take the statement over by hand.",
					location: { file, span: statement.span },
				});
		}
	}
	for (const table of model.tables.values()) {
		if (!isIncluded(table)) continue;
		for (const location of [table.location, ...table.alterations]) {
			const text = textAt(files, location);
			for (const [pattern, what] of STORAGE)
				if (pattern.test(text))
					result.push({ what: `${what} of ${table.schema}.${table.name}`, why: WHY_STORAGE, location });
		}
	}
	for (const { name, location } of model.publications.values())
		result.push({
			what: `the publication ${name}`,
			why: "Replication is set up by itself, once the new database is there.",
			location,
		});
	return result;
}

/** What a statement makes that the model passes over; null where it has it all. */
function passedOver({ node, text }: Statement, model: SchemaModel): string | null {
	if (node === null) return null;
	if ("CreateTrigStmt" in node) {
		const { schemaname = "public", relname } = node.CreateTrigStmt.relation ?? {};
		return [...model.views.values()].some((view) => view.name === relname && view.schema === schemaname)
			? `the trigger ${node.CreateTrigStmt.trigname} on a view`
			: null;
	}
	if ("RenameStmt" in node) {
		const { renameType, relationType } = node.RenameStmt;
		return renameType === "OBJECT_COLUMN" && (relationType === "OBJECT_VIEW" || relationType === "OBJECT_MATVIEW")
			? "a view's column with a new name"
			: null;
	}
	if ("IndexStmt" in node && /\bWITH\s*\(|\bTABLESPACE\b/i.test(text)) return "the storage parameters of an index";
	for (const tag in node) if (PASSED_OVER[tag]) return PASSED_OVER[tag];
	return null;
}

/** The text at a place; empty where it isn't among the files. */
export function textAt(files: readonly SqlFile[], { file, span }: Location): string {
	return files.find((each) => each.file === file)?.text.slice(span.start, span.end) ?? "";
}
