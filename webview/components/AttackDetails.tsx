import { ATTACK_WORDS } from "../flow/attack-words";
import type { NumberedAttack } from "../flow/proof";
import { shortName } from "../flow/words";
import { usePanel } from "../state/panel";
import { Icon } from "./Icon";
import { Words } from "./Words";

/** One cell of the matrix in words: what was tried, what came back, and what closes it. */
export function AttackDetails({
	attacks,
	onClose,
}: {
	readonly attacks: readonly NumberedAttack[];
	readonly onClose: () => void;
}) {
	const [first] = attacks;
	if (!first) return null;
	const { label, tries } = ATTACK_WORDS[first.attack];
	return (
		<aside className="details attack" aria-label={`${label} on ${shortName(first.table)}`}>
			<div className="details-head">
				<h2 className="details-name">
					{shortName(first.table)}: {label.toLowerCase()}
				</h2>
				<button type="button" className="icon-button" aria-label="Close the details" title="Close" onClick={onClose}>
					<Icon name="close" />
				</button>
			</div>
			<p className="attack-tries">{tries}.</p>
			{attacks.map((attack) => (
				<One key={attack.number} attack={attack} />
			))}
		</aside>
	);
}

const RESULT_WORDS = {
	leaked: { icon: "error", words: "It got through" },
	untested: { icon: "question", words: "It was not tested" },
	held: { icon: "check", words: "It was refused" },
} as const;

function One({ attack }: { readonly attack: NumberedAttack }) {
	const { send, canEdit, standalone, diagram, proof } = usePanel();
	const { icon, words } = RESULT_WORDS[attack.result];
	const { finding, rule } = attack;
	// A number names a finding only in the diagram that it was made with.
	const isFixable = finding !== null && proof?.stale === false && diagram.findings[finding]?.fixable === true;
	return (
		<section className={`attack-one result-${attack.result}`}>
			<h3>
				<Icon name={icon} />
				{words}
			</h3>
			<p>
				<Words text={attack.why} />
			</p>
			<div className="details-actions">
				{canEdit && isFixable && (
					<button
						type="button"
						className="button primary"
						onClick={() => send({ type: "applyFix", finding: finding as number })}
					>
						Fix…
					</button>
				)}
				{rule !== null && !standalone && (
					<button type="button" className="button" onClick={() => send({ type: "openRule", rule })}>
						<Icon name="book" />
						{rule}
					</button>
				)}
				{attack.evidence !== "" && !standalone && (
					<button
						type="button"
						className="button"
						onClick={() => send({ type: "openEvidence", attack: attack.number })}
					>
						<Icon name="go-to-file" />
						Open as SQL
					</button>
				)}
			</div>
			{attack.evidence !== "" && (
				// biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
				<section className="evidence" tabIndex={0} aria-label="SQL that reproduces it">
					<pre>{attack.evidence}</pre>
				</section>
			)}
		</section>
	);
}
