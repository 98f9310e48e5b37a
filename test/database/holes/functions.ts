import { type Hole, instead } from "./hole";
import { NOTES, OF_TENANT, secured } from "./shop";

const UNFORCED = instead(NOTES, "ALTER TABLE notes FORCE ROW LEVEL SECURITY;\n", "");
const FIXED = "SET search_path = pg_catalog, public";

/** A function of the product, called by the application. */
function withFunction(signature: string, returns: string, language: string, security: string, body: string): string {
	return `${UNFORCED}CREATE FUNCTION ${signature} RETURNS ${returns} LANGUAGE ${language} ${security} AS $$ ${body} $$;\n`;
}

const IN_OWN = OF_TENANT.replace("tenant_id", "notes.tenant_id");

function hole(
	name: string,
	[signature, returns, language, body]: readonly [signature: string, returns: string, language: string, body: string],
	sound: string,
	rule = "function-security-definer",
): Hole {
	const called = signature.slice(0, signature.indexOf("("));
	return {
		name,
		leaks: [["function", `public.${called}`]],
		rule,
		sound: withFunction(signature, returns, language, `SECURITY DEFINER ${FIXED}`, sound),
		bad: withFunction(signature, returns, language, `SECURITY DEFINER ${FIXED}`, body),
	};
}

/** Functions, procedures and triggers that go around policies. */
export const FUNCTIONS: readonly Hole[] = [
	hole(
		"a function with its owner's rights shows any row by its key",
		["note_by_id(note_id uuid)", "SETOF notes", "sql", "SELECT * FROM notes WHERE id = note_id"],
		`SELECT * FROM notes WHERE id = note_id AND ${IN_OWN}`,
	),
	hole(
		"a function with its owner's rights takes the tenant from whoever calls",
		["notes_of(p_tenant_id uuid)", "SETOF notes", "sql", "SELECT * FROM notes WHERE tenant_id = p_tenant_id"],
		`SELECT * FROM notes WHERE tenant_id = p_tenant_id AND ${IN_OWN}`,
	),
	hole(
		"a function counts the rows of all",
		["note_count()", "bigint", "sql", "SELECT count(*) FROM notes"],
		`SELECT count(*) FROM notes WHERE ${IN_OWN}`,
	),
	hole(
		"PL/pgSQL returns a table of all tenants' rows",
		[
			"search_notes(term text)",
			"TABLE (note uuid, found text)",
			"plpgsql",
			"BEGIN RETURN QUERY SELECT id, title FROM notes WHERE title LIKE '%' || term || '%'; END",
		],
		`BEGIN RETURN QUERY SELECT id, title FROM notes WHERE title LIKE '%' || term || '%' AND ${IN_OWN}; END`,
	),
	hole(
		"a function renames any note",
		[
			"rename_note(note_id uuid, new_title text)",
			"void",
			"sql",
			"UPDATE notes SET title = new_title WHERE id = note_id",
		],
		`UPDATE notes SET title = new_title WHERE id = note_id AND ${IN_OWN}`,
	),
	hole(
		"SQL that is put together within a function",
		[
			"note_titles(filter text)",
			"SETOF text",
			"plpgsql",
			"BEGIN RETURN QUERY EXECUTE format('SELECT title FROM public.notes WHERE title <> %L', filter); END",
		],
		`BEGIN RETURN QUERY EXECUTE format('SELECT title FROM public.notes WHERE title <> %L AND tenant_id = current_setting(''app.tenant_id'')::uuid', filter); END`,
	),
	{
		name: "a procedure empties any tenant",
		leaks: [["function", "public.clear_notes"]],
		rule: "function-security-definer",
		sound: `${UNFORCED}CREATE PROCEDURE clear_notes(p_tenant_id uuid) LANGUAGE sql SECURITY DEFINER ${FIXED} AS $$ DELETE FROM notes WHERE tenant_id = p_tenant_id AND ${IN_OWN} $$;\n`,
		bad: `${UNFORCED}CREATE PROCEDURE clear_notes(p_tenant_id uuid) LANGUAGE sql SECURITY DEFINER ${FIXED} AS $$ DELETE FROM notes WHERE tenant_id = p_tenant_id $$;\n`,
	},
	{
		name: "a function for the staff that everybody may call",
		leaks: [["function", "public.all_notes"]],
		rule: "function-security-definer",
		sound: staff("REVOKE EXECUTE ON FUNCTION all_notes() FROM PUBLIC;\n"),
		bad: staff(""),
	},
	{
		name: "a function with its owner's rights looks names up where the caller says",
		leaks: [["search-path", "public.my_notes"]],
		rule: "function-search-path",
		sound: membership("SET search_path = pg_catalog, public, pg_temp"),
		bad: membership(""),
	},
	{
		name: "pg_temp comes first, as the path doesn't name it",
		leaks: [["search-path", "public.my_notes"]],
		rule: "function-search-path",
		sound: membership("SET search_path = pg_catalog, public, pg_temp"),
		bad: membership("SET search_path = public"),
	},
	{
		name: "a function that tells what it sees is marked LEAKPROOF",
		leaks: [["leaky-predicate", "public.notes"]],
		rule: "function-leakproof",
		sound: leakproof(""),
		bad: leakproof("LEAKPROOF"),
	},
	{
		name: "a trigger copies rows to where no policy is",
		leaks: [["read", "public.note_log"]],
		rule: "rls-disabled",
		sound: logged(secured("note_log")),
		bad: logged("GRANT SELECT ON note_log TO app;\n"),
	},
	{
		name: "a function leaves the tenant in the session",
		leaks: [["session-bleed", "public.enter"]],
		rule: "function-session-setting",
		sound: entering("true"),
		bad: entering("false"),
	},
];

