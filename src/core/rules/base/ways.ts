import { type ForeignKey, qualified, type Table } from "../../schema/model";
import { columnPrefix, ownName } from "../../tenancy/column-prefix";
import { isNotNull } from "../../tenancy/references";
import type { PathStep } from "../../tenancy/scope";
import { snake } from "../../tenancy/vocabulary";
import type { RuleContext, TenantTable } from "./rule";

/** A way over foreign keys from a table's rows to their tenant. */
export interface Way {
	readonly path: readonly PathStep[];
	/** What the path's last table calls the tenant: its tenant column, or its own key where it is the root. */
	readonly column: string;
	/** The type of that. */
	readonly type: string;
	/** The root that the tenant belongs to; null where the tenant key stands free. */
	readonly root: string | null;
	/** Whether a row may have no parent on the way, or a parent without tenant. */
	readonly nullable: boolean;
}

/** The way of a table that is derived. */
export function ownWay(context: RuleContext, { table, own }: TenantTable): Way | null {
	return own.path === null || own.path.length === 0 ? null : wayOver(context, table, own.path);
}

/** All ways that a table's own foreign keys lead, each key's once; keys that contain one of the columns are left out. */
export function waysOf(context: RuleContext, table: Table, without: string | null = null): Way[] {
	const own = qualified(table);
	return table.foreignKeys.flatMap((key) => {
		const target = qualified(key.references);
		const theirs = context.tenancy.tables.get(target);
		if (target === own || !theirs || (without !== null && key.columns.includes(without))) return [];
		const path = [stepOf(key), ...(theirs.scope === "tenant-derived" ? (theirs.path ?? []) : [])];
		return wayOver(context, table, path) ?? [];
	});
}

function stepOf({ columns, references, to }: ForeignKey): PathStep {
	return { columns, references: qualified(references), to };
}

function wayOver({ model, tenancy }: RuleContext, table: Table, path: readonly PathStep[]): Way | null {
	const targets = path.map(({ references }) => model.tables.get(references));
	const end = targets.at(-1);
	const theirs = tenancy.tables.get(path.at(-1)?.references ?? "");
	if (!end || !theirs || targets.includes(undefined)) return null;
	const isRoot = theirs.scope === "tenant-root";
	const column = isRoot ? onlyKey(end) : theirs.tenantColumn;
	const type = end.columns.find(({ name }) => name === column)?.type;
	if (!column || type === undefined) return null;
	const mayMiss = (from: Table | undefined, step: PathStep) =>
		from === undefined || step.columns.some((name) => !isNotNull(from, name));
	const nullable = path.some((step, i) => mayMiss(i === 0 ? table : targets[i - 1], step)) || !isNotNull(end, column);
	return { path, column, type, root: isRoot ? qualified(end) : theirs.root, nullable };
}

/** The column of a table's primary key where it is only one. */
export function onlyKey(table: Table): string | null {
	const columns = table.primaryKey?.columns ?? [];
	return columns.length === 1 ? (columns[0] as string) : null;
}

/** What tables call the column for the tenants of a root; the commonest name, null where none has one. */
export function tenantColumnFor({ tenancy }: RuleContext, root: string | null): string | null {
	const counts = new Map<string, number>();
	for (const own of tenancy.tables.values())
		if (own.tenantColumn !== null && own.root === root)
			counts.set(own.tenantColumn, (counts.get(own.tenantColumn) ?? 0) + 1);
	return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

/**
 * What a new tenant column of a table is called where each table puts its own name before its columns' (`task_space_id` in `tasks`):
 * the others' name behind the table's own. Null where tables simply call theirs alike.
 */
export function prefixedColumnFor({ model, tenancy }: RuleContext, root: string | null, table: Table): string | null {
	const spelled = new Set<string>();
	const counts = new Map<string, number>();
	for (const [key, own] of tenancy.tables) {
		if (own.tenantColumn === null || own.root !== root) continue;
		spelled.add(snake(own.tenantColumn));
		const name = ownName(model.tables.get(key), own.tenantColumn);
		counts.set(name, (counts.get(name) ?? 0) + 1);
	}
	const [most] = [...counts].sort((a, b) => b[1] - a[1]);
	return most && most[1] > 1 && spelled.size > counts.size ? `${columnPrefix(table)}${most[0]}` : null;
}

/** The foreign keys with which tables point at a root by their tenant column alone. */
export function keysToRoot({ model, tenancy }: RuleContext, root: string): ForeignKey[] {
	return [...tenancy.tables].flatMap(([key, own]) => {
		if (own.tenantColumn === null || own.root !== root) return [];
		const found = model.tables
			.get(key)
			?.foreignKeys.find(
				({ columns, references }) =>
					columns.length === 1 && columns[0] === own.tenantColumn && qualified(references) === root,
			);
		return found ?? [];
	});
}

/** Whether a table's tenant is one that is there: by a foreign key to the root, or to a row that itself names an existing tenant. */
export function namesExistingTenant({ tenancy }: RuleContext, { table, own }: TenantTable, tenant: string): boolean {
	return table.foreignKeys.some(({ columns, references, to }) => {
		const at = columns.indexOf(tenant);
		const target = qualified(references);
		if (at < 0) return false;
		if (target === own.root) return true;
		const theirs = tenancy.tables.get(target);
		return to[at] === theirs?.tenantColumn && columns.every((name) => name === tenant || isNotNull(table, name));
	});
}
