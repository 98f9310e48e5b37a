import { STRATEGIES, type Strategy } from "../../tenancy/answers";
import { counted, dollars, duration, number } from "../numbers";
import type { Plan } from "../plan";
import { STRATEGY_MEANINGS, STRATEGY_NAMES } from "../strategy-names";
import { cite, list, paragraph, say } from "./passages";
import type { Block, Section } from "./report";

/** As many reasons for, and against, are shown of each strategy; the JSON has them all. */
const SHOWN = 5;

export function comparison({ scores, recommended, cost, needs }: Plan): Section {
	const name = (strategy: Strategy) =>
		say(strategy === recommended ? `**${STRATEGY_NAMES[strategy]}** (recommended)` : STRATEGY_NAMES[strategy]);
	return {
		id: "comparison",
		title: "The four strategies compared",
		blocks: [
			list(STRATEGIES.map((strategy) => say(`**${STRATEGY_NAMES[strategy]}.** ${STRATEGY_MEANINGS[strategy]}`))),
			{
				kind: "bars",
				title: "How well each suits",
				unit: "of 100; 0 where a requirement is broken",
				bars: STRATEGIES.map((strategy) => ({
					label: STRATEGY_NAMES[strategy],
					value: scores[strategy].total,
					shown: scores[strategy].fits ? number(scores[strategy].total) : "ruled out",
					...(strategy === recommended && { isChosen: true as const }),
				})),
			},
			paragraph(
				"The score adds up the reasons under “Why”, each as much as it matters: at 50 as much speaks for a strategy as against it. It compares; a few points more or less mean nothing.",
			),
			paragraph(`With ${counted(needs.tenants, "tenant")}:`),
			{
				kind: "table",
				columns: [
					{ title: "Strategy" },
					{ title: "Score", isNumber: true },
					{ title: "A month", isNumber: true },
					{ title: "Each further tenant, a month", isNumber: true },
					{ title: "Databases", isNumber: true },
					{ title: "Connections", isNumber: true },
					{ title: "A release's migration", isNumber: true },
				],
				rows: STRATEGIES.map((strategy) => {
					const { sizing, monthly } = cost.inTwoYears[strategy];
					return [
						name(strategy),
						say(scores[strategy].fits ? number(scores[strategy].total) : "ruled out"),
						say(dollars(monthly.total)),
						say(dollars(monthly.perTenant)),
						say(number(sizing.sharedDatabases + sizing.ownDatabases)),
						say(number(sizing.connections)),
						say(duration(sizing.migrationMinutes)),
					];
				}),
			},
			...ruledOut({ scores }),
		],
	};
}

function ruledOut({ scores }: Pick<Plan, "scores">): Block[] {
	const broken = STRATEGIES.flatMap((strategy) =>
		scores[strategy].brokenRequirements.map(({ text, source }) =>
			say(`**${STRATEGY_NAMES[strategy]}** is ruled out. ${text}`, source),
		),
	);
	return broken.length === 0
		? [paragraph("No strategy is ruled out by what was answered.")]
		: [paragraph("What is ruled out, and by which requirement:"), list(broken)];
}

export function reasons({ reasons: all, recommended }: Plan): Section {
	const of = (strategy: Strategy, sign: 1 | -1) =>
		all.filter((reason) => reason.for === strategy && reason.weight * sign > 0).slice(0, SHOWN);
	const block = (title: string, strategy: Strategy, sign: 1 | -1): Block[] => {
		const found = of(strategy, sign);
		return found.length === 0 ? [] : [paragraph(title), list(found.map(cite))];
	};
	const others = STRATEGIES.filter((strategy) => strategy !== recommended);
	return {
		id: "reasons",
		title: "Why",
		blocks: [
			...block(`**${STRATEGY_NAMES[recommended]}**: what speaks for it`, recommended, 1),
			...block(`**${STRATEGY_NAMES[recommended]}**: what speaks against it`, recommended, -1),
			...others.flatMap((strategy) => [
				...block(`${STRATEGY_NAMES[strategy]}: what speaks against it`, strategy, -1),
				...block(`${STRATEGY_NAMES[strategy]}: what speaks for it`, strategy, 1),
			]),
		],
	};
}

export function thresholds({ thresholds: found }: Plan): Section {
	return {
		id: "thresholds",
		title: "What would change the answer",
		blocks:
			found.length === 0
				? [paragraph("No single answer, changed by itself, would lead to another strategy.")]
				: [
						paragraph("Each was found by asking again with one answer changed and all others as they are:"),
						list(found.map(({ text }) => say(text))),
					],
	};
}
