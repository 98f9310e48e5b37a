import { expect, it } from "vitest";
import { asksWho } from "../../../src/core/rules/base/asks-who";

it.each([
	"SELECT * FROM orders WHERE owner = auth.uid()",
	"SELECT * FROM orders WHERE owner = (SELECT auth.uid())",
	"SELECT * FROM orders WHERE tenant_id = current_setting('app.tenant_id')::uuid",
	"DECLARE caller uuid := auth.uid(); BEGIN IF caller IS NULL THEN RAISE EXCEPTION 'no'; END IF; RETURN QUERY SELECT * FROM orders WHERE owner = caller; END",
	"DECLARE caller uuid; BEGIN caller := auth.uid(); PERFORM is_member(caller); END",
	"BEGIN IF auth.uid() IS NULL OR NOT EXISTS (SELECT FROM members WHERE user_id = auth.uid()) THEN RAISE EXCEPTION 'no'; END IF; END",
	"BEGIN SELECT id INTO own FROM profiles WHERE user_id = auth.uid(); RETURN own; END",
	"BEGIN IF auth.role() <> 'service_role' THEN RAISE EXCEPTION 'no'; END IF; END",
	"BEGIN IF auth.jwt() ->> 'role' = 'admin' THEN RETURN 1; END IF; END",
	"DECLARE who uuid := COALESCE(p_who, auth.uid()); BEGIN IF who <> auth.uid() AND NOT is_staff() THEN RAISE EXCEPTION 'no'; END IF; END",
])("asks who calls: %s", (text) => {
	expect(asksWho(text)).toBe(true);
});

it.each([
	"SELECT * FROM orders",
	"-- auth.uid() is not asked here\nSELECT * FROM orders",
	"/* auth.uid() */ SELECT * FROM orders",
	"BEGIN IF auth.uid() IS NULL THEN RAISE EXCEPTION 'no'; END IF; RETURN QUERY SELECT * FROM orders WHERE tenant_id = $1; END",
	"SELECT * FROM orders WHERE (SELECT auth.uid()) IS NOT NULL",
	"BEGIN IF auth.role() <> 'authenticated' THEN RAISE EXCEPTION 'no'; END IF; RETURN QUERY SELECT * FROM orders; END",
	"DECLARE caller uuid := auth.uid(); BEGIN IF caller IS NULL THEN RAISE EXCEPTION 'no'; END IF; RETURN QUERY SELECT * FROM orders; END",
	"DECLARE who uuid := COALESCE(p_who, auth.uid()); BEGIN RETURN QUERY SELECT * FROM orders WHERE owner = who; END",
	"SELECT * FROM orders WHERE owner = coalesce(p_who, (SELECT auth.uid()))",
])("asks no more than for a login: %s", (text) => {
	expect(asksWho(text)).toBe(false);
});
