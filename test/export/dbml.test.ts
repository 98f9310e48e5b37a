import { Compiler, DEFAULT_ENTRY, MemoryProjectLayout } from "@dbml/parse";
import { describe, expect, test } from "vitest";
import { toDbml } from "../../src/export/dbml";
import { LIGHT } from "../../src/export/scope-style";
import { aColumn, aDiagram, anEdge, aTable, hostileDiagram } from "./sample-diagram";

/** What DBML's own compiler makes of it. */
function read(dbml: string) {
	const layout = new MemoryProjectLayout();
	layout.setSource(DEFAULT_ENTRY, dbml);
	const report = new Compiler(layout).interpretFile(DEFAULT_ENTRY);
	return { value: report.getValue(), errors: report.getErrors() };
}

describe("toDbml", () => {
	test("tables with their scope, keys and references", () => {
		const orders = aTable("orders", {
			columns: [
				aColumn({ primaryKey: true }),
				aColumn({ name: "organization_id", references: "public.organizations", tenant: true }),
			],
		});
		const members = aTable("members", {
			columns: [
				aColumn({ name: "organization_id", primaryKey: true }),
				aColumn({ name: "user_id", primaryKey: true, notNull: false }),
			],
		});
		const organizations = aTable("organizations", { scope: "tenant-root", reason: "Its rows are the tenants." });
		const dbml = toDbml(
			aDiagram(
				[orders, members, organizations],
				[anEdge("public.orders", "public.organizations", { columns: ["organization_id"], tenant: true })],
			),
		);
		expect(dbml).toContain(
			`Table "public"."organizations" [headercolor: ${LIGHT["tenant-root"].border}] {\n\t"id" "uuid" [pk, not null]\n\tNote: 'Tenant root: Its rows are the tenants.'\n}`,
		);
		expect(dbml).toContain('\tIndexes {\n\t\t("organization_id", "user_id") [pk]\n\t}');
		expect(dbml).toContain(
			'Ref: "public"."orders"."organization_id" > "public"."organizations"."id" [delete: cascade]',
		);
		expect(read(dbml).errors).toEqual([]);
	});

	test("DBML's own compiler reads back every hostile name, type and note", () => {
		const diagram = hostileDiagram();
		const { value, errors } = read(toDbml(diagram));
		expect(errors).toEqual([]);
		const columned = diagram.tables.filter((table) => table.columns.length > 0);
		const tables = (value?.tables ?? []).map((table) => ({
			schema: table.schemaName ?? "public",
			name: table.name,
			columns: table.fields.map((field) => [field.name, field.type.type_name]),
			note: table.note?.value,
		}));
		expect(tables).toEqual(
			columned.map((table) => ({
				schema: table.schema,
				name: table.name,
				columns: table.columns.map((column) => [column.name, column.type]),
				note: expect.stringContaining(table.reason),
			})),
		);
		expect(value?.refs).toHaveLength(hostileDiagram().tables.length - 1);
	});

	test("a table without columns, which DBML has no form for, is named in a comment", () => {
		expect(toDbml(aDiagram([aTable("empty\nDrop", { columns: [] })]))).toContain(
			'// "public.empty\\nDrop" has no columns',
		);
	});
});
