/** Something that a person has to put right: wrong usage, unreadable input, a bad configuration. Printed without a stack; exit code 2. */
export class Failure extends Error {
	override readonly name = "Failure";
}

/** By its name: the command and what catches its failure are bundled apart, each with a class of its own. */
export function isFailure(error: unknown): error is Failure {
	return error instanceof Error && error.name === "Failure";
}

/** The exit codes of the contract; scripts rely on them. */
export const EXIT = { fine: 0, findings: 1, unusable: 2 } as const;
