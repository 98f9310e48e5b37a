import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Proof } from "../../src/core/prove/proof";
import { type Cluster, startCluster } from "./cluster";
import { ensurePgTap } from "./implement/pgtap";
import { analysed, exampleDatabases, proved, resultsOf } from "./prove";

/** Proving as a whole: the same verdicts embedded and on a server. */

let cluster: Cluster;
beforeAll(async () => {
	cluster = await startCluster();
});
afterAll(() => cluster?.stop());

const proofs = new Map<string, Promise<Proof>>();
/** The proof of an example, made once on each engine. */
function exampleProof(name: string, url: string | undefined): Promise<Proof> {
	const key = JSON.stringify([name, url]);
	const proof = proofs.get(key) ?? proved(exampleDatabases(name)[0] as never, { url });
	proofs.set(key, proof);
	return proof;
}
/** On the server, which is quicker to start than the embedded PostgreSQL. */
const onServer = (sql: string, options: Parameters<typeof proved>[1] = {}) =>
	proved(analysed(sql), { ...options, url: cluster.url });

const ROOT = "CREATE TABLE orgs (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);";
const ORDERS =
	"CREATE TABLE orders (id bigserial PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, total int NOT NULL);";
const GRANTS =
	"CREATE ROLE shop_app; GRANT USAGE ON SCHEMA public TO shop_app; GRANT SELECT, INSERT, UPDATE, DELETE ON orgs, orders TO shop_app;";
const policy = (table: string, condition: string) => `
	ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY; ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
	CREATE POLICY own ON ${table} USING (${condition});`;
const setting = "(SELECT current_setting('app.org')::uuid)";
const PROTECTED = `${ROOT} ${ORDERS} ${policy("orgs", `id = ${setting}`)} ${policy("orders", `org_id = ${setting}`)}`;
/** A product that holds. */
const SHOP = `${PROTECTED} ${GRANTS}`;

describe.each([
	["embedded", (): string | undefined => undefined],
	["on PostgreSQL 15", (): string | undefined => cluster.url],
] as const)("%s", (_, url: () => string | undefined) => {
	it("the sound example holds", async () => {
		const proof = await exampleProof("sound", url());
		expect(proof.attacks.filter(({ result }) => result === "leaked")).toEqual([]);
		expect(proof).toMatchObject({ version: 1, verdict: "held", notApplied: [] });
		expect(proof.filled).toBe(proof.tables);
		expect(proof.engine).toMatch(url() === undefined ? /^PostgreSQL 18\.\d+ \(PGlite\)$/ : /^PostgreSQL \d+\.\d+$/);
	}, 120_000);

	it("the leaky example leaks, with a rule and SQL for each leak", async () => {
		const { verdict, attacks } = await exampleProof("leaky", url());
		expect(verdict).toBe("leaked");
		for (const { result, evidence } of attacks)
			if (result === "leaked") expect(evidence).toMatch(/SET LOCAL ROLE|SET ROLE/);
	}, 120_000);

	it("one table without row-level security is a leak, and the other one holds", async () => {
		const database = analysed(
			`${ROOT} ${ORDERS} CREATE TABLE notes (id int PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, body text); ${GRANTS}
			GRANT SELECT ON notes TO shop_app; ${policy("orgs", `id = ${setting}`)} ${policy("orders", `org_id = ${setting}`)}`,
		);
		const { verdict, attacks } = await proved(database, { url: url() });
		const read = (table: string) => attacks.find((each) => each.table === table && each.attack === "read")?.result;
		expect([verdict, read("public.orders"), read("public.notes")]).toEqual(["leaked", "held", "leaked"]);
	}, 120_000);
});

describe("both engines agree", () => {
	it.each(["sound", "leaky"])(
		"on %s",
		async (name) => {
			const embedded = await exampleProof(name, undefined);
			const server = await exampleProof(name, cluster.url);
			expect(resultsOf(server)).toEqual(resultsOf(embedded));
		},
		240_000,
	);
});

