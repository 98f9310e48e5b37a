import { describe, expect, it } from "vitest";
import { PRODUCT } from "../../../src/core/rules/base/examples";
import { findingsIn } from "./checked";

/** People with a role of their own, and reports that whoever has it reads. */
const product = (own: string, asks: string, more = "") => `${PRODUCT}
	CREATE TABLE people (id uuid PRIMARY KEY, role text, nick text);
	CREATE TABLE reports (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
	ALTER TABLE people ENABLE ROW LEVEL SECURITY; ALTER TABLE reports ENABLE ROW LEVEL SECURITY;
	GRANT SELECT, UPDATE ON people, reports TO app_user; ${more}
	CREATE FUNCTION my_role() RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT role FROM public.people WHERE id = auth.uid()';
	CREATE FUNCTION is_keeper() RETURNS boolean LANGUAGE sql AS $$ SELECT my_role() = 'keeper' $$;
	CREATE POLICY own ON people ${own};
	CREATE POLICY of_tenant ON reports USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid));
	CREATE POLICY kept ON reports FOR SELECT USING (${asks});
`;
const OWN = "FOR UPDATE USING (id = auth.uid())";
const trigger = (body: string) => `
	CREATE FUNCTION before_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} RETURN NEW; END $$;
	CREATE TRIGGER before_change BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION before_change();`;

const told = async (sql: string) =>
	(await findingsIn(sql)).filter(({ rule }) => rule === "policy-role-editable").map(({ message }) => message);

describe("a role by which policies open all tenants", () => {
	it.each([
		["my_role() = 'keeper'", OWN],
		["is_keeper()", "USING (id = auth.uid() OR is_keeper())"],
		["EXISTS (SELECT FROM people WHERE id = auth.uid() AND role = 'keeper')", "USING (auth.uid() = id)"],
		["reports.tenant_id IS NULL OR (SELECT p.role FROM people p WHERE p.id = auth.uid()) IN ('keeper')", OWN],
	])("is told of where people may write it themselves: %s, %s", async (asks, own) => {
		expect(await told(product(own, asks, trigger("NEW.nick := lower(NEW.nick);")))).toEqual([
			"Policy own lets people change their own people.role, by which kept of reports opens the rows of all tenants.",
		]);
	});

	it.each([
		["the row's tenant is asked for, too", OWN, "is_keeper() AND tenant_id = auth.uid()", ""],
		["WITH CHECK looks at the role", `${OWN} WITH CHECK (id = auth.uid() AND role = my_role())`, "is_keeper()", ""],
		["a trigger looks at it", OWN, "is_keeper()", trigger("NEW.role := OLD.role;")],
		[
			"the column can't be written",
			OWN,
			"is_keeper()",
			"REVOKE UPDATE ON people FROM app_user; GRANT UPDATE (nick) ON people TO app_user;",
		],
		["people only read their own row", "FOR SELECT USING (id = auth.uid())", "is_keeper()", ""],
		[
			"something else is asked of them",
			OWN,
			"EXISTS (SELECT FROM people WHERE id = auth.uid() AND nick = 'keeper')",
			"",
		],
	])("is right where %s", async (_, own, asks, more) => {
		expect(await told(product(own, asks, more))).toEqual([]);
	});
});
