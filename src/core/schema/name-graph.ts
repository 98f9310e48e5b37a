import type { SqlFile, Statement } from "../sql/statement";
import { namesReached } from "./apply-files";
import type { AboutStatement } from "./edits";
import { statementsNaming, subjectsOf, wordsOf } from "./file-subjects";
import type { SchemaModel } from "./model";
import type { Subject } from "./subject";

interface Placed extends AboutStatement {
	readonly file: SqlFile;
}

/** Which statements are about a name, and which use it. */
export class NameGraph {
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
			if (this.isProgram(subject)) {
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
		return [...names].filter((name) => this.#isKnown(name));
	}

	#isKnown(name: string): boolean {
		return this.#about.has(name) || this.#last.has(name);
	}

	/** Adds to `changed` the views and functions that use what is in there, and to `names` that and the tables that use it. */
	addNamers(changed: Set<string>, names: Set<string>): void {
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
				for (const word of wordsOf(statement)) if (this.#isKnown(word)) needed.add(word);
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
