import { describe, expect, it } from "vitest";
import { RULES } from "../../../src/core/rules";
import { ORDERS, PRODUCT, secured } from "../../../src/core/rules/base/examples";
import {
	COLUMN_RULES,
	CROSSING,
	DERIVED,
	HOSTILE,
	HOSTILE_CONFIG,
	LONG,
	OPTIONAL,
	PARTITIONED,
	UNIQUE,
} from "./column-schemas";
import { found, mend } from "./mended";

describe.each(RULES.filter(({ id }) => COLUMN_RULES.includes(id)).map(({ id, doc }) => [id, doc.bad] as const))(
	"%s",
	(id, bad) => {
		it("finds nothing once its example is mended, and the SQL is understood", async () => {
			const { before, after } = await mend(bad, [id]);
			expect(found(before, id)).not.toEqual([]);
			expect(found(after, id)).toEqual([]);
			expect(after.problems).toEqual(before.problems);
			expect(after.statements.failed).toBe(0);
		});

		it("finds nothing in its example with what a schema file would say", async () => {
			const { before, steps } = await mend(bad, [id]);
			const declared = steps.flatMap(({ sql, declared: text = sql }) => text ?? []);
			const { before: after } = await mend(`${bad}${declared.map((text) => `${text};\n`).join("")}`, []);
			expect(found(after, id)).toEqual([]);
			expect(after.problems).toEqual(before.problems);
		});
	},
);

describe("tenant-column-missing", () => {
	it("gives a derived table the column, NOT NULL, with foreign key, index and the session's tenant as default", async () => {
		const { after, steps } = await mend(DERIVED, ["tenant-column-missing"], false);
		for (const name of ["public.orders", "public.order_items"]) {
			expect(after.tenancy.tables.get(name)).toMatchObject({ scope: "tenant-scoped", tenantColumn: "tenant_id" });
			const table = after.model.tables.get(name);
			expect(table?.columns.at(-1)).toMatchObject({ name: "tenant_id", type: "uuid", notNull: true });
			expect(table?.columns.at(-1)?.default).toBe("current_setting('app.tenant_id')::uuid");
			expect(table?.foreignKeys.at(-1)).toMatchObject({ columns: ["tenant_id"], validated: true });
			expect(table?.checks).toEqual([]);
		}
		expect(after.model.tables.get("public.orders")?.indexes[0]?.columns).toEqual(["tenant_id", "created_at"]);
		expect(steps.filter(({ sql }) => sql.startsWith("DO")).map(({ inTransaction }) => inTransaction)).toEqual([
			"UPDATE public.orders AS t0 SET tenant_id = t1.tenant_id FROM public.customers AS t1 WHERE t1.id = t0.customer_id AND t0.tenant_id IS NULL AND t1.tenant_id IS NOT NULL",
			"UPDATE public.order_items AS t0 SET tenant_id = t2.tenant_id FROM public.orders AS t1 JOIN public.customers AS t2 ON t2.id = t1.customer_id WHERE t1.id = t0.order_id AND t0.tenant_id IS NULL AND t2.tenant_id IS NOT NULL",
		]);
	});

	it("says which triggers filling the column sets off", async () => {
		const touched = `${DERIVED}CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.created_at = now(); RETURN NEW; END $$;
CREATE TRIGGER touch_orders BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER other_columns BEFORE UPDATE OF created_at ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER new_rows BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch();`;
		const { steps } = await mend(touched, ["tenant-column-missing"], false);
		const reasons = steps.filter(({ sql }) => sql.startsWith("DO")).map(({ why }) => why);
		expect(reasons).toEqual([
			expect.stringMatching(/ Trigger touch_orders runs for each of them: /),
			expect.not.stringContaining("rigger"),
		]);
	});

	it("leaves it to a person where the application's INSERTs would have to change", async () => {
		const { before } = await mend(DERIVED, [], false, '{ "enforcement": "application" }');
		const [finding] = before.findings.filter(({ rule }) => rule === "tenant-column-missing");
		expect(finding?.remedies()).toMatchObject([{ automatic: false }]);
		expect(finding?.remedies()[0]?.steps.some(({ sql }) => sql.includes("DEFAULT"))).toBe(false);
	});

	it("offers each way that rows without an owner may take, and keeps NULL for those that take none", async () => {
		const { before, after } = await mend(OPTIONAL, ["tenant-column-missing"]);
		const [finding] = before.findings.filter(({ rule }) => rule === "tenant-column-missing");
		expect(finding?.remedies().map(({ title, automatic }) => [title, automatic])).toEqual([
			["Add tenant_id to notes, from customers over customer_id", false],
			["Add tenant_id to notes, from agents over agent_id", false],
		]);
		expect(after.model.tables.get("public.notes")?.columns.at(-1)).toMatchObject({
			name: "tenant_id",
			notNull: false,
			default: "nullif(current_setting('app.tenant_id', true), '')::uuid",
		});
	});

	it("puts the table's own name before the column's where each table does so", async () => {
		const { before } = await mend(
			`
CREATE TABLE spaces (space_id integer PRIMARY KEY, space_title text, space_at date);
CREATE TABLE repos (repo_id integer PRIMARY KEY, repo_space_id integer NOT NULL REFERENCES spaces, repo_title text);
CREATE TABLE rules (rule_id integer PRIMARY KEY, rule_space_id integer NOT NULL REFERENCES spaces, rule_title text);
CREATE TABLE keys (key_id integer PRIMARY KEY, key_space_id integer NOT NULL REFERENCES spaces, key_title text);
CREATE TABLE checks (check_id integer PRIMARY KEY, check_repo_id integer NOT NULL REFERENCES repos, check_title text);`,
			[],
			false,
			'{ "roots": ["public.spaces"], "tenantColumns": ["repo_space_id", "rule_space_id", "key_space_id"] }',
		);
		const finding = before.findings.find(
			({ rule, table }) => rule === "tenant-column-missing" && table === "public.checks",
		);
		expect(finding?.remedies()[0]?.title).toBe("Add check_space_id to checks, from repos over check_repo_id");
	});

	it("takes no name that the table has for something else", async () => {
		const taken = DERIVED.replace("amount integer", "tenant_id integer");
		const { before } = await mend(taken, []);
		const finding = before.findings.find(
			({ rule, table }) => rule === "tenant-column-missing" && table === "public.order_items",
		);
		expect(finding?.remedies()).toEqual([]);
	});
});

