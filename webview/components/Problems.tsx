import { useMemo, useState } from "react";
import { number, plural } from "../flow/words";
import { usePanel } from "../state/panel";
import { FindingList, findingsOf } from "./Findings";
import { Icon } from "./Icon";
import { Words } from "./Words";

/** What couldn't be read or followed in the SQL; a click shows the place. The rest is drawn all the same. */
export function Problems() {
	const { diagram, send, standalone } = usePanel();
	const [open, setOpen] = useState(false);
	const { problems, statements } = diagram;
	const general = useMemo(() => findingsOf(diagram.findings, null), [diagram]);
	if (problems.length + general.length === 0) return null;
	const other = problems.length - statements.failed;
	const summary = [
		statements.failed > 0
			? `${plural(statements.failed, "statement")} of ${number(statements.total)} could not be read`
			: "",
		other > 0
			? plural(
					other,
					statements.failed > 0 ? "other remark" : "remark about the SQL",
					statements.failed > 0 ? "other remarks" : "remarks about the SQL",
				)
			: "",
		general.length > 0 ? `${plural(general.length, "finding")} about the whole database` : "",
	].filter((part) => part !== "");
	const isSevere = statements.failed > 0 || general.some(({ finding }) => finding.severity === "error");
	return (
		<section className="problems" aria-label="Problems">
			<button type="button" className="problems-head" aria-expanded={open} onClick={() => setOpen(!open)}>
				<Icon name={open ? "chevron-down" : "chevron-right"} />
				<span className={isSevere ? "problem-icon error" : "problem-icon info"}>
					<Icon name={isSevere ? "error" : "info"} />
				</span>
				{summary.join(", ")}
			</button>
			{open && general.length > 0 && <FindingList findings={general} />}
			{open && (
				<ul className="problem-list">
					{problems.map((problem, i) => (
						// biome-ignore lint/suspicious/noArrayIndexKey: a problem's number is its identity in this version of the diagram
						<li key={i}>
							<button
								type="button"
								className="problem"
								disabled={standalone}
								onClick={() => send({ type: "revealProblem", problem: i })}
							>
								<span className={`problem-icon ${problem.severity}`}>
									<Icon name={problem.severity} />
									<span className="visually-hidden">{problem.severity}</span>
								</span>
								<span className="problem-message">
									<Words text={problem.message} />
								</span>
								<span className="problem-place">
									{problem.place.file}:{problem.place.line}
								</span>
							</button>
						</li>
					))}
				</ul>
			)}
		</section>
	);
}
