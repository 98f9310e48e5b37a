import type { Diagram, DiagramTable } from "../../src/core/diagram/diagram";
import { lacksTenantColumn } from "../../src/core/tenancy/protection";
import { SCOPES } from "../../src/core/tenancy/scope";
import { SCOPE_WORDS } from "../../src/export/scope-style";
import { type Intent, usePanel } from "../state/panel";
import { scopeIcon } from "./Icon";
import { Menu, type MenuItem } from "./Menu";

export interface TableMenuAt {
	readonly table: string;
	readonly x: number;
	readonly y: number;
}

/** What can be done with one table. */
export function TableMenu({ at, onClose }: { readonly at: TableMenuAt; readonly onClose: () => void }) {
	const { diagram, dispatch, send, announce, canEdit, standalone } = usePanel();
	const table = diagram.tables.find((candidate) => candidate.id === at.table);
	if (!table) return null;
	const mark = (scope: (typeof SCOPES)[number] | null, said: string) => () => {
		send({ type: "markTable", table: table.id, scope });
		announce(said);
	};
	const items: MenuItem[] = [];
	if (!standalone) {
		items.push({
			label: "Reveal in SQL",
			icon: "go-to-file",
			hint: "Enter",
			act: () => send({ type: "revealTable", table: table.id }),
		});
	}
	items.push({
		label: "Focus neighbours",
		icon: "type-hierarchy",
		hint: "F",
		act: () => dispatch({ type: "focus", table: table.id }),
	});
	if (canEdit) {
		const fixes = fixesOf(diagram, table, send);
		if (fixes.length > 0) items.push("separator", ...fixes);
		items.push(
			"separator",
			...SCOPES.filter((scope) => scope !== table.scope).map((scope) => ({
				label: `Mark as ${SCOPE_WORDS[scope].toLowerCase()}`,
				icon: scopeIcon(scope, false),
				className: scope,
				act: mark(scope, `${table.name} is marked as ${SCOPE_WORDS[scope].toLowerCase()}.`),
			})),
			{ label: "Clear the mark", icon: "circle-slash", act: mark(null, `The mark of ${table.name} is cleared.`) },
		);
	}
	items.push("separator", {
		label: "Copy name",
		icon: "copy",
		act: () => {
			void navigator.clipboard.writeText(table.id).then(
				() => announce(`${table.id} copied.`),
				() => announce("The clipboard can't be used here."),
			);
		},
	});
	return <Menu label={`Table ${table.name}`} items={items} x={at.x} y={at.y} onClose={onClose} />;
}

/** What the host can do to the table's SQL. */
function fixesOf(diagram: Diagram, table: DiagramTable, send: (intent: Intent) => void): MenuItem[] {
	const items: MenuItem[] = [];
	if (table.unprotected)
		items.push({
			label: "Protect with row-level security",
			icon: "lock",
			act: () => send({ type: "protectTable", table: table.id }),
		});
	if (lacksTenantColumn(table, diagram.mode))
		items.push({
			label: "Make tenant-scoped",
			icon: "shield",
			act: () => send({ type: "scopeTable", table: table.id }),
		});
	return items;
}