describe("tenant-column-nullable", () => {
	const nullable = (more: string) =>
		`${PRODUCT}CREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid REFERENCES tenants, customer_id uuid NOT NULL REFERENCES customers);\nCREATE INDEX ON orders (tenant_id);\n${secured("orders")}${more}`;

	it("fills the rows over a foreign key that each has", async () => {
		const { steps } = await mend(nullable(""), ["tenant-column-nullable"], false);
		expect(steps[0]?.inTransaction).toContain("SET tenant_id = t1.tenant_id FROM public.customers AS t1");
	});

	it("asks where something counts on rows without a tenant", async () => {
		const { steps } = await mend(
			nullable("CREATE POLICY templates ON orders FOR SELECT TO app_user USING (tenant_id IS NULL);\n"),
			["tenant-column-nullable"],
			false,
		);
		expect(steps).toEqual([]);
	});
});

describe("tenant-fk-crosses", () => {
	it("keeps what the old keys do, and the tenant out of SET NULL", async () => {
		const { after, steps } = await mend(CROSSING, ["tenant-fk-crosses"], false);
		expect(found(after, "tenant-fk-crosses")).toEqual([]);
		const files = after.model.tables.get("public.files");
		expect(
			[...(files?.foreignKeys ?? [])].map(({ columns, onDelete, onDeleteColumns, onUpdate }) => [
				columns.join(),
				onDelete,
				onDeleteColumns?.join() ?? "",
				onUpdate,
			]),
		).toEqual([
			["tenant_id", "no action", "", "no action"],
			["tenant_id,owner_id", "no action", "", "cascade"],
			["tenant_id,folder_id", "set null", "folder_id", "no action"],
			["tenant_id,editor_id", "no action", "", "no action"],
		]);
		expect(after.model.tables.get("public.folders")?.foreignKeys.at(-1)).toMatchObject({
			columns: ["tenant_id", "parent_id"],
			onDelete: "cascade",
			deferrable: true,
			initiallyDeferred: true,
		});
		expect(steps.filter(({ sql }) => sql.startsWith("CREATE UNIQUE"))).toHaveLength(2);
	});

	it.each([
		[
			"the tenant may be NULL",
			CROSSING.replaceAll("tenant_id uuid NOT NULL REFERENCES tenants", "tenant_id uuid REFERENCES tenants"),
		],
		[
			"a change of the parent would take the tenant",
			CROSSING.replaceAll(/ON DELETE (CASCADE|SET NULL)|ON UPDATE CASCADE/g, "").replaceAll(
				/(REFERENCES (folders|customers)\b)/g,
				"$1 ON UPDATE SET NULL",
			),
		],
		[
			"the two call the tenant by different types",
			`${CROSSING}ALTER TABLE folders DROP CONSTRAINT folders_tenant_id_fkey, ALTER COLUMN tenant_id TYPE uuid;\n`
				.replace("TYPE uuid", "TYPE text")
				.replace(
					"ALTER TABLE folders DROP",
					"DROP POLICY folders_tenant_isolation ON folders;\nALTER TABLE folders DROP",
				),
		],
	])("gives no remedy where %s", async (_, sql) => {
		const { before } = await mend(sql, []);
		const remedies = before.findings
			.filter(({ rule, message }) => rule === "tenant-fk-crosses" && /folder|parent/.test(message))
			.flatMap((finding) => finding.remedies());
		expect(remedies).toEqual([]);
	});

	it("takes the partition key along, without CONCURRENTLY and NOT VALID", async () => {
		const { after, steps } = await mend(PARTITIONED, ["tenant-column-missing", "tenant-fk-crosses"]);
		expect(found(after, "tenant-fk-crosses")).toEqual([]);
		const sql = steps.filter(({ table }) => /event/.test(table)).map((step) => step.sql);
		expect(sql.filter((each) => /CONCURRENTLY|FOREIGN KEY.*NOT VALID/.test(each))).toEqual([]);
		expect(sql).toContainEqual(expect.stringContaining("UNIQUE (tenant_id, id, at)"));
	});
});

