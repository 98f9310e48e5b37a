import { STRATEGIES } from "../../tenancy/answers";
import { counted, dollars, duration, gigabytes, number } from "../numbers";
import type { Plan } from "../plan";
import { STRATEGY_NAMES } from "../strategy-names";
import { list, paragraph, say } from "./passages";
import type { Block, Section } from "./report";

/** As many inputs are shown; the JSON has them all. */
const SHOWN = 6;

export function costs(plan: Plan): Section {
	const { cost, recommended, needs, answers, sensitivity } = plan;
	const prices = answers.unitPrices;
	return {
		id: "costs",
		title: "Costs",
		blocks: [
			paragraph(
				"An estimate to compare strategies by, not an offer: the formulas stand below, and every price can be replaced by yours.",
			),
			{
				kind: "bars",
				title: `A month, with ${counted(needs.tenants, "tenant")}`,
				unit: "US dollars",
				bars: STRATEGIES.map((strategy) => ({
					label: STRATEGY_NAMES[strategy],
					value: cost.inTwoYears[strategy].monthly.total,
					shown: dollars(cost.inTwoYears[strategy].monthly.total),
					...(strategy === recommended && { isChosen: true as const }),
				})),
			},
			{
				kind: "lines",
				title: "A month, over the number of tenants",
				x: "Tenants",
				y: "US dollars a month",
				series: STRATEGIES.map((strategy) => ({
					label: STRATEGY_NAMES[strategy],
					...(strategy === recommended && { isChosen: true as const }),
					points: cost.curve.map(({ tenants, totals }) => ({ x: tenants, y: Math.round(totals[strategy]) })),
				})),
			},
			paragraph(`**Today**, with ${counted(answers.tenants.now, "tenant")}:`),
			table(plan, "now"),
			paragraph(`**In two years**, with ${counted(needs.tenants, "tenant")}:`),
			table(plan, "inTwoYears"),
			paragraph(
				`**Which inputs matter most** to ${STRATEGY_NAMES[recommended].toLowerCase()}: what it costs a month if one of them is half, or twice, what was answered.`,
			),
			{
				kind: "table",
				columns: [{ title: "Input" }, { title: "Half", isNumber: true }, { title: "Twice", isNumber: true }],
				rows: sensitivity
					.slice(0, SHOWN)
					.map(({ input, half, twice }) => [say(input), say(dollars(half)), say(dollars(twice))]),
			},
			paragraph(
				`Prices: ${dollars(prices.serverPerMonth)} for a server a month, ${dollars(prices.smallServerPerMonth)} for a small one, ${dollars(prices.storageGBPerMonth)} for a GB of storage and ${dollars(prices.backupGBPerMonth)} for one of backup, ${dollars(prices.engineerHour)} for an engineer's hour; ${number(prices.migrationSeconds)} s to migrate a schema or database.`,
			),
			list(plan.formulas.map(({ text, source }) => say(text, source))),
		],
	};
}

function table({ cost, recommended }: Plan, when: "now" | "inTwoYears"): Block {
	return {
		kind: "table",
		columns: [
			{ title: "Strategy" },
			{ title: "Servers", isNumber: true },
			{ title: "Connections", isNumber: true },
			{ title: "Memory of connections", isNumber: true },
			{ title: "System catalog", isNumber: true },
			{ title: "Storage", isNumber: true },
			{ title: "Migration", isNumber: true },
			{ title: "Hours a month", isNumber: true },
			{ title: "A month", isNumber: true },
		],
		rows: STRATEGIES.map((strategy) => {
			const { sizing, monthly } = cost[when][strategy];
			return [
				say(strategy === recommended ? `**${STRATEGY_NAMES[strategy]}**` : STRATEGY_NAMES[strategy]),
				say(number(monthly.serverCount)),
				say(number(sizing.connections)),
				say(gigabytes(sizing.memoryGB)),
				say(gigabytes(sizing.catalogBytes / 1e9)),
				say(gigabytes(sizing.storageGB)),
				say(duration(sizing.migrationMinutes)),
				say(number(monthly.hours)),
				say(dollars(monthly.total)),
			];
		}),
	};
}
