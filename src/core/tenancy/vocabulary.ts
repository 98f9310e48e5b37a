/**
 * Words as they are used in the field. Structure decides first; these break ties and name things.
 * A word alone never makes a table safe: it can only make one a candidate, or global.
 */

/** How readily a noun names "whoever the data belongs to", 0 (never) to 5 (hardly anything else). */
const TENANT_NOUNS: Readonly<Record<string, number>> = {
	tenant: 5,
	tenancy: 5,
	organization: 5,
	workspace: 5,
	realm: 4,
	account: 4,
	company: 4,
	business: 4,
	enterprise: 4,
	merchant: 4,
	instance: 3,
	team: 3,
	project: 3,
	site: 3,
	space: 3,
	network: 3,
	nid: 3,
	environment: 3,
	institution: 3,
	agency: 3,
	firm: 3,
	practice: 3,
	clinic: 3,
	hospital: 3,
	school: 3,
	university: 3,
	club: 3,
	shop: 3,
	store: 3,
	restaurant: 3,
	hotel: 3,
	household: 3,
	franchise: 3,
	studio: 3,
	namespace: 2,
	community: 2,
	customer: 2,
	client: 2,
	partner: 2,
	brand: 2,
	vendor: 2,
	seller: 2,
	subscriber: 2,
	app: 2,
	application: 2,
	group: 2,
};

/** Nouns of commerce and banking, too: they need the evidence of members before they are tenants. */
const AMBIGUOUS_NOUNS = new Set([
	"account",
	"company",
	"business",
	"merchant",
	"customer",
	"client",
	"partner",
	"brand",
	"vendor",
	"seller",
	"group",
	"app",
	"application",
	"instance",
	"store",
	"shop",
]);

const SYNONYMS: ReadonlyMap<string, string> = new Map([
	["org", "organization"],
	["orgs", "organization"],
	["organisation", "organization"],
	["ws", "workspace"],
	["env", "environment"],
	["acct", "account"],
	["people", "person"],
]);

/** Where a row lies, not whose it is: a sharded database's keys begin with it. */
const PLACEMENT_NOUNS = new Set(["shard", "partition", "bucket", "slot"]);

const PERSON_NOUNS = new Set(["user", "person", "identity", "login", "principal"]);

/** Ledgers in which migration tools and frameworks note what has run, by their documentation's default names. */
const LEDGERS = new Set(
	(
		"schema_migrations ar_internal_metadata _prisma_migrations __drizzle_migrations goose_db_version flyway_schema_history schema_version " +
		"atlas_schema_revisions knex_migrations knex_migrations_lock pgmigrations alembic_version django_migrations migrations typeorm_metadata " +
		"databasechangelog databasechangeloglock gorp_migrations sequelizemeta kysely_migration kysely_migration_lock __efmigrationshistory " +
		"doctrine_migration_versions phinxlog refinery_schema_history _sqlx_migrations diesel_schema_migrations mikro_orm_migrations " +
		"schema_migration schema_history migration_lock data_migration data_migrations background_migrations _migrations migration_versions"
	).split(" "),
);

/** How people log in: these words mean hardly anything else. */
const LOGIN_WORDS = new Set(
	"password passkey authenticator otp mfa totp webauthn oauth signin jwk jwt nonce".split(" "),
);
/** Words of logins that mean other things, too; the columns decide. */
const LOGIN_LIKE_WORDS = new Set(
	"session token reset credential verification factor recovery login device identity challenge auth authentication account security".split(
		" ",
	),
);

/** What logging in is made of, behind such a word: `verification_codes`, `login_attempts`. */
const LOGIN_PARTS = new Set("code request attempt key claim secret email link state flow log".split(" "));

/** The world's lists and the product's own offer. */
const REFERENCE_NOUNS = new Set(
	"country currency language locale timezone region continent state province city plan tier price feature permission privilege exchange_rate rate holiday unit industry tld config configuration setting banner changelog announcement".split(
		" ",
	),
);

/** A schema repeats its names (`id`, `created_at`, `organization_id`) thousands of times, and every edit asks for all of them again. */
const MOST_REMEMBERED = 20_000;

