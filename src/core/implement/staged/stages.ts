import { dollarQuoted } from "../../emit/dollar-quote";
import { foreignKeyConstraint } from "../../emit/foreign-keys";
import { quoteIdentifier, quoteLiteral, quoteName } from "../../emit/identifier";
import type { Step } from "../../emit/step";
import { inPhases } from "../../fix/fix-all";
import { comment } from "../../fix/script";
import { qualified, type Table } from "../../schema/model";
import { onTable } from "../base/grants";
import { createRoles } from "../base/roles";
import { ended, loneFile, onlineParts, stepStatements, transactionFile } from "../base/sql-file";
import { createTenants, FIRST_TENANT, type StagedPlan } from "./plan";
import { filesOfParts, type Stage } from "./stage";

const TIMEOUT = "SET LOCAL lock_timeout = '5s';";
const ONLY_ONE = "tenants_only_one";

/**
 * Expand, backfill, enforce, contract: first what nobody notices is added, then it is filled and enforced, and only the last
 * stage changes what the application may do. https://martinfowler.com/bliki/ParallelChange.html
 */
export function stagesOf(plan: StagedPlan): Stage[] {
	return [expand(plan), backfill(plan), enforce(plan), contract(plan)];
}

function expand(plan: StagedPlan): Stage {
	const { choice, tenants, column, references, functions, row } = plan;
	const { application, isGranted } = row.roles;
	const name = quoteName(tenants);
	const about = "Adds the tenants' table, the tenant column, and the roles. The application goes on as it is.";
	const granted = [...row.grants, ...(isGranted ? onTable(tenants, ["select", "insert", "update"], application) : [])];
	const tables = choice.tables.flatMap((table) => {
		const key = references.get(qualified(table));
		const alter = `ALTER TABLE ${quoteName(table)}`;
		const valid = table.kind === "partitioned" ? "" : " NOT VALID";
		return [
			`BEGIN;`,
			TIMEOUT,
			`${alter} ADD COLUMN IF NOT EXISTS ${quoteIdentifier(column)} uuid DEFAULT '${FIRST_TENANT}';`,
			...(key
				? [
						`${alter} DROP CONSTRAINT IF EXISTS ${quoteIdentifier(key.name)};`,
						`${alter} ADD ${foreignKeyConstraint(key)}${valid};`,
					]
				: []),
			"COMMIT;",
		].join("\n");
	});
	return {
		number: 1,
		name: "expand",
		about,
		up: [
			transactionFile(
				["The roles and the tenants' table. Running it again changes nothing."],
				[
					...stepStatements(createRoles(row.roles)),
					createTenants(tenants),
					`-- The tenant that there is so far; give it its name. No second one can be added before the last stage has run.
INSERT INTO ${name} (id, name) VALUES ('${FIRST_TENANT}', 'First tenant') ON CONFLICT DO NOTHING;
ALTER TABLE ${name} DROP CONSTRAINT IF EXISTS ${ONLY_ONE};
ALTER TABLE ${name} ADD CONSTRAINT ${ONLY_ONE} CHECK (id = '${FIRST_TENANT}');`,
					...stepStatements(functions.steps),
				],
			),
			loneFile(
				[
					"The column, referenced tables first, each in a transaction of its own, so that a lock is held for a moment.",
					"A constant default is kept in the catalog: no row is written, and every row has its tenant at once.",
					"Where a lock is not had within 5 s the file stops; run it again, it goes on where it stopped.",
				],
				tables,
			),
			transactionFile(
				["What the roles may do; the policies come in the last stage."],
				ended(granted.map(({ up }) => up)),
			),
		],
		down: [
			loneFile(
				["Drops the column, and with it everything that it says. The rows themselves stay."],
				[
					...[...choice.tables]
						.reverse()
						.map((table) =>
							[
								"BEGIN;",
								TIMEOUT,
								`ALTER TABLE ${quoteName(table)} DROP COLUMN IF EXISTS ${quoteIdentifier(column)};`,
								"COMMIT;",
							].join("\n"),
						),
				],
			),
			transactionFile(
				["Takes back the grants, the functions and the tenants' table. The roles stay: other databases may use them."],
				[
					...ended([...granted].reverse().map(({ down }) => down)),
					...ended([...functions.steps].reverse().flatMap(({ down }) => down ?? [])),
					`DROP TABLE IF EXISTS ${name};`,
				],
			),
		],
	};
}

/** What a batch reads: 8 MB with PostgreSQL's usual pages. */
const PAGES_AT_ONCE = 1000;

function procedureOf({ tenants }: StagedPlan): string {
	return quoteName({ schema: tenants.schema, name: "tenancy_backfill" });
}

