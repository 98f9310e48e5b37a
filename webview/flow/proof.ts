import { ATTACKS, type AttackKind } from "../../src/core/prove/proof";
import type { ShownAttack, ShownProof } from "../../src/protocol/messages";

/** An attack with its number, by which the host knows it. */
export interface NumberedAttack extends ShownAttack {
	readonly number: number;
}

/** A row of the matrix: what was attacked, and what each kind of attack came to. */
export interface ProofRow {
	readonly table: string;
	readonly result: ShownAttack["result"];
	readonly cells: ReadonlyMap<AttackKind, readonly NumberedAttack[]>;
}

const WORST: readonly ShownAttack["result"][] = ["leaked", "untested", "held"];

/** The worst of some results: one leak makes a leak, and what was not tested is not held. */
export function worstOf(attacks: readonly Pick<ShownAttack, "result">[]): ShownAttack["result"] {
	return WORST.find((result) => attacks.some((attack) => attack.result === result)) ?? "untested";
}

/** What was attacked, leaks first, then by name; and the kinds of attack that there are, in the order of the catalogue. */
export function matrixOf({ attacks }: ShownProof): { readonly rows: ProofRow[]; readonly kinds: AttackKind[] } {
	const byTable = new Map<string, NumberedAttack[]>();
	for (const [number, attack] of attacks.entries())
		byTable.set(attack.table, [...(byTable.get(attack.table) ?? []), { ...attack, number }]);
	const rows = [...byTable].map(([table, own]) => ({
		table,
		result: worstOf(own),
		cells: new Map(
			ATTACKS.flatMap((kind) => {
				const those = own.filter(({ attack }) => attack === kind);
				return those.length > 0 ? [[kind, those] as const] : [];
			}),
		),
	}));
	rows.sort((a, b) => WORST.indexOf(a.result) - WORST.indexOf(b.result) || (a.table < b.table ? -1 : 1));
	return { rows, kinds: ATTACKS.filter((kind) => attacks.some(({ attack }) => attack === kind)) };
}

/** The kinds of attack that got through, by what was attacked. */
export function leaksOf(proof: ShownProof | null): ReadonlyMap<string, readonly AttackKind[]> {
	const leaks = new Map<string, AttackKind[]>();
	for (const { table, attack, result } of proof?.attacks ?? [])
		if (result === "leaked") leaks.set(table, [...new Set([...(leaks.get(table) ?? []), attack])]);
	return leaks;
}
