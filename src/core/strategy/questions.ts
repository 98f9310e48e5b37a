import { type Answers, answersSchema, type COMPLIANCE } from "../tenancy/answers";

/** Answers so far: any part may be missing. */
export type Draft = { readonly [key: string]: unknown };

interface Asked<Value> {
	/** Stable; what a resumed wizard goes on from. */
	readonly id: string;
	/** A few words: the step's title. */
	readonly title: string;
	/** The question itself, with what the answer is needed for. */
	readonly prompt: string;
	/** Asked only where this holds; always where absent. */
	readonly when?: (draft: Draft) => boolean;
	/** What is answered already; undefined where nothing is. */
	readonly read: (draft: Draft) => Value | undefined;
	readonly write: (draft: Draft, value: Value) => Draft;
}

export interface Choice<Value> {
	readonly value: Value;
	readonly label: string;
	/** What it means, for somebody who reads the word for the first time. */
	readonly detail: string;
}

export interface NumberQuestion extends Asked<number> {
	readonly kind: "number";
	readonly unit: string;
	/** Offered where nothing is answered. */
	readonly suggestion: number;
}
type Chosen = string | number | boolean;
export interface ChoiceQuestion extends Asked<Chosen> {
	readonly kind: "choice";
	readonly choices: readonly Choice<Chosen>[];
}
export interface SeveralQuestion extends Asked<readonly string[]> {
	readonly kind: "several";
	readonly choices: readonly Choice<string>[];
}
export type Question = NumberQuestion | ChoiceQuestion | SeveralQuestion;

type Path = readonly string[];

function valueAt(draft: unknown, path: Path): unknown {
	return path.reduce<unknown>(
		(at, key) => (typeof at === "object" && at !== null ? (at as Draft)[key] : undefined),
		draft,
	);
}

function withValue(draft: Draft, [key, ...rest]: Path, value: unknown): Draft {
	if (key === undefined) return draft;
	const inner = draft[key];
	const below = typeof inner === "object" && inner !== null && !Array.isArray(inner) ? (inner as Draft) : {};
	return { ...draft, [key]: rest.length === 0 ? value : withValue(below, rest, value) };
}

/** Reads and writes what stands at a path of the answers. */
function at<Value>(...path: string[]): Pick<Asked<Value>, "read" | "write"> {
	return {
		read: (draft) => valueAt(draft, path) as Value | undefined,
		write: (draft, value) => withValue(draft, path, value),
	};
}

const PER_TENANT = ["restore", "customSchema", "encryptionKeys", "noisyNeighbourGuarantee"] as const;

/** The tier that the wizard asks about where only some contracts promise isolation; more of them can be written in the file. */
const APART = "enterprise";

function tierOf(draft: Draft): Draft | undefined {
	const tiers = valueAt(draft, ["tiers"]);
	return Array.isArray(tiers) ? tiers.find((tier) => valueAt(tier, ["name"]) === APART) : undefined;
}

function inTier<Value>(key: string): Pick<Asked<Value>, "read" | "write"> {
	return {
		read: (draft) => valueAt(tierOf(draft), [key]) as Value | undefined,
		write: (draft, value) => {
			const tiers = valueAt(draft, ["tiers"]);
			const others = Array.isArray(tiers) ? tiers.filter((tier) => valueAt(tier, ["name"]) !== APART) : [];
			const tier = { name: APART, tenants: 1, isolation: "database", ...tierOf(draft), [key]: value };
			return { ...draft, tiers: [...others, tier] };
		},
	};
}

const yesOrNo = (yes: string, no: string): readonly Choice<boolean>[] => [
	{ value: true, label: "Yes", detail: yes },
	{ value: false, label: "No", detail: no },
];

const isPromisedToSome = (draft: Draft): boolean => draft.contractualIsolation === "some-tenants";

