import type { Answers } from "../../tenancy/answers";
import { plain } from "../claim";
import { ASSUMED_SHARE_APART } from "../needs";
import { counted, gigabytes, number } from "../numbers";
import type { Plan } from "../plan";
import { STRATEGY_MEANINGS, STRATEGY_NAMES } from "../strategy-names";
import { COMPLIANCE_NAMES } from "../thresholds";
import { cite, list, paragraph, say } from "./passages";
import type { Passage, Section } from "./report";

/** As many of what gets easier are named here; "Why" has more. */
const SHOWN = 4;

const HOSTS: Readonly<Record<Answers["hosting"]["managed"], string>> = {
	self: "run by yourselves",
	rds: "on Amazon RDS",
	aurora: "on Amazon Aurora",
	cloudsql: "on Google Cloud SQL",
	azure: "on Azure",
	neon: "on Neon",
	supabase: "on Supabase",
	citus: "with Citus",
};

const POOLERS: Readonly<Record<Answers["hosting"]["pooler"], string>> = {
	none: "connections are not pooled",
	pgbouncer: "connections are pooled by PgBouncer",
	"rds-proxy": "connections are pooled by RDS Proxy",
	supavisor: "connections are pooled by Supavisor",
};

const CONTRACTS = {
	none: "No contract promises to keep a customer's data apart from others'.",
	"some-tenants": "Some contracts promise to keep a customer's data apart from others'.",
	"all-tenants": "Every contract promises to keep a customer's data apart from others'.",
} as const;

const EXISTING = {
	greenfield: "Nothing is built yet.",
	"single-tenant": "The product serves a single tenant today.",
	row: "Tenants share tables today.",
	schema: "Each tenant has a schema today.",
	database: "Each tenant has a database today.",
} as const;

const PROMISES = {
	restore: "its own restore to a point in time",
	customSchema: "tables or columns of its own",
	encryptionKeys: "an encryption key of its own",
	noisyNeighbourGuarantee: "speed whatever others do",
} as const;

/** The decision record: what was known, what was decided, what follows. */
export function decision(plan: Plan): Section {
	const { recommended, reasons, scores } = plan;
	const own = reasons.filter((reason) => reason.for === recommended);
	const helps = own.filter(({ weight }) => weight > 0).slice(0, SHOWN);
	const hurts = own.filter(({ weight }) => weight < 0);
	return {
		id: "decision",
		title: "Decision record",
		blocks: [
			paragraph("**Context.** What was answered:"),
			list(context(plan)),
			paragraph(
				`**Decision.** ${STRATEGY_NAMES[recommended]}. ${STRATEGY_MEANINGS[recommended]} ${number(scores[recommended].total)} of 100.`,
			),
			...(helps.length > 0 ? [paragraph("**Consequences.** What this makes easier:"), list(helps.map(cite))] : []),
			...(hurts.length > 0 ? [paragraph("What it makes harder:"), list(hurts.map(cite))] : []),
			paragraph(
				"What the database then guarantees, and what it does not, stands under “What is guaranteed, and what is not”; what may go wrong under “Risks”.",
			),
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
		...(asked.length > 0 ? [`What each tenant gets by itself: ${asked.map((key) => PROMISES[key]).join("; ")}.`] : []),
		...(compliance.length > 0
			? [`To comply with: ${compliance.map((name) => COMPLIANCE_NAMES[name]).join(", ")}.`]
			: []),
		...(answers.crossTenantAnalytics ? ["Queries over all tenants are part of the product."] : []),
		`${counted(team.engineers, "engineer")}, ${team.dedicatedOperations ? "and people who run the databases" : "and nobody whose job the databases are"}.`,
		EXISTING[answers.existing],
		`PostgreSQL ${hosting.postgresVersion}, ${HOSTS[hosting.managed]}; ${POOLERS[hosting.pooler]}.`,
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
