import { type Answers, answersSchema } from "../tenancy/answers";
import { readValidated } from "../tenancy/validated-json";
import type { Problem } from "../text/span";

/**
 * Answers from JSON (comments and trailing commas are allowed). Each problem has its place and names the path in the file.
 * Never throws.
 *
 * @returns null where anything is wrong: a plan from half of the answers would be a plan for somebody else
 */
export function parseAnswers(text: string, file: string): { answers: Answers | null; problems: Problem[] } {
	const { value, problems } = readValidated(text, file, answersSchema, "the answers");
	return { answers: problems.length === 0 ? value : null, problems };
}
