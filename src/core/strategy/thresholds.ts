import { type Answers, COMPLIANCE, type Strategy } from "../tenancy/answers";
import { tenantsIn } from "./demands";
import { counted, gigabytes, number } from "./numbers";
import { recommendedFor } from "./recommend";
import { STRATEGY_NAMES } from "./strategy-names";

/** A change of the answers after which another strategy is recommended; found by asking again, not by a rule of thumb. */
export interface Threshold {
	/** Which answer changes, such as `tenants` or `perTenant.restore`. */
	readonly answer: string;
	readonly text: string;
	readonly to: Strategy;
	/** The nearest answers that give it. */
	readonly answers: Answers;
}

interface Dial {
	readonly answer: string;
	readonly now: (answers: Answers) => number;
	readonly set: (answers: Answers, value: number) => Answers;
	readonly range: (answers: Answers) => readonly [number, number];
	/** 1 for what is counted; the relative step at which the search stops for what is measured. */
	readonly isWhole: boolean;
	readonly say: (value: number) => string;
}

const DIALS: readonly Dial[] = [
	{
		answer: "tenants",
		now: ({ tenants }) => Math.max(tenants.now, tenants.inTwoYears),
		set: (answers, value) => ({
			...answers,
			tenants: { ...answers.tenants, now: Math.min(answers.tenants.now, value), inTwoYears: value },
		}),
		// Below what the tiers say there is no answer.
		range: ({ tiers }) => [Math.max(1, tenantsIn(tiers)), 10_000_000],
		isWhole: true,
		say: (value) => counted(value, "tenant"),
	},
	{
		answer: "data.perTenantGB",
		now: ({ data }) => data.perTenantGB,
		set: (answers, value) => ({ ...answers, data: { perTenantGB: value } }),
		range: () => [0.001, 100_000],
		isWhole: false,
		say: (value) => `${gigabytes(value)} for a typical tenant`,
	},
	{
		answer: "tables",
		now: ({ tables }) => tables,
		set: (answers, value) => ({ ...answers, tables: value }),
		range: () => [1, 10_000],
		isWhole: true,
		say: (value) => counted(value, "table"),
	},
	{
		answer: "tenants.largestShare",
		now: ({ tenants }) => tenants.largestShare,
		set: (answers, value) => ({ ...answers, tenants: { ...answers.tenants, largestShare: value } }),
		range: () => [0.01, 1],
		isWhole: false,
		say: (value) => `${number(value * 100)}% of the data with one tenant`,
	},
	{
		answer: "team.engineers",
		now: ({ team }) => team.engineers,
		set: (answers, value) => ({ ...answers, team: { ...answers.team, engineers: value } }),
		range: () => [1, 500],
		isWhole: true,
		say: (value) => counted(value, "engineer"),
	},
];

const STEPS = 20;

/** Where a dial, turned up or down from where it is, first changes the recommendation. */
function turn(answers: Answers, dial: Dial, up: 0 | 1, current: Strategy): { at: number; to: Strategy } | null {
	const ask = (value: number) => recommendedFor(dial.set(answers, value));
	const range = dial.range(answers);
	const start = Math.max(range[0], Math.min(range[1], dial.now(answers)));
	const end = range[up];
	const round = (value: number) => (dial.isWhole ? Math.round(value) : Number(value.toPrecision(2)));
	let same = start;
	for (let step = 1; step <= STEPS; step++) {
		const value = round(start * (end / start) ** (step / STEPS));
		if (value === same) continue;
		const found = ask(value);
		if (found === current) {
			same = value;
			continue;
		}
		let at = value;
		let to = found;
		for (let half = 0; half < 40; half++) {
			const middle = round((same + at) / 2);
			if (middle === same || middle === at) break;
			const there = ask(middle);
			if (there === current) same = middle;
			else {
				at = middle;
				to = there;
			}
		}
		return { at, to };
	}
	return null;
}

/** What would change the answer: the nearest number up and down, and each single yes or no that does. */
export function thresholdsOf(answers: Answers): Threshold[] {
	const current = recommendedFor(answers);
	const numbers = DIALS.flatMap((dial) =>
		([1, 0] as const).flatMap((up): Threshold[] => {
			const found = turn(answers, dial, up, current);
			if (!found) return [];
			return [
				{
					answer: dial.answer,
					text: `With ${dial.say(found.at)} or ${up ? "more" : "less"}: **${STRATEGY_NAMES[found.to]}**.`,
					to: found.to,
					answers: dial.set(answers, found.at),
				},
			];
		}),
	);
	const switches = switchesOf(answers).flatMap(({ answer, text, changed }): Threshold[] => {
		const to = recommendedFor(changed);
		return to === current ? [] : [{ answer, text: `${text}: **${STRATEGY_NAMES[to]}**.`, to, answers: changed }];
	});
	return [...numbers, ...switches];
}

function switchesOf(answers: Answers): { answer: string; text: string; changed: Answers }[] {
	const { perTenant, team, compliance } = answers;
	const other = (is: boolean, what: string) => (is ? `Without ${what}` : `With ${what}`);
	const contracts = {
		none: "If no contract promised to keep data apart from other customers'",
		"some-tenants": "If some contracts promised to keep data apart from other customers'",
		"all-tenants": "If every contract promised to keep data apart from other customers'",
	} as const;
	const promises = {
		restore: "the restore of one tenant to a point in time",
		customSchema: "tables or columns of a tenant's own",
		encryptionKeys: "an encryption key for each tenant",
		noisyNeighbourGuarantee: "a promise of speed to a tenant",
	} as const;
	return [
		...(Object.keys(contracts) as (keyof typeof contracts)[])
			.filter((contract) => contract !== answers.contractualIsolation)
			.map((contract) => ({
				answer: "contractualIsolation",
				text: contracts[contract],
				changed: { ...answers, contractualIsolation: contract },
			})),
		...(Object.keys(promises) as (keyof typeof promises)[]).map((key) => ({
			answer: `perTenant.${key}`,
			text: other(perTenant[key], promises[key]),
			changed: { ...answers, perTenant: { ...perTenant, [key]: !perTenant[key] } },
		})),
		...COMPLIANCE.map((name) => ({
			answer: `compliance.${name}`,
			text: other(compliance.includes(name), COMPLIANCE_NAMES[name]),
			changed: {
				...answers,
				compliance: compliance.includes(name) ? compliance.filter((each) => each !== name) : [...compliance, name],
			},
		})),
		{
			answer: "crossTenantAnalytics",
			text: other(answers.crossTenantAnalytics, "queries over all tenants"),
			changed: { ...answers, crossTenantAnalytics: !answers.crossTenantAnalytics },
		},
		{
			answer: "team.dedicatedOperations",
			text: other(team.dedicatedOperations, "people whose job is to run the databases"),
			changed: { ...answers, team: { ...team, dedicatedOperations: !team.dedicatedOperations } },
		},
	];
}

/** As people name them. */
export const COMPLIANCE_NAMES: Readonly<Record<(typeof COMPLIANCE)[number], string>> = {
	gdpr: "GDPR",
	hipaa: "HIPAA",
	"pci-dss": "PCI DSS",
	soc2: "SOC 2",
	iso27001: "ISO 27001",
	fedramp: "FedRAMP",
	"data-residency": "data residency",
	byok: "customer-held keys",
};
