import { describe, expect, it } from "vitest";
import { columnsOf, modelOf, problemsOf, tableOf } from "./a-schema";

const dynamic = (text: string) => `dynamic: ${text} puts SQL together while it runs`;

const HAS_COLUMN = (name: string) =>
	`EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = '${name}')`;

describe("DO blocks", () => {
	it("apply plain DDL, with places in the file", async () => {
		const text = "DO $$ BEGIN CREATE TABLE t (a int); ALTER TABLE t ADD b int; END $$;";
		const table = tableOf(await modelOf(text), "t");
		expect(columnsOf(table)).toEqual(["a integer", "b integer"]);
		expect(text.slice(table.location.span.start, table.location.span.end)).toBe("CREATE TABLE t (a int)");
		expect(text.slice(table.columns[1]?.location.span.start, table.columns[1]?.location.span.end)).toBe("b int");
	});

	it("go by the search path that they set, until their end and in what follows", async () => {
		const model = await modelOf(`
			CREATE SCHEMA app; CREATE TABLE app.t (id int);
			DO $$ BEGIN SET search_path = app; ALTER TABLE t ADD a int; CREATE TABLE u (id int); END $$;
			CREATE TABLE v (id int);
		`);
		expect([...model.tables.keys()]).toEqual(["app.t", "app.u", "app.v"]);
		expect(columnsOf(tableOf(model, "app.t"))).toEqual(["id integer", "a integer"]);
		expect(problemsOf(model)).toEqual([]);
	});

	it("live with what exception handlers catch", async () => {
		const model = await modelOf(`
			CREATE TYPE e AS ENUM ('a');
			DO $$ BEGIN CREATE TYPE e AS ENUM ('b'); EXCEPTION WHEN duplicate_object THEN CREATE TABLE not_made (id int); END $$;
		`);
		expect(model.types.get("public.e")?.labels).toEqual(["a"]);
		expect(model.tables.size).toBe(0);
		expect(problemsOf(model)).toEqual([]);
	});

	it.each([
		["NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'e')", false],
		[
			"EXISTS (SELECT FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typname = 'e' AND n.nspname = 'public')",
			true,
		],
		["EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'a')", true],
		[
			"EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 't' AND column_name = 'z')",
			false,
		],
		["NOT (EXISTS (SELECT * FROM pg_constraint WHERE conname = 't_pkey' AND conrelid = 'public.t'::regclass))", false],
		["EXISTS (SELECT 1 FROM pg_indexes WHERE schemaname = 'public' AND indexname = 'i')", true],
		["EXISTS (SELECT 1 FROM pg_policies WHERE tablename = 't' AND policyname = 'p')", true],
		["NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app')", false],
		["to_regclass('public.t') IS NULL", false],
		["to_regclass('public.t') IS NOT NULL", true],
		[`${HAS_COLUMN("a")} AND NOT ${HAS_COLUMN("z")}`, true],
		[`NOT ${HAS_COLUMN("z")} AND ${HAS_COLUMN("z")}`, false],
		[`${HAS_COLUMN("z")} AND current_user = 'x'`, false],
		[`(${HAS_COLUMN("z")} OR to_regclass('t') IS NOT NULL)`, true],
	])("decide IF %s", async (condition, runs) => {
		const model = await modelOf(`
			CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (a int PRIMARY KEY); CREATE INDEX i ON t (a); CREATE POLICY p ON t USING (true); CREATE ROLE app;
			DO $$ BEGIN IF ${condition} THEN CREATE TABLE yes (id int); ELSE CREATE TABLE no (id int); END IF; END $$;
		`);
		expect([...model.tables.keys()].slice(1)).toEqual([runs ? "public.yes" : "public.no"]);
		expect(problemsOf(model)).toEqual([]);
	});

	it("decide by the schema that is the present one", async () => {
		const asks =
			"EXISTS (SELECT 1 FROM information_schema.tables WHERE table_name = 't' AND table_schema = current_schema())";
		const made = async (path: string) => {
			const model = await modelOf(
				`CREATE SCHEMA app; CREATE TABLE app.t (id int); SET search_path = ${path}; DO $$ BEGIN IF ${asks} THEN CREATE TABLE u (id int); END IF; END $$;`,
			);
			expect(problemsOf(model)).toEqual([]);
			return [...model.tables.keys()].slice(1);
		};
		expect(await made("app, public")).toEqual(["app.u"]);
		expect(await made("public, app")).toEqual([]);
	});

	it("don't decide what a template puts in", async () => {
		const model = await modelOf(`
			CREATE TABLE t (a int);
			DO $$ BEGIN IF EXISTS (SELECT FROM information_schema.columns WHERE table_schema = '{{ .Schema }}' AND table_name = 't' AND column_name = 'a') THEN ALTER TABLE t RENAME a TO b; END IF; END $$;
		`);
		expect(model.tables.get("public.t")?.columns.map(({ name }) => name)).toEqual(["b"]);
		expect(problemsOf(model).join()).toContain("under a condition");
	});

	it("decide a condition once for all statements under it", async () => {
		const model = await modelOf(
			"DO $$ BEGIN IF to_regclass('t') IS NULL THEN CREATE TABLE t (a int); ALTER TABLE t ADD b int; END IF; END $$;",
		);
		expect(columnsOf(tableOf(model, "t"))).toEqual(["a integer", "b integer"]);
	});

	it("end where they return, as far as that can be told", async () => {
		const leaving = (condition: string) =>
			`CREATE TABLE t (id int); DO $$ BEGIN CREATE TABLE before (id int); IF ${condition} THEN RETURN; END IF; CREATE TABLE after (id int); END $$;`;
		const has = async (condition: string) => (await modelOf(leaving(condition))).tables.has("public.after");
		expect(await has("to_regclass('t') IS NOT NULL")).toBe(false);
		expect(await has("to_regclass('u') IS NOT NULL")).toBe(true);
		const model = await modelOf(leaving("current_user = 'x'"));
		expect([...model.tables.keys()]).toEqual(["public.t", "public.before", "public.after"]);
		expect(problemsOf(model)).toEqual([]);
	});

	it("apply what stands under other conditions, and say so", async () => {
		const model = await modelOf(
			"DO $$ BEGIN IF current_setting('app.env') = 'dev' THEN CREATE TABLE t (a int); INSERT INTO t VALUES (1); END IF; END $$;",
		);
		expect(model.tables.size).toBe(1);
		expect(model.problems).toMatchObject([{ kind: "dynamic", severity: "info" }]);
	});

	it("put names together as format does, which quotes only what has to be", async () => {
		const model = await modelOf(`CREATE TABLE orders (id int); CREATE TABLE "Lines" (id int);
		DO $$ DECLARE t text; BEGIN
			FOREACH t IN ARRAY ARRAY['orders', 'Lines'] LOOP EXECUTE format('CREATE POLICY own_%s ON %I', lower(t), t); END LOOP;
			EXECUTE format('CREATE POLICY %I_all ON orders', 'orders');
		END $$;`);
		const policies = ["orders", "Lines"].map((name) => tableOf(model, name).policies.map((policy) => policy.name));
		expect(policies).toEqual([["own_orders", "orders_all"], ["own_lines"]]);
	});

	it("follow EXECUTE of constants, in loops too", async () => {
		const model = await modelOf(`DO $$ DECLARE n text; BEGIN
			EXECUTE 'CREATE TABLE one (a int)';
			FOREACH n IN ARRAY ARRAY['two', 'three'] LOOP EXECUTE format('CREATE TABLE %I (id int)', n); END LOOP;
		END $$;`);
		expect([...model.tables.keys()]).toEqual(["public.one", "public.two", "public.three"]);
		expect(problemsOf(model)).toEqual([]);
	});

	describe("that go through schemas by their names", () => {
		const CLINICS =
			"CREATE SCHEMA clinic_a; CREATE SCHEMA clinic_b; CREATE SCHEMA clinic; CREATE SCHEMA lists; CREATE TABLE clinic_b.beds (id int);";
		const each = (query: string, does = "EXECUTE format('CREATE TABLE %I.visits (id int)', s);") =>
			`${CLINICS} DO $$ DECLARE s text; BEGIN FOR s IN ${query} LOOP ${does} END LOOP; END $$;`;
		const visits = ["clinic_a.visits", "clinic_b.visits"];

		it.each([
			["SELECT nspname FROM pg_namespace WHERE nspname LIKE 'clinic\\_%'", visits],
			[
				"SELECT n.nspname::text FROM pg_catalog.pg_namespace n WHERE n.nspname LIKE 'clinic_%' ESCAPE '\\' ORDER BY 1",
				visits,
			],
			[
				"(SELECT schema_name FROM information_schema.schemata AS t WHERE schema_name LIKE 'clinic_%' AND schema_name <> 'clinic_b')",
				["clinic_a.visits"],
			],
			[
				"SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg_%' AND nspname NOT IN ('public', 'information_schema', 'clinic', 'lists')",
				visits,
			],
			[
				"SELECT nspname FROM pg_namespace WHERE nspname LIKE 'clinic_%' AND EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = nspname AND table_name = 'beds')",
				["clinic_b.visits"],
			],
			[
				"SELECT nspname FROM pg_namespace WHERE nspname LIKE 'clinic_%' AND EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = nspname AND table_name = 'none')",
				[],
			],
		])("do each turn: %s", async (query, made) => {
			const model = await modelOf(each(query));
			expect([...model.tables.keys()].filter((name) => name.endsWith(".visits"))).toEqual(made);
			expect(problemsOf(model)).toEqual([]);
		});

		it("take a row's only column, and a function's loop", async () => {
			const query = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'clinic_%'";
			const model = await modelOf(
				each(query, "EXECUTE 'CREATE TABLE ' || quote_ident(s.nspname) || '.visits (id int)';"),
			);
			expect([...model.tables.keys()].slice(1)).toEqual(visits);
			const called = await modelOf(
				`${CLINICS} CREATE FUNCTION f(t text) RETURNS void LANGUAGE plpgsql AS $$ DECLARE s text; BEGIN FOR s IN ${query} LOOP EXECUTE format('CREATE TABLE %I.%I (id int)', s, t); END LOOP; END $$; SELECT f('visits');`,
			);
			expect([...called.tables.keys()].slice(1)).toEqual(visits);
		});

		it.each([
			["SELECT nspname FROM pg_namespace WHERE nspname LIKE 'shop_%'", "created elsewhere"],
			[
				"SELECT nspname FROM pg_namespace WHERE nspname LIKE 'clinic_%' AND nspowner = 10",
				"a condition that can't be told",
			],
			["SELECT nspname FROM pg_namespace WHERE nspname <> 'public'", "every database's own"],
		])("say so where they can't be told: %s", async (query) => {
			expect(problemsOf(await modelOf(each(query)))).toEqual([expect.stringContaining("put together while it runs")]);
		});

		it("are noted where the same is done to what is called alike", async () => {
			const like = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'clinic_%'";
			expect([...(await modelOf(each(like))).alikeSchemas]).toEqual([
				["clinic_a", "clinic_%"],
				["clinic_b", "clinic_%"],
			]);
			const grant = "EXECUTE format('GRANT USAGE ON SCHEMA %I TO app', s);";
			expect((await modelOf(each(like, grant))).alikeSchemas.size).toBe(0);
		});
	});

	describe("that go through the policies of tables", () => {
		const MADE = ["shelves", "books", "loans"]
			.map(
				(name) =>
					`CREATE TABLE ${name} (id int); CREATE POLICY seen ON ${name} USING (true); CREATE POLICY "all of it" ON ${name};`,
			)
			.join("");
		const left = async (body: string) => {
			const model = await modelOf(`${MADE} DO $$ DECLARE r record; t text; p text; BEGIN ${body} END $$;`);
			const names = ["shelves", "books", "loans"].map((name) =>
				tableOf(model, name)
					.policies.map((policy) => policy.name)
					.join(),
			);
			return [...names, ...problemsOf(model)];
		};
		const both = "seen,all of it";
		const drop = "EXECUTE format('DROP POLICY IF EXISTS %I ON public.%I', r.policyname, r.tablename);";
		const dynamic = expect.stringContaining("put together while it runs");

		it.each([
			[
				`FOR r IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public' AND tablename IN ('books', 'loans') LOOP ${drop} END LOOP;`,
				[both, "", ""],
			],
			[
				`FOR r IN (SELECT * FROM pg_policies p WHERE p.tablename = ANY (ARRAY['books']) AND p.policyname LIKE 's%' ORDER BY 1) LOOP ${drop} END LOOP;`,
				[both, "all of it", both],
			],
			[
				"FOR t, p IN SELECT tablename, policyname FROM pg_policies WHERE tablename = 'loans' LOOP EXECUTE format('DROP POLICY %I ON %I', p, t); END LOOP;",
				[both, both, ""],
			],
			[
				"FOR r IN SELECT policyname FROM pg_policies WHERE tablename = 'shelves' AND policyname <> 'seen' LOOP EXECUTE 'DROP POLICY \"' || r.policyname || '\" ON shelves'; END LOOP;",
				["seen", both, both],
			],
			[
				"FOREACH t IN ARRAY ARRAY['books', 'loans'] LOOP FOR r IN SELECT policyname FROM pg_policies WHERE tablename = t LOOP EXECUTE format('DROP POLICY %I ON %I', r.policyname, t); END LOOP; END LOOP;",
				[both, "", ""],
			],
			[
				`FOREACH t IN ARRAY ARRAY['books'] LOOP FOR r IN SELECT policyname, tablename FROM pg_policies WHERE tablename = t LOOP ${drop} END LOOP; END LOOP;`,
				[both, "", both],
			],
			[
				`FOR r IN SELECT policyname, tablename FROM pg_policies WHERE tablename = 'none' LOOP ${drop} END LOOP;`,
				[both, both, both],
			],
		])("do each turn: %s", async (body, policies) => {
			expect(await left(body)).toEqual(policies);
		});

		it.each([
			`FOR r IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public' LOOP ${drop} END LOOP;`,
			`FOR r IN SELECT policyname, tablename FROM pg_policies WHERE tablename = 'books' AND roles @> '{public}' LOOP ${drop} END LOOP;`,
			`FOR r IN SELECT policyname, tablename FROM pg_policies WHERE tablename = t LOOP ${drop} END LOOP;`,
		])("say so where they can't be told: %s", async (body) => {
			expect(await left(body)).toEqual([both, both, both, dynamic]);
		});
	});

	it("report dynamic SQL that may change the schema, and no other", async () => {
		const model = await modelOf(`
			DO $$ DECLARE r record; BEGIN FOR r IN SELECT tablename FROM pg_tables LOOP EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', r.tablename); END LOOP; END $$;
			DO $$ DECLARE r record; BEGIN FOR r IN SELECT tablename FROM pg_tables LOOP EXECUTE format('SELECT count(*) FROM %I', r.tablename); END LOOP; END $$;
		`);
		expect(model.problems).toMatchObject([{ kind: "dynamic", severity: "warning" }]);
	});

	it("make room for what a later statement of their file makes again, where they drop what is found by looking", async () => {
		const made =
			"CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 1)); CREATE POLICY p ON t USING (true); CREATE POLICY q ON t USING (true);";
		const loop = (drop: string) =>
			`DO $$ DECLARE r record; BEGIN FOR r IN SELECT n FROM catalog LOOP EXECUTE format('ALTER TABLE t DROP ${drop}', r.n); END LOOP; END $$;`;
		const again = "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 2); CREATE POLICY p ON t USING (a > 3);";
		const drops = `${loop("CONSTRAINT %I")}${loop("CONSTRAINT %I").replace("ALTER TABLE t DROP CONSTRAINT %I", "DROP POLICY %I ON t")}`;
		const model = await modelOf(made + drops + again);
		const { checks, policies } = tableOf(model, "t");
		expect(checks.map(({ expression }) => expression)).toEqual(["a > 2"]);
		expect(policies.map(({ name, using }) => [name, using])).toEqual([
			["q", "true"],
			["p", "a > 3"],
		]);
		expect(model.problems.map(({ kind }) => kind)).toEqual(["dynamic", "dynamic"]);
		// It is said of what such SQL doesn't drop.
		expect(problemsOf(await modelOf(made + loop("COLUMN %I") + again))).toHaveLength(3);
	});

	it("are undone as a whole when a table is missing", async () => {
		const model = await modelOf("DO $$ BEGIN CREATE TABLE t (a int); ALTER TABLE nowhere ADD b int; END $$;");
		expect(model.tables.size).toBe(0);
		expect(problemsOf(model).map((problem) => problem.split(" does not")[0])).toEqual([
			"unresolved: Table public.nowhere",
		]);
	});
});

