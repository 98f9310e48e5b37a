import { expect, it } from "vitest";
import { askedOf } from "../../src/database/fill/asked";
import { analysed } from "./prove";

const TABLE =
	'CREATE TABLE notes (id int PRIMARY KEY, tenant_id uuid, status text, total int, gone timestamptz, "Kind" text); ALTER TABLE notes ENABLE ROW LEVEL SECURITY;';

function asked(sql: string): Record<string, readonly (string | null)[]> {
	return Object.fromEntries(askedOf(analysed(`${TABLE} ${sql}`).model)("public.notes"));
}

it.each([
	["equality", "status = 'open'", { status: ["open"] }],
	["the other way round", "'open'::text = status", { status: ["open"] }],
	["a list", "status IN ('open', 'done')", { status: ["open"] }],
	["quoted names", "notes.\"Kind\" = 'it''s'", { Kind: ["it's"] }],
	["numbers on either side", "total > 100 OR total < 7", { total: ["101", "6"] }],
	["NULL", "gone IS NULL", { gone: [null] }],
	[
		"a tenant by its key",
		"tenant_id = '7c3f0a52-5a3e-4b6e-9f5e-3f1f9d6f0c11'::uuid",
		{ tenant_id: ["7c3f0a52-5a3e-4b6e-9f5e-3f1f9d6f0c11"] },
	],
	["what is only ruled out: any other value will do", "status <> 'draft'", {}],
	["a setting's name is no value", "tenant_id = current_setting('app.tenant_id')::uuid", {}],
])("finds in policies %s", (_, condition, values) => {
	expect(asked(`CREATE POLICY p ON notes USING (${condition});`)).toEqual(values);
});

it("finds it in views and functions that name the table, and in no others", () => {
	expect(asked("CREATE VIEW open_notes AS SELECT id FROM notes WHERE status = 'open';")).toEqual({ status: ["open"] });
	expect(
		asked("CREATE TABLE jobs (status text); CREATE VIEW open_jobs AS SELECT 1 FROM jobs WHERE status = 'open';"),
	).toEqual({});
});
