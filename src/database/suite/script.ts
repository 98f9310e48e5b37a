import { dollarQuoted } from "../../core/emit/dollar-quote";
import { quoteLiteral, quoteName } from "../../core/emit/identifier";
import type { Check } from "./checks";

/** What both forms of the suite are printed from. */
export interface SuiteParts {
	/** The SQL that makes the role that is played, where the database has none of its own. */
	readonly makeRole: readonly string[];
	readonly role: string;
	/** Statements that put in the rows of three tenants. */
	readonly rows: readonly string[];
	/** Statements that bind a transaction to the first tenant, as the product does. */
	readonly bind: readonly string[];
	readonly checks: readonly Check[];
	/** Tables of tenants that the suite has no rows for. */
	readonly leftOut: readonly string[];
}

/** Runs what the application tries, judges it with all rights, takes everything back. */
const ATTEMPT = `
DECLARE
	shown bigint;
	reached bigint := 0;
	first text;
	statement text;
BEGIN
	BEGIN
		SET LOCAL session_replication_role = replica;
		FOREACH statement IN ARRAY set_up LOOP
			EXECUTE statement;
		END LOOP;
		SET LOCAL session_replication_role = origin;
		IF relation IS NOT NULL THEN
			EXECUTE format('CREATE TEMP TABLE tenancy_theirs AS SELECT tableoid AS of, ctid AS place FROM %s WHERE %s', relation, theirs);
			EXECUTE format('CREATE TEMP TABLE tenancy_own AS SELECT tableoid AS of, ctid AS place FROM %s WHERE %s', relation, own);
			GRANT SELECT ON tenancy_theirs, tenancy_own TO PUBLIC;
		END IF;
		PERFORM pg_temp.tenancy_play(bound);
		IF relation IS NULL THEN
			EXECUTE attempt INTO first;
		ELSE
			EXECUTE attempt;
		END IF;
		GET DIAGNOSTICS shown = ROW_COUNT;
		RESET ROLE;
		IF relation IS NOT NULL THEN
			EXECUTE format('SELECT (SELECT count(*) FROM tenancy_theirs WHERE (of, place) NOT IN (SELECT tableoid, ctid FROM %1$s))'
				' + (SELECT count(*) FROM %1$s WHERE (%2$s) AND (tableoid, ctid) NOT IN (SELECT of, place FROM tenancy_theirs))', relation, theirs) INTO reached;
		END IF;
		RAISE EXCEPTION USING ERRCODE = 'TT001', MESSAGE = coalesce(first, shown || ' rows'), DETAIL = reached::text;
	EXCEPTION
		WHEN SQLSTATE 'TT001' THEN
			GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, first = PG_EXCEPTION_DETAIL;
			touched := first::bigint;
			refused := false;
		WHEN OTHERS THEN
			said := 'refused: ' || SQLERRM;
			touched := 0;
			refused := true;
	END;
END
`;

/**
 * The suite as a script for psql.
 * @param form `plain` needs nothing but PostgreSQL and ends with an error where something failed; `pgtap` needs the extension
 */
export function printSuite(parts: SuiteParts, form: "plain" | "pgtap"): string {
	const { checks } = parts;
	const assert = (passes: string, check: Check, said: string) =>
		form === "pgtap"
			? `ok(${passes}, ${quoteLiteral(check.name)} || ' (' || ${said} || ')')`
			: `pg_temp.tenancy_ok(${passes}, ${quoteLiteral(check.name)} || ' (' || ${said} || ')')`;
	return `${header(parts, form)}
\\set ON_ERROR_STOP on
\\set QUIET on
\\pset format unaligned
\\pset tuples_only on
BEGIN;
SET LOCAL client_min_messages = warning;
${form === "pgtap" ? "CREATE EXTENSION IF NOT EXISTS pgtap;\n" : ""}${statements(parts.makeRole)}
-- Rows of three tenants, whatever triggers would make of them.
SET LOCAL session_replication_role = replica;
${statements(parts.rows)}SET LOCAL session_replication_role = origin;

-- Becomes the application, as it is without a tenant or bound to the first one.
CREATE FUNCTION pg_temp.tenancy_play(bound boolean) RETURNS void LANGUAGE plpgsql AS ${dollarQuoted(`
BEGIN
	SET LOCAL ROLE ${quoteLiteral(parts.role)};
	IF bound THEN
${parts.bind.map((sql) => `\t\t${sql.replace(/^SELECT /, "PERFORM ")};\n`).join("")}		NULL;
	END IF;
END
`)};
CREATE FUNCTION pg_temp.tenancy_attempt(bound boolean, set_up text[], attempt text, relation text, theirs text, own text,
	OUT said text, OUT touched bigint, OUT refused boolean) LANGUAGE plpgsql AS ${dollarQuoted(ATTEMPT)};
${form === "pgtap" ? `SELECT plan(${checks.length});` : PLAIN}

${checks.map((check) => printed(check, assert)).join("\n")}

${form === "pgtap" ? "SELECT * FROM finish();" : "SELECT pg_temp.tenancy_end();"}
ROLLBACK;
`;
}