/** What is asked, in this order: first what everybody knows, then what rules strategies out, then how the product is run. */
export const QUESTIONS: readonly Question[] = [
	{
		kind: "choice",
		id: "existing",
		title: "Where you start",
		prompt: "How does the product keep its customers (tenants) apart today?",
		choices: [
			{ value: "greenfield", label: "Nothing is built yet", detail: "Any strategy costs the same to start with." },
			{
				value: "single-tenant",
				label: "It serves one customer",
				detail: "One database without a tenant in it, or a copy of the product for each customer.",
			},
			{
				value: "row",
				label: "A tenant column in shared tables",
				detail: "Row-level: each row says whose it is.",
			},
			{ value: "schema", label: "A schema for each tenant", detail: "Schema-level: the same tables, once a tenant." },
			{
				value: "database",
				label: "A database for each tenant",
				detail: "Database-level: nothing is shared but the server.",
			},
		],
		...at<Chosen>("existing"),
	},
	{
		kind: "number",
		id: "tenants.now",
		title: "Tenants today",
		prompt: "How many tenants (customers, organizations) are there today?",
		unit: "tenants",
		suggestion: 10,
		...at<number>("tenants", "now"),
	},
	{
		kind: "number",
		id: "tenants.inTwoYears",
		title: "Tenants in two years",
		prompt: "How many do you expect in two years? This decides more than today's number.",
		unit: "tenants",
		suggestion: 100,
		...at<number>("tenants", "inTwoYears"),
	},
	{
		kind: "choice",
		id: "tenants.largestShare",
		title: "The largest tenant",
		prompt: "How much of all data is the largest tenant's? A giant among them can slow the others down.",
		choices: [
			{ value: 0.05, label: "Little: about 5%", detail: "Tenants are much alike." },
			{ value: 0.2, label: "Some: about 20%", detail: "A few are much larger than the rest." },
			{ value: 0.5, label: "Half of it", detail: "One dwarfs the others." },
		],
		...at<Chosen>("tenants", "largestShare"),
	},
	{
		kind: "number",
		id: "data.perTenantGB",
		title: "Data of a tenant",
		prompt: "How many GB does a typical tenant have? A guess is fine: 0.1 is 100 MB.",
		unit: "GB",
		suggestion: 1,
		...at<number>("data", "perTenantGB"),
	},
	{
		kind: "number",
		id: "tables",
		title: "Tables",
		prompt: "How many tables hold tenants' data? A schema or database for each tenant multiplies them.",
		unit: "tables",
		suggestion: 50,
		...at<number>("tables"),
	},
	{
		kind: "number",
		id: "queriesPerSecond",
		title: "Queries",
		prompt: "How many queries a second, over all tenants, at the busiest hour?",
		unit: "queries a second",
		suggestion: 100,
		...at<number>("queriesPerSecond"),
	},
	{
		kind: "choice",
		id: "contractualIsolation",
		title: "What contracts promise",
		prompt:
			"Does a contract promise customers that their data stands apart from others', in a schema or database of its own?",
		choices: [
			{ value: "none", label: "No", detail: "Shared tables are fine, as long as nobody sees another's rows." },
			{ value: "some-tenants", label: "To some", detail: "Larger customers ask for it." },
			{ value: "all-tenants", label: "To all", detail: "It is part of what is sold." },
		],
		...at<Chosen>("contractualIsolation"),
	},
	{
		kind: "number",
		id: "tiers.tenants",
		title: "How many of them",
		prompt: "How many tenants will have such a contract in two years?",
		unit: "tenants",
		suggestion: 5,
		when: isPromisedToSome,
		...inTier<number>("tenants"),
	},
	{
		kind: "choice",
		id: "tiers.isolation",
		title: "What they are promised",
		prompt: "What does their contract promise?",
		choices: [
			{ value: "database", label: "A database of their own", detail: "The strongest promise inside one server." },
			{ value: "schema", label: "A schema of their own", detail: "Tables of their own in a shared database." },
		],
		when: isPromisedToSome,
		...inTier<Chosen>("isolation"),
	},
	{
		kind: "several",
		id: "compliance",
		title: "Compliance",
		prompt: "What must the product comply with? Choose all that apply, or none.",
		choices: [
			{ value: "gdpr", label: "GDPR", detail: "Personal data of people in the EU." },
			{
				value: "data-residency",
				label: "Data residency",
				detail: "Some tenants' data must stay in a country or region.",
			},
			{ value: "soc2", label: "SOC 2", detail: "An auditor's report that US customers ask for." },
			{ value: "iso27001", label: "ISO 27001", detail: "A certified information security management system." },
			{ value: "hipaa", label: "HIPAA", detail: "Health data of patients in the US." },
			{ value: "pci-dss", label: "PCI DSS", detail: "Payment card data." },
			{ value: "fedramp", label: "FedRAMP", detail: "US federal agencies as customers." },
			{
				value: "byok",
				label: "Customer-held keys",
				detail: "Customers bring, and can revoke, their own encryption keys.",
			},
		] satisfies readonly Choice<(typeof COMPLIANCE)[number]>[],
		...at<readonly string[]>("compliance"),
	},
	{
		kind: "several",
		id: "perTenant",
		title: "What a tenant gets by itself",
		prompt: "What must be possible for one tenant without touching the others? Choose all that apply, or none.",
		choices: [
			{ value: "restore", label: "Restore to a point in time", detail: "Undo one customer's mistake from backup." },
			{ value: "customSchema", label: "Tables or columns of its own", detail: "Customers extend the data model." },
			{ value: "encryptionKeys", label: "An encryption key of its own", detail: "Deleting the key deletes the data." },
			{
				value: "noisyNeighbourGuarantee",
				label: "Guaranteed speed",
				detail: "Whatever other tenants do at the same time.",
			},
		] satisfies readonly Choice<(typeof PER_TENANT)[number]>[],
		read: (draft) => {
			const given = valueAt(draft, ["perTenant"]);
			return given === undefined ? undefined : PER_TENANT.filter((key) => valueAt(given, [key]) === true);
		},
		write: (draft, chosen) => ({
			...draft,
			perTenant: Object.fromEntries(PER_TENANT.map((key) => [key, chosen.includes(key)])),
		}),
	},
	{
		kind: "choice",
		id: "crossTenantAnalytics",
		title: "Queries over all tenants",
		prompt: "Do you query over all tenants at once: benchmarks between customers, usage reports, machine learning?",
		choices: yesOrNo("Easy in shared tables, a project with a database each.", "Each query concerns one tenant."),
		...at<Chosen>("crossTenantAnalytics"),
	},
	{
		kind: "number",
		id: "team.engineers",
		title: "Engineers",
		prompt: "How many engineers work on the product?",
		unit: "engineers",
		suggestion: 4,
		...at<number>("team", "engineers"),
	},
	{
		kind: "choice",
		id: "team.dedicatedOperations",
		title: "Operations",
		prompt: "Is it somebody's job to run the databases?",
		choices: yesOrNo("A platform, operations or database team.", "The engineers do it beside their work."),
		...at<Chosen>("team", "dedicatedOperations"),
	},
	{
		kind: "choice",
		id: "hosting.managed",
		title: "Where PostgreSQL runs",
		prompt: "Who runs PostgreSQL for you?",
		choices: [
			{ value: "self", label: "We do", detail: "On our own machines or containers." },
			{ value: "rds", label: "Amazon RDS", detail: "Managed PostgreSQL on AWS." },
			{ value: "aurora", label: "Amazon Aurora", detail: "PostgreSQL-compatible, storage apart from compute." },
			{ value: "cloudsql", label: "Google Cloud SQL", detail: "Managed PostgreSQL on Google Cloud." },
			{ value: "azure", label: "Azure Database for PostgreSQL", detail: "Managed PostgreSQL on Azure." },
			{ value: "neon", label: "Neon", detail: "Serverless PostgreSQL with branches." },
			{ value: "supabase", label: "Supabase", detail: "PostgreSQL with an API and authentication." },
			{ value: "citus", label: "Citus", detail: "PostgreSQL over several machines." },
		],
		...at<Chosen>("hosting", "managed"),
	},
	{
		kind: "number",
		id: "hosting.postgresVersion",
		title: "PostgreSQL's version",
		prompt: "Which major version of PostgreSQL? What a pooler may do depends on it.",
		unit: "",
		suggestion: 17,
		...at<number>("hosting", "postgresVersion"),
	},
	{
		kind: "choice",
		id: "hosting.pooler",
		title: "Connection pooling",
		prompt: "What stands between the application and PostgreSQL?",
		choices: [
			{ value: "none", label: "Nothing", detail: "The application connects directly, or pools by itself." },
			{ value: "pgbouncer", label: "PgBouncer", detail: "The usual pooler; also inside many managed offers." },
			{ value: "rds-proxy", label: "RDS Proxy", detail: "AWS's pooler." },
			{ value: "supavisor", label: "Supavisor", detail: "Supabase's pooler." },
		],
		...at<Chosen>("hosting", "pooler"),
	},
];

