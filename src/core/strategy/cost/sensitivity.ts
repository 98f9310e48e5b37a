import type { Answers, Strategy } from "../../tenancy/answers";
import { needsOf } from "../needs";
import type { Recommendation } from "../recommend";
import { strategyCost } from "./cost";

/** What one input does to the monthly total in two years when it is half, or twice, what was answered. */
export interface Sensitivity {
	readonly input: string;
	readonly half: number;
	readonly twice: number;
	/** The distance between the two, in dollars a month. */
	readonly spread: number;
}

type Price = keyof Answers["unitPrices"];

const price = (key: Price) => (answers: Answers, factor: number) => ({
	...answers,
	unitPrices: { ...answers.unitPrices, [key]: answers.unitPrices[key] * factor },
});

const INPUTS: Readonly<Record<string, (answers: Answers, factor: number) => Answers>> = {
	"GB of a typical tenant": (answers, factor) => ({
		...answers,
		data: { ...answers.data, perTenantGB: answers.data.perTenantGB * factor },
	}),
	Tables: (answers, factor) => ({ ...answers, tables: answers.tables * factor }),
	"Queries a second": (answers, factor) => ({ ...answers, queriesPerSecond: answers.queriesPerSecond * factor }),
	"Price of a server": price("serverPerMonth"),
	"Price of a small server": price("smallServerPerMonth"),
	"Price of storage": price("storageGBPerMonth"),
	"Price of backup": price("backupGBPerMonth"),
	"Price of an engineer's hour": price("engineerHour"),
};

/** Which inputs matter most to what a strategy costs, the most first; those that change nothing are left out. */
export function sensitivityOf(plan: Pick<Recommendation, "needs" | "floor">, strategy: Strategy): Sensitivity[] {
	const { needs, floor } = plan;
	const at = (change: (answers: Answers, factor: number) => Answers, factor: number) => {
		const changed = needsOf(change(needs.answers, factor));
		return strategyCost({ needs: changed, floor }, strategy, needs.tenants).monthly.total;
	};
	const tenants = (factor: number) => strategyCost(plan, strategy, Math.round(needs.tenants * factor)).monthly.total;
	const rows = [
		{ input: "Tenants", half: tenants(0.5), twice: tenants(2) },
		...Object.entries(INPUTS).map(([input, change]) => ({ input, half: at(change, 0.5), twice: at(change, 2) })),
	];
	return rows
		.map((row) => ({ ...row, spread: Math.abs(row.twice - row.half) }))
		.filter(({ spread }) => spread > 0.005)
		.sort((a, b) => b.spread - a.spread);
}
