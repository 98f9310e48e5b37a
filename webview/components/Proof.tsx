import { useMemo, useState } from "react";
import type { ShownProof } from "../../src/protocol/messages";
import { matrixOf } from "../flow/proof";
import { number, plural } from "../flow/words";
import { usePanel } from "../state/panel";
import { AttackDetails } from "./AttackDetails";
import { Icon } from "./Icon";
import { type Cell, ProofMatrix } from "./ProofMatrix";
import { Words } from "./Words";

/** What attacks on the database came to: the verdict, the matrix, and the attack that is looked at. */
export function Proof() {
	const { proof } = usePanel();
	const matrix = useMemo(() => (proof ? matrixOf(proof) : null), [proof]);
	const [chosen, choose] = useState<Cell | null>(null);
	if (!proof || !matrix) return <NotProved />;
	const attacks = chosen && matrix.rows.find(({ table }) => table === chosen.table)?.cells.get(chosen.kind);
	return (
		<div className="proof">
			<section className="proof-main" aria-label="Proof of isolation">
				<Verdict proof={proof} />
				<ProofMatrix matrix={matrix} chosen={chosen} onChoose={choose} />
				<Notes proof={proof} />
			</section>
			{attacks && <AttackDetails attacks={attacks} onClose={() => choose(null)} />}
		</div>
	);
}

function NotProved() {
	const { canEdit } = usePanel();
	return (
		<div className="proof-none">
			<h2>Is it held, or does it only look so?</h2>
			<p>
				This applies your SQL to a PostgreSQL of its own, fills every table with rows of three tenants, becomes one of
				them, and tries everything to reach the other two. Your databases are not touched.
			</p>
			{canEdit ? (
				<ProveButton label="Prove isolation" primary />
			) : (
				<p>It runs the workspace's SQL, so the workspace has to be trusted first.</p>
			)}
		</div>
	);
}

function ProveButton({ label, primary = false }: { readonly label: string; readonly primary?: boolean }) {
	const { send } = usePanel();
	return (
		<button type="button" className={primary ? "button primary" : "button"} onClick={() => send({ type: "prove" })}>
			<Icon name="beaker" />
			{label}
		</button>
	);
}

const VERDICTS = {
	held: { icon: "shield", words: "Held: no attack reached another tenant's rows" },
	leaked: { icon: "error", words: "Leaked: a tenant reached another tenant's data" },
	inconclusive: { icon: "question", words: "Undecided: not everything could be attacked" },
} as const;

function Verdict({ proof }: { readonly proof: ShownProof }) {
	const { canEdit, send } = usePanel();
	const { icon, words } = VERDICTS[proof.verdict];
	const count = (result: string) => proof.attacks.filter((attack) => attack.result === result).length;
	return (
		<div className={`proof-verdict ${proof.verdict}`}>
			<h2>
				<Icon name={icon} />
				{words}
			</h2>
			<p>
				{plural(proof.attacks.length, "attack")} on {plural(proof.tables, "table")}: {number(count("leaked"))} leaked,{" "}
				{number(count("held"))} held, {number(count("untested"))} untested. {number(proof.filled)} of{" "}
				{plural(proof.tables, "table")} had rows of every tenant. {proof.engine}.
			</p>
			{proof.verdict === "inconclusive" && (
				<ul className="proof-undecided">
					{proof.undecided.map((why) => (
						<li key={why}>
							<Words text={why} />
						</li>
					))}
				</ul>
			)}
			{proof.stale && (
				<p className="proof-stale">
					<Icon name="warning" />
					The SQL has changed since. What you see is of the SQL as it was.
				</p>
			)}
			{canEdit && (
				<div className="proof-actions">
					<ProveButton label="Prove again" primary={proof.stale} />
					{proof.hasTests && (
						<button
							type="button"
							className="button"
							title="As SQL for psql and for pgTAP, to run in your own CI"
							onClick={() => send({ type: "saveTests" })}
						>
							<Icon name="save" />
							Save as tests…
						</button>
					)}
				</div>
			)}
		</div>
	);
}

/** What the verdict rests on, and what it can't say. */
function Notes({ proof }: { readonly proof: ShownProof }) {
	const { send } = usePanel();
	return (
		<div className="proof-notes">
			<Sentences title="What was assumed" sentences={proof.assumptions} />
			{proof.notApplied.length > 0 && (
				<details>
					<summary>{plural(proof.notApplied.length, "statement")} left out</summary>
					<ul>
						{proof.notApplied.map(({ place, message }, at) => (
							<li key={`${place.file}:${place.line}:${message}`}>
								<button type="button" className="link" onClick={() => send({ type: "revealRefusal", refusal: at })}>
									{place.file}:{place.line}
								</button>{" "}
								<Words text={message} />
							</li>
						))}
					</ul>
				</details>
			)}
			<Sentences title="What no schema can close" sentences={proof.limits} />
		</div>
	);
}

function Sentences({ title, sentences }: { readonly title: string; readonly sentences: readonly string[] }) {
	if (sentences.length === 0) return null;
	return (
		<details>
			<summary>{title}</summary>
			<ul>
				{sentences.map((sentence) => (
					<li key={sentence}>
						<Words text={sentence} />
					</li>
				))}
			</ul>
		</details>
	);
}
