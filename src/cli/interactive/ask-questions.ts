import {
	completeAnswers,
	type Draft,
	numberOf,
	type Question,
	questionsFor,
	wrongNumber,
} from "../../core/strategy/questions";
import { type Answers, answersSchema } from "../../core/tenancy/answers";

/** Somebody who can be asked. */
export interface Terminal {
	say(text: string): void;
	/** What was typed, without the end of the line; null when the input has ended. */
	ask(prompt: string): Promise<string | null>;
}

const BACK = "<";

/** What counts where nobody says otherwise. */
const DEFAULTS: Draft = answersSchema.parse({ tenants: { now: 0, inTwoYears: 0 } });

/**
 * Asks every question that concerns the person, with what the draft says, or what we suggest, as the default. `<` goes back.
 * @returns null when the input ended before the last answer
 */
export async function askQuestions(from: Draft, terminal: Terminal): Promise<Answers | null> {
	let draft = from;
	terminal.say("Return takes what stands in brackets; < goes back.\n");
	for (let at = 0; ; ) {
		const questions = questionsFor(draft);
		const question = questions[at];
		if (!question) break;
		terminal.say(`\n${at + 1}/${questions.length} ${question.title}\n${question.prompt}`);
		const choices = question.kind === "number" ? [] : question.choices;
		for (const [i, { label, detail }] of choices.entries()) terminal.say(`  ${i + 1}  ${label}: ${detail}`);
		const typed = await terminal.ask(`[${defaultOf(question, draft)}] `);
		if (typed === null) return null;
		if (typed.trim() === BACK) {
			at = Math.max(0, at - 1);
			continue;
		}
		const next = answered(question, draft, typed.trim() || defaultOf(question, draft));
		if (typeof next === "string") terminal.say(next);
		else {
			draft = next;
			at++;
		}
	}
	return completeAnswers(draft);
}

/** Yes where nothing is typed. */
export async function askYesOrNo(prompt: string, terminal: Terminal): Promise<boolean> {
	for (;;) {
		const typed = (await terminal.ask(`${prompt} [yes] `))?.trim().toLowerCase();
		if (typed === undefined || ["n", "no"].includes(typed)) return false;
		if (["", "y", "yes"].includes(typed)) return true;
		terminal.say("Type yes or no.");
	}
}

/** As it would be typed. */
function defaultOf(question: Question, draft: Draft): string {
	switch (question.kind) {
		case "number":
			return String(question.read(draft) ?? question.suggestion);
		case "choice": {
			const now = question.read(draft) ?? question.read(DEFAULTS);
			const found = question.choices.findIndex(({ value }) => value === now);
			return String(Math.max(0, found) + 1);
		}
		case "several": {
			const now = question.read(draft) ?? [];
			const chosen = question.choices.flatMap(({ value }, i) => (now.includes(value) ? [i + 1] : []));
			return chosen.length > 0 ? chosen.join(",") : "none";
		}
		default:
			return question satisfies never;
	}
}

/** The draft with the answer, or what is wrong with what was typed. */
function answered(question: Question, draft: Draft, typed: string): Draft | string {
	if (question.kind === "number") return wrongNumber(question, draft, typed) ?? question.write(draft, numberOf(typed));
	const numbers = typed.toLowerCase() === "none" ? [] : typed.split(/[\s,]+/).map(Number);
	const isThere = (n: number) => Number.isInteger(n) && n >= 1 && n <= question.choices.length;
	if (!numbers.every(isThere)) return `Type a number from 1 to ${question.choices.length}.`;
	if (question.kind === "several")
		return question.write(
			draft,
			question.choices.filter((_, i) => numbers.includes(i + 1)).map(({ value }) => value),
		);
	const [only, ...more] = numbers;
	const choice = only === undefined || more.length > 0 ? undefined : question.choices[only - 1];
	return choice ? question.write(draft, choice.value) : `Type one number from 1 to ${question.choices.length}.`;
}
