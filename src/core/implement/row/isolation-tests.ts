import { dollarQuoted } from "../../emit/dollar-quote";
import { columnList, quoteIdentifier, quoteLiteral, quoteName } from "../../emit/identifier";
import { qualified, type Table } from "../../schema/model";
import type { RowPlan } from "../base/row-plan";
import { rowsOfTenant } from "../base/rows-of-tenant";
import type { TenantSetting } from "../base/tenant-setting";

/** How many pgTAP tests a table gets. */
const TESTS = 5;

/** No table of the product is called so, or its columns would be meant. */
const CANDIDATES = "tenancy_candidates";

/** Runs a statement as the application, bound to a tenant, takes it back, and says what came of it: `rows 3`, `error 42501`. */
const ATTEMPT = `
DECLARE
	n bigint;
BEGIN
	PERFORM set_config(setting, tenant, true);
	EXECUTE format('SET LOCAL ROLE %I', as_role);
	EXECUTE statement;
	GET DIAGNOSTICS n = ROW_COUNT;
	RAISE EXCEPTION USING ERRCODE = 'TT001', MESSAGE = n::text;
EXCEPTION
	WHEN SQLSTATE 'TT001' THEN
		RETURN 'rows ' || SQLERRM;
	WHEN OTHERS THEN
		RETURN 'error ' || SQLSTATE;
END
`;

/** The tests of one table, from within the application's role, against what the table's owner sees. */
const TEST_TABLE = `
DECLARE
	own bigint;
	others bigint;
	ours text := format(condition, coalesce(quote_literal(a), 'NULL'));
	result text;
	app text := current_setting('tenancy.test_role');
	setting text := current_setting('tenancy.test_setting');
BEGIN
	EXECUTE format('SELECT count(*) FILTER (WHERE %s), count(*) FILTER (WHERE NOT (%s)) FROM %s', ours, ours, relation) INTO own, others;
	IF a IS NULL OR own = 0 OR others = 0 THEN
		RETURN NEXT skip(relation || ': NOT TESTED, it has no rows of two tenants', ${TESTS});
		RETURN;
	END IF;
	EXECUTE format('CREATE TEMP TABLE others_rows ON COMMIT DROP AS SELECT %s FROM %s WHERE NOT (%s)', columns, relation, ours);
	EXECUTE format('GRANT SELECT ON others_rows TO %I', app);

	result := pg_temp.attempt(app, setting, a, format('SELECT 1 FROM %s', relation));
	RETURN NEXT ok(result IN ('rows ' || own, 'error 42501'), relation || ': reads its own rows alone (' || result || ' of ' || own || ' own)');

	result := pg_temp.attempt(app, setting, a, format('UPDATE %s SET %s = %s', relation, first, first));
	RETURN NEXT ok(result IN ('rows ' || own, 'error 42501', 'error 428C9'), relation || ': changes its own rows alone (' || result || ')');

	result := pg_temp.attempt(app, setting, a, format('DELETE FROM %s', relation));
	RETURN NEXT ok(result IN ('rows ' || own, 'error 42501', 'error 23503', 'error 23001'), relation || ': deletes its own rows alone (' || result || ')');

	result := pg_temp.attempt(app, setting, a, format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM others_rows', relation, columns, columns));
	RETURN NEXT ok(result = 'error 42501', relation || ': writes no row of another tenant (' || result || ')');

	result := pg_temp.attempt(app, setting, '', format('SELECT 1 FROM %s', relation));
	RETURN NEXT ok(result = 'rows 0' OR result LIKE 'error %', relation || ': shows nothing without a tenant (' || result || ')');
	DROP TABLE others_rows;
END
`;

/** `tests/isolation.sql`: pgTAP, run by psql or pg_prove in a copy of the database; nothing of it stays. Null without tenants. */
export function isolationTests({ after, roles }: RowPlan, setting: TenantSetting): string | null {
	const { model, tenancy } = after;
	const app = roles.application[0];
	const tables = [...model.tables.values()].flatMap((table) => {
		const scope = tenancy.tables.get(qualified(table))?.scope;
		if (table.partitionOf !== null || table.kind === "foreign" || scope === "shared" || scope === "unscoped") return [];
		const condition = rowsOfTenant(model, tenancy, table, "\0");
		return condition === null ? [] : [{ table, condition: condition.replaceAll("%", "%%").replaceAll("\0", "%1$s") }];
	});
	const tenants = tenantsQuery(after, setting, tables);
	if (app === undefined || tables.length === 0 || tenants === null) return null;
	return `-- Tests of isolation with pgTAP (https://pgtap.org): psql -f tests/isolation.sql, or pg_prove tests/isolation.sql
-- Run it as a superuser or the maintenance role in a database with rows of at least two tenants: it needs to see all rows to
-- know what the application must not. What it tries is rolled back. A table that it can't test it says so of, with SKIP:
-- a skipped test has proved nothing.
\\set ON_ERROR_STOP on
\\set QUIET on
\\pset format unaligned
\\pset tuples_only on
BEGIN;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL row_security = off;
SET LOCAL tenancy.test_role = ${quoteLiteral(app)};
SET LOCAL tenancy.test_setting = ${quoteLiteral(setting.name)};

CREATE FUNCTION pg_temp.attempt(as_role text, setting text, tenant text, statement text) RETURNS text
	LANGUAGE plpgsql AS ${dollarQuoted(ATTEMPT.replace("BEGIN\n", "BEGIN\n\tSET LOCAL row_security = on;\n"))};

CREATE FUNCTION pg_temp.test_table(relation text, columns text, first text, condition text, a text) RETURNS SETOF text
	LANGUAGE plpgsql AS ${dollarQuoted(TEST_TABLE)};

SELECT plan(${tables.length * TESTS});

-- Each test takes a tenant that has rows in its table: one that has none would prove nothing.
${tables.map(({ table, condition }) => testCall(table, condition, tenants)).join("\n")}

SELECT * FROM finish();
ROLLBACK;
`;
}

function testCall(table: Table, condition: string, tenants: string): string {
	const columns = table.columns.filter(({ generated }) => generated === null);
	// The first is the one that is updated, which an identity that is always generated can't be.
	const sorted = [...columns].sort((x, y) => Number(x.identity === "always") - Number(y.identity === "always"));
	const names = sorted.map(({ name }) => name);
	const given = [quoteName(table), columnList(names), quoteIdentifier(names[0] ?? ""), condition].map(quoteLiteral);
	const held = condition.replaceAll("%1$s", `${CANDIDATES}.tenant`).replaceAll("%%", "%");
	return `SELECT pg_temp.test_table(${given.join(", ")}, (SELECT tenant FROM (${tenants}) AS ${CANDIDATES} WHERE EXISTS (SELECT 1 FROM ${quoteName(table)} WHERE ${held}) ORDER BY tenant LIMIT 1));`;
}

/** The tenants there are, as text. */
function tenantsQuery(
	{ model, tenancy }: RowPlan["after"],
	{ root }: TenantSetting,
	tables: readonly { readonly table: Table }[],
): string | null {
	const own = model.tables.get(root ?? "");
	const key = own?.primaryKey?.columns[0];
	if (own && key !== undefined) return `SELECT ${quoteIdentifier(key)}::text AS tenant FROM ${quoteName(own)}`;
	const [first] = tables.flatMap(({ table }) => {
		const column = tenancy.tables.get(qualified(table))?.tenantColumn;
		return column ? [`SELECT DISTINCT ${quoteIdentifier(column)}::text AS tenant FROM ${quoteName(table)}`] : [];
	});
	return first ?? null;
}