/** What pgTAP would do: says \`ok\` or \`not ok\`, and fails at the end. */
const PLAIN = `CREATE TEMP TABLE tenancy_results (passed boolean) ON COMMIT DROP;
CREATE FUNCTION pg_temp.tenancy_ok(passed boolean, what text) RETURNS text LANGUAGE sql AS ${dollarQuoted(`
	INSERT INTO pg_temp.tenancy_results VALUES (passed);
	SELECT CASE WHEN passed THEN 'ok ' ELSE 'not ok ' END || what;
`)};
CREATE FUNCTION pg_temp.tenancy_end() RETURNS text LANGUAGE plpgsql AS ${dollarQuoted(`
DECLARE
	failed bigint := (SELECT count(*) FROM pg_temp.tenancy_results WHERE passed IS NOT TRUE);
BEGIN
	IF failed > 0 THEN
		RAISE EXCEPTION '% of % checks failed: a tenant reaches what is another one''s', failed, (SELECT count(*) FROM pg_temp.tenancy_results);
	END IF;
	RETURN 'All checks passed.';
END
`)};`;

function header({ leftOut, role, makeRole }: SuiteParts, form: "plain" | "pgtap"): string {
	const file = form === "pgtap" ? "isolation_pgtap.sql" : "isolation.sql";
	const run =
		form === "pgtap"
			? `It needs pgTAP (https://pgtap.org): pg_prove -d DATABASE ${file}`
			: `psql -d DATABASE -f ${file}: each check says ok or not ok, and psql ends with an error where one failed.`;
	return `-- Written by \`tenancy prove\`: one tenant must not reach what is another one's.
-- ${run}
-- Run it as a superuser in a test database that has the schema and, best, no rows: it puts in rows of three tenants, plays
-- the application's role ${makeRole.length > 0 ? "(one that it makes, as the files name none) " : `${role} `}and takes everything back at the end.
-- It repeats what a script can: \`tenancy prove\` tries more, such as functions, keys that tell, and what a pooler leaves over.${
		leftOut.length === 0 ? "" : `\n-- NOT TESTED, as there are no rows for it: ${leftOut.join(", ")}`
	}`;
}

const statements = (list: readonly string[]) => list.map((sql) => `${sql};\n`).join("");

function printed(check: Check, assert: (passes: string, check: Check, said: string) => string): string {
	const { subject, setUp, expect, as } = check;
	const noted = (which: string) => `(tableoid, ctid) IN (SELECT of, place FROM pg_temp.tenancy_${which})`;
	const sql = check.sql
		.replaceAll("{theirs}", noted("theirs"))
		.replaceAll("{own}", noted("own"))
		.replaceAll("{any}", `${noted("theirs")} OR ${noted("own")}`);
	const call = (before: readonly string[]) =>
		`pg_temp.tenancy_attempt(${as === "tenant"}, ARRAY[${before.map(quoteLiteral).join(", ")}]::text[], ${quoteLiteral(sql)}, ${text(subject ? quoteName(subject.table) : undefined)}, ${text(subject?.whose.theirs)}, ${text(subject?.whose.own)})`;
	if (expect === "same")
		return `SELECT ${assert("a.said = b.said", check, "a.said || ', alone ' || b.said")} FROM ${call(setUp)} AS a, ${call([...setUp, ...check.without])} AS b;`;
	const passes =
		expect === "hidden"
			? "a.refused OR a.said = '0 rows'"
			: expect === "visible"
				? "NOT a.refused AND a.said <> '0 rows'"
				: "a.touched = 0";
	const said = expect === "untouched" ? "a.said || ', of others ' || a.touched" : "a.said";
	return `SELECT ${assert(passes, check, said)} FROM ${call(setUp)} AS a;`;
}

/** A text as SQL, NULL where there is none. */
const text = (value: string | undefined): string => (value === undefined ? "NULL" : quoteLiteral(value));
