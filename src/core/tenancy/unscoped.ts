import { qualified, type SchemaModel, type Table } from "../schema/model";
import { isAuditColumn } from "./logins";
import type { People } from "./people";
import type { Reference, References } from "./references";
import { polymorphic } from "./shared";
import type { Mistyped } from "./tenant-column";

/** Why a column that is called like the tenant column is none; null where there is no such column. */
export function whyMistyped(mistyped: Mistyped | null): string | null {
	return (
		mistyped &&
		`It names its tenant in \`${mistyped.column.name}\`, which is ${mistyped.column.type}, while the key of \`${mistyped.root}\` is ${mistyped.type}: nothing in the database ties the two.`
	);
}

/**
 * Why nothing says whose rows a table holds: the nearest thing to a way, and what it lacks.
 * @param held tables that are known to hold tenants' data
 * @param isShared whether a table is known to hold nobody's
 */
export function whyUnscoped(
	table: Table,
	{ references, model, people }: { references: References; model: SchemaModel; people: People },
	held: ReadonlySet<string>,
	isShared: (table: string) => boolean,
): string {
	if (table.columns.length === 0)
		return "Its columns can't be known from these files, so it can't be said whose rows it holds.";
	const name = qualified(table);
	const own = references.of(name).filter((r) => r.target !== name);
	const way = (r: Reference) => `\`${r.columns.join(", ")}\` → \`${r.target}\``;
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
	// Who made or changed a row is somebody wherever the people are kept.
	const lost = own.find((r) => !model.tables.has(r.target) && !people.isPerson(r.target));
	if (lost)
		return `It points at \`${lost.target}\`, which these files do not create, so it can't be said whose rows it holds.`;
	const likely = own.find((r) => !r.declared && r.notNull && !isShared(r.target));
	if (likely)
		return `${way(likely)} looks like a way to a row of another table, but there is no foreign key, and nothing says whose those rows are either.`;
	return "It has no tenant column and no foreign key to a table that has one: nothing says whose rows it holds. If they are nobody's, say so with `@tenancy shared`.";
}