function entering(isLocal: string): string {
	return `${NOTES}CREATE FUNCTION enter(tenant uuid) RETURNS void LANGUAGE sql AS $$ SELECT set_config('app.tenant_id', tenant::text, ${isLocal}) $$;\n`;
}

function staff(revoke: string): string {
	return `${UNFORCED}CREATE FUNCTION all_notes() RETURNS SETOF notes LANGUAGE sql STABLE SECURITY DEFINER ${FIXED} AS $$ SELECT * FROM notes $$;\n${revoke}`;
}

/** Notes of the tenants that a member belongs to, as a table of the product says: whoever puts another in its place belongs to any. */
function membership(path: string): string {
	return `${UNFORCED}CREATE TABLE members (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants);
CREATE INDEX members_tenant_idx ON members (tenant_id);
${instead(secured("members"), "ALTER TABLE members FORCE ROW LEVEL SECURITY;\n", "")}CREATE FUNCTION my_notes() RETURNS SETOF notes LANGUAGE sql STABLE SECURITY DEFINER ${path} AS $$
	SELECT notes.* FROM public.notes JOIN members USING (tenant_id) WHERE members.id = current_setting('app.member_id')::uuid
$$;
`;
}

/** Its error tells the value that it was given. */
function leakproof(mark: string): string {
	return `${NOTES}CREATE FUNCTION number_in(value text) RETURNS int LANGUAGE plpgsql IMMUTABLE ${mark} COST 0.0001 AS $$ BEGIN RETURN value::int; END $$;
`;
}

function logged(protection: string): string {
	return `${NOTES}CREATE TABLE note_log (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, title text NOT NULL DEFAULT '');
CREATE INDEX note_log_tenant_idx ON note_log (tenant_id);
${protection}CREATE FUNCTION log_note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER ${FIXED} AS $$
BEGIN
	INSERT INTO note_log (tenant_id, title) VALUES (NEW.tenant_id, NEW.title);
	RETURN NEW;
END $$;
CREATE TRIGGER log_note AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION log_note();
`;
}
