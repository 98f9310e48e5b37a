import type { Answer } from "../engine";
import { Refusal } from "../engine";
import type { Verdict } from "./scene";
import type { Outcome } from "./session";

/** insufficient_privilege, which a policy raises, too. https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const DENIED = "42501";

export function isDenied(outcome: Outcome): outcome is Refusal {
	return outcome instanceof Refusal && outcome.code === DENIED;
}

export function isRefused(outcome: Outcome): outcome is Refusal {
	return outcome instanceof Refusal;
}

/** The number in the first column of an answer's first row. */
export function numberOf({ rows }: Answer): number {
	return Number(Object.values(rows[0] ?? { none: 0 })[0]);
}

export function untested(why: string): Verdict {
	return { result: "untested", evidence: "", why };
}

export function held(evidence: string, why: string): Verdict {
	return { result: "held", evidence, why };
}

export function leaked(evidence: string, why: string): Verdict {
	return { result: "leaked", evidence, why };
}

/** `1 row`, `2 rows`. */
export function rowsOf(count: number): string {
	return count === 1 ? "1 row" : `${count} rows`;
}

/** A refusal as a clause: what PostgreSQL said. */
export function said({ message }: Refusal): string {
	return `PostgreSQL says: ${message.split("\n")[0]?.trim()}`;
}

/** What is refused to the superuser, such as taking away rows that a trigger guards, costs its attack and no other. */
export async function unlessRefused(run: () => Promise<Verdict> | Verdict): Promise<Verdict> {
	try {
		return await run();
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		return untested(`It could not be prepared. ${said(error)}`);
	}
}