/** The questions that concern somebody who answered so far as the draft says, in order. */
export function questionsFor(draft: Draft): readonly Question[] {
	return QUESTIONS.filter(({ when }) => when?.(draft) ?? true);
}

/** What is wrong with a typed number, or null. In words for whoever typed it. */
export function wrongNumber(question: NumberQuestion, draft: Draft, text: string): string | null {
	const typed = text.trim().replaceAll(/[ _']/g, "");
	if (!/^\d+(?:\.\d+)?$/.test(typed)) return "Type a number, such as 40 or 0.5.";
	const result = answersSchema.safeParse(
		question.write({ tenants: { now: 0, inTwoYears: 0 }, ...draft }, Number(typed)),
	);
	const path = question.id.split(".");
	const issue = result.error?.issues.find(({ path: at }) => path.every((key, i) => at[i] === key || at[0] === "tiers"));
	if (!issue) return null;
	if (issue.code === "invalid_type") return "Type a whole number, such as 40.";
	if (issue.code === "too_big") return `Type ${issue.maximum.toLocaleString("en-US")} or less.`;
	if (issue.code === "too_small") return `Type ${issue.minimum.toLocaleString("en-US")} or more.`;
	return issue.message;
}

/** The number that a valid text says; see `wrongNumber`. */
export function numberOf(text: string): number {
	return Number(text.trim().replaceAll(/[ _']/g, ""));
}

/** Complete answers where all that must be answered is; null where something is missing or wrong. */
export function completeAnswers(draft: Draft): Answers | null {
	const result = answersSchema.safeParse(draft);
	return result.success ? result.data : null;
}
