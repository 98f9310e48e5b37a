import type { DatabaseAnalysis } from "../../../src/core/analyze";
import type { AttackResult, Proof } from "../../../src/core/prove/proof";
import type { Finding } from "../../../src/core/rules/base/rule";

/** Where the rules and the attacks don't say the same of one database. */
export interface Disagreement {
	/** `leak` that no finding points at, `finding` that no attack bears out. */
	readonly kind: "leak" | "finding";
	readonly rule: string;
	readonly table: string;
	readonly what: string;
	/** Why that is right, where it is. */
	readonly explained: string | null;
}

/** Rules about what the database keeps apart: their errors say that rows of other tenants can be reached. */
const ISOLATION = /^(rls|policy|role|partition|child|view|matview|function|grant|shared)-/;

/** Disagreements that are none, and why. */
const EXPLAINED: readonly {
	readonly kind: Disagreement["kind"];
	readonly isSo: (proof: Proof) => boolean;
	readonly why: string;
}[] = [
	{
		kind: "leak",
		isSo: ({ assumptions }) => assumptions.some((each) => /^(No grant in the files|There is no role)/.test(each)),
		why: "The files name no role of the application's: what the one that is played in its place may do stands in no file.",
	},
];

/**
 * For each leak there has to be a finding of the rule that is named as its cause; each error about isolation has to be
 * borne out by a leak of the same cause, or on the same table.
 */
export function disagreements({ findings }: Pick<DatabaseAnalysis, "findings">, proof: Proof): Disagreement[] {
	const { attacks } = proof;
	const disagreement = (kind: Disagreement["kind"], rule: string, table: string, what: string): Disagreement => {
		const explained = EXPLAINED.find((each) => each.kind === kind && each.isSo(proof))?.why ?? null;
		return { kind, rule, table, what, explained };
	};
	const leaks = attacks.filter(({ result }) => result === "leaked");
	const unexplained = leaks.filter(({ rule }) => !findings.some((finding) => finding.rule === rule));
	const errors = findings.filter(({ severity, rule }) => severity === "error" && ISOLATION.test(rule));
	const unproved = errors.filter((finding) => !leaks.some((leak) => bearsOut(leak, finding)));
	return [
		...unexplained.map(({ attack, table, rule, why }) =>
			disagreement("leak", rule ?? "none", table, `${attack} ${table}: ${why}`),
		),
		...unproved.map(({ rule, table, message }) =>
			disagreement("finding", rule, table ?? "", `${table ?? "the database"}: ${message}`),
		),
	];
}

function bearsOut(leak: AttackResult, { rule, table }: Finding): boolean {
	return leak.rule === rule || leak.table === table;
}