describe("unique-crosses", () => {
	it("keeps all that belongs to a key", async () => {
		const { after } = await mend(UNIQUE, ["unique-crosses"]);
		const customers = after.model.tables.get("public.customers");
		expect(customers?.uniques).toMatchObject([
			{ name: "customers_tenant_id_email_key", columns: ["tenant_id", "email"], deferrable: "deferred" },
			{
				name: "customers_tenant_id_code_key",
				columns: ["tenant_id", "code"],
				nullsNotDistinct: true,
				include: ["name"],
			},
		]);
		expect(customers?.indexes.at(-1)).toMatchObject({
			columns: ["tenant_id", null],
			expressions: [null, "lower(name)"],
			options: ["", "text_pattern_ops DESC NULLS LAST"],
			include: ["email"],
			where: "NOT gone",
			unique: true,
		});
	});

	it("gives no remedy where a foreign key points at the key", async () => {
		const { before } = await mend(
			`${PRODUCT}ALTER TABLE customers ADD UNIQUE (email);\nCREATE TABLE letters (id uuid PRIMARY KEY, recipient text NOT NULL REFERENCES customers (email));\n`,
			[],
		);
		expect(before.findings.find(({ rule }) => rule === "unique-crosses")?.remedies()).toEqual([]);
	});

	it("leaves a key of a table with one row for each tenant, which the tenant in front would unbind", async () => {
		const { before } = await mend(
			`${PRODUCT}CREATE TABLE brands (tenant_id uuid PRIMARY KEY REFERENCES tenants, domain text NOT NULL UNIQUE);\n${secured("brands")}`,
			[],
		);
		const finding = before.findings.find(({ rule }) => rule === "unique-crosses");
		expect(finding).toMatchObject({ severity: "info" });
		expect(finding?.remedies()).toEqual([]);
	});

	it("says so of an EXCLUDE, which a person has to rewrite", async () => {
		const { before } = await mend(
			`${PRODUCT}CREATE TABLE bookings (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, room integer, during tstzrange, EXCLUDE USING gist (during WITH &&));\n${secured("bookings")}`,
			[],
		);
		expect(before.findings.find(({ rule }) => rule === "unique-crosses")?.remedies()).toEqual([]);
	});
});

it("names stay within 63 bytes, are quoted and collide with nothing", async () => {
	const { before, after, steps } = await mend(HOSTILE, COLUMN_RULES, true, HOSTILE_CONFIG);
	for (const rule of COLUMN_RULES.filter((each) => each !== "tenant-column-mutable"))
		expect(found(after, rule)).toEqual([]);
	expect(after.problems).toEqual(before.problems);
	expect(after.statements.failed).toBe(0);
	const table = after.model.tables.get(`public.${LONG}`);
	const names = [...(table?.indexes ?? []), ...(table?.foreignKeys ?? [])].map(({ name }) => name);
	expect(names).toHaveLength(3);
	expect(new Set(names).size).toBe(names.length);
	for (const name of names) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
	// What stands in a DO block must not end it.
	expect(steps.filter(({ sql }) => sql.startsWith("DO")).map(({ sql }) => sql.slice(0, 10))).toEqual(["DO $body0$"]);
});

it("a name that is taken gets a number", async () => {
	const { after } = await mend(
		`${PRODUCT}CREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);\n${secured("orders")}CREATE VIEW orders_tenant_id_id_idx AS SELECT 1 AS one;\n`,
		["tenant-index-missing"],
	);
	expect(after.model.tables.get("public.orders")?.indexes[0]?.name).toBe("orders_tenant_id_id_idx1");
});

it("an index follows what the table itself says", async () => {
	const bare = ORDERS.replace(/CREATE INDEX.*\n/, "");
	for (const [sql, columns] of [
		[`${PRODUCT}${bare}${secured("orders")}`, ["tenant_id", "id"]],
		[
			`${PRODUCT}${bare}${secured("orders")}ALTER TABLE orders ADD "updatedAt" timestamptz, ADD "createdAt" timestamptz;\n`,
			["tenant_id", "createdAt"],
		],
		[
			`${PRODUCT}ALTER TABLE customers ADD UNIQUE (tenant_id, id);\n${bare}${secured("orders")}ALTER TABLE orders ADD created_at date, ADD customer_id uuid, ADD FOREIGN KEY (customer_id, tenant_id) REFERENCES customers (id, tenant_id);\n`,
			["tenant_id", "customer_id"],
		],
	] as const) {
		const { after } = await mend(sql, ["tenant-index-missing"], false);
		expect(after.model.tables.get("public.orders")?.indexes[0]?.columns).toEqual(columns);
	}
});
