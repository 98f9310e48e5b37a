import type { SqlFile, Statement } from "../sql/statement";
import { factOf } from "./facts";
import { type Subject, subjectOf } from "./subject";

/** What the statements of a file are about; found out once a file. */
export interface FileSubjects {
	/** One for each statement; null where it may do anything to anything. */
	readonly subjects: readonly (Subject | null)[];
	/** Whether what an edit concerns can be told by the names that its statements have in common with others. */
	readonly areBounded: boolean;
	/** In small letters, to look names up in. */
	readonly text: string;
}

/** Names that stand in a text as one word; behind U& letters are written as numbers. */
const PLAIN = /^[\w$\u0080-\uffff]+$/;
const ESCAPED = /\bu&["']/i;

export const subjectsOf = factOf((file: SqlFile): FileSubjects => {
	const subjects = file.statements.map(subjectOf);
	const text = file.text.toLowerCase();
	// A few letters are two when they are small ("İ"), and then places in the text are others.
	const isAligned = text.length === file.text.length;
	return {
		subjects,
		areBounded: isAligned && !file.includes && !ESCAPED.test(text) && subjects.every(isBounded),
		text,
	};
});

function isBounded(subject: Subject | null): boolean {
	if (subject === null) return false;
	const names = [
		...("name" in subject ? [subject.name] : []),
		...("joins" in subject && Array.isArray(subject.joins) ? subject.joins : []),
	];
	return names.every((name) => PLAIN.test(name));
}

function wordsIn(text: string): readonly string[] {
	return text.toLowerCase().match(/[\w$\u0080-\uffff]+/g) ?? [];
}

/** The words of a statement in small letters: no name that it uses is missing, many of them are none. */
export const wordsOf = factOf(({ text }: Statement): ReadonlySet<string> => new Set(wordsIn(text)));

/** What a statement may give names to, or use by name: relations, columns, indexes, constraints, policies, whatever else. */
export const namesOf = factOf((statement: Statement): ReadonlySet<string> => {
	const words = wordsOf(statement);
	const names = new Set<string>();
	const pending: unknown[] = [statement.node];
	for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
		if (typeof value === "string") {
			for (const word of wordsIn(value)) if (words.has(word)) names.add(word);
		} else if (typeof value === "object" && value !== null) for (const each of Object.values(value)) pending.push(each);
	}
	return names;
});

/** The places in `statements` of those that have the word. */
export function statementsNaming(file: SqlFile, name: string): number[] {
	const { text } = subjectsOf(file);
	const found: number[] = [];
	let index = 0;
	for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
		while (index < file.statements.length && (file.statements[index] as Statement).span.end <= at) index++;
		const statement = file.statements[index];
		if (!statement) break;
		if (statement.span.start > at || found.at(-1) === index) continue;
		if (!isWordPart(text, at - 1) && !isWordPart(text, at + name.length)) found.push(index);
	}
	return found;
}

function isWordPart(text: string, at: number): boolean {
	const character = text[at];
	return character !== undefined && PLAIN.test(character);
}
