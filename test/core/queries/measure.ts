import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Analyzer, createAnalyzer } from "../../../src/core/analyze";
import type { SqlReader } from "../../../src/core/sql/reader";
import { type Case, type Expected, readCases } from "./cases/read-cases";
import { SCHEMAS, type SchemaName } from "./cases/schemas";

/** A case whose findings differ from what it says. */
export interface Disagreement {
	readonly id: string;
	/** Found, and not to be. */
	readonly falseAlarms: readonly Expected[];
	/** To be found, and not. */
	readonly missed: readonly Expected[];
}

/** How many findings were right, wrong, and not made. */
export class Tally {
	right = 0;
	falseAlarms = 0;
	missed = 0;

	/** What part of the findings is right; 1 where there are none. */
	get precision(): number {
		return ratio(this.right, this.falseAlarms);
	}

	/** What part of what is to be found was; 1 where nothing is. */
	get recall(): number {
		return ratio(this.right, this.missed);
	}
}

function ratio(right: number, wrong: number): number {
	return right + wrong === 0 ? 1 : right / (right + wrong);
}

/** What the labelled cases say of the rules. */
export interface Measurement {
	readonly cases: number;
	/** Of those, with nothing to be found. */
	readonly negative: number;
	readonly all: Tally;
	readonly byRule: ReadonlyMap<string, Tally>;
	/** By the table's name: the language, or the batch where it has several. */
	readonly byLanguage: ReadonlyMap<string, Tally>;
	readonly disagreements: readonly Disagreement[];
}

/** The tables of cases in a folder, by the language that each is of. */
export function casesIn(folder: string): ReadonlyMap<string, readonly Case[]> {
	const names = readdirSync(folder).filter((name) => name.endsWith(".txt"));
	return new Map(names.sort().map((name) => [name.replace(/\.txt$/, ""), readCases(join(folder, name))]));
}

/** Checks all cases, each beside the schema that it is for. A finding of another severity than the case says is wrong, and one is missed. */
export function measure(reader: SqlReader, tables: ReadonlyMap<string, readonly Case[]>): Measurement {
	const analyzers = new Map<SchemaName, Analyzer>();
	const analyzerFor = (schema: SchemaName): Analyzer => {
		const known = analyzers.get(schema);
		if (known) return known;
		const analyzer = createAnalyzer(reader);
		analyzer.analyze([{ path: "db/schema.sql", text: SCHEMAS[schema] }], null);
		analyzers.set(schema, analyzer);
		return analyzer;
	};
	const all = new Tally();
	const byRule = new Map<string, Tally>();
	const byLanguage = new Map<string, Tally>();
	const disagreements: Disagreement[] = [];
	for (const [language, cases] of tables) {
		const own = tallyIn(byLanguage, language);
		for (const each of cases) {
			const compared = compare(each, findingsOf(analyzerFor(each.schema), each));
			const count = (what: "right" | "falseAlarms" | "missed", { rule }: Expected) => {
				for (const tally of [all, own, tallyIn(byRule, rule)]) tally[what]++;
			};
			for (const finding of compared.right) count("right", finding);
			for (const finding of compared.falseAlarms) count("falseAlarms", finding);
			for (const finding of compared.missed) count("missed", finding);
			if (compared.falseAlarms.length + compared.missed.length > 0) disagreements.push({ id: each.id, ...compared });
		}
	}
	const cases = [...tables.values()].flat();
	const negative = cases.filter(({ expected }) => expected.length === 0).length;
	return { cases: cases.length, negative, all, byRule, byLanguage, disagreements };
}

function findingsOf(analyzer: Analyzer, { path, code }: Case): Expected[] {
	const result = analyzer.checkQueries({ path, text: code });
	return (result?.findings ?? []).map(({ rule, severity, location }) => ({
		line: result?.index.positionAt(location.span.start).line ?? 0,
		rule,
		severity,
	}));
}

function compare({ expected }: Case, found: readonly Expected[]) {
	const left = [...found];
	const right: Expected[] = [];
	const missed: Expected[] = [];
	for (const each of expected) {
		const at = left.findIndex(
			({ line, rule, severity }) =>
				line === each.line && rule === each.rule && (each.severity === null || each.severity === severity),
		);
		if (at < 0) missed.push(each);
		else right.push(...left.splice(at, 1));
	}
	return { right, missed, falseAlarms: left };
}

function tallyIn(tallies: Map<string, Tally>, name: string): Tally {
	const tally = tallies.get(name) ?? new Tally();
	tallies.set(name, tally);
	return tally;
}
