import type { SqlFile, Statement } from "../sql/statement";
import { namesReached } from "./apply-files";
import type { AboutStatement, Edit } from "./edits";
import { namesOf, statementsNaming, subjectsOf, wordsOf } from "./file-subjects";
import type { SchemaModel } from "./model";
import type { Subject } from "./subject";
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
	const graph = new Graph(files, last);
	if (!graph.isBounded) return null;
	for (const { before, after, moved } of edits) {
		if (String(before.flatMap(created)) !== String(after.flatMap(created))) return null;
		for (const { subject } of [...before, ...after]) {
			if (subject?.kind === "table") changed.add(subject.name);
			else if (subject?.kind !== "nothing") return null;
		}
		for (const { statement } of before) for (const word of wordsOf(statement)) formerWords.add(word);
		for (const name of difference(namesIn(before), namesIn(after))) differing.add(name);
		for (const { subject } of moved) {
			if (subject?.kind === "table" || subject?.kind === "source") names.add(subject.name);
			else if (
				subject?.kind !== "session" &&
				(subject?.kind !== "program" || graph.isProgram(subject)) &&
				subject?.kind !== "nothing"
			)
				return null;
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
	return subject?.kind === "table" && subject.creates ? [subject.name] : [];
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

export interface Placed {
	readonly file: SqlFile;
	readonly statement: Statement;
	readonly subject: Subject;
}

/** Which statements are about a name, and which use it. */
class Graph {
	readonly statements: Placed[] = [];
	/** What DO blocks and calls of functions of the files looked for. */
	readonly programs: (readonly string[])[] = [];
	/** Whether that is known of all of them. */
	isBounded = true;
	readonly #files: readonly SqlFile[];
	readonly #about = new Map<string, Placed[]>();
	/** Names that tables and views had in the end: some got theirs by a rename and no statement is about them. */
	readonly #last = new Set<string>();
	/** Names of which each may change with another. */
	readonly #joins: (readonly string[])[] = [];

	constructor(files: readonly SqlFile[], { tables, views }: SchemaModel) {
		this.#files = files;
		for (const { name } of [...tables.values(), ...views.values()]) this.#last.add(name.toLowerCase());
		for (const file of files) {
			const { subjects } = subjectsOf(file);
			for (let i = 0; i < subjects.length; i++) {
				const placed = { file, statement: file.statements[i] as Statement, subject: subjects[i] as Subject };
				this.statements.push(placed);
				const { subject } = placed;
				if (subject.kind !== "table" && subject.kind !== "source") continue;
				const about = this.#about.get(subject.name);
				if (about) about.push(placed);
				else this.#about.set(subject.name, [placed]);
			}
		}
		for (const { statement, subject } of this.statements) {
			if (
				subject.kind === "program" &&
				(subject.calls === null || subject.calls.some((name) => this.#about.has(name)))
			) {
				const names = namesReached(statement);
				if (names) this.programs.push(this.#known(names));
				else this.isBounded = false;
			} else if ("joins" in subject && subject.joins)
				this.#joins.push(this.#known(subject.joins === "all named" ? wordsOf(statement) : subject.joins));
		}
		this.#joins.push(...this.programs);
	}

	/** Whether it does something: calls of functions that these files do not create leave no trace in the model. */
	isProgram(subject: Subject): boolean {
		return (
			subject.kind === "program" && (subject.calls === null || subject.calls.some((name) => this.#about.has(name)))
		);
	}

	#known(names: Iterable<string>): string[] {
		return [...names].filter((name) => this.#about.has(name) || this.#last.has(name));
	}

	/** Adds to `changed` the views and functions that use what is in there, and to `names` that and the tables that use it. */
	addNamers(changed: Set<string>, names: Set<string>): void {
		this.addJoined(changed);
		for (const name of changed) {
			names.add(name);
			for (const file of this.#files) {
				for (const index of statementsNaming(file, name)) {
					const subject = subjectsOf(file).subjects[index] as Subject;
					if (subject.kind === "table") names.add(subject.name);
					else if (subject.kind === "source") changed.add(subject.name);
				}
			}
			// A set that grows while it is walked through is walked through to its end.
			this.addJoined(changed);
		}
	}

	/** Adds to `needed` all that statements about `names` use; of views and functions what they use themselves, too. */
	addNamed(needed: Set<string>, names: ReadonlySet<string>): void {
		for (const name of needed) {
			for (const { subject, statement } of this.#about.get(name) ?? []) {
				if (!names.has(name) && subject.kind !== "source") continue;
				for (const word of wordsOf(statement)) if (this.#about.has(word)) needed.add(word);
			}
			this.addJoined(needed);
		}
	}

	/** Adds what may change with what is in there. */
	addJoined(names: Set<string>): void {
		for (let size = -1; size !== names.size; ) {
			size = names.size;
			for (const joined of this.#joins)
				if (joined.some((name) => names.has(name))) for (const name of joined) names.add(name);
		}
	}
}