function remembered<T>(compute: (name: string) => T): (name: string) => T {
	const known = new Map<string, T>();
	return (name) => {
		const before = known.get(name);
		if (before !== undefined) return before;
		if (known.size >= MOST_REMEMBERED) known.clear();
		const result = compute(name);
		known.set(name, result);
		return result;
	};
}

/** `organizationId`, `ORGANIZATION_ID_`, `"organization-id"` → `organization_id`. Underscores at the end keep a name apart from SQL's own words. */
export const snake = remembered((name) =>
	name
		.replace(/(?<=[^_])_+$/, "")
		.replace(/([a-z0-9])([A-Z])/g, "$1_$2")
		.replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
		.replace(/[\s\-.]+/g, "_")
		.toLowerCase(),
);

/** The words of a name, singular, synonyms folded: `OrganisationMembers` → `organization`, `member`. */
export const wordsOf: (name: string) => readonly string[] = remembered((name) =>
	snake(name)
		.split("_")
		.filter((word) => word !== "")
		.map((word) => SYNONYMS.get(word) ?? singular(SYNONYMS.get(singular(word)) ?? word)),
);

/** What a table's rows are: the last word, as `posthog_team` holds teams. */
export function headNoun(table: string): string {
	return wordsOf(table).at(-1) ?? "";
}

/** A reference column's noun, without the suffix of its key: `organizationId` → `organization`; null where there is no such suffix. */
export function referenceNoun(column: string): string | null {
	return nounOf(column) || null;
}

const nounOf = remembered((column) => {
	const name = snake(column);
	if (name === "nid") return "nid";
	const base = /^(.+)_(?:id|uuid|guid|uid|pk|fk)$/.exec(name)?.[1] ?? /^([a-z]{2,}[a-z])id$/.exec(name)?.[1];
	if (!base || (!name.includes("_") && tenantWeight(base) === 0)) return "";
	return wordsOf(base).join("_");
});

export function tenantWeight(noun: string): number {
	return Object.hasOwn(TENANT_NOUNS, noun) ? (TENANT_NOUNS[noun] ?? 0) : 0;
}

export function isAmbiguousNoun(noun: string): boolean {
	return AMBIGUOUS_NOUNS.has(noun);
}

export function isPersonNoun(noun: string): boolean {
	return PERSON_NOUNS.has(noun);
}

/** `shard_id`, `partition`. */
export function isPlacementColumn(column: string): boolean {
	return PLACEMENT_NOUNS.has(referenceNoun(column) ?? snake(column));
}

/** What a key begins with, behind the shard that the row lies in, which whoever asks for the row knows; null for an expression. */
export function firstColumn(columns: readonly (string | null)[]): string | null {
	return columns.find((column) => column === null || !isPlacementColumn(column)) ?? null;
}

export function isLedger(table: string): boolean {
	return LEDGERS.has(table.toLowerCase()) || LEDGERS.has(snake(table));
}

/** Whether a table is called after logins: plainly, or in words that need its columns to agree. */
export function loginWord(table: string): "plain" | "likely" | null {
	const words = wordsOf(table);
	const plain = words.some((word) => LOGIN_WORDS.has(word)) || (words.includes("two") && words.includes("factor"));
	if (plain) return "plain";
	// A token's bucket and a session's recording are no tokens and no sessions.
	const head = words.at(-1) ?? "";
	const isLike = LOGIN_LIKE_WORDS.has(head) || (words.length > 1 && LOGIN_PARTS.has(head));
	return isLike && words.some((word) => LOGIN_LIKE_WORDS.has(word)) ? "likely" : null;
}

export function isReferenceNoun(table: string): boolean {
	const words = wordsOf(table);
	return REFERENCE_NOUNS.has(words.at(-1) ?? "") || REFERENCE_NOUNS.has(words.slice(-2).join("_"));
}

function singular(word: string): string {
	if (/(ss|us|is|news|series|data)$/.test(word)) return word;
	if (/ies$/.test(word) && word.length > 4) return `${word.slice(0, -3)}y`;
	if (/(ch|sh|ss|x|z)es$/.test(word)) return word.slice(0, -2);
	return word.endsWith("s") && word.length > 2 ? word.slice(0, -1) : word;
}
