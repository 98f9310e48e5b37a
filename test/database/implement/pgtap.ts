import type pg from "pg";

/** The four functions of pgTAP that generated tests use, with what they print: https://pgtap.org/documentation.html */
const STAND_IN = `
CREATE SEQUENCE public.tap_number;
CREATE FUNCTION public.plan(count int) RETURNS text LANGUAGE sql AS $$ SELECT '1..' || count $$;
CREATE FUNCTION public.ok(passed boolean, description text) RETURNS text LANGUAGE sql AS
	$$ SELECT CASE WHEN passed THEN 'ok ' ELSE 'not ok ' END || nextval('public.tap_number') || ' - ' || description $$;
CREATE FUNCTION public.skip(why text, count int) RETURNS text LANGUAGE sql AS
	$$ SELECT string_agg('ok ' || nextval('public.tap_number') || ' # SKIP ' || why, E'\\n') FROM generate_series(1, count) $$;
CREATE FUNCTION public.finish() RETURNS SETOF text LANGUAGE sql AS $$ SELECT NULL::text WHERE false $$;
`;

/**
 * pgTAP is a package of its own (Debian: postgresql-15-pgtap), which the tests' set-up installs where it may. Where it is
 * not there, an extension of four functions stands in, and that is said.
 */
export async function ensurePgTap(client: pg.Client): Promise<void> {
	const { rows } = await client.query("SELECT FROM pg_available_extensions WHERE name = 'pgtap'");
	if (rows.length > 0) return;
	console.warn("pgTAP is not installed: its functions ok, plan, skip and finish are stood in for.");
	await client.query(STAND_IN);
	// So that CREATE EXTENSION IF NOT EXISTS finds it; the test cluster allows it.
	await client.query(
		"INSERT INTO pg_extension SELECT 99999, 'pgtap', 10, 'public'::regnamespace, true, '1.2', NULL, NULL",
	);
}
