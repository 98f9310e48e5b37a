import type { Catalog } from "./catalog";
import { addCheck } from "./checks";
import type { ConstraintSource } from "./columns";
import type { TableDraft } from "./drafts";
import { removeConstraint } from "./drop-constraint";
import { addForeignKey } from "./foreign-keys";
import { addExclude, addKey } from "./keys";
import { setNotNullInherited } from "./not-null";
import { stringsOf } from "./tree";

/**
 * Adds the constraints that one CREATE TABLE or ALTER TABLE declares, in PostgreSQL's order, on which generated names
 * depend: checks, the primary key, the other keys in the order written, then what LIKE brings (`afterKeys`), then
 * foreign keys.
 *
 * @param isNew of a CREATE TABLE, where equal keys are one; an ALTER TABLE's commands each make their own
 */
export function addConstraints(
	catalog: Catalog,
	table: TableDraft,
	sources: readonly ConstraintSource[],
	{
		isNew,
		recurse,
		afterKeys,
	}: { readonly isNew: boolean; readonly recurse: boolean; readonly afterKeys?: () => void },
): void {
	for (const source of sources) {
		if (isTaken(catalog, table, source)) continue;
		if (source.node.contype === "CONSTR_CHECK") addCheck(catalog, table, source, recurse);
		else if (source.node.contype === "CONSTR_NOTNULL")
			for (const name of stringsOf(source.node.keys)) setNotNullInherited(table, name, recurse);
	}
	const keys = sources.filter(isKey);
	for (const source of isNew ? withoutRepeats(keys) : byCommand(keys).flatMap(withoutRepeats)) {
		if (isTaken(catalog, table, source)) continue;
		if (source.node.contype === "CONSTR_EXCLUSION") addExclude(catalog, table, source);
		else addKey(catalog, table, source, recurse);
	}
	afterKeys?.();
	for (const source of sources)
		if (source.node.contype === "CONSTR_FOREIGN" && !isTaken(catalog, table, source))
			addForeignKey(catalog, table, source);
}

/** Whether PostgreSQL refuses the constraint's name: another of the table has it or, as a key's index, another relation. */
function isTaken(catalog: Catalog, table: TableDraft, source: ConstraintSource): boolean {
	const { node } = source;
	const name = node.conname;
	if (!name) return false;
	const existing = table.constraints.find((constraint) => constraint.name === name);
	// A check of that name which is only inherited becomes the table's own, too.
	if (existing && !(existing.tag === "check" && node.contype === "CONSTR_CHECK" && existing.inherited > 0)) {
		if (catalog.mayBeDropped("constraint")) {
			removeConstraint(catalog, existing, true);
			return false;
		}
		catalog.reportExisting("A constraint", { schema: `${table.schema}.${table.name}`, name });
		return true;
	}
	if (!isKey(source) || node.indexname === name || !catalog.relations.has(`${table.schema}.${name}`)) return false;
	catalog.reportExisting("A relation", { schema: table.schema, name });
	return true;
}

function isKey({ node }: ConstraintSource): boolean {
	return node.contype === "CONSTR_PRIMARY" || node.contype === "CONSTR_UNIQUE" || node.contype === "CONSTR_EXCLUSION";
}

/** An added column's keys are of one command, any other is a command of its own. */
function byCommand(keys: readonly ConstraintSource[]): ConstraintSource[][] {
	const commands: ConstraintSource[][] = [];
	for (const key of keys) {
		const last = commands.at(-1);
		if (last && key.column !== null && last[0]?.column === key.column) last.push(key);
		else commands.push([key]);
	}
	return commands;
}

/** The keys, primary first; of equal ones PostgreSQL makes one, with the first name given (`transformIndexConstraints`). */
function withoutRepeats(keys: readonly ConstraintSource[]): readonly ConstraintSource[] {
	if (keys.length < 2) return keys;
	const ordered = [
		...keys.filter((key) => key.node.contype === "CONSTR_PRIMARY"),
		...keys.filter((key) => key.node.contype !== "CONSTR_PRIMARY"),
	];
	const kept = new Map<string, ConstraintSource>();
	for (const key of ordered) {
		const { node } = key;
		const signature =
			node.contype === "CONSTR_EXCLUSION"
				? `exclude ${kept.size}`
				: JSON.stringify([
						key.column === null ? stringsOf(node.keys) : [key.column],
						stringsOf(node.including),
						node.indexname ?? null,
						node.nulls_not_distinct === true,
						key.deferrable,
					]);
		const first = kept.get(signature);
		if (!first) kept.set(signature, key);
		else if (!first.node.conname && node.conname)
			kept.set(signature, { ...first, node: { ...first.node, conname: node.conname } });
	}
	return [...kept.values()];
}