describe("functions", () => {
	const MAKE =
		"CREATE FUNCTION make(name text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('CREATE TABLE %I (id int)', name); END $$;";
	const NAME = "concat_ws('', current_user)";

	it("that are only defined say nothing", async () => {
		expect(problemsOf(await modelOf(MAKE))).toEqual([]);
	});

	it.each([
		`SELECT make(${NAME})`,
		`DO $$ BEGIN PERFORM make(${NAME}); END $$`,
		"SELECT outer_one()",
		"CALL through()",
	])("that run dynamic DDL are reported at the call: %s", async (call) => {
		const definitions = `${MAKE}
			CREATE FUNCTION outer_one() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM make(${NAME}); END $$;
			CREATE PROCEDURE through() LANGUAGE plpgsql AS $$ BEGIN PERFORM make(${NAME}); END $$;`;
		const model = await modelOf(definitions, call);
		expect(problemsOf(model).map((problem) => problem.slice(0, 60))).toEqual([
			expect.stringMatching(/^dynamic: Function public\.\w+ puts SQL together/),
		]);
		expect(model.problems[0]).toMatchObject({ severity: "warning", location: { file: "2.sql" } });
	});

	it("that run what the call hands over are reported where that may change the schema", async () => {
		const run = "CREATE FUNCTION run(sql text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE sql; END $$;";
		const problems = async (sql: string) => problemsOf(await modelOf(run, `SELECT run('${sql}')`));
		expect((await problems("ALTER TABLE t' || current_user || ' ENABLE ROW LEVEL SECURITY")).join()).toContain(
			dynamic("Function public.run"),
		);
		expect(await problems("ANALYZE t' || current_user || '")).toEqual([]);
		expect((await problems("ALTER TABLE t ENABLE A SYNTAX ERROR")).join()).toContain(dynamic("Function public.run"));
	});

	it("do what the constants say that a call hands over", async () => {
		const model = await modelOf(
			`CREATE FUNCTION guard(t regclass, force boolean DEFAULT true) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
				EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t);
				IF force THEN EXECUTE 'ALTER TABLE ' || $1 || ' FORCE ROW LEVEL SECURITY'; END IF;
				IF NOT EXISTS (SELECT 1 FROM pg_policies WHERE tablename = t::text AND policyname = 'own') THEN
					EXECUTE format('CREATE POLICY own ON %s USING (true)', t);
				END IF;
			END $$;
			CREATE FUNCTION guard(t text, role text, command text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
				EXECUTE format('DROP TABLE %I', t);
			END $$;
			CREATE TABLE "Orders" (id int); CREATE SCHEMA app; CREATE TABLE app.lines (id int); CREATE TABLE users (id int);`,
			`SELECT guard('"Orders"'); SELECT guard('"Orders"');
			SELECT guard(force => false, t => 'APP.lines'); SELECT guard('users'::regclass);`,
		);
		expect(problemsOf(model)).toEqual([]);
		const security = ["Orders", "app.lines", "users"].map((name) => {
			const { rls, policies } = tableOf(model, name);
			return [rls.enabled, rls.forced, policies.map(({ location }) => location)];
		});
		const at = (start: number) => [{ file: "2.sql", span: { start, end: expect.any(Number) } }];
		expect(security).toEqual([
			[true, true, at(0)],
			[true, false, at(55)],
			[true, true, at(103)],
		]);
	});

	it("decide by what the call hands over whether they run", async () => {
		const model = await modelOf(
			`CREATE FUNCTION rename_column(t text, a text, b text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
				IF EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = t AND column_name = a)
					AND NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = t AND column_name = b)
				THEN EXECUTE format('ALTER TABLE %I RENAME COLUMN %I TO %I', t, a, b); END IF;
			END $$;
			CREATE FUNCTION add_check(t text, c text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
				IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = to_regclass('public.' || t) AND conname = c)
				THEN EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (true)', t, c); END IF;
			END $$;`,
			`CREATE TABLE t (a int, b int);
			SELECT rename_column('t', 'a', 'b'); SELECT rename_column('t', 'a', 'c'); SELECT rename_column('t', 'a', 'd');
			SELECT add_check('t', 'k'); SELECT add_check('t', 'k');`,
		);
		expect(problemsOf(model)).toEqual([]);
		expect(columnsOf(tableOf(model, "t"))).toEqual(["c integer", "b integer"]);
		expect(tableOf(model, "t").checks.map(({ name }) => name)).toEqual(["k"]);
	});

	it("that run plain DDL are followed", async () => {
		const model = await modelOf(
			"CREATE FUNCTION setup() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE made (id int); END $$;",
			"SELECT setup(); ALTER TABLE made ADD b text;",
		);
		expect(columnsOf(tableOf(model, "made"))).toEqual(["id integer", "b text"]);
		expect(tableOf(model, "made").location.file).toBe("1.sql");
	});

	it("that an event trigger runs are reported there", async () => {
		const model = await modelOf(
			"CREATE FUNCTION secure() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'ALTER TABLE ' || tg_tag || ' ENABLE ROW LEVEL SECURITY'; END $$; CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION secure();",
		);
		expect(problemsOf(model).map((problem) => problem.slice(0, 63))).toEqual([
			dynamic("Function public.secure").slice(0, 63),
		]);
	});

	it("make what is missing later less of a surprise", async () => {
		const model = await modelOf(MAKE, `SELECT make(${NAME}); ALTER TABLE x ADD a int;`);
		expect(model.problems.map((problem) => [problem.kind, problem.severity])).toEqual([
			["dynamic", "warning"],
			["unresolved", "info"],
		]);
	});
});
