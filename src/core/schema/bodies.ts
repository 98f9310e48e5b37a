import type { CreateEventTrigStmt, DoStmt, Node, RangeVar } from "@pgsql/types";
import { type Body, type BodyItem, bodyOf, type DynamicItem, type Given, NOTHING_GIVEN } from "../sql/body";
import type { Statement } from "../sql/statement";
import type { Location } from "../text/span";
import { applyStatement, changesSchema } from "./apply";
import { givenTo, withGiven } from "./call-arguments";
import { type Catalog, partsOf } from "./catalog";
import { decide, type Verdict } from "./conditions";
import type { FunctionDraft } from "./drafts";
import { isSamePlace } from "./kept";
import { listedIn } from "./listed-schemas";
import type { Origin } from "./reports";
import { setVariable } from "./search-path";
import { as, stringsOf } from "./tree";
import { usesOf } from "./uses";

/** Functions that call each other are followed this deep. */
const MOST_CALLS = 8;

/** DO: the statements of its body are applied as far as they can be read. */
export function doBlock(catalog: Catalog, _statement: DoStmt): void {
	const { origin } = catalog;
	const body = bodyOf(origin.statement);
	if (body) runBody(catalog, unrolled(catalog, body, origin), origin);
}

/** Runs the functions that a statement calls, where these files create them and their bodies change the schema. */
export function runCalls(catalog: Catalog, node: Node): void {
	if (catalog.functions.size === 0) return;
	for (const { path, values } of usesOf(node).calls) {
		const overloads = catalog.find(path, (key) => catalog.functions.get(key));
		for (const each of overloads ?? []) {
			const given = givenTo(catalog, each, values);
			if (given) runFunction(catalog, each, given);
		}
	}
}

/** A call: what the body does is done, as far as what is given says it; the rest is reported where the outermost call stands. */
function runFunction(catalog: Catalog, called: FunctionDraft, given: Given): void {
	if (catalog.calls.includes(called) || catalog.calls.length >= MOST_CALLS) return;
	const plain = bodyOf(called.origin.statement);
	if (!plain) return;
	const { origin, searchPath } = catalog;
	if (catalog.calls.length === 0) catalog.callSite = { location: catalog.location(), text: origin.statement.text };
	catalog.calls.push(called);
	// Most functions do the same to the schema whatever they are given: reading those again for each call would be for nothing.
	const depends = plain.items.some((item) => isUnknown(item, called.origin, catalog.callSite?.text ?? ""));
	const body = (depends ? bodyOf(called.origin.statement, given) : null) ?? plain;
	runBody(catalog, unrolled(catalog, body, called.origin, given), called.origin, given);
	catalog.calls.pop();
	catalog.origin = origin;
	catalog.searchPath = searchPath;
}

/** The body with its loops over schemas and policies that the files create as what each turn does, which is noted of schemas that are called alike. */
function unrolled(catalog: Catalog, body: Body, { statement }: Origin, given = NOTHING_GIVEN): Body {
	if (!body.items.some(({ looped }) => looped)) return body;
	const { schemas, rows } = listedIn(catalog, body, statement.text);
	if (rows.size === 0) return body;
	for (const { names, pattern } of schemas)
		if (pattern !== null && CHANGES_EACH.test(statement.text))
			for (const name of names) catalog.alikeSchemas.set(name, pattern);
	return bodyOf(statement, given, rows) ?? body;
}

