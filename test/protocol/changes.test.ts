import { describe, expect, it } from "vitest";
import { createAnalyzer } from "../../src/core/analyze";
import { createSqlReader } from "../../src/core/sql/reader";
import { changesSince, withChanges } from "../../src/protocol/changes";
import { isHostMessage } from "../../src/protocol/guards";
import type { DiagramMessage } from "../../src/protocol/messages";
import { aDiagram, aProduct, aTable } from "../webview/a-diagram";
import { diagramMessage } from "../webview/panel-page";

const asMessage = diagramMessage as (...given: Parameters<typeof diagramMessage>) => DiagramMessage;
const travelled = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value));

const before = asMessage(aProduct(300));

describe("changes of a diagram", () => {
	it("make the same message of the one before", () => {
		const { tables, edges } = before.diagram;
		const changed = tables.map((table, i) => (i === 7 ? { ...table, reason: "Another." } : table));
		const diagrams = [
			before.diagram,
			aDiagram(changed, edges),
			aDiagram([...tables.slice(0, 3), aTable("brand_new"), ...tables.slice(4)], edges.slice(2)),
			aDiagram([...tables].reverse(), [...edges, ...edges.slice(0, 1)]),
			aDiagram([], []),
		];
		for (const diagram of diagrams) {
			const now = asMessage(diagram, { version: 2, positions: { "public.a": { x: 1, y: 2 } } });
			const changes = travelled(changesSince(before, now));
			expect(withChanges(travelled(before), changes)).toEqual(travelled(now));
		}
	});

	it("are short where an edit changes a table, and leave the others the same objects", async () => {
		const analyzer = createAnalyzer(await createSqlReader());
		const sql = (column: string) =>
			`CREATE TABLE tenants (id int PRIMARY KEY);\n${Array.from(
				{ length: 200 },
				(_, i) =>
					`CREATE TABLE t${i} (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants (id), ${i === 100 ? column : "b"} text);`,
			).join("\n")}`;
		const [first, second] = ["b", "c"].map((column, i) => {
			const [database] = analyzer.analyze([{ path: "schema.sql", text: sql(column) }], null).databases;
			if (!database) throw new Error("It is a database");
			return asMessage(database.diagram, { version: i + 1 });
		}) as [DiagramMessage, DiagramMessage];
		const changes = changesSince(first, second);
		expect(JSON.stringify(changes).length).toBeLessThan(JSON.stringify(second).length / 50);
		const there = travelled(first);
		const now = withChanges(there, travelled(changes)) as DiagramMessage;
		expect(now).toEqual(travelled(second));
		expect(isHostMessage(now)).toBe(true);
		expect(now.diagram.tables.filter((table, i) => table !== there.diagram.tables[i]).map(({ id }) => id)).toEqual([
			"public.t100",
		]);
	});

	it("are none from one database to another", () => {
		expect(changesSince(before, asMessage(aDiagram([], [], { database: "billing" })))).toBe(null);
	});

	it("are refused where they are not to this message, or not well formed", () => {
		const changes = changesSince(before, asMessage(before.diagram, { version: 2 }));
		expect(withChanges({ ...before, version: 7 }, changes)).toBe(undefined);
		for (const tables of [null, [[0, 301]], [[-1, 2]], [[0.5, 1]], [["0", 1]], [[0]]]) {
			const wrong = { ...changes, lists: { ...changes?.lists, tables } };
			expect(withChanges(before, wrong), JSON.stringify(tables)).toBe(undefined);
		}
		expect(withChanges(before, { type: "changes", base: 1 })).toBe(undefined);
	});
});
