import { qualified, type SchemaModel, type Table } from "../schema/model";
import type { PathStep } from "../tenancy/scope";
import { dollarQuoted } from "./dollar-quote";
import { validate } from "./foreign-keys";
import { quoteIdentifier, quoteLiteral, quoteName } from "./identifier";
import { constraintName } from "./names";
import type { Step } from "./step";

/** What a batch reads: 8 MB with PostgreSQL's usual pages. */
const PAGES_AT_ONCE = 1000;

/** `table.column` as the end of a path of foreign keys says it. */
export interface Source {
	readonly path: readonly PathStep[];
	/** Of the path's last table. */
	readonly column: string;
}

/**
 * Fills a column over foreign keys where it is NULL, in batches that are committed one by one, so that no row stays locked
 * for long. Null where a table on the way is unknown.
 */
export function backfill(model: SchemaModel, table: Table, column: string, source: Source): Step | null {
	const targets = source.path.flatMap(({ references }) => model.tables.get(references) ?? []);
	if (targets.length !== source.path.length || targets.length === 0) return null;
	// Aliases, as a path may come by the same table twice, and as plpgsql takes a bare name for a variable.
	const from = targets.map((target, i) => {
		const name = `${quoteName(target)} AS t${i + 1}`;
		return i === 0 ? name : `JOIN ${name} ON ${joined(source.path[i] as PathStep, i)}`;
	});
	const target = quoteIdentifier(column);
	const end = `t${targets.length}.${quoteIdentifier(source.column)}`;
	const conditions = [joined(source.path[0] as PathStep, 0), `t0.${target} IS NULL`, `${end} IS NOT NULL`];
	const update = `UPDATE ${quoteName(table)} AS t0 SET ${target} = ${end} FROM ${from.join(" ")} WHERE ${conditions.join(" AND ")}`;
	// Whom policies bind would fill nothing, and not notice.
	const isBound = [table, ...targets].some(({ rls }) => rls.forced);
	return {
		sql: inBatches(table, update, isBound),
		phase: "outside",
		inTransaction: update,
		declared: null,
		down: null,
		table: qualified(table),
		why: `Fills ${column} of the rows that are there${isBound ? "; needs a role that row-level security does not bind" : ""}.${whatRuns(table, column)}`,
	};
}

/** A trigger that keeps the time of the last change takes this for one, which nobody expects of a migration. */
function whatRuns(table: Table, column: string): string {
	const names = table.triggers
		.filter(({ row, events, updateOf }) => row && events.includes("update") && (!updateOf || updateOf.includes(column)))
		.map(({ name }) => name);
	if (names.length === 0) return "";
	const [subject, verb] = names.length === 1 ? ["Trigger", "runs"] : ["Triggers", "run"];
	return ` ${subject} ${names.join(", ")} ${verb} for each of them: if that must not be, disable ${names.length === 1 ? "it" : "them"} meanwhile.`;
}

function joined({ columns, to }: PathStep, i: number): string {
	return columns
		.map((column, n) => `t${i + 1}.${quoteIdentifier(to[n] ?? "")} = t${i}.${quoteIdentifier(column)}`)
		.join(" AND ");
}

function inBatches(table: Table, update: string, isBound: boolean): string {
	const name = quoteLiteral(quoteName(table));
	const size =
		table.kind === "partitioned"
			? `(SELECT coalesce(max(pg_relation_size(relid)), 0) FROM pg_partition_tree(${name}) WHERE isleaf)`
			: `pg_relation_size(${name})`;
	const body = `
<<batch>>
DECLARE
	page bigint := 0;
	pages bigint := ${size} / current_setting('block_size')::bigint;
BEGIN
	WHILE batch.page <= batch.pages LOOP
${isBound ? "\t\tSET LOCAL row_security = off;\n" : ""}\t\t${update}
			AND t0.ctid >= format('(%s,0)', batch.page)::tid AND t0.ctid < format('(%s,0)', batch.page + ${PAGES_AT_ONCE})::tid;
		COMMIT;
		batch.page := batch.page + ${PAGES_AT_ONCE};
	END LOOP;
END
`;
	return `DO ${dollarQuoted(body)}`;
}

/**
 * Makes a column NOT NULL while the table is read and written: a CHECK for new rows, then of the old ones, and PostgreSQL
 * takes its word for it.
 */
export function setNotNull(model: SchemaModel, table: Table, column: string): Step[] {
	const name = quoteName(table);
	const check = constraintName(model, table, [column], "check");
	const constraint = quoteIdentifier(check);
	const own = qualified(table);
	const add = `ALTER TABLE ${name} ADD CONSTRAINT ${constraint} CHECK (${quoteIdentifier(column)} IS NOT NULL) NOT VALID`;
	const drop = `ALTER TABLE ${name} DROP CONSTRAINT IF EXISTS ${constraint}`;
	const set = `ALTER TABLE ${name} ALTER COLUMN ${quoteIdentifier(column)}`;
	return [
		{ sql: add, phase: "outside", inTransaction: add, declared: null, down: drop, table: own },
		validate(table, check),
		{ sql: `${set} SET NOT NULL`, phase: "finish", down: `${set} DROP NOT NULL`, table: own },
		{
			sql: `ALTER TABLE ${name} DROP CONSTRAINT ${constraint}`,
			phase: "finish",
			declared: null,
			down: null,
			table: own,
		},
	];
}
