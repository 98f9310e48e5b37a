import { type Column, qualified, type SchemaModel, type Table } from "../schema/model";
import { isAuditColumn } from "./logins";
import type { People } from "./people";
import { keyType, type Reference, type References, sameKind } from "./references";
import type { Root } from "./roots";
import { polymorphic } from "./shared";

/** Why a column that is called like the tenant column is none; null where there is no such column. */
export function whyMistyped(column: Column | null): string | null {
	return (
		column &&
		`Its \`${column.name}\` is called like the tenant column, but it is \`${column.type}\`, and the tenants' key is of another type: nothing in the database says that it holds one.`
	);
}

/**
 * Why nothing says whose rows a table holds: the nearest thing to a way, and what it lacks.
 * @param held tables that are known to hold tenants' data
 * @param isShared whether a table is known to hold nobody's
 */
export function whyUnscoped(
	table: Table,
	{
		references,
		model,
		people,
		roots,
	}: { references: References; model: SchemaModel; people: People; roots: readonly Root[] },
	held: ReadonlySet<string>,
	isShared: (table: string) => boolean,
): string {
	if (table.columns.length === 0)
		return "Its columns can't be known from these files, so it can't be said whose rows it holds.";
	const name = qualified(table);
	const own = references.of(name).filter((r) => r.target !== name);
	const way = (r: Reference) => `\`${r.columns.join(", ")}\` → \`${r.target}\``;
	const other = ofAnotherKind(table, own, model, roots);
	if (other)
		return `It names its tenant in \`${other.column.name}\`, which is ${other.column.type}, while the key of \`${other.root}\` is ${other.type}: nothing in the database ties the two.`;
	const optional = own.filter((r) => r.declared && !r.notNull && held.has(r.target));
	if (optional.length > 0)
		return `It points at tenants' data only over columns that may be NULL (${optional.slice(0, 3).map(way).join(", ")}), so a row may belong to nobody.`;
	const poly = polymorphic(table);
	const back = references.to(name).filter((r) => r.declared && r.from !== name && held.has(r.from));
	// What may be NULL says less than the rows that point here.
	const isWay = (r: Reference) => !r.declared && held.has(r.target) && (r.notNull || back.length === 0);
	const meant = own.filter((r) => isWay(r) && !r.columns.includes(poly?.id ?? ""));
	if (poly && meant.length === 0)
		return `Whose row it is depends on \`${poly.type}\` and \`${poly.id}\` together, which no foreign key can follow to a tenant.`;
	if (meant.length > 0)
		return `${meant.slice(0, 2).map(way).join(" and ")} ${meant.length === 1 ? "looks like a way" : "look like ways"} to a tenant, but there is no foreign key, so the database does not keep it true.`;
	if (back.length > 0)
		return `Tenants' rows point at it (\`${back[0]?.from}.${back[0]?.columns.join(", ")}\`), but nothing in its own rows says whose they are.`;
	const person = own.find((r) => people.isPerson(r.target) && !isAuditColumn(r.columns));
	if (person)
		return `It belongs to a person (${way(person)}), and a person may be in several tenants: nothing says for which tenant the row is.`;
	const above = own.find((r) => r.declared && r.notNull && model.tables.has(r.target) && !isShared(r.target));
	if (above)
		return `Each row belongs to a row of another table (${way(above)}), and nothing says whose those are. Once that table names its tenant, each row here has it, too.`;
	const lost = own.find((r) => !model.tables.has(r.target));
	if (lost)
		return `It points at \`${lost.target}\`, which these files do not create, so it can't be said whose rows it holds.`;
	const likely = own.find((r) => !r.declared && r.notNull && !isShared(r.target));
	if (likely)
		return `${way(likely)} looks like a way to a row of another table, but there is no foreign key, and nothing says whose those rows are either.`;
	return "It has no tenant column and no foreign key to a table that has one: nothing says whose rows it holds. If they are nobody's, say so with `@tenancy shared`.";
}

/** A column that is called as the tenant's is and can't be it by its type: text for a uuid. */
function ofAnotherKind(
	table: Table,
	own: readonly Reference[],
	model: SchemaModel,
	roots: readonly Root[],
): { column: Column; root: string; type: string } | null {
	for (const { table: root, columns } of roots) {
		const target = root === null ? undefined : model.tables.get(root);
		const column = table.columns.find(({ name }) => name === columns[0]);
		if (root === null || !target || !column || own.some((r) => r.declared && r.columns.includes(column.name))) continue;
		const type = keyType(target);
		if (type !== "" && !sameKind(type, column.type, model.types)) return { column, root, type };
	}
	return null;
}
