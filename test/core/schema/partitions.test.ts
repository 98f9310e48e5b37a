import { expect, it } from "vitest";
import { columnsOf, modelOf, problemsOf, tableOf } from "./a-schema";

const PARENT = `
	CREATE TABLE tenants (id int PRIMARY KEY);
	CREATE TABLE events (
		id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL DEFAULT now(), tenant_id int NOT NULL REFERENCES tenants,
		kind text CHECK (kind <> ''), PRIMARY KEY (id, at)
	) PARTITION BY RANGE (at);
	CREATE INDEX events_kind ON events (kind, lower(kind));
	CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
	CREATE TRIGGER touching BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION touch();
`;

it("a partition has its parent's columns, keys, checks, indexes, foreign keys and row triggers", async () => {
	const model = await modelOf(
		`${PARENT} CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');`,
	);
	const parent = tableOf(model, "events");
	const partition = tableOf(model, "events_1");
	expect(parent).toMatchObject({
		kind: "partitioned",
		partitionKey: { strategy: "range", columns: ["at"] },
		partitionOf: null,
	});
	expect(partition).toMatchObject({
		kind: "table",
		partitionOf: { schema: "public", name: "events" },
		inherits: [],
		primaryKey: { name: "events_1_pkey", columns: ["id", "at"] },
		checks: [{ name: "events_kind_check" }],
		indexes: [{ name: "events_1_kind_lower_idx", columns: ["kind", null] }],
		foreignKeys: [
			{ name: "events_tenant_id_fkey", columns: ["tenant_id"], references: { name: "tenants" }, to: ["id"] },
		],
		triggers: [{ name: "touching", function: "public.touch" }],
	});
	expect(columnsOf(partition)).toEqual([
		"id bigint not null",
		"at timestamp with time zone not null default now()",
		"tenant_id integer not null",
		"kind text",
	]);
	expect(partition.columns.map((column) => column.identity)).toEqual([null, null, null, null]);
});

it("what is added to the parent later reaches all partitions", async () => {
	const model = await modelOf(`${PARENT}
		CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY LIST (kind);
		CREATE TABLE events_1_x PARTITION OF events_1 FOR VALUES IN ('x');
		ALTER TABLE events ADD COLUMN note text NOT NULL DEFAULT '' CHECK (length(note) < 9), ADD FOREIGN KEY (kind) REFERENCES kinds (name);
		CREATE TABLE kinds (name text PRIMARY KEY);
		CREATE INDEX ON events (note);
		ALTER TABLE events RENAME COLUMN note TO remark;
		ALTER TABLE events ALTER remark TYPE varchar(9), ALTER remark DROP NOT NULL;
	`);
	for (const name of ["events", "events_1", "events_1_x"]) {
		const table = tableOf(model, name);
		expect(columnsOf(table).at(-1), name).toBe("remark character varying(9) default ''");
		expect(table.checks.at(-1), name).toMatchObject({ name: "events_note_check", expression: "length(remark) < 9" });
		expect(table.foreignKeys.at(-1), name).toMatchObject({
			name: "events_kind_fkey",
			references: { name: "kinds" },
			to: ["name"],
		});
		expect(table.indexes.at(-1), name).toMatchObject({ name: `${name}_note_idx`, columns: ["remark"] });
	}
	expect(problemsOf(model)).toEqual([]);
});

it("ATTACH takes fitting indexes and keys, and makes the missing ones", async () => {
	const model = await modelOf(`${PARENT}
		CREATE TABLE old (id bigint NOT NULL, at timestamptz NOT NULL, tenant_id int NOT NULL, kind text, CONSTRAINT events_kind_check CHECK (kind <> ''), CONSTRAINT own_fk FOREIGN KEY (tenant_id) REFERENCES tenants, CONSTRAINT own_pk PRIMARY KEY (id, at));
		ALTER TABLE events ATTACH PARTITION old FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
	`);
	expect(tableOf(model, "old")).toMatchObject({
		partitionOf: { name: "events" },
		primaryKey: { name: "own_pk" },
		foreignKeys: [{ name: "own_fk" }],
		indexes: [{ name: "old_kind_lower_idx" }],
	});
	expect(tableOf(model, "old").checks).toHaveLength(1);
});

it("DETACH leaves a table of its own", async () => {
	const model = await modelOf(`${PARENT}
		CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
		ALTER TABLE events DETACH PARTITION events_1;
		ALTER TABLE events ADD COLUMN later int;
		ALTER TABLE events DROP CONSTRAINT events_tenant_id_fkey;
		DROP TABLE events;
	`);
	const table = tableOf(model, "events_1");
	expect(table).toMatchObject({
		partitionOf: null,
		primaryKey: { name: "events_1_pkey" },
		foreignKeys: [{ name: "events_tenant_id_fkey" }],
		triggers: [],
	});
	expect(table.columns).toHaveLength(4);
});

it("indexes ON ONLY the parent wait for ALTER INDEX … ATTACH", async () => {
	const model = await modelOf(`${PARENT}
		CREATE TABLE events_1 PARTITION OF events DEFAULT;
		CREATE INDEX whole ON ONLY events (tenant_id);
		CREATE INDEX part ON events_1 (tenant_id);
		ALTER INDEX whole ATTACH PARTITION part;
		DROP INDEX whole;
	`);
	expect(tableOf(model, "events_1").indexes.map((index) => index.name)).toEqual(["events_1_kind_lower_idx"]);
});

it("dropping the parent drops its partitions", async () => {
	const model = await modelOf(`${PARENT} CREATE TABLE events_1 PARTITION OF events DEFAULT; DROP TABLE events;`);
	expect([...model.tables.keys()]).toEqual(["public.tenants"]);
	expect(problemsOf(model)).toEqual([]);
});

it("names of keys to a partitioned table leave room for PostgreSQL's own rows", async () => {
	const model = await modelOf(`
		CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);
		CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2);
		CREATE TABLE c (p_id int REFERENCES p);
		ALTER TABLE c ADD FOREIGN KEY (p_id) REFERENCES p;
	`);
	expect(tableOf(model, "c").foreignKeys.map((key) => key.name)).toEqual(["c_p_id_fkey", "c_p_id_fkey2"]);
});
