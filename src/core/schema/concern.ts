import type { SqlFile, Statement } from "../sql/statement";
import type { AboutStatement, Edit } from "./edits";
import { namesOf, wordsOf } from "./file-subjects";
import type { SchemaModel } from "./model";
import { NameGraph } from "./name-graph";
import { as } from "./tree";

/** What an edit may concern. Names are in small letters and without schema. */
export interface Concern {
	/** Tables that edited statements are about, and the views and functions that depend on them. */
	readonly changed: ReadonlySet<string>;
	/** Those, tables whose statements name them, and what only stands in another place: all that has to be made again. */
	readonly names: ReadonlySet<string>;
	/** The statements about `names`. */
	readonly own: readonly { readonly file: string; readonly statement: Statement }[];
	/** Those about what they name, too, and what concerns everything: what has to be applied to make `names` again. */
	readonly applied: ReadonlySet<Statement>;
	/** What is left alone. */
	readonly left: ReadonlySet<string>;
	readonly files: readonly SqlFile[];
	/** Of the edited statements as they were. */
	readonly formerWords: ReadonlySet<string>;
}

/** An edit that concerns more of the statements than this is folded as quickly with all of them. */
const MOST = 0.5;

/** Null where it can't be told, and where it is nearly everything. */
export function concernOf(files: readonly SqlFile[], edits: readonly Edit[], last: SchemaModel): Concern | null {
	const changed = new Set<string>();
	const names = new Set<string>();
	const formerWords = new Set<string>();
	/** Names that edited statements use now or used before. */
	const differing = new Set<string>();
	const graph = new NameGraph(files, last);
	if (!graph.isBounded) return null;
	for (const { before, after, moved } of edits) {
		if (String(before.flatMap(created)) !== String(after.flatMap(created))) return null;
		for (const { subject } of [...before, ...after]) {
			if (subject.kind === "table") changed.add(subject.name);
			else if (subject.kind !== "nothing") return null;
		}
		for (const { statement } of before) for (const word of wordsOf(statement)) formerWords.add(word);
		for (const name of difference(namesIn(before), namesIn(after))) differing.add(name);
		for (const { subject } of moved) {
			if (subject.kind === "table" || subject.kind === "source") names.add(subject.name);
			else if (subject.kind === "other" || graph.isProgram(subject)) return null;
		}
	}
	graph.addNamers(changed, names);
	// Where it finds something else it may do something else, to whatever.
	if (graph.programs.some((reached) => reached.some((name) => changed.has(name)))) return null;
	graph.addJoined(names);
	const needed = new Set(names);
	graph.addNamed(needed, names);
	const own: { file: string; statement: Statement }[] = [];
	const applied = new Set<Statement>();
	const left = new Set<string>();
	let spared = 0;
	for (const placed of graph.statements) {
		const { file, statement, subject } = placed;
		if (subject.kind === "nothing") continue;
		if ((subject.kind === "other" || subject.kind === "program") && mayMiss(statement, differing)) return null;
		if ("name" in subject && names.has(subject.name)) own.push({ file: file.file, statement });
		const isAbout = subject.kind === "table" || subject.kind === "source";
		if (!isAbout || needed.has(subject.name)) applied.add(statement);
		else {
			left.add(subject.name);
			spared++;
		}
	}
	return spared < (spared + applied.size) * (1 - MOST)
		? null
		: { changed, names, formerWords, own, applied, left, files };
}

function created({ subject }: AboutStatement): string[] {
	return subject.kind === "table" && subject.creates ? [subject.name] : [];
}

function namesIn(edited: readonly AboutStatement[]): ReadonlySet<string> {
	return new Set(edited.flatMap(({ statement }) => [...namesOf(statement)]));
}

function difference(a: ReadonlySet<string>, b: ReadonlySet<string>): string[] {
	return [...[...a].filter((name) => !b.has(name)), ...[...b].filter((name) => !a.has(name))];
}

/** Whether the statement may find something of that name, or not find it: an index that it drops, a column that a sequence belongs to. */
function mayMiss(statement: Statement, names: ReadonlySet<string>): boolean {
	if (names.size === 0 || as(statement.node, "InsertStmt")) return false;
	for (const word of wordsOf(statement)) if (names.has(word)) return true;
	return false;
}
