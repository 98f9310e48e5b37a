import type { FunctionModel } from "../../schema/model";
import { dollarQuoted } from "../dollar-quote";
import { quoteIdentifier, quoteLiteral } from "../identifier";
import { isAtomic } from "./dependencies";
import type { Names } from "./names";

/** A function's name with the argument types that tell it from others of that name. */
export function signature(routine: FunctionModel, names: Names): string {
	const types = routine.arguments
		.filter(({ mode }) => mode !== "out" && mode !== "table")
		.map(({ type, mode }) => `${mode === "variadic" ? "VARIADIC " : ""}${names.type(type)}`);
	return `${names.of(routine)}(${types.join(", ")})`;
}

/** @param path SQL that takes the place of the search path that it is pinned to */
export function createRoutine(routine: FunctionModel, names: Names, path: string | undefined): string {
	const inputs = routine.arguments.filter(({ mode }) => mode !== "table");
	return [
		`CREATE ${routine.kind.toUpperCase()} ${names.of(routine)}(${inputs.map((each) => argument(each, names)).join(", ")})`,
		...returns(routine, names),
		`LANGUAGE ${quoteIdentifier(routine.language)}`,
		...(routine.kind === "function" && routine.volatility !== "volatile" ? [routine.volatility.toUpperCase()] : []),
		...(routine.securityDefiner ? ["SECURITY DEFINER"] : []),
		...(routine.leakproof ? ["LEAKPROOF"] : []),
		...routine.attributes,
		...[...routine.settings].map(([name, value]) => setting(name, value, path)),
		isAtomic(routine) ? names.sql(routine.body) : `AS ${dollarQuoted(names.sql(routine.body))}`,
	].join("\n\t");
}

function argument({ name, type, mode, default: value }: FunctionModel["arguments"][number], names: Names): string {
	return [
		...(mode === "in" ? [] : [mode.toUpperCase()]),
		...(name ? [quoteIdentifier(name)] : []),
		names.type(type),
		...(value === undefined ? [] : [`DEFAULT ${names.sql(value)}`]),
	].join(" ");
}

function returns(routine: FunctionModel, names: Names): string[] {
	const columns = routine.arguments.filter(({ mode }) => mode === "table");
	if (columns.length > 0)
		return [`RETURNS TABLE (${columns.map((each) => argument({ ...each, mode: "in" }, names)).join(", ")})`];
	const outputs = routine.arguments.filter(({ mode }) => mode === "out" || mode === "inout");
	if (routine.returns === null || routine.kind === "procedure") return [];
	const isSet = routine.returns.startsWith("SETOF ");
	// OUT arguments say it already.
	if (outputs.length > 0 && !isSet) return [];
	const type = names.type(routine.returns.replace(/^SETOF /, ""));
	return [`RETURNS ${isSet ? "SETOF " : ""}${type}`];
}

/** Settings whose value is a list of names, each quoted by itself. https://www.postgresql.org/docs/current/sql-createfunction.html */
const LISTS = /^(search_path|temp_tablespaces|session_preload_libraries|local_preload_libraries|datestyle)$/i;

function setting(name: string, value: string, path: string | undefined): string {
	const parameter = name.split(".").map(quoteIdentifier).join(".");
	if (name.toLowerCase() === "search_path" && path !== undefined) return `SET ${parameter} = ${path}`;
	const values = LISTS.test(name) && value !== "" ? value.split(/\s*,\s*/) : [value];
	return `SET ${parameter} = ${values.map(quoteLiteral).join(", ")}`;
}
