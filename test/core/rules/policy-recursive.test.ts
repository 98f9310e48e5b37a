import { describe, expect, it } from "vitest";
import { findingsIn } from "./checked";

const CALLER = "(SELECT current_setting('app.user_id')::uuid)";

/** Rooms with guests, of which policies say who sees them. */
const product = (guests: string, rooms: string, more = "") => `
	CREATE TABLE tenants (id uuid PRIMARY KEY);
	CREATE TABLE rooms (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
	CREATE TABLE guests (room_id uuid NOT NULL REFERENCES rooms, user_id uuid NOT NULL, PRIMARY KEY (room_id, user_id));
	ALTER TABLE rooms ENABLE ROW LEVEL SECURITY;
	ALTER TABLE guests ENABLE ROW LEVEL SECURITY;
	${more}
	CREATE POLICY rooms_read ON rooms ${rooms};
	CREATE POLICY guests_read ON guests ${guests};
`;
const OF_GUESTS = `id IN (SELECT g.room_id FROM guests g WHERE g.user_id = ${CALLER})`;
const OF_ROOMS = "EXISTS (SELECT FROM rooms r WHERE r.id = guests.room_id)";

const told = async (sql: string) =>
	(await findingsIn(sql))
		.filter(({ rule }) => rule === "policy-recursive")
		.map(({ table, message }) => [table, message]);

describe("policies that read each other's tables", () => {
	it("are told of at each table, with the way", async () => {
		expect(await told(product(`USING (${OF_ROOMS})`, `FOR SELECT USING (${OF_GUESTS})`))).toEqual([
			["public.rooms", expect.stringContaining("Policy rooms_read reads rooms itself over guests, so")],
			["public.guests", expect.stringContaining("Policy guests_read reads guests itself over rooms, so")],
		]);
	});

	it("are told of at the one table that they read again, not at what leads there", async () => {
		const again = "FOR SELECT USING (room_id IN (SELECT g.room_id FROM guests g))";
		const found = await told(product(again, `FOR SELECT USING (${OF_GUESTS})`));
		expect(found.map(([table]) => table)).toEqual(["public.guests"]);
	});

	it.each([
		["a function with its owner's rights reads the other", "USING (sees(room_id))", `USING (${OF_GUESTS})`],
		[
			"only WITH CHECK reads the other, and nothing reads it with a subquery",
			`USING (user_id = current_setting('app.user_id')::uuid) WITH CHECK (${OF_ROOMS})`,
			`USING (${OF_GUESTS})`,
		],
		[
			"the one that reads the other is for writing, and nothing reads it with a subquery",
			`FOR UPDATE USING (${OF_ROOMS})`,
			`USING (${OF_GUESTS})`,
		],
		["one is for the product's service", `TO service_role USING (${OF_ROOMS})`, `USING (${OF_GUESTS})`],
	])("are right where %s", async (_, guests, rooms) => {
		const more =
			"CREATE ROLE service_role BYPASSRLS; CREATE FUNCTION sees(uuid) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public AS 'SELECT EXISTS (SELECT FROM rooms WHERE id = $1)';";
		expect(await told(product(guests, rooms, more))).toEqual([]);
	});

	it("are right where row-level security of one is off", async () => {
		const off = product(`USING (${OF_ROOMS})`, `USING (${OF_GUESTS})`).replace(
			"ALTER TABLE rooms ENABLE",
			"ALTER TABLE rooms DISABLE",
		);
		expect(await told(off)).toEqual([]);
	});

	it("are told of for writing where a policy for reading has a subquery, be it around a call alone", async () => {
		const writes = (reading: string) =>
			product(
				`FOR DELETE USING (${OF_ROOMS})`,
				`USING (${OF_GUESTS})`,
				`CREATE POLICY self ON guests FOR SELECT USING (${reading});`,
			);
		expect(await told(writes(`user_id = ${CALLER}`))).toEqual([
			[
				"public.guests",
				expect.stringContaining("reads guests itself over rooms, so PostgreSQL refuses every DELETE of guests"),
			],
		]);
		expect(await told(writes("user_id = current_setting('app.user_id')::uuid"))).toEqual([]);
	});

	it("are not made by wrapping a call", async () => {
		const plain = (writing: string) =>
			findingsIn(`${product(`FOR DELETE USING (${writing})`, "USING (true)")}
			CREATE POLICY self ON guests FOR SELECT USING (user_id = current_setting('app.user_id')::uuid);`);
		const fixes = async (writing: string) =>
			(await plain(writing))
				.filter(({ rule, message }) => rule === "policy-per-row-call" && message.includes("self"))
				.map(({ remedies }) => remedies().length);
		expect(await fixes("EXISTS (SELECT FROM guests g WHERE g.room_id = guests.room_id)")).toEqual([0]);
		expect(await fixes("false")).toEqual([1]);
	});
});
