import { createSqlReader } from "../src/core/sql/reader";
import { casesIn, measure, type Tally } from "../test/core/queries/measure";

// Usage: npm run measure:queries [-- FOLDER]
// Checks the labelled cases of the rules for queries, prints how many findings are right (precision) and how many of those to be
// found are (recall), and lists every disagreement. Exit 1 where there is one.
const [folder = "test/core/queries/cases"] = process.argv.slice(2);
const { cases, negative, all, byRule, byLanguage, disagreements } = measure(await createSqlReader(), casesIn(folder));

const percent = (part: number) => `${(100 * part).toFixed(1)} %`.padStart(10);
const row = (name: string, { right, falseAlarms, missed, precision, recall }: Tally) =>
	process.stdout.write(
		`${name.padEnd(34)}${[right, falseAlarms, missed].map((count) => String(count).padStart(8)).join("")}${percent(precision)}${percent(recall)}\n`,
	);

process.stdout.write(`${cases} cases, ${negative} of them with nothing to be found\n\n`);
process.stdout.write(`${"".padEnd(34)}${"right   false  missed precision    recall".padStart(44)}\n`);
for (const [name, tally] of [...byRule].sort(([a], [b]) => a.localeCompare(b))) row(name, tally);
process.stdout.write("\n");
for (const [name, tally] of byLanguage) row(name, tally);
process.stdout.write("\n");
row("all", all);
for (const { id, falseAlarms, missed } of disagreements) {
	process.stdout.write(`\n${id}\n`);
	for (const { line, rule, severity } of falseAlarms)
		process.stdout.write(`  line ${line}: found ${rule} ${severity}\n`);
	for (const { line, rule, severity } of missed)
		process.stdout.write(`  line ${line}: missed ${rule} ${severity ?? ""}\n`);
}
process.exitCode = disagreements.length > 0 ? 1 : 0;
