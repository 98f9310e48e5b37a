import { type MouseEvent, useMemo, useState } from "react";
import type { DiagramTable } from "../../src/core/diagram/diagram";
import { SCOPES } from "../../src/core/tenancy/scope";
import { plural, scopeWord } from "../flow/words";
import { usePanel } from "../state/panel";
import { ScopeIcon } from "./Icon";
import { NothingShown } from "./NothingShown";
import type { TableMenuAt } from "./TableMenu";
import { Words } from "./Words";

const COLUMNS = ["Scope", "Table", "Why", "Protection", "Findings"] as const;
type Column = (typeof COLUMNS)[number];

/** The same as the picture, as a table that can be sorted and read out. */
export function TableList({
	tables,
	onMenu,
}: {
	readonly tables: readonly DiagramTable[];
	readonly onMenu: (at: TableMenuAt) => void;
}) {
	const { diagram, view, dispatch, send } = usePanel();
	const [sort, setSort] = useState<{ readonly by: Column; readonly down: boolean }>({ by: "Scope", down: true });
	const sorted = useMemo(() => sortTables(tables, sort.by, sort.down), [tables, sort]);
	const singleTenant = diagram.mode === "single-tenant";
	if (tables.length === 0) return <NothingShown />;
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
		<section className="list" tabIndex={0} aria-label="Tables">
			<table>
				<thead>
					<tr>
						{COLUMNS.map((column) => (
							<th
								key={column}
								scope="col"
								aria-sort={sort.by !== column ? "none" : sort.down ? "descending" : "ascending"}
							>
								<button
									type="button"
									className="sort"
									onClick={() => setSort({ by: column, down: sort.by === column ? !sort.down : column === "Findings" })}
								>
									{column}
									<span className="sort-sign" aria-hidden="true">
										{sort.by === column ? (sort.down ? "↓" : "↑") : ""}
									</span>
								</button>
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{sorted.map((table) => (
						<tr
							key={table.id}
							className={`${table.scope}${table.id === view.selected ? " is-selected" : ""}`}
							onContextMenu={(event: MouseEvent) => {
								event.preventDefault();
								onMenu({ table: table.id, x: event.clientX, y: event.clientY });
							}}
						>
							<td>
								<span className={`tag ${table.scope}`}>
									<ScopeIcon scope={table.scope} singleTenant={singleTenant} />
									{scopeWord(table.scope, singleTenant)}
								</span>
							</td>
							<th scope="row">
								<button
									type="button"
									className="link"
									aria-pressed={table.id === view.selected}
									onClick={() => {
										dispatch({ type: "select", table: table.id });
										send({ type: "revealTable", table: table.id });
									}}
									onDoubleClick={() => dispatch({ type: "goTo", table: table.id })}
								>
									{table.schema !== "public" && <span className="hit-schema">{table.schema}.</span>}
									{table.name}
								</button>
							</th>
							<td className="why">
								<Words text={table.reason} />
							</td>
							<td>{protection(table)}</td>
							<td>{findings(table)}</td>
						</tr>
					))}
				</tbody>
			</table>
		</section>
	);
}

function protection({ rls }: DiagramTable): string {
	if (!rls.enabled) return rls.policies.length > 0 ? "Policies, but off" : "–";
	return `${rls.forced ? "Forced" : "On"}, ${plural(rls.policies.length, "policy", "policies")}`;
}

function findings({ findings: { error, warning } }: DiagramTable): string {
	return (
		[error > 0 ? plural(error, "error") : "", warning > 0 ? plural(warning, "warning") : ""]
			.filter((part) => part !== "")
			.join(", ") || "–"
	);
}

/** By scope, the ones to look at come first when it goes down. Ties are in the order of names. */
function sortTables(tables: readonly DiagramTable[], by: Column, down: boolean): DiagramTable[] {
	const key = (table: DiagramTable): string | number => {
		switch (by) {
			case "Scope":
				return SCOPES.indexOf(table.scope);
			case "Table":
				return table.id;
			case "Why":
				return table.reason;
			case "Protection":
				return (table.rls.enabled ? 1000 : 0) + (table.rls.forced ? 500 : 0) + table.rls.policies.length;
			case "Findings":
				return table.findings.error * 1000 + table.findings.warning;
			default:
				return by satisfies never;
		}
	};
	const sign = down ? -1 : 1;
	return [...tables].sort((a, b) => {
		const [left, right] = [key(a), key(b)];
		if (left !== right) return left < right ? -sign : sign;
		return a.id < b.id ? -1 : 1;
	});
}
