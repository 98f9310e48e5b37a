import { quoteLiteral, quoteName } from "../../emit/identifier";
import type { Step } from "../../emit/step";
import { qualified } from "../../schema/model";
import type { StagedPlan } from "./plan";

/** What a server reads and sorts; assumptions to replace by one's own, as the files say. */
const SCAN_MB_PER_S = 100;
const INDEX_ROWS_PER_S = 500_000;

interface Operation {
	readonly stage: string;
	readonly what: string;
	readonly lock: string;
	readonly blocks: string;
	readonly time: string;
	readonly source: string;
}

const ALTER_TABLE = "https://www.postgresql.org/docs/current/sql-altertable.html";
const CREATE_INDEX = "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY";
const LOCKS = "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES";

const OPERATIONS: readonly Operation[] = [
	{
		stage: "1 expand",
		what: "ADD COLUMN with a constant default",
		lock: "ACCESS EXCLUSIVE",
		blocks: "reads and writes",
		time: "a moment, at any size: the default is kept in the catalog",
		source: `${ALTER_TABLE}#SQL-ALTERTABLE-NOTES`,
	},
	{
		stage: "1 expand",
		what: "ADD FOREIGN KEY … NOT VALID",
		lock: "SHARE ROW EXCLUSIVE on both tables",
		blocks: "writes",
		time: "a moment: old rows are not looked at (on a partitioned table before PostgreSQL 18: a scan)",
		source: ALTER_TABLE,
	},
	{
		stage: "2 backfill",
		what: "CALL tenancy_backfill",
		lock: "ROW EXCLUSIVE; rows of one batch",
		blocks: "writes to rows that had no tenant, for one batch of 8 MB",
		time: "2 × size ÷ scan rate, where nothing is to be filled",
		source: LOCKS,
	},
	{
		stage: "2 backfill, 3 enforce",
		what: "VALIDATE CONSTRAINT",
		lock: "SHARE UPDATE EXCLUSIVE, ROW SHARE on the referenced table",
		blocks: "nothing but other changes of the schema",
		time: "size ÷ scan rate, for each constraint",
		source: ALTER_TABLE,
	},
	{
		stage: "3 enforce, 4 contract",
		what: "CREATE INDEX CONCURRENTLY",
		lock: "SHARE UPDATE EXCLUSIVE",
		blocks: "nothing but other changes of the schema; waits for transactions that are open",
		time: "2 × size ÷ scan rate + rows ÷ sort rate, for each index",
		source: CREATE_INDEX,
	},
	{
		stage: "3 enforce, 4 contract",
		what: "ADD CONSTRAINT … USING INDEX",
		lock: "ACCESS EXCLUSIVE",
		blocks: "reads and writes",
		time: "a moment: the index is there",
		source: ALTER_TABLE,
	},
	{
		stage: "3 enforce",
		what: "SET NOT NULL",
		lock: "ACCESS EXCLUSIVE",
		blocks: "reads and writes",
		time: "a moment: the validated CHECK spares the scan",
		source: ALTER_TABLE,
	},
	{
		stage: "4 contract",
		what: "policies, defaults, dropped keys",
		lock: "ACCESS EXCLUSIVE on all tables, in one transaction",
		blocks: "reads and writes",
		time: "a moment: changes of the catalog",
		source: LOCKS,
	},
];

/** `ESTIMATE.md`: which lock each stage takes, for how long, by the table's size. */
export function estimateText(): string {
	const sizes = [1, 10, 100, 1000];
	const scan = (gigabytes: number) => (gigabytes * 1000) / SCAN_MB_PER_S;
	// Rows of 200 bytes.
	const index = (gigabytes: number) => 2 * scan(gigabytes) + (gigabytes * 1e9) / 200 / INDEX_ROWS_PER_S;
	const row = (what: string, time: (gigabytes: number) => number) =>
		`| ${what} | ${sizes.map((size) => duration(time(size))).join(" | ")} |`;
	return `# Locks and time

Heavy locks are held for a moment only. To get one, a statement waits until transactions that use the table end, and everybody
who comes later waits behind it, readers too. So each waits 5 s at most (\`lock_timeout\`), then the file stops and is run again.

| stage | what | lock | what waits for it | how long | source |
|---|---|---|---|---|---|
${OPERATIONS.map((o) => `| ${o.stage} | ${o.what} | ${o.lock} | ${o.blocks} | ${o.time} | ${o.source} |`).join("\n")}

By size of the table, with ${SCAN_MB_PER_S} MB/s read, ${INDEX_ROWS_PER_S.toLocaleString("en-US")} rows/s sorted and rows of 200 bytes. The rates are assumptions, not measurements: run
\`estimate.sql\` with your own; it reads your tables' real sizes and counts what each stage does to each.

| | ${sizes.map((size) => `${size} GB`).join(" | ")} |
|---|${sizes.map(() => "---:").join("|")}|
${row("VALIDATE CONSTRAINT, each", scan)}
${row("CALL tenancy_backfill", (size) => 2 * scan(size))}
${row("CREATE INDEX CONCURRENTLY, each", index)}
| everything else | < 1 s | < 1 s | < 1 s | < 1 s |
`;
}

function duration(seconds: number): string {
	if (seconds < 120) return `${Math.round(seconds)} s`;
	return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** `estimate.sql`: the same for the tables as they are, with their sizes; it changes nothing. */
export function estimateSql({ choice, enforce, perTenant }: StagedPlan): string {
	const count = (steps: readonly Step[], table: string, pattern: RegExp) =>
		steps.filter((step) => step.table === table && pattern.test(step.sql)).length;
	const rows = choice.tables.map((table) => {
		const key = qualified(table);
		const counts = [
			count(enforce, key, /\bVALIDATE CONSTRAINT\b/),
			count(enforce, key, /^CREATE (UNIQUE )?INDEX/),
			count(perTenant, key, /^CREATE (UNIQUE )?INDEX/),
		];
		return `\t(${quoteLiteral(quoteName(table))}::regclass, ${counts.join(", ")})`;
	});
	return `-- How long each stage takes for each table, in seconds, by its size today. It only reads the catalog; run ANALYZE first.
-- The two rates are assumptions: set them to what your server does.
\\set scan_mb_per_s ${SCAN_MB_PER_S}
\\set index_rows_per_s ${INDEX_ROWS_PER_S}
WITH steps (relation, validations, indexes, contract_indexes) AS (VALUES
${rows.join(",\n")}
), sizes AS (
	SELECT relation, validations, indexes, contract_indexes, sum(pg_table_size(relid)) / 1e6 AS mb, sum(greatest(reltuples, 0)) AS estimated_rows
	FROM steps, LATERAL (
		SELECT relid FROM pg_partition_tree(relation) WHERE isleaf UNION SELECT relation
	) AS parts JOIN pg_class ON pg_class.oid = relid
	WHERE relkind = 'r' GROUP BY 1, 2, 3, 4
)
SELECT relation, round(mb::numeric, 1) AS mb, estimated_rows,
	0 AS expand,
	ceil(3 * mb / :scan_mb_per_s) AS backfill,
	ceil(validations * mb / :scan_mb_per_s + indexes * (2 * mb / :scan_mb_per_s + estimated_rows / :index_rows_per_s)) AS enforce,
	ceil(contract_indexes * (2 * mb / :scan_mb_per_s + estimated_rows / :index_rows_per_s)) AS contract
FROM sizes ORDER BY mb DESC;
`;
}
