import { describe, expect, it } from "vitest";
import { findingsIn } from "./checked";

/** A role that people may write into their own row, by which policies open the rows of all tenants. */

const PRODUCT = `CREATE TABLE people (id uuid PRIMARY KEY REFERENCES auth.users, name text, role text NOT NULL DEFAULT 'guest', changed timestamptz, club_id uuid);
CREATE TABLE bookings (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users, club_id uuid, people int);
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
ALTER TABLE bookings ENABLE ROW LEVEL SECURITY;
CREATE POLICY bookings_own ON bookings USING (user_id = auth.uid());
CREATE POLICY people_read ON people FOR SELECT USING (id = auth.uid());
`;
const STAFF = "EXISTS (SELECT 1 FROM people WHERE id = auth.uid() AND role = 'admin')";
const staff = (condition = STAFF) => `CREATE POLICY bookings_staff ON bookings FOR SELECT USING (${condition});\n`;
const writes = (rest: string) => `CREATE POLICY people_write ON people ${rest};\n`;
const OWN = writes("FOR UPDATE USING (id = auth.uid())");

async function told(sql: string): Promise<string[]> {
	return (await findingsIn(PRODUCT + sql))
		.filter(({ rule }) => rule === "policy-role-editable")
		.map(({ table }) => table ?? "");
}

const trigger = (body: string, timing = "BEFORE") => `
CREATE FUNCTION seen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} END $$;
CREATE TRIGGER seen ${timing} UPDATE ON people FOR EACH ROW EXECUTE FUNCTION seen();\n`;

describe("a role in one's own row", () => {
	it("says where it may be written and what goes by it", async () => {
		const found = (await findingsIn(PRODUCT + staff() + OWN)).filter(({ rule }) => rule === "policy-role-editable");
		expect(found.map(({ message }) => message)).toEqual([
			"Policy people_write lets people change their own row of people with any role in it, and by people.role policy bookings_staff of bookings opens every tenant's rows: whoever is signed in makes themselves an administrator.",
		]);
	});

	it.each([
		["FOR UPDATE USING (id = auth.uid()) WITH CHECK (id = auth.uid())", STAFF],
		["FOR UPDATE USING (id = auth.uid()) WITH CHECK (true)", STAFF],
		["FOR ALL USING (id = (SELECT auth.uid()) AND name <> '')", STAFF],
		["FOR UPDATE USING (id = auth.uid() OR is_staff())", STAFF],
		["FOR UPDATE USING (id = auth.uid())", "is_staff()"],
		["FOR UPDATE USING (id = auth.uid())", "user_id = auth.uid() OR is_staff()"],
		["FOR UPDATE USING (id = auth.uid())", "(SELECT role FROM people WHERE id = auth.uid()) = 'admin'"],
	])("is told of: %s, %s", async (rest, condition) => {
		const helpers = `CREATE FUNCTION my_role() RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT role FROM people WHERE id = auth.uid()';
CREATE FUNCTION is_staff() RETURNS boolean LANGUAGE sql AS 'SELECT my_role() = ''admin''';\n`;
		expect(await told(helpers + staff(condition) + writes(rest))).toEqual(["public.people"]);
	});

	it("is told of, too, where a trigger only keeps the time or the record of a change", async () => {
		expect(await told(staff() + OWN + trigger("NEW.changed := now(); RETURN NEW;"))).toEqual(["public.people"]);
		const record = "INSERT INTO record VALUES (OLD.role, NEW.role); RETURN NULL;";
		expect(await told(staff() + OWN + trigger(record, "AFTER"))).toEqual(["public.people"]);
	});

	it.each([
		writes("FOR UPDATE USING (id = auth.uid()) WITH CHECK (id = auth.uid() AND role = 'guest')"),
		writes("FOR UPDATE USING (id = auth.uid() AND is_staff())"),
		writes("FOR INSERT WITH CHECK (id = auth.uid())"),
		writes("FOR UPDATE TO service_role USING (id = auth.uid())"),
		`${OWN}CREATE POLICY keeps ON people AS RESTRICTIVE FOR UPDATE USING (true) WITH CHECK (role = 'guest');`,
		OWN + trigger("IF NEW.role <> OLD.role THEN NEW.role := OLD.role; END IF; RETURN NEW;"),
		OWN + trigger("IF NOT may_write() THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW;"),
		`${OWN}CREATE TRIGGER other BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION made_elsewhere();`,
	])("is nobody's to give themselves: %s", async (sql) => {
		expect(await told(staff() + sql)).toEqual([]);
	});

	it("opens nothing where policies ask for more than the role", async () => {
		for (const condition of [
			`user_id = auth.uid() AND ${STAFF}`,
			"EXISTS (SELECT FROM people p WHERE p.id = auth.uid() AND p.role = 'coach' AND p.club_id = bookings.club_id)",
			"club_id IN (SELECT club_id FROM people WHERE id = auth.uid() AND role = 'coach')",
		])
			expect(await told(staff(condition) + OWN)).toEqual([]);
	});

	it("may be added where people are listed with their roles", async () => {
		const roles = `CREATE TABLE person_roles (user_id uuid NOT NULL REFERENCES auth.users, role text NOT NULL, PRIMARY KEY (user_id, role));
ALTER TABLE person_roles ENABLE ROW LEVEL SECURITY;
CREATE POLICY adds ON person_roles FOR INSERT WITH CHECK (user_id = auth.uid());\n`;
		const condition = "EXISTS (SELECT FROM person_roles r WHERE r.user_id = auth.uid() AND r.role = 'admin')";
		expect(await told(roles + staff(condition))).toEqual(["public.person_roles"]);
	});
});
