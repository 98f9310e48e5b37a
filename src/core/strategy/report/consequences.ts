import { STRATEGIES } from "../../tenancy/answers";
import type { Plan } from "../plan";
import { STRATEGY_NAMES } from "../strategy-names";
import { cite, list, paragraph, say } from "./passages";
import type { Section } from "./report";

export function steps({ guidance }: Plan): Section {
	return {
		id: "plan",
		title: "Plan",
		blocks: [
			list(guidance.plan.map(cite), "numbers"),
			paragraph(
				"The files for this can be generated (“Generate Files…” in VS Code, `tenancy plan --out FOLDER` on the command line). Their README says which is run in which order.",
			),
		],
	};
}

export function guarantees({ guidance, recommended }: Plan): Section {
	return {
		id: "guarantees",
		title: "What is guaranteed, and what is not",
		blocks: [
			paragraph(`What **${STRATEGY_NAMES[recommended]}** guarantees once it is in place:`),
			list(guidance.guarantees.map(cite)),
			paragraph("Its limits:"),
			list(guidance.limits.map(cite)),
		],
	};
}

export function checklist({ guidance }: Plan): Section {
	return {
		id: "checklist",
		title: "Checklist: what every query and job must keep to",
		blocks: [list(guidance.queryPatterns.map(cite), "checks")],
	};
}

export function risks({ guidance }: Plan): Section {
	return {
		id: "risks",
		title: "Risks",
		blocks: [
			{
				kind: "table",
				columns: [{ title: "What may happen" }, { title: "What helps" }],
				rows: guidance.risks.map(({ text, mitigation, source }) => [say(text, source), say(mitigation)]),
			},
		],
	};
}

export function compliance({ compliance: entries, recommended }: Plan): Section[] {
	if (entries.length === 0) return [];
	return [
		{
			id: "compliance",
			title: "Compliance",
			blocks: [
				paragraph(
					"No strategy makes a product compliant. This is what each requirement asks, and what the strategy contributes; whether it is enough is for your auditors and lawyers to say.",
				),
				...entries.flatMap(({ name, asks, strategies, remains, source }) => [
					paragraph(`**${name[0]?.toUpperCase()}${name.slice(1)}.** ${asks}`, source),
					list([
						say(`**${STRATEGY_NAMES[recommended]}:** ${strategies[recommended]}`),
						...STRATEGIES.filter((strategy) => strategy !== recommended).map((strategy) =>
							say(`${STRATEGY_NAMES[strategy]}: ${strategies[strategy]}`),
						),
						say(`**Left to do:** ${remains}`),
					]),
				]),
			],
		},
	];
}

export function wayOut({ guidance, recommended }: Plan): Section {
	return {
		id: "way-out",
		title: "The way out",
		blocks: [
			paragraph("How to go on later without building the product anew:"),
			list(
				guidance.wayOut.map(({ to, text, source }) =>
					say(
						`**${to === recommended ? "Further in the same way" : `To ${STRATEGY_NAMES[to].toLowerCase()}`}.** ${text}`,
						source,
					),
				),
			),
		],
	};
}
