import type { DiagramFinding } from "../../src/core/diagram/diagram";
import { usePanel } from "../state/panel";
import { Icon } from "./Icon";
import { Words } from "./Words";

/** A finding of the diagram with its number, which is its identity in this version of the diagram. */
export interface NumberedFinding {
	readonly number: number;
	readonly finding: DiagramFinding;
}

/** The findings about one table, or about none; the most severe first. */
export function findingsOf(findings: readonly DiagramFinding[], table: string | null): NumberedFinding[] {
	const order = ["error", "warning", "info", "hint"];
	return findings
		.map((finding, number) => ({ finding, number }))
		.filter(({ finding }) => finding.table === table)
		.sort((a, b) => order.indexOf(a.finding.severity) - order.indexOf(b.finding.severity));
}

/** What the rules found, as a list; a click shows the place, a button mends what can be mended. */
export function FindingList({ findings }: { readonly findings: readonly NumberedFinding[] }) {
	const { send, standalone, canEdit } = usePanel();
	return (
		<ul className="problem-list">
			{findings.map(({ finding, number }) => {
				const severity = finding.severity === "hint" ? "info" : finding.severity;
				return (
					<li key={number} className="finding">
						<button
							type="button"
							className="problem"
							disabled={standalone}
							title={finding.rule}
							onClick={() => send({ type: "revealFinding", finding: number })}
						>
							<span className={`problem-icon ${severity}`}>
								<Icon name={severity} />
								<span className="visually-hidden">{finding.severity}</span>
							</span>
							<span className="problem-message">
								<Words text={finding.message} /> <span className="finding-help">{finding.help}</span>
							</span>
						</button>
						{canEdit && finding.fixable && (
							<button
								type="button"
								className="button finding-fix"
								onClick={() => send({ type: "applyFix", finding: number })}
							>
								Fix…
								<span className="visually-hidden"> {finding.message.replaceAll("`", "")}</span>
							</button>
						)}
					</li>
				);
			})}
		</ul>
	);
}
