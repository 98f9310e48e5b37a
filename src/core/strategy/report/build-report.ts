import { counted, dollars, number } from "../numbers";
import type { Plan } from "../plan";
import { SOURCES } from "../sources";
import { STRATEGY_MEANINGS, STRATEGY_NAMES } from "../strategy-names";
import { comparison, reasons, thresholds } from "./choice";
import { checklist, compliance, guarantees, risks, steps, wayOut } from "./consequences";
import { costs } from "./costs";
import { decision } from "./decision";
import { say } from "./passages";
import type { Block, Passage, Report, Section } from "./report";
import { words } from "./words";

/** A plan as something that a person reads. The same plan always gives the same report. */
export function buildReport(plan: Plan): Report {
	const first = decision(plan);
	const others = [
		comparison(plan),
		reasons(plan),
		thresholds(plan),
		steps(plan),
		guarantees(plan),
		checklist(plan),
		risks(plan),
		...compliance(plan),
		costs(plan),
		wayOut(plan),
	];
	const sections = [first, words([first, ...others]), ...others];
	const summary = summaryOf(plan);
	const cited = new Set([...summary, ...sections.flatMap(passagesOf)].flatMap(({ sources }) => sources));
	const byId = new Map(SOURCES.map((source) => [source.id, source]));
	return {
		title: `Tenant isolation: ${STRATEGY_NAMES[plan.recommended]}`,
		recommended: plan.recommended,
		summary,
		sections,
		sources: [...cited].flatMap((id) => byId.get(id) ?? []),
	};
}

function summaryOf({ recommended, scores, reasons: all, cost, needs }: Plan): Passage[] {
	const name = STRATEGY_NAMES[recommended];
	const [best] = all.filter((reason) => reason.for === recommended && reason.weight > 0);
	const { monthly } = cost.inTwoYears[recommended];
	return [
		say(`**${name}** suits best: ${number(scores[recommended].total)} of 100. ${STRATEGY_MEANINGS[recommended]}`),
		...(best ? [say(`What counts most: ${best.text}`, best.source)] : []),
		say(
			`With ${counted(needs.tenants, "tenant")} it costs about ${dollars(monthly.total)} a month, the hours of the people who run it included; each further tenant adds about ${dollars(monthly.perTenant)}.`,
		),
	];
}

/** Every passage of a section, in the order in which they are read. */
function passagesOf({ blocks }: Section): Passage[] {
	return blocks.flatMap((block: Block): readonly Passage[] => {
		if (block.kind === "paragraph") return [block.passage];
		if (block.kind === "list") return block.items;
		return block.kind === "table" ? block.rows.flat() : [];
	});
}
