import { qualified, type SchemaModel } from "../../core/schema/model";
import { escapePattern } from "../../core/text/escape-pattern";

/** What the product's conditions ask of a column: values that let a row through, `null` where it has to be NULL. */
export type Asked = ReadonlyMap<string, readonly (string | null)[]>;

/**
 * What policies, views and functions compare a table's columns with. A condition on a row's state lets rows of every tenant
 * through that meet it; it is seen to do so where there are rows that do.
 *
 * @returns by table, then by column
 */
export function askedOf(model: SchemaModel): (table: string) => Asked {
	const bodies = [
		...[...model.views.values()].map(({ query }) => query),
		...[...model.functions.values()].map(({ body }) => body),
	];
	const found = new Map<string, Asked>();
	for (const table of model.tables.values()) {
		const own = table.policies.flatMap(({ using, check }) => [using ?? "", check ?? ""]);
		const texts = [
			...own,
			...bodies.filter((text) => new RegExp(`\\b${escapePattern(table.name)}\\b`, "i").test(text)),
		];
		const columns = new Map<string, (string | null)[]>();
		for (const { name } of table.columns) {
			const values = texts.flatMap((text) => valuesIn(text, name));
			if (values.length > 0) columns.set(name, [...new Set(values)]);
		}
		found.set(qualified(table), columns);
	}
	return (table) => found.get(table) ?? new Map();
}

const LITERAL = String.raw`(?:'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?))`;
const COMPARES = String.raw`(=|<>|!=|<=|>=|<|>|in\s*\(|=\s*any\s*\(\s*array\s*\[|like)`;

/** The values that a text compares a column with, made so that the comparison is true. */
export function valuesIn(text: string, column: string): (string | null)[] {
	const name = String.raw`(?<![\w.$'])(?:\w+\.)?"?${escapePattern(column)}"?(?![\w'(])`;
	const forwards = new RegExp(String.raw`${name}(?:\s*::\s*[\w ]+?)?\s*${COMPARES}\s*\(*${LITERAL}`, "gi");
	const backwards = new RegExp(String.raw`${LITERAL}(?:\s*::\s*\w+)?\s*=\s*${name}`, "gi");
	const isNull = new RegExp(String.raw`${name}\s+is\s+null`, "i");
	return [
		...[...text.matchAll(forwards)].flatMap(([, operator = "", quoted, number]) => {
			if (quoted === undefined) return beside(operator, Number(number));
			// Any other text will do.
			return /<>|!=/.test(operator) ? [] : quoted.replaceAll("''", "'");
		}),
		...[...text.matchAll(backwards)].map(([, quoted, number]) => quoted?.replaceAll("''", "'") ?? number ?? ""),
		...(isNull.test(text) ? [null] : []),
	];
}

function beside(operator: string, number: number): string {
	if (operator === ">" || operator === "<>" || operator === "!=") return String(number + 1);
	return String(operator === "<" ? number - 1 : number);
}