describe("what can't be told is not held", () => {
	it("a product with one tenant: there is nothing to prove", async () => {
		const proof = await onServer("CREATE TABLE notes (id int PRIMARY KEY, body text);");
		expect(proof).toMatchObject({ verdict: "inconclusive", attacks: [] });
		expect(proof.undecided).toEqual([expect.stringMatching(/one tenant/)]);
	}, 60_000);

	it("a session that sees not even its own rows holds nothing", async () => {
		const { verdict, attacks } = await onServer(
			`${ROOT} ${ORDERS} ${GRANTS} ${policy("orgs", `id = ${setting}`)}
			${policy("orders", `org_id = ${setting} AND current_setting('app.plan', true) LIKE 'gold%'`)}`,
		);
		const read = attacks.find(({ table, attack }) => table === "public.orders" && attack === "read");
		expect(read).toMatchObject({ result: "untested", why: expect.stringMatching(/\bown\b/) });
		expect(verdict).not.toBe("leaked");
	}, 60_000);

	it("a table that can't be filled makes the whole inconclusive", async () => {
		const { verdict, attacks, tables, filled } = await onServer(
			`${ROOT} ${ORDERS} ${GRANTS} ${policy("orgs", `id = ${setting}`)} ${policy("orders", `org_id = ${setting}`)}
			CREATE TABLE riddles (id int PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, answer text NOT NULL CHECK (md5(answer) = 'no'));
			${policy("riddles", `org_id = ${setting}`)} GRANT SELECT ON riddles TO shop_app;`,
		);
		expect([verdict, tables, filled]).toEqual(["inconclusive", 3, 2]);
		const riddles = attacks.filter(({ table }) => table === "public.riddles");
		expect(riddles.map(({ result }) => result)).not.toContain("held");
		expect(riddles[0]?.why).toMatch(/riddles_answer_check/);
	}, 60_000);

	const results = ({ attacks }: Proof, table: string) =>
		new Set(attacks.filter((each) => each.table === table).map(({ result }) => result));

	it("rows name their tenant where no foreign key makes them", async () => {
		const { attacks, verdict } = await onServer(
			`CREATE TABLE logs (id bigserial PRIMARY KEY, org_id uuid NOT NULL, line text); ${SHOP} GRANT SELECT ON logs TO shop_app;`,
		);
		expect(verdict).toBe("leaked");
		expect(attacks).toContainEqual(expect.objectContaining({ table: "public.logs", attack: "read", result: "leaked" }));
	}, 60_000);

	it("tenants whose key is of bytes are told apart", async () => {
		const table = (name: string) =>
			`CREATE TABLE ${name} (tenant_id bytea NOT NULL, id int NOT NULL, PRIMARY KEY (tenant_id, id));`;
		const { attacks } = await onServer(["runs", "timers", "signals"].map(table).join(" "));
		expect(attacks.find((each) => each.table === "public.runs" && each.attack === "read")?.result).toBe("leaked");
	}, 120_000);

	it("tables whose columns come out of a document, or have PostgreSQL's own types, are filled", async () => {
		const { tables, filled, verdict } = await onServer(
			`${SHOP} CREATE TABLE flows (value jsonb NOT NULL, id text PRIMARY KEY GENERATED ALWAYS AS (value ->> 'id') STORED,
				org_id uuid NOT NULL GENERATED ALWAYS AS ((value #>> '{owner,org}')::uuid) STORED, deleted boolean NOT NULL GENERATED ALWAYS AS ((value ->> 'deleted')::boolean) STORED,
				at xid8 NOT NULL UNIQUE, seen pg_snapshot NOT NULL, place pg_lsn NOT NULL);
			GRANT SELECT ON flows TO shop_app; ${policy("flows", `org_id = ${setting}`)}`,
		);
		expect([tables, filled, verdict]).toEqual([3, 3, "held"]);
	}, 60_000);

	it("a refused policy or grant may open its table", async () => {
		const proof = await onServer(`${SHOP} CREATE POLICY partners ON orders USING (shop_partner(org_id));`);
		expect(proof.verdict).toBe("inconclusive");
		expect(proof.undecided).toEqual(
			expect.arrayContaining([expect.stringMatching(/^public\.orders: .*schema\.sql:\d+.*shop_partner/)]),
		);
		expect(results(proof, "public.orders")).toEqual(new Set(["untested"]));
		expect(results(proof, "public.orgs")).toContain("held");
	}, 60_000);

	it("a refused function that runs with its owner's rights is untested", async () => {
		const proof = await onServer(
			`${SHOP} CREATE FUNCTION all_orders() RETURNS SETOF orders LANGUAGE sql SECURITY DEFINER AS 'SELECT * FROM orders WHERE shop_partner(org_id)';
			CREATE FUNCTION "every-order (all)"() RETURNS SETOF orders LANGUAGE sql SECURITY DEFINER AS 'SELECT * FROM orders WHERE shop_partner(org_id)';`,
		);
		expect(proof.verdict).toBe("inconclusive");
		for (const table of ["public.all_orders", "public.every-order (all)"])
			expect(proof.attacks).toContainEqual(expect.objectContaining({ table, attack: "function", result: "untested" }));
		expect(results(proof, "public.orders")).toContain("held");
	}, 60_000);

	it("rows that not even a superuser can take away cost the attacks that need that, and no other", async () => {
		const proof =
			await onServer(`${SHOP} CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''kept''; END';
			CREATE TRIGGER keep BEFORE DELETE ON orders FOR EACH ROW EXECUTE FUNCTION keep(); ALTER TABLE orders ENABLE ALWAYS TRIGGER keep;`);
		expect(results(proof, "public.orders")).toEqual(new Set(["held", "untested"]));
		expect(proof.attacks).toContainEqual(
			expect.objectContaining({ table: "public.orders", why: expect.stringContaining("kept") }),
		);
		expect(proof.verdict).toBe("held");
	}, 60_000);

	it("a row that is refused for another tenant says nothing where one's own is refused as well", async () => {
		const { attacks } = await onServer(`${SHOP}
			CREATE TABLE notes (id int PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs); GRANT SELECT, INSERT ON notes TO shop_app;
			ALTER TABLE notes ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON notes FOR SELECT USING (org_id = ${setting});
			CREATE POLICY add ON notes FOR INSERT WITH CHECK (EXISTS (SELECT FROM orders WHERE orders.id = -1));`);
		expect(attacks.find(({ table, attack }) => table === "public.notes" && attack === "insert-as-other")).toMatchObject(
			{
				result: "untested",
				why: expect.stringMatching(/could not add rows of its own either/),
			},
		);
	}, 60_000);

	it("a table that others refer to and no file creates has a stand-in, which is said", async () => {
		const { verdict, tables, filled, assumptions } = await onServer(
			`${SHOP.replace(/CREATE TABLE orgs[^;]*;/, "")
				.replace("ON orgs, orders", "ON orders")
				.replace(/ALTER TABLE orgs[\s\S]*?USING \([^;]*;/, "")}
			CREATE TABLE notes (id int PRIMARY KEY, author_id text NOT NULL REFERENCES people, org_id uuid NOT NULL REFERENCES orgs (id));
			GRANT SELECT ON notes TO shop_app; ${policy("notes", `org_id = ${setting}`)}`,
		);
		expect([verdict, tables, filled]).toEqual(["held", 2, 2]);
		expect(assumptions.join(" ")).toMatch(/No file creates `public\.orgs`, `public\.people`/);
	}, 60_000);

	it("what is put in while files run, and extensions made before them, are read as they are meant", async () => {
		const { verdict, notApplied, tables, filled } = await onServer(
			`${SHOP} CREATE TABLE people (id uuid PRIMARY KEY DEFAULT uuid_generate_v4(), org_id uuid NOT NULL REFERENCES orgs, email citext NOT NULL);
			GRANT SELECT ON people TO :SHOP_ROLE; ALTER TABLE people ADD pass text DEFAULT crypt('x', gen_salt('bf')); ${policy("people", `org_id = ${setting}`)}`,
		);
		expect([verdict, notApplied, tables, filled]).toEqual(["held", [], 3, 3]);
	}, 60_000);

	it("an extension that is not to be had, and that a later file moves to another schema, stands there as well", async () => {
		const { verdict, notApplied, tables, filled } = await onServer(
			`${SHOP} CREATE EXTENSION postgis; DROP EXTENSION postgis; CREATE SCHEMA extensions; CREATE EXTENSION postgis SCHEMA extensions;
			CREATE TABLE places (id int PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, at extensions.geography(point, 4326));
			GRANT SELECT ON places TO shop_app; ${policy("places", `org_id = ${setting}`)}`,
		);
		expect(notApplied.map(({ message }) => message.split(" is not to be had")[0])).toEqual(["The extension postgis"]);
		expect([verdict, tables, filled]).toEqual(["held", 3, 3]);
	}, 60_000);

	it("what migrations set of a platform's own tables is there", async () => {
		const { notApplied, verdict } = await onServer(
			`${SHOP} INSERT INTO storage.buckets (id, name, public, file_size_limit, allowed_mime_types) VALUES ('logos', 'logos', false, 1000, ARRAY['image/png']);
			CREATE POLICY own ON storage.objects FOR SELECT TO authenticated USING (bucket_id = 'logos' AND owner_id = auth.uid()::text);
			CREATE VIEW known WITH (security_invoker) AS SELECT id FROM auth.users WHERE email_confirmed_at IS NOT NULL;`,
		);
		expect([notApplied, verdict]).toEqual([[], "held"]);
	}, 60_000);

	it("what can't be read may open anything", async () => {
		const proof = await onServer(`${SHOP} GRANT [[ role ]] TO shop_app;`);
		expect([proof.verdict, proof.undecided.length]).toEqual(["inconclusive", 1]);
	}, 60_000);

	it.each(["GRANT {{ role }} TO shop_app", "GRANT ${ROLE} TO shop_app", "GRANT warehouse_staff TO shop_app"])(
		"a role that the files only make the application a member of may open anything: %s",
		async (grant) => {
			const proof = await onServer(`${SHOP} ${grant};`);
			expect([proof.verdict, proof.undecided.length]).toEqual(["inconclusive", 1]);
			expect(proof.undecided[0]).toContain("`shop_app` is a member of");
		},
		60_000,
	);

	it("a role that the files give rights to, though none creates it, is what they say", async () => {
		const proof = await onServer(`${SHOP} GRANT SELECT ON orders TO readers; GRANT readers TO shop_app;`);
		expect([proof.verdict, proof.undecided]).toEqual(["held", []]);
	}, 60_000);

	it("a refused index, comment, row or REVOKE opens nothing", async () => {
		const proof =
			await onServer(`${SHOP} CREATE INDEX ON orders (nothing); COMMENT ON TABLE nothing IS 'x'; INSERT INTO nothing VALUES (1);
			REVOKE SELECT ON nothing FROM shop_app; CREATE ROLE shop_app; SELECT setval('nothing', 1);`);
		expect([proof.verdict, proof.undecided, proof.notApplied.length]).toEqual(["held", [], 6]);
	}, 60_000);
});

