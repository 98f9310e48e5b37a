import type { SourceFile } from "../../../src/core/workspace/database";

/** A rule's example as files: lines such as `-- migrations/0002_orders.sql` begin migrations, without them it is one schema. */
export function exampleFiles(sql: string): SourceFile[] {
	const marks = [...sql.matchAll(/^-- (\S+\.sql)\n/gm)];
	if (marks.length === 0) return [{ path: "schema.sql", text: sql }];
	return marks.map((mark, i) => ({
		path: mark[1] as string,
		text: sql.slice(mark.index + mark[0].length, marks[i + 1]?.index ?? sql.length),
	}));
}
