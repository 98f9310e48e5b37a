import { createInterface } from "node:readline";
import { Failure } from "../failure";
import { visible } from "../output";
import type { Terminal } from "./ask-questions";

/**
 * The person at the terminal. Questions go to stderr, so that stdout has the result alone.
 * @throws {Failure} where there is none
 */
export function openTerminal(): Terminal & { close(): void } {
	if (!process.stdin.isTTY)
		throw new Failure(
			"--interactive needs a terminal to ask on, and the input here is none. Write the answers into a file and use --answers FILE; --schema prints what it may say.",
		);
	const lines = createInterface({ input: process.stdin, output: process.stderr });
	return {
		say: (text) => void process.stderr.write(`${text.split("\n").map(visible).join("\n")}\n`),
		ask: (prompt) =>
			new Promise((resolve) => {
				const ended = () => resolve(null);
				lines.once("close", ended);
				lines.question(prompt, (typed) => {
					lines.off("close", ended);
					resolve(typed);
				});
			}),
		close: () => lines.close(),
	};
}
