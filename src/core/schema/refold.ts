import type { SqlFile, Statement } from "../sql/statement";
import type { Problem } from "../text/span";
import { applyFiles } from "./apply-files";
import type { Catalog } from "./catalog";
import { type Concern, concernOf } from "./concern";
import { editBetween } from "./edits";
import { subjectsOf } from "./file-subjects";
import { contentsOf, reportUnlinked, type Unfinished } from "./finish";
import { isSameElsewhere } from "./kept";
import type { SchemaModel } from "./model";
import { areNamesFree } from "./taken-names";

/** The files that a model came of. */
const filesOf = new WeakMap<SchemaModel, readonly SqlFile[]>();

export function remember(model: SchemaModel, files: readonly SqlFile[]): void {
	filesOf.set(model, files);
}

/**
 * The model after an edit, made from the one before: only the tables that the edit can concern are made again, from the
 * statements that are about them or about what they name. Whether that is all that changed is checked against the model
 * before; where it isn't, or can't be told, everything has to be folded.
 *
 * @returns null where everything has to be folded again
 */
export function refold(files: readonly SqlFile[], last: SchemaModel): SchemaModel | null {
	const before = filesOf.get(last);
	if (!before || before.length !== files.length) return null;
	const edited: (readonly [before: SqlFile, after: SqlFile])[] = [];
	for (const [i, file] of files.entries()) {
		const old = before[i] as SqlFile;
		if (old === file) continue;
		if (old.file !== file.file || !subjectsOf(old).areBounded) return null;
		edited.push([old, file]);
	}
	if (!files.every((file) => subjectsOf(file).areBounded)) return null;
	const isUntold = last.problems.some(({ location }) => edited.some(([{ file }]) => file === location.file));
	const concern = isUntold
		? null
		: concernOf(
				files,
				edited.map(([old, file]) => editBetween(old, file)),
				last,
			);
	if (!concern) return null;
	const catalog = applyFiles(files, (statement) => concern.applied.has(statement));
	reportUnlinked(catalog);
	if (hasProblem(last, catalog, concern)) return null;
	return merged(last, catalog, concern);
}

/** Whether anything is said, or was, of a statement that the edit concerns, or of what an edited one named. */
function hasProblem(last: SchemaModel, catalog: Catalog, { own, formerWords }: Concern): boolean {
	const places = new Map<string, Statement[]>();
	for (const { file, statement } of own) places.set(file, [...(places.get(file) ?? []), statement]);
	const isOwn = ({ location: { file, span } }: Problem): boolean =>
		places.get(file)?.some((statement) => span.start >= statement.span.start && span.start <= statement.span.end) ??
		false;
	// What is missing is reported once, with how many statements name it.
	const isCounted = ({ message }: Problem): boolean =>
		[...message.matchAll(/\.([\w$\u0080-\uffff]+)/g)].some(([, name = ""]) => formerWords.has(name.toLowerCase()));
	return [...last.problems, ...catalog.problems].some(isOwn) || last.problems.some(isCounted);
}

/** The last model with what came of the edit in it; null where more has changed than what was edited. */
function merged(last: SchemaModel, catalog: Catalog, concern: Concern): SchemaModel | null {
	const contents = contentsOf(catalog, last);
	const tables = replaced(last.tables, contents.tables, concern);
	const views = replaced(last.views, contents.views, concern);
	const functions = replaced(last.functions, contents.functions, concern);
	const sequences = replaced(last.sequences, contents.sequences, concern, ({ ownedBy }) => ownedBy?.table.name ?? "");
	if (!tables || !views || !functions || !sequences) return null;
	const model = { ...last, tables, views, functions, sequences };
	return areNamesFree(last, model, concern) ? model : null;
}

/**
 * The last map with what the edit concerns made again. Null where there is one more or less of them, or where one that
 * was not edited itself differs in more than its place.
 */
function replaced<T extends { readonly name: string }>(
	last: ReadonlyMap<string, T>,
	contents: readonly Unfinished<T>[],
	{ names, changed }: Concern,
	nameOf = ({ name }: T): string => name,
): ReadonlyMap<string, T> | null {
	let next: Map<string, T> | null = null;
	const seen = new Set<string>();
	for (const { key, name, finish } of contents) {
		if (!names.has(name.toLowerCase())) continue;
		const before = last.get(key);
		if (!before) return null;
		seen.add(key);
		const now = finish();
		if (now === before) continue;
		if (!changed.has(name.toLowerCase()) && !isSameElsewhere(now, before)) return null;
		next ??= new Map(last);
		next.set(key, now);
	}
	for (const [key, each] of last) if (names.has(nameOf(each).toLowerCase()) && !seen.has(key)) return null;
	return next ?? last;
}
