import { useState } from "react";
import type { DiagramTable } from "../../src/core/diagram/diagram";
import { DETAILS, type Detail } from "../../src/layout/size";
import { EXPORT_FORMATS, type ExportFormat, type Positions } from "../../src/protocol/messages";
import { usePanel } from "../state/panel";
import { detailOf } from "../state/reduce";
import { Icon, type IconName } from "./Icon";
import { Menu } from "./Menu";

const DETAIL_WORDS: Readonly<Record<Detail, { readonly label: string; readonly title: string }>> = {
	full: { label: "All", title: "All columns" },
	keys: { label: "Keys", title: "Only keys and tenant columns" },
	header: { label: "Names", title: "Only the tables' names" },
};

const FORMAT_WORDS: Readonly<Record<ExportFormat, { readonly label: string; readonly hint: string }>> = {
	html: { label: "Interactive page", hint: ".html" },
	svg: { label: "Picture, vectors", hint: ".svg" },
	png: { label: "Picture, pixels", hint: ".png" },
	mmd: { label: "Mermaid", hint: ".mmd" },
	dbml: { label: "DBML", hint: ".dbml" },
	json: { label: "Data", hint: ".json" },
};

interface ToolbarProps {
	readonly shown: readonly DiagramTable[];
	readonly positions: Positions | null;
	readonly onSearch: () => void;
	readonly onShortcuts: () => void;
}

/** Everything that isn't a filter and isn't about the viewport. */
export function Toolbar({ shown, positions, onSearch, onShortcuts }: ToolbarProps) {
	const { diagram, view, dispatch, standalone } = usePanel();
	const detail = detailOf(view, diagram);
	const isList = view.show === "list";
	const isDiagram = view.show === "diagram";
	return (
		<div className="toolbar" role="toolbar" aria-label="Diagram">
			<button type="button" className="button search-button" onClick={onSearch} aria-keyshortcuts="/">
				<Icon name="search" />
				<span className="button-words">Find</span>
				<kbd>/</kbd>
			</button>
			{isDiagram && (
				<fieldset className="segments">
					<legend className="visually-hidden">Columns</legend>
					{DETAILS.map((candidate) => (
						<button
							key={candidate}
							type="button"
							className="segment"
							title={DETAIL_WORDS[candidate].title}
							aria-pressed={candidate === detail}
							aria-label={DETAIL_WORDS[candidate].title}
							onClick={() => dispatch({ type: "set", view: { detail: candidate } })}
						>
							{DETAIL_WORDS[candidate].label}
						</button>
					))}
				</fieldset>
			)}
			{isDiagram && diagram.edges.some((edge) => edge.tenant) && (
				<Toggle
					icon="organization"
					label="Keys to the tenant"
					pressed={view.tenantEdges}
					onClick={() => dispatch({ type: "set", view: { tenantEdges: !view.tenantEdges } })}
				/>
			)}
			<Toggle
				icon="list-flat"
				label="List"
				hint="L"
				pressed={isList}
				onClick={() => dispatch({ type: "set", view: { show: isList ? "diagram" : "list" } })}
			/>
			{!standalone && (
				<Toggle
					icon="beaker"
					label="Proof of isolation"
					hint="P"
					pressed={view.show === "proof"}
					onClick={() => dispatch({ type: "set", view: { show: view.show === "proof" ? "diagram" : "proof" } })}
				/>
			)}
			<Toggle
				icon="layout-sidebar-right"
				label="Details"
				pressed={view.details}
				onClick={() => dispatch({ type: "set", view: { details: !view.details } })}
			/>
			{!standalone && <ExportMenu shown={shown} positions={positions} />}
			<button
				type="button"
				className="icon-button"
				title="All keys (?)"
				aria-label="Keyboard shortcuts"
				onClick={onShortcuts}
			>
				<Icon name="question" />
			</button>
		</div>
	);
}

interface ToggleProps {
	readonly icon: IconName;
	readonly label: string;
	readonly hint?: string;
	readonly pressed: boolean;
	readonly onClick: () => void;
}

function Toggle({ icon, label, hint, pressed, onClick }: ToggleProps) {
	return (
		<button
			type="button"
			className="icon-button"
			title={hint ? `${label} (${hint})` : label}
			aria-label={label}
			aria-pressed={pressed}
			onClick={onClick}
		>
			<Icon name={icon} />
		</button>
	);
}

function ExportMenu({ shown, positions }: Pick<ToolbarProps, "shown" | "positions">) {
	const { send } = usePanel();
	const [at, setAt] = useState<{ x: number; y: number } | null>(null);
	return (
		<>
			<button
				type="button"
				className="icon-button"
				title="Export"
				aria-label="Export"
				aria-haspopup="menu"
				aria-expanded={at !== null}
				onClick={(event) => {
					const rect = event.currentTarget.getBoundingClientRect();
					setAt({ x: rect.left, y: rect.bottom + 4 });
				}}
			>
				<Icon name="export" />
			</button>
			{at && (
				<Menu
					label="Export"
					x={at.x}
					y={at.y}
					onClose={() => setAt(null)}
					items={EXPORT_FORMATS.map((format) => ({
						...FORMAT_WORDS[format],
						act: () =>
							send({ type: "export", format, positions: positions ?? {}, tables: shown.map((table) => table.id) }),
					}))}
				/>
			)}
		</>
	);
}