function backfill(plan: StagedPlan): Stage {
	const { choice, references } = plan;
	const procedure = procedureOf(plan);
	const column = quoteLiteral(plan.column);
	const about = "Makes sure that every row has its tenant.";
	const body = `
DECLARE
	page bigint := 0;
	pages bigint;
	missing bigint;
BEGIN
	-- Of a table that is not partitioned, pg_partition_tree knows nothing.
	SELECT greatest(pg_relation_size(target), max(pg_relation_size(relid))) / current_setting('block_size')::bigint INTO pages
		FROM pg_partition_tree(target) WHERE isleaf;
	WHILE page <= pages LOOP
		EXECUTE format('UPDATE %s SET %I = $1 WHERE %I IS NULL AND ctid >= $2 AND ctid < $3', target, ${column}, ${column})
			USING tenant, format('(%s,0)', page)::tid, format('(%s,0)', page + batch_pages)::tid;
		COMMIT;
		page := page + batch_pages;
	END LOOP;
	EXECUTE format('SELECT count(*) FROM %s WHERE %I IS NULL', target, ${column}) INTO missing;
	IF missing > 0 THEN
		RAISE EXCEPTION '% rows of % have no tenant yet', missing, target USING HINT = 'Call the procedure again.';
	END IF;
END
`;
	const calls = choice.tables.map(
		(table) => `CALL ${procedure}(${quoteLiteral(quoteName(table))}, '${FIRST_TENANT}');`,
	);
	const validations = choice.tables.flatMap((table) => {
		const key = references.get(qualified(table));
		return key && table.kind !== "partitioned"
			? [`ALTER TABLE ${quoteName(table)} VALIDATE CONSTRAINT ${quoteIdentifier(key.name)};`]
			: [];
	});
	return {
		number: 2,
		name: "backfill",
		about,
		up: [
			loneFile(
				[
					about,
					"The default of stage 1 has given the tenant to all rows but those that name the column and say NULL. These are filled",
					"here, in batches that are committed one by one, so that no row stays locked for long.",
				],
				[
					`CREATE OR REPLACE PROCEDURE ${procedure}(target regclass, tenant uuid, batch_pages integer DEFAULT ${PAGES_AT_ONCE})\n\tLANGUAGE plpgsql\n\tAS ${dollarQuoted(body)};`,
					...calls,
				],
			),
			loneFile(["Checks the old rows against the tenants' table; reads and writes go on."], validations),
		],
		down: [
			transactionFile(
				["Nothing to take back but the procedure: rows that were filled lose the column with stage 1."],
				[`DROP PROCEDURE IF EXISTS ${procedure}(regclass, uuid, integer);`],
			),
		],
	};
}

function enforce({ enforce: steps }: StagedPlan): Stage {
	const about = "No row without a tenant, and no reference into another tenant.";
	return { number: 3, name: "enforce", about, ...filesOfParts(onlineParts(steps), about) };
}

function contract(plan: StagedPlan): Stage {
	const { choice, column, functions, row, tenants, perTenant } = plan;
	const about = "Policies are on, keys hold for each tenant by itself, and there may be a second tenant.";
	const name = quoteName(tenants);
	const steps: Step[] = [
		...perTenant,
		...choice.tables.map((table) => ownTenant(table, column, `${quoteName(functions.current)}()`)),
		...row.protection,
		...row.around,
		{
			sql: `ALTER TABLE ${name} DROP CONSTRAINT ${ONLY_ONE}`,
			phase: "finish",
			down: `ALTER TABLE ${name} ADD CONSTRAINT ${ONLY_ONE} CHECK (id = '${FIRST_TENANT}')`,
			table: qualified(tenants),
			why: "From here on there may be more than one tenant.",
		},
	];
	const files = filesOfParts(onlineParts(inPhases(steps)), about);
	return { number: 4, name: "contract", about, up: files.up, down: [guard(plan), ...files.down] };
}

/** The column's default, from the constant to the tenant that the transaction is bound to. */
function ownTenant(table: Table, column: string, value: string): Step {
	const set = `ALTER TABLE ${quoteName(table)} ALTER COLUMN ${quoteIdentifier(column)} SET DEFAULT`;
	return { sql: `${set} ${value}`, phase: "finish", down: `${set} '${FIRST_TENANT}'`, table: qualified(table) };
}

function guard({ tenants }: StagedPlan): string {
	const body = `
BEGIN
	IF EXISTS (SELECT FROM ${quoteName(tenants)} WHERE id <> '${FIRST_TENANT}') THEN
		RAISE EXCEPTION 'There is a second tenant: from here on there is no way back.'
			USING HINT = 'Without policies all tenants would see each other. Move the others away first.';
	END IF;
END
`;
	return `${comment("Only while there is one tenant.")}\nDO ${dollarQuoted(body)};\n`;
}
