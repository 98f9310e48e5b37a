import type { Step } from "../emit/step";

/** The statements as SQL, each ended, what is meant for outside a transaction as it is. */
export function stepsSql(steps: readonly Step[]): string {
	return steps.map(({ sql }) => `${sql};\n`).join("");
}
