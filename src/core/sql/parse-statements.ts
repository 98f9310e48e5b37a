import type { ParseResult, PostgresParser } from "./postgres-parser";
import { otherReadings, prepare, restorePlaceholders } from "./prepare";

/** Parses statements as users write them: with placeholders and psql's variables. Results in their order. */
export function parseStatements(statements: readonly string[], parser: PostgresParser): ParseResult[] {
	const prepared = statements.map(prepare);
	const results = parser.parse(prepared.map(({ text }) => text));
	return results.map((result, index) => {
		const from = prepared[index] as ReturnType<typeof prepare>;
		const settled = result.failure ? (readOtherwise(statements[index] as string, from, parser) ?? result) : result;
		if (settled.node) restorePlaceholders(settled.node, from.standIns);
		return settled;
	});
}

function readOtherwise(
	statement: string,
	prepared: ReturnType<typeof prepare>,
	parser: PostgresParser,
): ParseResult | null {
	for (const reading of otherReadings(statement, prepared)) {
		const [result] = parser.parse([reading]);
		if (result && !result.failure) return result;
	}
	return null;
}
