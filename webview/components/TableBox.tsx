import { type NodeProps, useStore } from "@xyflow/react";
import { type CSSProperties, memo } from "react";
import type { DiagramColumn, DiagramTable } from "../../src/core/diagram/diagram";
import { isKey, shortType, shownColumns } from "../../src/layout/size";
import { ATTACK_WORDS } from "../flow/attack-words";
import { levelAt } from "../flow/detail-at-zoom";
import { fitName } from "../flow/fit-name";
import type { TableNode } from "../flow/nodes";
import { plural, scopeWord } from "../flow/words";
import { usePanel } from "../state/panel";
import { Breakable } from "./Breakable";
import { Icon, ScopeIcon } from "./Icon";

/** A table: whose data it holds in its head, its columns below. What couldn't be read at this zoom is not there. */
export const TableBox = memo(function TableBox({ data, width = 0, height = 0 }: NodeProps<TableNode>) {
	const level = useStore((store) => levelAt(store.transform[2]));
	const singleTenant = usePanel().diagram.mode === "single-tenant";
	const { table, detail, schemaShown, references, leaks } = data;
	if (level === "rectangle") return null;
	if (level === "header") {
		return (
			<div className="table-far" style={{ "--fit": `${fitName(table.name, { width, height })}px` } as CSSProperties}>
				<ScopeIcon scope={table.scope} singleTenant={singleTenant} />
				<span className="table-far-name">
					<Breakable name={table.name} />
				</span>
			</div>
		);
	}
	return (
		<div className="table">
			<Head table={table} schemaShown={schemaShown} singleTenant={singleTenant} references={references} leaks={leaks} />
			<Rows table={table} detail={detail} keysOnly={level === "keys"} />
		</div>
	);
}, sameData);

/** Position and selection are the wrapper's; the inside changes with its data alone. */
function sameData(before: NodeProps<TableNode>, now: NodeProps<TableNode>): boolean {
	return before.data === now.data && before.width === now.width && before.height === now.height;
}

interface HeadProps {
	readonly table: DiagramTable;
	readonly schemaShown: boolean;
	readonly singleTenant: boolean;
	readonly references: number;
	readonly leaks: TableNode["data"]["leaks"];
}

function Head({ table, schemaShown, singleTenant, references, leaks }: HeadProps) {
	return (
		<div className="table-head">
			<ScopeIcon scope={table.scope} singleTenant={singleTenant} />
			<span className="table-name">{table.name}</span>
			<span className="table-scope">
				{schemaShown || table.schema !== "public" ? `${table.schema} · ` : ""}
				{scopeWord(table.scope, singleTenant)}
			</span>
			<span className="badges">
				{references > 0 && (
					<span
						className="badge"
						title={`${plural(references, "table")} reference it; the lines from other groups show when it is selected`}
					>
						<Icon name="references" />
						{references}
					</span>
				)}
				{leaks.length > 0 && (
					<span
						className="badge error"
						title={`Proved: another tenant got through by ${leaks.map((kind) => ATTACK_WORDS[kind].label.toLowerCase()).join(", ")}`}
					>
						<Icon name="beaker" />
						{leaks.length}
					</span>
				)}
				<Badges table={table} />
			</span>
		</div>
	);
}

function Badges({ table }: { readonly table: DiagramTable }) {
	const { rls, partitions, findings } = table;
	return (
		<>
			{partitions.length > 0 && (
				<span className="badge" title={plural(partitions.length, "partition")}>
					<Icon name="layers" />
					{partitions.length}
				</span>
			)}
			{rls.enabled && (
				<span
					className="badge"
					title={
						rls.forced
							? "Row-level security is on and forced"
							: "Row-level security is on, but not forced for the table's owner"
					}
				>
					<Icon name="lock" />
					{rls.policies.length > 0 && rls.policies.length}
				</span>
			)}
			{findings.error > 0 && (
				<span className="badge error" title={plural(findings.error, "error")}>
					<Icon name="error" />
					{findings.error}
				</span>
			)}
			{findings.error === 0 && findings.warning > 0 && (
				<span className="badge warning" title={plural(findings.warning, "warning")}>
					<Icon name="warning" />
					{findings.warning}
				</span>
			)}
		</>
	);
}

function Rows({
	table,
	detail,
	keysOnly,
}: {
	readonly table: DiagramTable;
	readonly detail: TableNode["data"]["detail"];
	readonly keysOnly: boolean;
}) {
	const { columns, hidden } = shownColumns(table, detail);
	const drawn = keysOnly ? columns.filter(isKey) : columns;
	const left = hidden + columns.length - drawn.length;
	return (
		<>
			{drawn.map((column) => (
				<Row key={column.name} column={column} />
			))}
			{left > 0 && detail !== "header" && <div className="row more">+ {plural(left, "column")}</div>}
		</>
	);
}

function Row({ column }: { readonly column: DiagramColumn }) {
	const kind = column.primaryKey ? " is-primary" : column.references !== null ? " is-foreign" : "";
	return (
		<div className={`row${kind}${column.tenant ? " is-tenant" : ""}`}>
			<span className="column-name">{column.name}</span>
			<span className="column-type">
				{shortType(column.type)}
				{column.notNull ? "" : "?"}
			</span>
		</div>
	);
}
