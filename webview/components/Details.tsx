import { type ReactNode, useMemo } from "react";
import type { DiagramEdge, DiagramTable } from "../../src/core/diagram/diagram";
import { shortType } from "../../src/layout/size";
import { plural, rlsWords, scopeMeaning, scopeWord, shortName } from "../flow/words";
import { usePanel } from "../state/panel";
import { FindingList, findingsOf } from "./Findings";
import { Icon, ScopeIcon } from "./Icon";
import type { TableMenuAt } from "./TableMenu";
import { Words } from "./Words";

/** Everything that is known of the selected table, in words. */
export function Details({ onMenu }: { readonly onMenu: (at: TableMenuAt) => void }) {
	const { diagram, view, dispatch, send, standalone } = usePanel();
	const table = diagram.tables.find((candidate) => candidate.id === view.selected);
	const keys = useMemo(() => diagram.edges.filter((edge) => edge.from === table?.id), [diagram, table]);
	const references = useMemo(() => diagram.edges.filter((edge) => edge.to === table?.id), [diagram, table]);
	const findings = useMemo(() => findingsOf(diagram.findings, table?.id ?? ""), [diagram, table]);
	if (!table) return null;
	const singleTenant = diagram.mode === "single-tenant";
	return (
		<aside className="details" aria-label={`Details of ${table.name}`}>
			<div className="details-head">
				<h2 className="details-name">{shortName(table.id)}</h2>
				<button
					type="button"
					className="icon-button"
					aria-label="Close the details"
					title="Close"
					onClick={() => dispatch({ type: "set", view: { details: false } })}
				>
					<Icon name="close" />
				</button>
			</div>
			<p className={`verdict-of-table ${table.scope}`}>
				<ScopeIcon scope={table.scope} singleTenant={singleTenant} />
				<span>
					<strong>{scopeWord(table.scope, singleTenant)}</strong>: {scopeMeaning(table.scope, singleTenant)}
				</span>
			</p>
			<p className="reason">
				<Words text={table.reason} />
			</p>
			<div className="details-actions">
				{!standalone && (
					<button type="button" className="button" onClick={() => send({ type: "revealTable", table: table.id })}>
						<Icon name="go-to-file" />
						SQL
					</button>
				)}
				<button type="button" className="button" onClick={() => dispatch({ type: "focus", table: table.id })}>
					<Icon name="type-hierarchy" />
					Neighbours
				</button>
				<button
					type="button"
					className="button"
					aria-haspopup="menu"
					onClick={(event) => {
						const rect = event.currentTarget.getBoundingClientRect();
						onMenu({ table: table.id, x: rect.left, y: rect.bottom + 4 });
					}}
				>
					More
					<Icon name="chevron-down" />
				</button>
			</div>
			{findings.length > 0 && (
				<Section title={plural(findings.length, "finding")}>
					<FindingList findings={findings} />
				</Section>
			)}
			{table.comment !== null && <Section title="Comment">{<p>{table.comment}</p>}</Section>}
			{table.tenantPath.length > 0 && (
				<Section title="Way to its tenant">
					<ol className="path">
						{table.tenantPath.map((step) => (
							<li key={step}>
								<code>{step}</code>
							</li>
						))}
					</ol>
				</Section>
			)}
			<Section title="Protection">
				<p>
					<Icon name={table.rls.enabled ? "lock" : "unlock"} /> {capital(rlsWords(table))}.
				</p>
				{table.rls.policies.length > 0 && (
					<ul className="plain-list">
						{table.rls.policies.map((policy) => (
							<li key={policy}>
								<code>{policy}</code>
							</li>
						))}
					</ul>
				)}
			</Section>
			<Columns table={table} />
			<Keys title="References" edges={keys} other={(edge) => edge.to} />
			<Keys title="Referenced by" edges={references} other={(edge) => edge.from} />
			{table.partitions.length > 0 && (
				<Section title={plural(table.partitions.length, "partition")}>
					<ul className="plain-list">
						{table.partitions.map((partition) => (
							<li key={partition}>{partition}</li>
						))}
					</ul>
				</Section>
			)}
			<p className="place">
				{table.place.file}:{table.place.line}
			</p>
		</aside>
	);
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
	return (
		<section className="details-section">
			<h3>{title}</h3>
			{children}
		</section>
	);
}

function Columns({ table }: { readonly table: DiagramTable }) {
	return (
		<Section title={plural(table.columns.length, "column")}>
			<ul className="columns">
				{table.columns.map((column) => {
					const kind = column.primaryKey ? " is-primary" : column.references !== null ? " is-foreign" : "";
					const words = [
						column.primaryKey ? "primary key" : "",
						column.tenant ? "names the tenant" : "",
						column.unique ? "unique" : "",
						column.notNull ? "" : "may be NULL",
					].filter((word) => word !== "");
					return (
						<li key={column.name} className={`row${kind}${column.tenant ? " is-tenant" : ""}`} title={words.join(", ")}>
							<span className="column-name">{column.name}</span>
							<span className="column-type">
								{shortType(column.type)}
								{column.notNull ? "" : "?"}
							</span>
							<span className="visually-hidden">{words.join(", ")}</span>
						</li>
					);
				})}
			</ul>
		</Section>
	);
}

function Keys({
	title,
	edges,
	other,
}: {
	readonly title: string;
	readonly edges: readonly DiagramEdge[];
	readonly other: (edge: DiagramEdge) => string;
}) {
	const { diagram, dispatch } = usePanel();
	const singleTenant = diagram.mode === "single-tenant";
	if (edges.length === 0) return null;
	return (
		<Section title={`${title} (${edges.length})`}>
			<ul className="keys">
				{edges.map((edge) => {
					const id = other(edge);
					const table = diagram.tables.find((candidate) => candidate.id === id);
					return (
						<li key={edge.id}>
							<button
								type="button"
								className={`key ${table?.scope ?? ""}`}
								onClick={() => dispatch({ type: "goTo", table: id })}
							>
								{table && <ScopeIcon scope={table.scope} singleTenant={singleTenant} />}
								<span className="key-name">{shortName(id)}</span>
								<span className="key-columns">
									{edge.columns.join(", ")}
									{edge.nullable ? "?" : ""}
								</span>
							</button>
						</li>
					);
				})}
			</ul>
		</Section>
	);
}

function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
