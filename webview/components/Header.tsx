import { useMemo } from "react";
import type { DiagramTable } from "../../src/core/diagram/diagram";
import type { Positions } from "../../src/protocol/messages";
import { ENFORCEMENT_WORDS, MODE_WORDS, number, plural, shortName } from "../flow/words";
import { usePanel } from "../state/panel";
import { ScopeBar } from "./ClusterBox";
import { Icon } from "./Icon";
import { Legend } from "./Legend";
import { Toolbar } from "./Toolbar";
import { plainWords } from "./Words";

interface HeaderProps {
	readonly shown: readonly DiagramTable[];
	readonly positions: Positions | null;
	readonly onSearch: () => void;
	readonly onShortcuts: () => void;
}

/** What was found, in two sentences; then the legend, which filters, and the tools. */
export function Header({ shown, positions, onSearch, onShortcuts }: HeaderProps) {
	const { diagram, view } = usePanel();
	return (
		<header className="header">
			<div className="summary">
				<Databases />
				{diagram.mode === "single-tenant" ? <SingleTenant /> : <Verdict />}
				<Toolbar shown={shown} positions={positions} onSearch={onSearch} onShortcuts={onShortcuts} />
			</div>
			{view.show !== "proof" && <Legend />}
		</header>
	);
}

function Databases() {
	const { message, diagram, send } = usePanel();
	if (message.databases.length < 2) return null;
	return (
		<label className="databases">
			<Icon name="database" />
			<span className="visually-hidden">Database</span>
			<select
				value={diagram.database}
				onChange={(event) => send({ type: "selectDatabase", database: event.target.value })}
			>
				{message.databases.map(({ id, label }) => (
					<option key={id} value={id}>
						{label}
					</option>
				))}
			</select>
		</label>
	);
}

function Verdict() {
	const { diagram } = usePanel();
	const known = diagram.tables.length - diagram.counts.unscoped;
	const all = diagram.counts.unscoped === 0;
	const errors = useMemo(() => diagram.findings.filter(({ severity }) => severity === "error").length, [diagram]);
	return (
		<div className="verdict" title={plainWords(diagram.reason)}>
			<h1 className="verdict-line">
				<Icon name={errors > 0 ? "error" : all ? "shield" : "warning"} />
				<span>
					{all ? (
						<>All {plural(diagram.tables.length, "table")} say whose data they hold</>
					) : (
						<>
							<strong>{number(known)}</strong> of {plural(diagram.tables.length, "table")} say whose data they hold
						</>
					)}
					{/* To know whose each row is keeps nobody out. */}
					{errors > 0 && (
						<>
							, <span className="verdict-errors">{plural(errors, "error")}</span>
						</>
					)}
				</span>
			</h1>
			<p className="verdict-how">
				{MODE_WORDS[diagram.mode]}
				{diagram.roots.length > 0 && (
					<>
						: <b>{diagram.roots.map(shortName).join(" › ")}</b>
					</>
				)}
				{diagram.tenantColumns.length > 0 && (
					<>
						, named by <code>{diagram.tenantColumns.join(", ")}</code>
					</>
				)}
				, {ENFORCEMENT_WORDS[diagram.enforcement]}
			</p>
			<ScopeBar counts={diagram.counts} />
		</div>
	);
}

/** No reproach: a product for one customer needs none of this until it has a second. */
function SingleTenant() {
	const { diagram, send, standalone } = usePanel();
	return (
		<div className="verdict" title={plainWords(diagram.reason)}>
			<h1 className="verdict-line">
				<Icon name="info" />
				<span>No sign of tenants in these {plural(diagram.tables.length, "table")}</span>
			</h1>
			<p className="verdict-how">
				That is fine for one customer. For several, it takes a table whose rows are the customers, and a column in the
				others that says whose each row is.{" "}
				{!standalone && (
					<button
						type="button"
						className="link"
						onClick={() => send({ type: "runCommand", command: "openWalkthrough" })}
					>
						How to get there
					</button>
				)}
			</p>
		</div>
	);
}
