import * as vscode from "vscode";
import type { Draft, Question } from "../../core/strategy/questions";
import { type Left, pickStep, type StepLook, typeStep } from "./steps";

/** How far somebody came. */
export interface Progress {
	readonly draft: Draft;
	/** The question that is asked next, by its id; null for the first. */
	readonly next: string | null;
}

/**
 * Asks every question, one a step, from where the person was. Back keeps what was answered; so does leaving, of which
 * `onProgress` is told after each step, so that it can go on there.
 *
 * @returns what was answered, or null when the person left
 */
export async function askQuestions(from: Progress, onProgress: (progress: Progress) => void): Promise<Draft | null> {
	const { questionsFor } = await import("../../core/strategy/questions");
	let { draft } = from;
	let at = Math.max(
		0,
		questionsFor(draft).findIndex(({ id }) => id === from.next),
	);
	for (;;) {
		const questions = questionsFor(draft);
		const question = questions[at];
		if (!question) return draft;
		const look: StepLook = {
			title: vscode.l10n.t("Choose Isolation Strategy: {0}", question.title),
			step: at + 1,
			totalSteps: questions.length,
			prompt: question.prompt,
		};
		const answer = await ask(question, draft, look);
		if (answer === "closed") {
			onProgress({ draft, next: question.id });
			return null;
		}
		if (answer === "back") at--;
		else {
			draft = answer.value;
			at++;
		}
		onProgress({ draft, next: questionsFor(draft)[at]?.id ?? null });
	}
}

/** The draft with the answer. */
async function ask(question: Question, draft: Draft, look: StepLook): Promise<Left<Draft>> {
	if (question.kind === "number") {
		const { numberOf, wrongNumber } = await import("../../core/strategy/questions");
		const now = String(question.read(draft) ?? question.suggestion);
		const typed = await typeStep(look, now, (text) => wrongNumber(question, draft, text));
		return answered(typed, (text) => question.write(draft, numberOf(text)));
	}
	if (question.kind === "several") {
		const items = question.choices.map(({ value, label, detail }) => ({ value, label, detail }));
		const picked = await pickStep(look, items, question.read(draft) ?? [], true);
		return answered(picked, (values) => question.write(draft, values));
	}
	const items = question.choices.map(({ value, label, detail }) => ({ value, label, detail }));
	const now = question.read(draft);
	const picked = await pickStep(look, items, now === undefined ? [] : [now], false);
	return answered(picked, ([value]) => (value === undefined ? draft : question.write(draft, value)));
}

function answered<Value>(left: Left<Value>, write: (value: Value) => Draft): Left<Draft> {
	return typeof left === "string" ? left : { value: write(left.value) };
}
