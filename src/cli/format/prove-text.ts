import type { AttackResult, Proof } from "../../core/prove/proof";
import type { Proved } from "../commands/prove";
import type { Workspace } from "../load";
import { count, harmless, oneLine, type Paint } from "../output";

const VERDICTS: Readonly<Record<Proof["verdict"], { colour: Parameters<Paint>[0]; title: string }>> = {
	leaked: { colour: "red", title: "LEAKED: one tenant reached another one's data." },
	held: { colour: "green", title: "HELD: nothing that was tried reached another tenant's data." },
	inconclusive: { colour: "yellow", title: "INCONCLUSIVE: nothing leaked, but not everything could be tried." },
};

/** `tenancy prove` for people: the verdict, each leak with what reproduces it, what could not be told, and under which assumptions. */
export function proveText(workspace: Workspace, proved: readonly Proved[], paint: Paint): string {
	return proved
		.map((each) => {
			const path =
				workspace.databases.length > 1 ? `${paint("bold", oneLine(workspace.show(each.database.path)))}\n` : "";
			return path + databaseText(each, workspace, paint);
		})
		.join("\n");
}

function databaseText({ database, proof }: Proved, { place }: Workspace, paint: Paint): string {
	const { colour, title } = VERDICTS[proof.verdict];
	const leaks = proof.attacks.filter(({ result }) => result === "leaked");
	const untested = proof.attacks.filter(({ result }) => result === "untested");
	const held = proof.attacks.length - leaks.length - untested.length;
	const lines = [
		paint(colour, title),
		`${count(proof.attacks.length, "attack")} on ${proof.engine}: ${leaks.length} leaked, ${held} held, ${untested.length} could not be told. ${proof.filled} of ${count(proof.tables, "table")} had rows of every tenant.`,
		...leaks.flatMap((leak) => ["", ...leakLines(leak, paint)]),
	];
	const section = (name: string, items: readonly string[]) => {
		if (items.length > 0) lines.push("", paint("bold", name), ...items.map((item) => `  ${oneLine(item)}`));
	};
	if (proof.verdict === "inconclusive") section("Why not held", proof.undecided);
	section("Could not be told", grouped(untested));
	section(
		"Not applied",
		proof.notApplied.map(({ message, ...location }) => {
			const { file, line, column } = place(database, location);
			return `${file}:${line}:${column}: ${message}`;
		}),
	);
	section("How it was tried", proof.assumptions);
	section("What no schema can close", proof.limits);
	return `${lines.join("\n")}\n`;
}

function leakLines({ table, attack, why, evidence, rule }: AttackResult, paint: Paint): string[] {
	const sql = evidence.split("\n").map((line) => paint("dim", `    ${harmless(line)}`));
	return [
		`${paint("red", "leaked")} ${paint("bold", oneLine(table))}: ${attack}`,
		`  ${oneLine(why)}${rule === null ? "" : ` ${paint("dim", `[${rule}]`)}`}`,
		...sql,
	];
}

/** One line for each reason, with what it is the reason for. */
function grouped(results: readonly AttackResult[]): string[] {
	const byReason = new Map<string, string[]>();
	for (const { table, attack, why } of results)
		byReason.set(why, [...(byReason.get(why) ?? []), `${table} (${attack})`]);
	return [...byReason].map(([why, what]) => {
		const shown = what.slice(0, 5).join(", ");
		return `${shown}${what.length > 5 ? ` and ${what.length - 5} more` : ""}: ${why}`;
	});
}
