/** Something that a person has to put right: wrong usage, unreadable input, a bad configuration. Printed without a stack; exit code 2. */
export class Failure extends Error {}

/** The exit codes of the contract; scripts rely on them. */
export const EXIT = { fine: 0, findings: 1, unusable: 2 } as const;
