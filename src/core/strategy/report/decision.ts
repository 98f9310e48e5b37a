import { plain } from "../claim";
import { ASSUMED_SHARE_APART } from "../needs";
import { counted, gigabytes, number } from "../numbers";
import type { Plan } from "../plan";
import { STRATEGY_MEANINGS, STRATEGY_NAMES } from "../strategy-names";
import { COMPLIANCE_NAMES } from "../thresholds";
import { list, paragraph, say } from "./passages";
import type { Passage, Section } from "./report";

const CONTRACTS = {
	none: "No contract promises data apart from other customers'.",
	"some-tenants": "Some contracts promise data apart from other customers'.",
	"all-tenants": "Every contract promises data apart from other customers'.",
} as const;

const EXISTING = {
	greenfield: "Nothing is built yet.",
	"single-tenant": "The product serves a single tenant today.",
	row: "Tenants share tables today.",
	schema: "Each tenant has a schema today.",
	database: "Each tenant has a database today.",
} as const;

const PROMISES = {
	restore: "restored to a point in time by itself",
	customSchema: "given tables or columns of its own",
	encryptionKeys: "encrypted with a key of its own",
	noisyNeighbourGuarantee: "promised speed whatever others do",
} as const;

/** The decision record: what was known, what was decided, what follows. */
export function decision(plan: Plan): Section {
	const { recommended, guidance, reasons, scores } = plan;
	const against = reasons.filter((reason) => reason.for === recommended && reason.weight < 0);
	return {
		id: "decision",
		title: "Decision record",
		blocks: [
			paragraph("**Context.** What was answered:"),
			list(context(plan)),
			paragraph(
				`**Decision.** ${STRATEGY_NAMES[recommended]}. ${STRATEGY_MEANINGS[recommended]} ${number(scores[recommended].total)} of 100.`,
			),
			paragraph("**Consequences.** What gets easier:"),
			list(guidance.guarantees.map(({ text, source }) => say(text, source))),
			paragraph("What gets harder, or stays open:"),
			list([...against, ...guidance.limits].map(({ text, source }) => say(text, source))),
		],
	};
}

function context({ answers, needs }: Plan): Passage[] {
	const { tenants, team, perTenant, compliance, tiers, hosting } = answers;
	const asked = (Object.keys(PROMISES) as (keyof typeof PROMISES)[]).filter((key) => perTenant[key]);
	const facts = [
		`${counted(tenants.now, "tenant")} today, ${number(tenants.inTwoYears)} in two years; the largest has ${number(tenants.largestShare * 100)}% of the data.`,
		`${gigabytes(answers.data.perTenantGB)} for a typical tenant, ${gigabytes(needs.totalGB)} in two years, in ${counted(answers.tables, "table")}; ${number(answers.queriesPerSecond)} queries a second at the busiest hour.`,
		CONTRACTS[answers.contractualIsolation],
		...tiers.map(
			({ name, tenants, isolation }) =>
				`Tier “${plain(name)}”: ${counted(tenants, "tenant")}${isolation ? `, promised ${isolation === "row" ? "rows that are kept apart" : `a ${isolation} of their own`}` : ""}.`,
		),
		...(asked.length > 0 ? [`One tenant is ${asked.map((key) => PROMISES[key]).join(", ")}.`] : []),
		...(compliance.length > 0
			? [`To comply with: ${compliance.map((name) => COMPLIANCE_NAMES[name]).join(", ")}.`]
			: []),
		...(answers.crossTenantAnalytics ? ["Queries over all tenants are part of the product."] : []),
		`${counted(team.engineers, "engineer")}, ${team.dedicatedOperations ? "and people who run the databases" : "and nobody whose job the databases are"}.`,
		EXISTING[answers.existing],
		`PostgreSQL ${hosting.postgresVersion} (${hosting.managed === "self" ? "run by yourselves" : hosting.managed}), ${hosting.pooler === "none" ? "no pooler" : hosting.pooler}.`,
	];
	if (needs.isApartAssumed)
		facts.push(
			`Nobody said how many tenants need a place of their own: ${number(ASSUMED_SHARE_APART * 100)}% are assumed, ${counted(needs.apart, "tenant")}. Say it in \`tiers\`.`,
		);
	if (needs.tenants > Math.max(tenants.now, tenants.inTwoYears))
		facts.push(
			`The tiers have more tenants (${number(needs.tenants)}) than are expected in two years; the plan is for the larger number.`,
		);
	if (tenants.inTwoYears < tenants.now)
		facts.push("Fewer tenants are expected in two years than there are today; the plan is for the larger number.");
	return facts.map((text) => say(text));
}