describe("who attacks, and how a session is bound", () => {
	it("plays the role that the grants describe", async () => {
		const { assumptions } = await onServer(SHOP);
		expect(assumptions.join(" ")).toMatch(/role `shop_app`.*`app\.org` holds the key of its row in `public\.orgs`/);
	}, 60_000);

	it("plays the login that policies are for, where a group that it belongs to has the rights", async () => {
		const members = "CREATE ROLE web LOGIN; CREATE ROLE deploy LOGIN; GRANT shop_app TO web, deploy;";
		const sql = `${SHOP} ${members} ALTER TABLE orgs OWNER TO deploy;`.replaceAll(
			"ON orgs USING",
			"ON orgs TO web USING",
		);
		const proof = await onServer(sql.replaceAll("ON orders USING", "ON orders TO web USING"));
		expect([proof.verdict, proof.undecided]).toEqual(["held", []]);
		expect(proof.assumptions.join(" ")).toContain("plays the role `web`");
	}, 60_000);

	it("tells rows apart whose keys are words", async () => {
		const sql = SHOP.replaceAll(/uuid( PRIMARY KEY DEFAULT gen_random_uuid\(\)|\b)/g, (_, key: string) =>
			key === "" ? "text" : "text PRIMARY KEY",
		).replace("id bigserial", "id text");
		const { verdict, attacks } = await onServer(sql);
		expect(verdict).toBe("held");
		expect(attacks.filter(({ attack, result }) => attack === "leaky-predicate" && result !== "held")).toEqual([]);
	}, 60_000);

	it("takes what is open to everybody for no setting that a tenant left behind", async () => {
		const bind = `CREATE FUNCTION enter(org uuid) RETURNS void LANGUAGE sql AS $$ SELECT set_config('app.org', org::text, true) $$;`;
		const { attacks } = await onServer(`${SHOP} ${bind}
			CREATE TABLE notes (id int PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs); GRANT SELECT ON notes TO shop_app;`);
		const bleeds = attacks.filter(({ attack }) => attack === "session-bleed");
		expect(bleeds.map(({ table, result }) => [table, result])).toEqual([["public.enter", "held"]]);
	}, 60_000);

	it("plays the configured role", async () => {
		const sql = `${SHOP} CREATE ROLE other_app; GRANT SELECT ON orgs TO other_app;`;
		const { assumptions } = await onServer(sql, { decisions: { applicationRoles: ["other_app"] } });
		expect(assumptions[0]).toMatch(/`other_app`: tenancy\.config\.json/);
	}, 60_000);

	it("says so where no role is named, and plays one that owns nothing", async () => {
		const { assumptions, verdict } = await onServer(PROTECTED);
		expect(assumptions[0]).toMatch(/^No grant in the files/);
		expect(verdict).toBe("held");
	}, 60_000);

	it("works for a person who is a member of the tenant where policies ask for that", async () => {
		const database = analysed(`
			CREATE TABLE orgs (id uuid PRIMARY KEY, name text);
			CREATE TABLE members (org_id uuid NOT NULL REFERENCES orgs, user_id uuid NOT NULL REFERENCES auth.users, PRIMARY KEY (org_id, user_id));
			CREATE TABLE docs (id uuid PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, body text);
			CREATE FUNCTION my_orgs() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
				AS $$ SELECT org_id FROM public.members WHERE user_id = (SELECT auth.uid()) $$;
			ALTER TABLE orgs ENABLE ROW LEVEL SECURITY; ALTER TABLE members ENABLE ROW LEVEL SECURITY; ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
			CREATE POLICY own ON orgs TO authenticated USING (id IN (SELECT my_orgs())) WITH CHECK (id IN (SELECT my_orgs()));
			CREATE POLICY own ON members FOR SELECT TO authenticated USING (org_id IN (SELECT my_orgs()));
			CREATE POLICY own ON docs TO authenticated USING (org_id IN (SELECT my_orgs()));`);
		const { attacks, assumptions, filled } = await proved(database);
		expect(assumptions.join(" ")).toMatch(
			/`request\.jwt\.claims → sub` holds `id` of a row of the tenant in `auth\.users`/,
		);
		expect(filled).toBe(3);
		expect(attacks.find(({ table, attack }) => table === "public.docs" && attack === "read")).toMatchObject({
			result: "held",
		});
	}, 60_000);
});

