import type { AlterTableCmd, AlterTableStmt } from "@pgsql/types";
import type { Span } from "../text/span";
import { addConstraints } from "./add-constraints";
import { addColumn, alterType, dropColumn, setColumnDefault, setColumnIdentity, setNotNull } from "./alter-column";
import { alterConstraint, dropConstraint, validateConstraint } from "./alter-constraint";
import { type Catalog, partsOf } from "./catalog";
import { type ConstraintSource, columnNamed, constraintSource } from "./columns";
import type { TableDraft, ViewDraft } from "./drafts";
import { attachIndex, attachPartition, detachPartition, setInherit } from "./partitions";
import { relationKind, roleName, splitCommands } from "./statement-parts";
import { as, isOn, optionsOf } from "./tree";
import { alterComposite } from "./types";

/** ALTER TABLE, VIEW, MATERIALIZED VIEW, INDEX, SEQUENCE, FOREIGN TABLE and composite TYPE: all one statement to PostgreSQL. */
export function alterTable(catalog: Catalog, statement: AlterTableStmt): void {
	if (!statement.relation) return;
	const relation = catalog.relation(statement.relation);
	if (!relation) {
		if (!statement.missing_ok)
			catalog.reportMissing(relationKind(statement.objtype), catalog.meant(partsOf(statement.relation)));
		return;
	}
	if (relation.tag === "table") {
		const twice = addedTwice(relation, statement);
		if (twice !== undefined) {
			catalog.reportExisting("A column", { schema: `${relation.schema}.${relation.name}`, name: twice });
			return;
		}
	}
	const spans = splitCommands(catalog.origin.statement.text, statement, statement.relation.location ?? 0);
	if (relation.tag === "table") relation.alterations.push(catalog.location());
	const commands = (statement.cmds ?? []).map(
		(node, i): Command => ({ node: as(node, "AlterTableCmd") ?? {}, span: spans[i] ?? { start: 0, end: 0 } }),
	);
	if (relation.tag === "table") alterTableItself(catalog, relation, commands, statement.relation.inh === true);
	for (const { node } of commands) {
		if (node.subtype === "AT_ChangeOwner") {
			if ("owner" in relation) relation.owner = roleName(node.newowner);
		} else if (relation.tag === "view") alterView(relation, node);
		else if (relation.tag === "composite") alterComposite(catalog, relation.type, node);
		else if (relation.tag === "index" && node.subtype === "AT_AttachPartition")
			attachIndex(catalog, relation, as(node.def, "PartitionCmd")?.name);
	}
}

/** A column that the statement adds though it is there: PostgreSQL refuses the statement with all its commands. */
function addedTwice(table: TableDraft, { cmds = [] }: AlterTableStmt): string | undefined {
	const commands = cmds.map((node) => as(node, "AlterTableCmd"));
	const dropped = new Set(commands.map((node) => (node?.subtype === "AT_DropColumn" ? node.name : undefined)));
	const added = commands.flatMap((node) =>
		node?.subtype === "AT_AddColumn" && !node.missing_ok ? (as(node.def, "ColumnDef")?.colname ?? []) : [],
	);
	return added.find((name) => !dropped.has(name) && columnNamed(table, name));
}

interface Command {
	readonly node: AlterTableCmd;
	readonly span: Span;
}

/** The passes in which PostgreSQL does the commands of one statement (`AlterTablePass` in tablecmds.c). */
const DROP_PASS = 0;
const TYPE_PASS = 1;
const ADD_COLUMN_PASS = 2;
const ATTRIBUTE_PASS = 3;
const CONSTRAINT_PASS = 4;
const LAST_PASS = 5;

function passOf({ node }: Command): number {
	switch (node.subtype) {
		case "AT_DropColumn":
		case "AT_DropConstraint":
		case "AT_DropNotNull":
		case "AT_DropExpression":
		case "AT_DropIdentity":
			return DROP_PASS;
		case "AT_ColumnDefault":
			return node.def ? ATTRIBUTE_PASS : DROP_PASS;
		case "AT_AlterColumnType":
			return TYPE_PASS;
		case "AT_AddColumn":
			return ADD_COLUMN_PASS;
		case "AT_SetNotNull":
		case "AT_AddIdentity":
		case "AT_SetIdentity":
		case "AT_SetExpression":
			return ATTRIBUTE_PASS;
		case "AT_AddConstraint":
			return CONSTRAINT_PASS;
		default:
			return LAST_PASS;
	}
}

