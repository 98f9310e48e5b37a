import { foldSchema } from "../../src/core/schema/fold";
import { qualified, type Table } from "../../src/core/schema/model";
import type { SqlReader } from "../../src/core/sql/reader";
import { type Claims, describeForeignKey, secondOpinion } from "./second-parser";

/**
 * Where our reading of one statement differs from the second parser's, line by
 * line; null where that parser doesn't read it.
 */
export function disagreements(reader: SqlReader, statement: string): string[] | null {
	const second = secondOpinion(statement);
	if (second === null) return null;
	const text = `${second.preamble}${statement};\n`;
	const model = foldSchema([reader.read({ path: "statement.sql", text })]);
	const id = qualified(second.table);
	const table = model.tables.get(id);
	if (table === undefined) return [`no table ${id}, but ${[...model.tables.keys()].join(", ") || "none"}`];
	const ours = ourClaims(table, second);
	return [...new Set([...ours.keys(), ...second.claims.keys()])]
		.filter((key) => ours.get(key) !== second.claims.get(key))
		.map((key) => `${id} ${key}: ours ${ours.get(key) ?? "nothing"}, the other ${second.claims.get(key) ?? "nothing"}`);
}

function ourClaims(table: Table, { claims }: Claims): Map<string, string> {
	const ours = new Map<string, string>();
	if ([...claims.keys()].some((key) => key.startsWith("index "))) {
		for (const { name, columns, unique, method, where } of table.indexes) {
			const claimed = claims.has(`index ${name}`) ? name : "";
			ours.set(
				`index ${claimed}`,
				`(${columns.join(", ")})${unique ? " unique" : ""} ${method}${where === null ? "" : " where"}`,
			);
		}
		return ours;
	}
	for (const { name, type, notNull } of table.columns)
		ours.set(`column ${name}`, `${bare(type)}${notNull ? " not null" : ""}`);
	if (table.primaryKey !== null) ours.set("primary key", table.primaryKey.columns.join(", "));
	const uniques = table.uniques.map(({ columns }) => columns.join(", ")).sort();
	if (uniques.length > 0) ours.set("uniques", uniques.join(" | "));
	const keys = table.foreignKeys.map((key) => {
		const described = (to: readonly string[]) =>
			describeForeignKey(key.columns, qualified(key.references), to, key.onDelete, key.onUpdate);
		// Where no columns are named we know those of a table that we have seen; the other parser leaves them open.
		return claims.get("foreign keys")?.includes(described([])) ? described([]) : described(key.to);
	});
	if (keys.length > 0) ours.set("foreign keys", keys.sort().join(" | "));
	return ours;
}

/** A type of the schema's own without its schema and quotes, which the second parser doesn't keep apart. */
function bare(type: string): string {
	return type === '"char"'
		? type
		: type.replace(/^(?:(?:"[^"]*"|\w+)\.)?"((?:[^"]|"")*)"/, "$1").replace(/^\w+\.(?=\w)/, "");
}
