import type { FunctionModel, SchemaModel } from "../schema/model";
import { quoteName } from "./identifier";

/**
 * `ALTER FUNCTION` or `PROCEDURE`, with the argument types that tell it from others of its name. Types of `public` are
 * qualified, as the model shows those without their schema. Null for what can't be altered so.
 */
export function alterRoutine({ types, tables, views }: SchemaModel, each: FunctionModel, what: string): string | null {
	if (each.kind === "aggregate") return null;
	const isOfPublic = (name: string) => [types, tables, views].some((objects) => objects.has(`public.${name}`));
	const list = each.arguments
		.filter(({ mode }) => mode !== "out" && mode !== "table")
		.map(({ type }) => {
			const name = /^(?:"((?:[^"]|"")+)"|([a-z_][a-z0-9_]*))(?:\[\])*$/.exec(type);
			return name && isOfPublic(name[1]?.replaceAll('""', '"') ?? name[2] ?? "") ? `public.${type}` : type;
		})
		.join(", ");
	return `ALTER ${each.kind.toUpperCase()} ${quoteName(each)}(${list}) ${what}`;
}
