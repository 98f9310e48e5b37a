import { dollars, number } from "../../core/strategy/numbers";
import type { Plan } from "../../core/strategy/plan";
import { STRATEGY_MEANINGS, STRATEGY_NAMES } from "../../core/strategy/strategy-names";
import { STRATEGIES } from "../../core/tenancy/answers";
import { oneLine, type Paint } from "../output";

/** As many reasons are printed; the report has them all. */
const SHOWN = 4;

/**
 * What `tenancy plan` recommends, for a terminal.
 * @param written paths as the user sees them; null where nothing was to be written
 */
export function planText(plan: Plan, written: readonly string[] | null, paint: Paint): string {
	const { recommended, scores, reasons, thresholds, cost } = plan;
	const of = (sign: 1 | -1) =>
		reasons.filter((reason) => reason.for === recommended && reason.weight * sign > 0).slice(0, SHOWN);
	const lines = [
		`${paint("bold", STRATEGY_NAMES[recommended])}: ${STRATEGY_MEANINGS[recommended]}`,
		"",
		...STRATEGIES.map((strategy) => {
			const { fits, total, brokenRequirements } = scores[strategy];
			const score = fits ? number(total).padStart(3) : "  –";
			const month = `${dollars(cost.inTwoYears[strategy].monthly.total)} a month`;
			const why = fits ? month : `ruled out: ${brokenRequirements.map(({ id }) => id).join(", ")}`;
			return `${strategy === recommended ? "→" : " "} ${STRATEGY_NAMES[strategy].padEnd(15)} ${score}  ${why}`;
		}),
		"",
		...of(1).map(({ text }) => `${paint("green", "+")} ${plain(text)}`),
		...of(-1).map(({ text }) => `${paint("red", "-")} ${plain(text)}`),
		...(thresholds.length > 0 ? ["", "What would change the answer:"] : []),
		...thresholds.slice(0, SHOWN).map(({ text }) => `  ${plain(text)}`),
		"",
		...(written === null
			? ["--out FOLDER writes the report with all reasons, sources, costs and risks."]
			: written.length === 0
				? ["Nothing to write: all of it is there already."]
				: written.map((path) => `Wrote ${oneLine(path)}`)),
	];
	return `${lines.join("\n")}\n`;
}

/** Without the marks of code and bold. */
function plain(text: string): string {
	return oneLine(text.replaceAll(/\*\*|`/g, ""));
}
