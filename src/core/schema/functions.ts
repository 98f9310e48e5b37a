import type { CreateFunctionStmt, DefineStmt, FunctionParameter, Node, ObjectWithArgs } from "@pgsql/types";
import { quoteIdentifier } from "../sql/quote";
import type { Catalog } from "./catalog";
import type { FunctionDraft } from "./drafts";
import { expressionOf } from "./expression";
import { afterOpening, findSymbol, findWord, splitList, trimmed } from "./source-text";
import { as, constantOf, isOn, namePartsOf, optionsOf, stringOf, stringsOf } from "./tree";
import { printType, resolveArgumentType, textType } from "./type-name";

const MODES: Readonly<Record<string, string>> = {
	FUNC_PARAM_OUT: "out",
	FUNC_PARAM_INOUT: "inout",
	FUNC_PARAM_VARIADIC: "variadic",
	FUNC_PARAM_TABLE: "table",
};

/** CREATE [OR REPLACE] FUNCTION and PROCEDURE. */
export function createFunction(catalog: Catalog, statement: CreateFunctionStmt): void {
	const name = catalog.newNameOf(stringsOf(statement.funcname));
	const options = optionsOf(statement.options);
	const parameters = (statement.parameters ?? []).flatMap((node, i) => {
		const parameter = as(node, "FunctionParameter");
		return parameter
			? [
					{
						name: parameter.name ?? null,
						type: resolveArgumentType(catalog, parameter.argType),
						mode: MODES[parameter.mode ?? ""] ?? "in",
						...defaultOf(catalog, parameter, i),
					},
				]
			: [];
	});
	const created: FunctionDraft = {
		tag: "function",
		...name,
		kind: statement.is_procedure ? "procedure" : "function",
		arguments: parameters,
		returns: returnType(catalog, statement, parameters),
		returnsSet: statement.returnType?.setof === true,
		returnsTable: parameters.some((parameter) => parameter.mode === "table"),
		language: (constantOf(options.get("language")) ?? "sql").toLowerCase(),
		securityDefiner: isOn(options.get("security")),
		leakproof: isOn(options.get("leakproof")),
		publicExecute: isOpenByDefault(catalog),
		volatility: volatilityOf(constantOf(options.get("volatility"))),
		settings: new Map(),
		body: bodyText(catalog, statement, options.get("as")),
		owner: catalog.role,
		location: catalog.location(),
		attributes: new Map(),
		comment: null,
		origin: catalog.origin,
	};
	setAttributes(created, options);
	setConfiguration(created, statement.options);
	addFunction(catalog, created, statement.replace === true);
}

/** A parameter's default, `DEFAULT …` or `= …` in the list behind the function's name. */
function defaultOf(
	catalog: Catalog,
	{ defexpr }: FunctionParameter,
	position: number,
): { default?: FunctionDraft["arguments"][number]["default"] } {
	if (!defexpr) return {};
	const { text } = catalog.origin.statement;
	const span = splitList(text, afterOpening(text, 0) ?? 0)[position];
	const word = span && (findWord(text, span.start, "default", span.end) ?? findSymbol(text, span.start, "=", span.end));
	return word ? { default: expressionOf(catalog, defexpr, text, trimmed(text, word.end, span.end), null) } : {};
}

/** STRICT, PARALLEL, COST, ROWS, WINDOW, SUPPORT, of CREATE and ALTER FUNCTION. */
function setAttributes({ attributes }: FunctionDraft, options: ReadonlyMap<string, Node | null>): void {
	const set = (name: string, clause: string | null) => {
		if (clause === null) attributes.delete(name);
		else attributes.set(name, clause);
	};
	for (const [name, value] of options) {
		const constant = constantOf(value) ?? "";
		if (name === "strict") set(name, isOn(value) ? "STRICT" : null);
		else if (name === "window") set(name, isOn(value) ? "WINDOW" : null);
		else if (name === "parallel") set(name, constant === "unsafe" ? null : `PARALLEL ${constant.toUpperCase()}`);
		else if (name === "cost" || name === "rows") set(name, `${name.toUpperCase()} ${constant}`);
		else if (name === "support") set(name, `SUPPORT ${namePartsOf(value).map(quoteIdentifier).join(".")}`);
	}
}

/** Whether PUBLIC gets EXECUTE on a new function: it does until ALTER DEFAULT PRIVILEGES says otherwise, for no schema in particular. */
function isOpenByDefault(catalog: Catalog): boolean {
	const last = catalog.defaultPrivileges.findLast(
		({ objectKind, schemas, forRoles, roles, privileges }) =>
			objectKind === "function" &&
			schemas.length === 0 &&
			roles.includes("public") &&
			privileges.includes("execute") &&
			(forRoles.length === 0 || catalog.role === null || forRoles.includes(catalog.role)),
	);
	return last?.isGrant ?? true;
}

function addFunction(catalog: Catalog, created: FunctionDraft, replace: boolean): void {
	const key = `${created.schema}.${created.name}`;
	catalog.functionNames.add(created.name);
	const overloads = catalog.functions.get(key) ?? [];
	const signature = signatureOf(created);
	const existing = overloads.find((each) => signatureOf(each) === signature);
	if (!existing) catalog.functions.set(key, [...overloads, created]);
	else if (replace)
		Object.assign(existing, created, {
			owner: existing.owner,
			publicExecute: existing.publicExecute,
			comment: existing.comment,
		});
	else catalog.reportExisting("A function", created);
}

