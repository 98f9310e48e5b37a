import type { Node } from "@pgsql/types";
import type { Given } from "../sql/body";
import { readConstant } from "../sql/constant";
import { quoteIdentifier, quoteQualified } from "../sql/quote";
import { Lexer } from "../text/lexer";
import type { Catalog } from "./catalog";
import { splitName } from "./conditions";
import type { FunctionDraft } from "./drafts";
import { as, constantOf } from "./tree";

/** The constants that a call of this function hands over; null where its parameters don't fit the call: another overload is meant. */
export function givenTo(catalog: Catalog, called: FunctionDraft, values: readonly Node[]): Given | null {
	const parameters = called.arguments.filter(({ mode }) => mode !== "out" && mode !== "table");
	const isOpen = parameters.some(({ mode }) => mode === "variadic");
	if (values.length > parameters.length && !isOpen) return null;
	const given = new Map<string, string>();
	for (const [i, parameter] of parameters.entries()) {
		const value = valueAt(parameter, values, i);
		if (value === undefined && !parameter.default && parameter.mode !== "variadic") return null;
		const text = value === undefined ? defaultOf(parameter) : constantOf(value);
		if (text === null || parameter.mode === "variadic") continue;
		const printed = parameter.type.text === "regclass" ? relationText(catalog, text) : text;
		given.set(`$${i + 1}`, printed);
		if (parameter.name !== null) given.set(parameter.name, printed);
	}
	return given;
}

type Parameter = FunctionDraft["arguments"][number];

/** By its place, or by its name: `f(t => 'orders')`. */
function valueAt({ name }: Parameter, values: readonly Node[], position: number): Node | undefined {
	const named = values.flatMap((value) => as(value, "NamedArgExpr") ?? []);
	const own = named.find((value) => value.name === name);
	return own ? own.arg : position < values.length - named.length ? values[position] : undefined;
}

function defaultOf({ default: expression }: Parameter): string | null {
	if (!expression) return null;
	if (/^(?:true|false)$/i.test(expression.text)) return expression.text.toLowerCase();
	const constant = readConstant(expression.text, { start: 0, end: expression.text.length }, new Map());
	return constant?.value(new Map()) ?? null;
}

/** A `regclass` as text: quoted where it must be, with its schema where the search path doesn't lead to it. */
function relationText(catalog: Catalog, text: string): string {
	const relation = catalog.relationNamed(splitName(text));
	if (!relation) return text;
	return catalog.relationNamed([relation.name]) === relation
		? quoteIdentifier(relation.name)
		: quoteQualified(relation.schema, relation.name);
}

/** A condition of the function's body with what was handed over in place of the parameters. */
export function withGiven(condition: string, given: Given): string {
	if (given.size === 0) return condition;
	const lexer = new Lexer(condition);
	let result = "";
	let copied = 0;
	for (let kind = lexer.nextCode(); kind !== "end"; kind = lexer.nextCode()) {
		if (kind !== "word" && kind !== "parameter") continue;
		const value = given.get(lexer.value().toLowerCase());
		const isPart = condition[lexer.start - 1] === "." || /^\s*[.(]/.test(condition.slice(lexer.end));
		if (value === undefined || isPart) continue;
		result += `${condition.slice(copied, lexer.start)}'${value.replaceAll("'", "''")}'`;
		copied = lexer.end;
	}
	// What is put together of it is one value again: `'public.' || t`.
	return (result + condition.slice(copied)).replace(/(?<=[^'])'\s*\|\|\s*'(?=[^'])/g, "");
}
