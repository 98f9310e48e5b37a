import type { ProveStage } from "../database/prove";
import type { Output } from "./output";

const STAGES: Readonly<Record<ProveStage, string>> = {
	apply: "Applying the files",
	fill: "Filling tables with rows of three tenants",
	attack: "Attacking",
};

/** Says how far a long run has come: a line for each stage and each quarter of it, as logs and terminals both take. */
export class Progress {
	readonly #output: Output;
	readonly #database: string | null;
	#last = "";

	constructor(output: Output, database: string | null) {
		this.#output = output;
		this.#database = database;
	}

	say(text: string): void {
		if (text === this.#last) return;
		this.#last = text;
		this.#output.note(this.#database === null ? text : `${this.#database}: ${text}`);
	}

	report(stage: ProveStage, done: number, total: number): void {
		const quarter = total > 0 ? Math.floor((4 * done) / total) * 25 : 0;
		if (quarter < 100) this.say(`${STAGES[stage]} …${quarter > 0 ? ` ${quarter} %` : ""}`);
	}
}
