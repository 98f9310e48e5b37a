import { type Hole, instead } from "./hole";
import { NOTES, OF_TENANT, secured, TENANTS } from "./shop";

const INVOKER = "WITH (security_invoker = true)";

function view(options: string, more = ""): string {
	return `CREATE ROLE owner BYPASSRLS;\n${NOTES}CREATE VIEW note_list ${options} AS SELECT id, tenant_id, title, is_public FROM notes;
ALTER VIEW note_list OWNER TO owner;
GRANT SELECT ON notes TO owner;
GRANT SELECT ON note_list TO app;
${more}`;
}

/** A view of an owner whom no policy binds, that asks for the tenant by itself. */
function ownView(condition: string, { options = "", ending = "", grants = "SELECT" } = {}): string {
	return `CREATE ROLE owner BYPASSRLS;\n${NOTES}CREATE VIEW note_list ${options} AS SELECT id, tenant_id, title, is_public FROM notes WHERE ${condition} ${ending};
ALTER VIEW note_list OWNER TO owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO owner;
GRANT ${grants} ON note_list TO app;
`;
}

function unforced(text: string): string {
	return instead(text, "ALTER TABLE notes FORCE ROW LEVEL SECURITY;\n", "");
}

function materialized(grant: string): string {
	return `${unforced(NOTES)}CREATE MATERIALIZED VIEW note_counts AS SELECT tenant_id, count(*) AS notes FROM notes GROUP BY tenant_id;\n${grant}`;
}

/** Views that show, or let through, more than the tenant's rows. */
export const VIEWS: readonly Hole[] = [
	{
		name: "a view with the rights of an owner whom no policy binds",
		leaks: [["view", "public.note_list"]],
		rule: "view-not-invoker",
		sound: view(INVOKER),
		bad: view(""),
	},
	{
		name: "a view of a table that doesn't bind its owner",
		leaks: [["view", "public.note_list"]],
		rule: "view-not-invoker",
		sound: `${NOTES}CREATE VIEW note_list ${INVOKER} AS SELECT id, title FROM notes;\nGRANT SELECT ON note_list TO app;\n`,
		bad: unforced(`${NOTES}CREATE VIEW note_list AS SELECT id, title FROM notes;\nGRANT SELECT ON note_list TO app;\n`),
	},
	{
		name: "security_invoker over a view without it",
		leaks: [["view", "public.titles"]],
		rule: "view-not-invoker",
		sound: view(
			INVOKER,
			`CREATE VIEW titles ${INVOKER} AS SELECT title FROM note_list;\nGRANT SELECT ON titles TO app;\n`,
		),
		bad: view("", `CREATE VIEW titles ${INVOKER} AS SELECT title FROM note_list;\nGRANT SELECT ON titles TO app;\n`),
	},
	{
		name: "security_invoker taken back",
		leaks: [["view", "public.note_list"]],
		rule: "view-not-invoker",
		sound: view(INVOKER),
		bad: view(INVOKER, "ALTER VIEW note_list RESET (security_invoker);\n"),
	},
	{
		name: "a view that counts the rows of all",
		leaks: [["view", "public.totals"]],
		rule: "view-not-invoker",
		sound: unforced(
			`${NOTES}CREATE VIEW totals ${INVOKER} AS SELECT count(*) AS notes FROM notes;\nGRANT SELECT ON totals TO app;\n`,
		),
		bad: unforced(
			`${NOTES}CREATE VIEW totals AS SELECT count(*) AS notes FROM notes;\nGRANT SELECT ON totals TO app;\n`,
		),
	},
	{
		name: "a view over a function with its owner's rights",
		leaks: [["view", "public.note_list"]],
		rule: "view-definer-call",
		sound: overFunction("SECURITY INVOKER"),
		bad: overFunction("SECURITY DEFINER"),
	},
	{
		name: "a view that asks for the tenant and isn't a barrier",
		leaks: [["leaky-predicate", "public.note_list"]],
		rule: "view-not-invoker",
		sound: ownView(OF_TENANT, { options: "WITH (security_barrier = true)" }),
		bad: ownView(OF_TENANT),
	},
	{
		name: "a view that asks for the tenant and lets any row be written",
		leaks: [["view", "public.note_list"]],
		rule: "view-not-invoker",
		sound: ownView(OF_TENANT, {
			options: "WITH (security_barrier = true)",
			ending: "WITH CHECK OPTION",
			grants: "SELECT, INSERT, UPDATE, DELETE",
		}),
		bad: ownView(OF_TENANT, {
			options: "WITH (security_barrier = true)",
			grants: "SELECT, INSERT, UPDATE, DELETE",
		}),
	},
	{
		name: "a view that shows what is public, of all tenants",
		leaks: [["view", "public.note_list"]],
		rule: "view-not-invoker",
		sound: ownView(`${OF_TENANT} AND is_public`, { options: "WITH (security_barrier = true)" }),
		bad: ownView("is_public", { options: "WITH (security_barrier = true)" }),
	},
	{
		name: "a materialized view of all tenants' rows",
		leaks: [["materialized-view", "public.note_counts"]],
		rule: "matview-exposes",
		sound: materialized(""),
		bad: materialized("GRANT SELECT ON note_counts TO app;\n"),
	},
	{
		name: "a materialized view behind a plain view",
		leaks: [["view", "public.my_counts"]],
		rule: "matview-exposes",
		sound: materialized(behind(` WHERE ${OF_TENANT}`)),
		bad: materialized(behind("")),
	},
	{
		name: "a rule of the rewriter writes around the policies",
		leaks: [["view", "public.note_list"]],
		rule: "view-not-invoker",
		sound: ruled(INVOKER),
		bad: ruled(""),
	},
];

function behind(condition: string): string {
	return `CREATE VIEW my_counts WITH (security_barrier = true) AS SELECT tenant_id, notes FROM note_counts${condition};
GRANT SELECT ON my_counts TO app;
`;
}

function overFunction(security: string): string {
	return unforced(`${NOTES}CREATE FUNCTION all_notes() RETURNS SETOF notes LANGUAGE sql STABLE ${security} SET search_path = public AS 'SELECT * FROM notes';
CREATE VIEW note_list ${INVOKER} AS SELECT id, title FROM all_notes();
GRANT SELECT ON note_list TO app;
`);
}

/** Deleting from the view marks the row: the rule's owner, not the caller, needs the right, and whose policies hold follows it. */
function ruled(options: string): string {
	return `${TENANTS}CREATE TABLE notes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, title text NOT NULL DEFAULT '', gone boolean NOT NULL DEFAULT false);
CREATE INDEX notes_tenant_idx ON notes (tenant_id);
${instead(secured("notes"), "ALTER TABLE notes FORCE ROW LEVEL SECURITY;\n", "")}CREATE VIEW note_list ${options} AS SELECT id, title FROM notes;
CREATE RULE note_list_delete AS ON DELETE TO note_list DO INSTEAD UPDATE notes SET gone = true WHERE id = OLD.id;
GRANT SELECT, DELETE ON note_list TO app;
`;
}
