import type { Node } from "@pgsql/types";

/** The tag of a parse tree's node: `CreateStmt`, `ColumnRef`, … */
export type Tag = Node extends infer Each ? (Each extends object ? keyof Each : never) : never;

/** The fields of the node with that tag. */
export type Fields<T extends Tag> = Node extends infer Each
	? Each extends Record<T, infer Inner>
		? Inner
		: never
	: never;

/** The fields of `node` when it has this tag, else undefined. */
export function as<T extends Tag>(node: Node | undefined | null, tag: T): Fields<T> | undefined {
	return node ? ((node as Record<string, unknown>)[tag] as Fields<T> | undefined) : undefined;
}

/** The only key of a node. */
export function tagOf(node: Node): Tag {
	for (const key in node) return key as Tag;
	return "A_Star";
}

/** The text of a String node, or of a list that holds them. */
export function stringOf(node: Node | undefined | null): string | null {
	return as(node, "String")?.sval ?? null;
}

/** A list of String nodes as strings: the parts of a qualified name, the columns of a key. */
export function stringsOf(nodes: readonly Node[] | undefined): string[] {
	if (nodes === undefined) return [];
	const strings = nodes.map(stringOf);
	return strings.includes(null) ? strings.filter((string) => string !== null) : (strings as string[]);
}

/** The parts of a name that stands as a List, a String or a TypeName: `DROP TABLE a.b`, `DROP SCHEMA a`, `DROP TYPE a.b`. */
export function namePartsOf(node: Node | undefined | null): string[] {
	if (!node) return [];
	const list = as(node, "List");
	if (list) return stringsOf(list.items);
	const type = as(node, "TypeName");
	if (type) return stringsOf(type.names);
	const withArguments = as(node, "ObjectWithArgs");
	if (withArguments) return stringsOf(withArguments.objname);
	const string = stringOf(node);
	return string === null ? [] : [string];
}

/** The value of a constant, bare or under a cast: a string, number or boolean as text. */
export function constantOf(node: Node | undefined | null): string | null {
	if (!node) return null;
	const cast = as(node, "TypeCast");
	if (cast) return constantOf(cast.arg);
	const constant = as(node, "A_Const");
	if (!constant) {
		const name = as(node, "TypeName");
		return name ? stringsOf(name.names).join(".") : (stringOf(node) ?? integerOf(node));
	}
	const value = constant as {
		sval?: { sval?: string };
		ival?: { ival?: number };
		fval?: { fval?: string };
		boolval?: { boolval?: boolean };
	};
	if (value.sval) return value.sval.sval ?? "";
	if (value.ival) return String(value.ival.ival ?? 0);
	if (value.fval) return value.fval.fval ?? "0";
	if (value.boolval) return String(value.boolval.boolval ?? false);
	return null;
}

function integerOf(node: Node): string | null {
	const integer = as(node, "Integer");
	if (integer) return String(integer.ival ?? 0);
	return as(node, "Float")?.fval ?? (as(node, "Boolean") ? String(as(node, "Boolean")?.boolval ?? false) : null);
}

/** The options of a statement (`WITH (…)`, `CREATE ROLE … options`) as name → argument. */
export function optionsOf(nodes: readonly Node[] | undefined): Map<string, Node | null> {
	const options = new Map<string, Node | null>();
	for (const node of nodes ?? []) {
		const element = as(node, "DefElem");
		if (element?.defname) options.set(element.defname.toLowerCase(), element.arg ?? null);
	}
	return options;
}

/** A boolean option as PostgreSQL reads it: no argument means true. */
export function isOn(argument: Node | null | undefined): boolean {
	if (argument === undefined) return false;
	if (argument === null) return true;
	return /^(true|on|yes|1|t|y)$/i.test(constantOf(argument) ?? "");
}
