import { createAnalyzer } from "../src/core/analyze";
import type { Diagram } from "../src/core/diagram/diagram";
import { createSqlReader } from "../src/core/sql/reader";
import { createElk } from "../src/layout/elk";
import { layoutDiagram, layoutRequest } from "../src/layout/layout";
import { generateSchema } from "./generate";
import { heading, median, report } from "./measure";

/** Layouts of generated products, against ELK's own default options on 200 tables. */
export async function benchLayout(counts: readonly number[]): Promise<void> {
	heading("Layout, against ELK's default options on 200 tables");
	const elk = await createElk();
	const reader = await createSqlReader();
	const diagramOf = (count: number): Diagram => {
		const [database] = createAnalyzer(reader).analyze(generateSchema(count), null).databases;
		if (!database) throw new Error("The generated schema is no database");
		return database.diagram;
	};
	const small = layoutRequest(diagramOf(200), "keys");
	const graph = () => ({
		id: "root",
		layoutOptions: { "elk.algorithm": "layered" },
		children: small.tables.map(({ id, width, height }) => ({ id, width, height })),
		edges: small.edges.map(({ from, to }, i) => ({ id: String(i), sources: [from], targets: [to] })),
	});
	const reference = { name: "ELK's defaults", milliseconds: await median(3, () => elk.layout(graph())) };
	report("200 tables, ELK's defaults", reference.milliseconds, reference);
	for (const count of counts) {
		const request = layoutRequest(diagramOf(count), "keys");
		report(
			`${count.toLocaleString("en-US")} tables`,
			await median(count > 1000 ? 1 : 3, () => layoutDiagram(elk, request)),
			reference,
		);
	}
}