describe("the tests that a team keeps", () => {
	const shop = `${ROOT} ${ORDERS} CREATE VIEW "Order Totals" WITH (security_invoker) AS SELECT id, total FROM orders; ${GRANTS}
		GRANT SELECT ON "Order Totals" TO shop_app; ${policy("orgs", `id = ${setting}`)} ${policy("orders", `org_id = ${setting}`)}`;
	let written: Proof["tests"] = null;
	beforeAll(async () => {
		written = (await onServer(shop, { tests: true })).tests;
	}, 60_000);
	/** Runs the tests on a database with the schema, and gives what they print. */
	async function run(schema: string, script: string): Promise<{ failed: boolean; lines: string[] }> {
		const database = await cluster.database();
		try {
			await database.client.query(schema);
			await ensurePgTap(database.client);
			const args = ["-X", "-h", cluster.host, "-U", "postgres", "-d", database.name];
			const { status, stdout, stderr } = spawnSync("psql", args, { input: script, encoding: "utf8" });
			return { failed: status !== 0, lines: [...stdout.split("\n"), ...stderr.split("\n")].filter(Boolean) };
		} finally {
			await database.client.query("DROP OWNED BY shop_app CASCADE; DROP ROLE shop_app");
			await database.drop();
		}
	}

	it("pass on the schema as it is, and leave nothing behind", async () => {
		const plain = await run(shop, `${written?.plain}SELECT count(*) || ' left' FROM orders;`);
		expect(plain.lines.filter((line) => !line.startsWith("ok "))).toEqual(["All checks passed.", "0 left"]);
		expect(plain.lines.length).toBeGreaterThan(14);
		const tap = await run(shop, written?.pgtap ?? "");
		expect(tap.lines[0]).toBe(`1..${plain.lines.length - 2}`);
		expect(tap.lines.slice(1).filter((line) => !/^ok \d+ - /.test(line))).toEqual([]);
	}, 60_000);

	it.each([
		["ALTER POLICY own ON orders USING (true);", "public.orders shows no row of another tenant"],
		["ALTER POLICY own ON orders WITH CHECK (true);", "public.orders takes no row for another tenant"],
		["ALTER POLICY own ON orders USING (false);", "public.orders shows a tenant its own rows"],
		["GRANT TRUNCATE ON orders TO shop_app;", "public.orders can't be emptied"],
		[
			`ALTER VIEW "Order Totals" SET (security_invoker = false); ALTER TABLE orders NO FORCE ROW LEVEL SECURITY;`,
			"public.Order Totals shows nothing that depends on another tenant's rows",
		],
	])(
		"fail after %s",
		async (change, what) => {
			const plain = await run(`${shop} ${change}`, written?.plain ?? "");
			expect(plain.failed).toBe(true);
			expect(plain.lines.filter((line) => line.startsWith("not ok "))).toContainEqual(expect.stringContaining(what));
			expect(plain.lines.at(-1)).not.toMatch(/^All/);
			const tap = await run(`${shop} ${change}`, written?.pgtap ?? "");
			expect(tap.lines).toContainEqual(expect.stringMatching(/^not ok \d+/));
		},
		60_000,
	);
});
