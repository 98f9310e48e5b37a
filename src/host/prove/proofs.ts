import * as vscode from "vscode";
import type { DatabaseAnalysis } from "../../core/analyze";
import type { Proof } from "../../core/prove/proof";
import { placeOf } from "../../core/text/line-index";
import type { ShownProof } from "../../protocol/messages";
import type { DatabaseEntry } from "../adapters/databases";

/** A proof, and the SQL that it is of. */
interface Kept {
	readonly proof: Proof;
	readonly database: DatabaseAnalysis;
}

/** The last proof of each database, for as long as the window is open: what was proved yesterday may not hold today. */
export class Proofs implements vscode.Disposable {
	readonly #changed = new vscode.EventEmitter<void>();
	readonly onDidChange = this.#changed.event;
	readonly #kept = new Map<string, Kept>();

	keep(entry: DatabaseEntry, proof: Proof): void {
		this.#kept.set(keyOf(entry), { proof, database: entry.database });
		this.#changed.fire();
	}

	of(entry: DatabaseEntry): Kept | undefined {
		return this.#kept.get(keyOf(entry));
	}

	/** Statements that the database refused, with their places in the SQL as it was. */
	refusals(entry: DatabaseEntry): ShownProof["notApplied"] {
		const kept = this.of(entry);
		if (!kept) return [];
		return kept.proof.notApplied.flatMap(({ message, ...location }) => {
			const index = kept.database.indexes.get(location.file);
			return index ? [{ place: placeOf(location, index), message }] : [];
		});
	}

	/**
	 * As the panel shows it; null where there is none. Where the SQL is still that of the proof, with the findings of the
	 * diagram that are the causes of leaks: in any other diagram their numbers would name others.
	 */
	shown(entry: DatabaseEntry): ShownProof | null {
		const kept = this.of(entry);
		if (!kept) return null;
		const { engine, verdict, undecided, tables, filled, assumptions, limits, attacks, tests } = kept.proof;
		const stale = kept.database !== entry.database;
		const findings = stale ? [] : entry.database.diagram.findings;
		return {
			engine,
			verdict,
			tables,
			filled,
			undecided,
			assumptions,
			limits,
			stale,
			hasTests: tests !== null,
			attacks: attacks.map(({ table, attack, result, why, evidence, rule }) => {
				const at = findings.findIndex((finding) => finding.rule === rule && finding.table === table);
				return { table, attack, result, why, evidence, rule, finding: at < 0 ? null : at };
			}),
			notApplied: this.refusals(entry),
		};
	}

	dispose(): void {
		this.#changed.dispose();
	}
}

function keyOf({ folder, database }: DatabaseEntry): string {
	return JSON.stringify([folder.folder.uri.toString(), database.path]);
}