function returnType(
	catalog: Catalog,
	statement: CreateFunctionStmt,
	parameters: FunctionDraft["arguments"],
): FunctionDraft["returns"] {
	if (statement.is_procedure) return null;
	if (statement.returnType) return resolveArgumentType(catalog, statement.returnType);
	const outputs = parameters.filter((parameter) => parameter.mode === "out" || parameter.mode === "inout");
	return outputs.length === 1 ? (outputs[0]?.type ?? null) : textType(outputs.length === 0 ? "void" : "record");
}

function volatilityOf(word: string | null): FunctionDraft["volatility"] {
	return word === "immutable" || word === "stable" ? word : "volatile";
}

/** The body between its quotes; a `BEGIN ATOMIC` or `RETURN` body as written. */
function bodyText(catalog: Catalog, statement: CreateFunctionStmt, argument: Node | null | undefined): string {
	if (argument) return stringsOf(as(argument, "List")?.items)[0] ?? stringOf(argument) ?? "";
	if (!statement.sql_body) return "";
	const { text } = catalog.origin.statement;
	const start = findWord(text, 0, "begin") ?? findWord(text, 0, "return");
	return start ? text.slice(start.start, trimmed(text, start.start, text.length).end) : "";
}

/** CREATE AGGREGATE. */
export function createAggregate(catalog: Catalog, statement: DefineStmt): void {
	const name = catalog.newNameOf(stringsOf(statement.defnames));
	const options = optionsOf(statement.definition);
	const listed = (as(statement.args?.[0], "List")?.items ?? []).flatMap((node) => as(node, "FunctionParameter") ?? []);
	const base = as(options.get("basetype"), "TypeName");
	const types = base ? [{ argType: base, name: undefined }] : listed;
	const created: FunctionDraft = {
		tag: "function",
		...name,
		kind: "aggregate",
		arguments: types.map((parameter) => ({
			name: parameter.name ?? null,
			type: resolveArgumentType(catalog, parameter.argType),
			mode: "in",
		})),
		returns: resolveArgumentType(
			catalog,
			as(options.get("stype"), "TypeName") ?? as(options.get("stype1"), "TypeName"),
		),
		returnsSet: false,
		returnsTable: false,
		language: "internal",
		securityDefiner: false,
		leakproof: false,
		publicExecute: isOpenByDefault(catalog),
		volatility: "immutable",
		settings: new Map(),
		body: "",
		owner: catalog.role,
		location: catalog.location(),
		attributes: new Map(),
		comment: null,
		origin: catalog.origin,
	};
	addFunction(catalog, created, statement.replace === true);
}

/** SET name = value clauses, of CREATE and ALTER FUNCTION. */
function setConfiguration(target: FunctionDraft, options: readonly Node[] | undefined): void {
	for (const node of options ?? []) {
		const element = as(node, "DefElem");
		if (element?.defname !== "set") continue;
		const set = as(element.arg, "VariableSetStmt");
		if (!set?.name) {
			if (set?.kind === "VAR_RESET_ALL") target.settings.clear();
		} else if (set.kind === "VAR_SET_VALUE")
			target.settings.set(set.name, (set.args ?? []).map((each) => constantOf(each) ?? "").join(", "));
		else if (set.kind === "VAR_RESET" || set.kind === "VAR_SET_DEFAULT") target.settings.delete(set.name);
		else if (set.kind === "VAR_SET_CURRENT") target.settings.set(set.name, "");
	}
}

/** ALTER FUNCTION … SECURITY, volatility and SET. */
export function alterFunction(
	catalog: Catalog,
	identity: ObjectWithArgs | undefined,
	actions: readonly Node[] | undefined,
): void {
	const target = functionNamed(catalog, identity);
	if (!target) {
		catalog.reportMissing("Function", catalog.meant(stringsOf(identity?.objname)));
		return;
	}
	const options = optionsOf(actions);
	if (options.has("security")) target.securityDefiner = isOn(options.get("security"));
	if (options.has("leakproof")) target.leakproof = isOn(options.get("leakproof"));
	if (options.has("volatility")) target.volatility = volatilityOf(constantOf(options.get("volatility")));
	setAttributes(target, options);
	setConfiguration(target, actions);
}

/** The input arguments' types as `f(integer, text)` shows them; what identifies an overload. */
export function signatureOf(each: Pick<FunctionDraft, "arguments">): string {
	return each.arguments
		.filter((argument) => argument.mode !== "out" && argument.mode !== "table")
		.map((argument) => printType(argument.type))
		.join(", ");
}

/** The overload that a statement names: by its argument types, or the only one when it names none. */
export function functionNamed(catalog: Catalog, identity: ObjectWithArgs | undefined): FunctionDraft | null {
	if (!identity) return null;
	const overloads = catalog.find(stringsOf(identity.objname), (key) => catalog.functions.get(key)) ?? [];
	if (identity.args_unspecified) return overloads[0] ?? null;
	const inputs = (identity.objargs ?? [])
		.map((node) => printType(resolveArgumentType(catalog, as(node, "TypeName"))))
		.join(", ");
	const all = (identity.objfuncargs ?? [])
		.flatMap((node) => as(node, "FunctionParameter")?.argType ?? [])
		.map((type) => printType(resolveArgumentType(catalog, type)));
	return (
		overloads.find((each) => signatureOf(each) === inputs) ??
		// A procedure's OUT arguments may be given too.
		overloads.find(
			(each) => each.arguments.map((argument) => printType(argument.type)).join(", ") === all.join(", "),
		) ??
		null
	);
}
