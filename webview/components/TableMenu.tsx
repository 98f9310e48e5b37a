import { SCOPES } from "../../src/core/tenancy/scope";
import { SCOPE_WORDS } from "../../src/export/scope-style";
import { usePanel } from "../state/panel";
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
