import { useState } from "react";
import type { AttackKind } from "../../src/core/prove/proof";
import type { ShownAttack } from "../../src/protocol/messages";
import { ATTACK_WORDS } from "../flow/attack-words";
import { type NumberedAttack, type ProofRow, worstOf } from "../flow/proof";
import { plural, shortName } from "../flow/words";
import { usePanel } from "../state/panel";
import { Breakable } from "./Breakable";
import { Icon } from "./Icon";

const RESULTS = {
	leaked: { icon: "error", word: "leaked" },
	untested: { icon: "question", word: "untested" },
	held: { icon: "check", word: "held" },
} as const satisfies Record<ShownAttack["result"], unknown>;

export interface Cell {
	readonly table: string;
	readonly kind: AttackKind;
}

interface ProofMatrixProps {
	readonly matrix: { readonly rows: readonly ProofRow[]; readonly kinds: readonly AttackKind[] };
	readonly chosen: Cell | null;
	readonly onChoose: (cell: Cell) => void;
}

/** What was attacked, by how it was attacked. Each cell that was tried is a button with its word. */
export function ProofMatrix({ matrix: { rows, kinds }, chosen, onChoose }: ProofMatrixProps) {
	const [hidden, setHidden] = useState<readonly string[]>([]);
	const shown = rows.filter(({ result }) => !hidden.includes(result));
	return (
		<>
			<fieldset className="proof-filters">
				<legend className="visually-hidden">Show</legend>
				{(["leaked", "untested", "held"] as const).map((result) => {
					const count = rows.filter((row) => row.result === result).length;
					const isShown = !hidden.includes(result);
					return (
						<button
							key={result}
							type="button"
							className={`chip result-${result}`}
							aria-pressed={isShown}
							onClick={() => setHidden(isShown ? [...hidden, result] : hidden.filter((each) => each !== result))}
						>
							<Icon name={RESULTS[result].icon} />
							{plural(count, "object")} {RESULTS[result].word}
						</button>
					);
				})}
			</fieldset>
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
			<section className="matrix" tabIndex={0} aria-label="Attacks">
				<table>
					<thead>
						<tr>
							<th scope="col" className="matrix-corner">
								Attacked
							</th>
							{kinds.map((kind) => (
								<th key={kind} scope="col" className="matrix-kind" title={ATTACK_WORDS[kind].tries}>
									<span>{ATTACK_WORDS[kind].label}</span>
								</th>
							))}
						</tr>
					</thead>
					<tbody>
						{shown.map((row) => (
							<Row key={row.table} row={row} kinds={kinds} chosen={chosen} onChoose={onChoose} />
						))}
					</tbody>
				</table>
			</section>
		</>
	);
}

interface RowProps {
	readonly row: ProofRow;
	readonly kinds: readonly AttackKind[];
	readonly chosen: Cell | null;
	readonly onChoose: (cell: Cell) => void;
}

function Row({ row, kinds, chosen, onChoose }: RowProps) {
	const { diagram, dispatch } = usePanel();
	const isDrawn = diagram.tables.some(({ id }) => id === row.table);
	return (
		<tr className={`result-${row.result}`}>
			<th scope="row">
				{isDrawn ? (
					<button
						type="button"
						className="link"
						title="Show in the diagram"
						onClick={() => dispatch({ type: "goTo", table: row.table })}
					>
						<Breakable name={shortName(row.table)} />
					</button>
				) : (
					<Breakable name={shortName(row.table)} />
				)}
			</th>
			{kinds.map((kind) => {
				const attacks = row.cells.get(kind);
				if (!attacks) return <td key={kind} />;
				return (
					<td key={kind}>
						<AttackCell
							attacks={attacks}
							pressed={chosen?.table === row.table && chosen.kind === kind}
							onChoose={() => onChoose({ table: row.table, kind })}
						/>
					</td>
				);
			})}
		</tr>
	);
}

interface AttackCellProps {
	readonly attacks: readonly NumberedAttack[];
	readonly pressed: boolean;
	readonly onChoose: () => void;
}

function AttackCell({ attacks, pressed, onChoose }: AttackCellProps) {
	const [first] = attacks;
	if (!first) return null;
	const { icon, word } = RESULTS[worstOf(attacks)];
	const words = `${shortName(first.table)}, ${ATTACK_WORDS[first.attack].label}: ${word}`;
	return (
		<button
			type="button"
			className={`cell result-${word}`}
			aria-pressed={pressed}
			aria-label={words}
			title={`${words}\n${first.why.replaceAll("`", "")}`}
			onClick={onChoose}
		>
			<Icon name={icon} />
		</button>
	);
}