function alterTableItself(catalog: Catalog, table: TableDraft, commands: readonly Command[], recurse: boolean): void {
	const ordered = commands.length === 1 ? commands : [...commands].sort((a, b) => passOf(a) - passOf(b));
	const constraints: ConstraintSource[] = [];
	let added = false;
	const add = (): void => {
		if (!added) addConstraints(catalog, table, constraints, { isNew: false, recurse });
		added = true;
	};
	for (const command of ordered) {
		const { node, span } = command;
		if (passOf(command) === LAST_PASS) add();
		const constraint = node.subtype === "AT_AddConstraint" ? as(node.def, "Constraint") : undefined;
		if (constraint)
			constraints.push(
				constraintSource(
					catalog.origin.statement.text,
					constraint,
					{ start: constraint.location ?? span.start, end: span.end },
					null,
				),
			);
		else if (node.subtype === "AT_AddColumn") constraints.push(...addColumn(catalog, table, node, span, recurse));
		else alterOneTable(catalog, table, node, span, recurse);
	}
	add();
}

function alterOneTable(
	catalog: Catalog,
	table: TableDraft,
	command: AlterTableCmd,
	span: Span,
	recurse: boolean,
): void {
	switch (command.subtype) {
		case "AT_DropColumn":
			dropColumn(catalog, table, command, recurse);
			break;
		case "AT_ColumnDefault":
			setColumnDefault(catalog, table, command, span, recurse);
			break;
		case "AT_AlterColumnType":
			alterType(catalog, table, command, span, recurse);
			break;
		case "AT_SetNotNull":
			setNotNull(catalog, table, command, true, recurse);
			break;
		case "AT_DropNotNull":
			setNotNull(catalog, table, command, false, recurse);
			break;
		case "AT_AddIdentity":
		case "AT_SetIdentity":
		case "AT_DropIdentity":
		case "AT_DropExpression":
		case "AT_SetExpression":
			setColumnIdentity(catalog, table, command, span, recurse);
			break;
		case "AT_DropConstraint":
			dropConstraint(catalog, table, command);
			break;
		case "AT_ValidateConstraint":
			validateConstraint(catalog, table, command);
			break;
		case "AT_AlterConstraint":
			alterConstraint(catalog, table, command);
			break;
		case "AT_EnableRowSecurity":
		case "AT_DisableRowSecurity":
			table.rls.enabled = command.subtype === "AT_EnableRowSecurity";
			table.rls.location = catalog.location(span);
			break;
		case "AT_ForceRowSecurity":
		case "AT_NoForceRowSecurity":
			table.rls.forced = command.subtype === "AT_ForceRowSecurity";
			table.rls.forcedLocation = catalog.location(span);
			break;
		case "AT_SetLogged":
		case "AT_SetUnLogged":
			if (table.persistence !== "temporary")
				table.persistence = command.subtype === "AT_SetLogged" ? "permanent" : "unlogged";
			break;
		case "AT_AttachPartition":
			attachPartition(catalog, table, as(command.def, "PartitionCmd"));
			break;
		case "AT_DetachPartition":
			detachPartition(catalog, table, as(command.def, "PartitionCmd")?.name);
			break;
		case "AT_AddInherit":
		case "AT_DropInherit":
			setInherit(catalog, table, as(command.def, "RangeVar"), command.subtype === "AT_AddInherit");
			break;
	}
}

function alterView(view: ViewDraft, command: AlterTableCmd): void {
	const isReset = command.subtype === "AT_ResetRelOptions";
	if (command.subtype !== "AT_SetRelOptions" && !isReset) return;
	const options = optionsOf(as(command.def, "List")?.items);
	if (options.has("security_invoker")) view.securityInvoker = !isReset && isOn(options.get("security_invoker"));
}
