import type { AlterTableCmd } from "@pgsql/types";
import type { Catalog } from "./catalog";
import type { ConstraintDraft, TableDraft } from "./drafts";
import { removeConstraint } from "./drop-constraint";
import { as } from "./tree";

/** The table's constraint of that name; reported when it isn't there. */
function constraintOf(catalog: Catalog, table: TableDraft, command: AlterTableCmd): ConstraintDraft | null {
	const found = table.constraints.find((constraint) => constraint.name === command.name);
	if (!found && !command.missing_ok)
		catalog.reportMissing("Constraint", { schema: `${table.schema}.${table.name}`, name: command.name ?? "" });
	return found ?? null;
}

export function dropConstraint(catalog: Catalog, table: TableDraft, command: AlterTableCmd): void {
	const constraint = constraintOf(catalog, table, command);
	if (constraint) removeConstraint(catalog, constraint, command.behavior === "DROP_CASCADE");
}

export function validateConstraint(catalog: Catalog, table: TableDraft, command: AlterTableCmd): void {
	const constraint = constraintOf(catalog, table, command);
	if (constraint?.tag === "foreign" || constraint?.tag === "check") constraint.validated = true;
	if (constraint?.tag !== "check") return;
	for (const child of table.children) {
		const inherited = child.constraints.find((each) => each.tag === "check" && each.name === constraint.name);
		if (inherited) validateConstraint(catalog, child, command);
	}
}

/** ALTER CONSTRAINT … [NOT] DEFERRABLE. */
export function alterConstraint(catalog: Catalog, table: TableDraft, command: AlterTableCmd): void {
	const definition = as(command.def, "ATAlterConstraint") ?? as(command.def, "Constraint");
	const constraint = constraintOf(catalog, table, { ...command, name: definition?.conname ?? command.name });
	if (constraint?.tag !== "foreign") return;
	constraint.deferrable = definition?.deferrable === true;
	constraint.initiallyDeferred = definition?.initdeferred === true;
}