/** What is in a schema whose name is put in is created, altered or dropped: `ALTER TABLE %I.orders`, or behind SET search_path. */
const CHANGES_EACH = /\b(?:create|alter|drop)\b[^;]*?(?:%(?:\d+\$)?[Is]\.|\|\|\s*'\.)|\bsearch_path\b/i;

function runBody(catalog: Catalog, body: Body, origin: Origin, given = NOTHING_GIVEN): void {
	const verdicts = new Map<string, Verdict>();
	const wasTolerant = catalog.tolerant;
	// A block with an exception handler lives with errors of its statements; without, one of them undoes the whole block.
	const hasHandler = /\bexception\s+when\b/i.test(origin.statement.text);
	if (!hasHandler && !wasTolerant && reportsFailure(catalog, body, origin)) return;
	for (const item of body.items) {
		const runs = runsAt(catalog, item, verdicts, given);
		if (runs === false) continue;
		catalog.tolerant = wasTolerant || hasHandler || item.branches.length > 0;
		for (const statement of "statement" in item ? [item.statement] : item.statements) {
			if (!statement.node) continue;
			const { file, span } = placeOf(catalog, item, statement, origin, given);
			if (runs === null && changesSchema(statement.node)) reportConditional(catalog, { file, span });
			applyStatement(catalog, { file, statement: { ...statement, span } }, statement.node);
		}
		const called = catalog.calls[0] ?? null;
		const site = called && catalog.callSite;
		if (!isUnknown(item, origin, site?.text ?? "")) continue;
		catalog.noteDrops(textOf(item, origin));
		reportDynamic(catalog, site ? site.location : { file: origin.file, span: item.span }, called);
	}
	catalog.tolerant = wasTolerant;
}

/** Where a statement stands: what a call hands over makes another one of each call, so the call is its place. */
function placeOf({ callSite }: Catalog, item: BodyItem, { span }: Statement, { file }: Origin, given: Given): Location {
	const isMade = "dynamic" in item && span.start === item.span.start && span.end === item.span.end;
	return isMade && given.size > 0 && callSite ? callSite.location : { file, span };
}

/**
 * Says of a block that PostgreSQL refuses it, where one of its unconditional statements is about a relation that isn't
 * there and that the block doesn't make before.
 */
function reportsFailure(catalog: Catalog, body: Body, origin: Origin): boolean {
	const { sessionSearchPath, localSearchPath } = catalog;
	const fails = findsFailure(catalog, body, origin);
	catalog.sessionSearchPath = sessionSearchPath;
	catalog.localSearchPath = localSearchPath;
	return fails;
}

/** As `reportsFailure`, with the `search_path` that the block itself sets, which is left so. */
function findsFailure(catalog: Catalog, body: Body, origin: Origin): boolean {
	const made = new Set<string>();
	for (const item of body.items) {
		for (const statement of "statement" in item ? [item.statement] : item.statements) {
			if (!statement.node) continue;
			const set = as(statement.node, "VariableSetStmt");
			if (set) setVariable(catalog, set);
			const { needs, makes } = relationNames(statement.node);
			for (const name of makes) made.add(name.relname ?? "");
			// What dynamic SQL before may have made isn't missed.
			if (item.branches.some(({ kind }) => kind !== "loop")) continue;
			for (const name of needs) {
				if (made.has(name.relname ?? "") || catalog.relation(name) || !catalog.hasSchema(name.schemaname ?? "public"))
					continue;
				catalog.origin = { file: origin.file, statement };
				catalog.reportMissing("Table", catalog.meant(partsOf(name)));
				return true;
			}
		}
		if (!("statement" in item) && item.dynamic === null) return false;
	}
	return false;
}

/** The relations that a statement can't do without, and those that it makes. */
function relationNames(node: Node): { needs: readonly RangeVar[]; makes: readonly RangeVar[] } {
	const create =
		as(node, "CreateStmt")?.relation ??
		as(node, "CreateTableAsStmt")?.into?.rel ??
		as(node, "ViewStmt")?.view ??
		as(node, "CreateSeqStmt")?.sequence;
	if (create) return { needs: [], makes: [create] };
	const rename = as(node, "RenameStmt");
	const alter = rename ?? as(node, "AlterTableStmt");
	const needs = alter?.relation && !alter.missing_ok ? [alter.relation] : [];
	return { needs, makes: rename?.relation && rename.newname ? [{ ...rename.relation, relname: rename.newname }] : [] };
}

/** Whether an item runs: by its conditions, as far as they can be decided. An exception handler is taken not to. */
function runsAt(catalog: Catalog, item: BodyItem, verdicts: Map<string, Verdict>, given: Given): Verdict {
	let result: Verdict = true;
	for (const { kind, condition } of item.branches) {
		if (kind === "handler") return false;
		if (kind === "loop") continue;
		if (kind === "left") {
			if (decide(catalog, withGiven(condition, given)) === true) return false;
			continue;
		}
		let verdict: Verdict = null;
		if (kind !== "case") {
			if (!verdicts.has(condition)) verdicts.set(condition, decide(catalog, withGiven(condition, given)));
			verdict = verdicts.get(condition) ?? null;
			if (kind === "else" && verdict !== null) verdict = !verdict;
		}
		if (verdict === false) return false;
		if (verdict === null) result = null;
	}
	return result;
}

function reportConditional(catalog: Catalog, location: Location): void {
	catalog.report(
		"dynamic",
		"info",
		"This runs only under a condition that reading the files can't decide. It is taken here as if it ran.",
		location,
	);
}

function reportDynamic(catalog: Catalog, location: Location, called: FunctionDraft | null): void {
	const what = called
		? `Function ${called.schema}.${called.name} puts SQL together while it runs`
		: "This SQL is put together while it runs";
	if (catalog.problems.some((problem) => problem.kind === "dynamic" && isSamePlace(problem.location, location))) return;
	catalog.hadDynamic = true;
	catalog.report(
		"dynamic",
		"warning",
		`${what}, and that SQL may create, change or drop tables. What it does can't be known from reading, so the schema shown here may lack it. If you know its outcome, write it as plain statements in a file of its own.`,
		location,
	);
}

/** Whether an item is dynamic SQL that may change the schema and can't be read. */
function isUnknown(item: BodyItem, origin: Origin, call: string): item is DynamicItem {
	if ("statement" in item) return false;
	const isRead = item.dynamic !== null && item.statements.every(({ node }) => node !== null);
	return !isRead && mayChangeSchema(item, origin, call);
}

/**
 * SQL that begins with a verb of schema changes, in a string of the EXECUTE or, where that names a variable, anywhere in the
 * body or in the call, which may hand it over.
 */
function mayChangeSchema(item: DynamicItem, origin: Origin, call: string): boolean {
	const { statement } = origin;
	const command = textOf(item, origin);
	const literals = /'|\$/.test(command) ? command : `${statement.text} ${call}`;
	if (SCHEMA_VERB.test(literals)) return true;
	// A string that begins with another verb settles it.
	return literals === command ? !OTHER_VERB.test(command) && SCHEMA_VERB.test(statement.text) : false;
}

function textOf({ span }: DynamicItem, { statement }: Origin): string {
	return statement.text.slice(span.start - statement.span.start, span.end - statement.span.start);
}

const SCHEMA_VERB = /['$]\s*(?:create|alter|drop)\b/i;
const OTHER_VERB =
	/['$]\s*(?:select|insert|update|delete|with|merge|truncate|copy|call|perform|analyze|vacuum|lock|refresh|set|reset|notify|listen|grant|revoke|comment|explain|cluster|reindex|values)\b/i;

/** An event trigger runs its function at later DDL: what that does then isn't followed, so it is reported here. */
export function createEventTrigger(catalog: Catalog, statement: CreateEventTrigStmt): void {
	const called = catalog.find(stringsOf(statement.funcname), (key) => catalog.functions.get(key))?.[0];
	const body = called && bodyOf(called.origin.statement);
	if (!called || !body) return;
	const { origin } = called;
	const changes = body.items.some((item) =>
		"statement" in item
			? item.statement.node !== null && changesSchema(item.statement.node)
			: mayChangeSchema(item, origin, ""),
	);
	if (changes) reportDynamic(catalog, catalog.location(), called);
}
