import { type Column, qualified, type SchemaModel, type Table } from "../schema/model";
import { isNotNull, keyType, type Reference, type References } from "./references";
import { fitsRoot, namesakes, type Root } from "./roots";
import { ownerFirst } from "./user-tenancy";
import { referenceNoun, snake, tenantWeight } from "./vocabulary";

/** A tenant column of a table: which root it means, and how that is known. */
export interface TenantColumn {
	readonly column: string;
	readonly root: string | null;
	readonly notNull: boolean;
	/** The declared foreign key to the root, if there is one. */
	readonly declared: boolean;
}

/** What was found for a table, and from what beside the table itself. */
const lastFound = new WeakMap<
	Table,
	{ readonly own: readonly Reference[]; readonly roots: string; readonly column: TenantColumn | null }
>();

/** The column by which a table says its tenant, the best of several: NOT NULL first, then called like it, then the commonest root. */
export function tenantColumnOf(
	table: Table,
	model: SchemaModel,
	references: References,
	roots: readonly Root[],
): TenantColumn | null {
	const own = references.of(qualified(table));
	const given = describeRoots(roots, model);
	const last = lastFound.get(table);
	if (last && last.own === own && last.roots === given) return last.column;
	const column = findTenantColumn(table, model, own, roots);
	lastFound.set(table, { own, roots: given, column });
	return column;
}

const described = new WeakMap<readonly Root[], string>();

/** All that a table's tenant column may depend on in the roots; asked for each table. */
function describeRoots(roots: readonly Root[], model: SchemaModel): string {
	let text = described.get(roots);
	if (text === undefined) {
		const domains = [...model.types].filter(([, type]) => type.kind === "domain");
		text = JSON.stringify([
			roots.map((root) => {
				const table = root.table === null ? undefined : model.tables.get(root.table);
				const own = table ? namesakes(table, root).map(({ name, type }) => [name, type]) : [];
				return [root.table, root.columns, root.carriers, table ? keyType(table) : null, own, root.twins];
			}),
			domains.map(([name, { base }]) => [name, base]),
		]);
		described.set(roots, text);
	}
	return text;
}

function findTenantColumn(
	table: Table,
	model: SchemaModel,
	own: readonly Reference[],
	roots: readonly Root[],
): TenantColumn | null {
	const found: TenantColumn[] = [];
	const named = new Set<TenantColumn>();
	const name = qualified(table);
	const byCarriers = roots.length < 2 ? roots : [...roots].sort((a, b) => b.carriers - a.carriers);
	for (const root of byCarriers) {
		const names = root.columns.map(snake);
		const key = root.twins?.includes(name) ? table.primaryKey?.columns[0] : undefined;
		if (key !== undefined) return { column: key, root: root.table, notNull: true, declared: pointsAt(own, key, root) };
		// The commonest name first, where a table has several; of people, whose row it is.
		const called = table.columns
			.filter((c) => names.includes(snake(c.name)) && meansRoot(table, c, own, root, model))
			.map((c) => c.name)
			.sort((a, b) => names.indexOf(snake(a)) - names.indexOf(snake(b)));
		const column = ownerFirst(table, called)[0];
		if (column && root.table !== name) {
			const tenant = {
				column,
				root: root.table,
				notNull: isNotNull(table, column),
				declared: pointsAt(own, column, root),
			};
			found.push(tenant);
			named.add(tenant);
			continue;
		}
		// Another name for it (`owner_organization_id`) counts where there is only one way to the root and every row takes it.
		const others = own.filter((r) => r.declared && r.target === root.table && r.target !== name);
		const only = others[0];
		if (others.length === 1 && only?.notNull && only.columns.length === 1) {
			found.push({ column: only.columns[0] as string, root: root.table, notNull: true, declared: true });
		}
	}
	return found.find((c) => c.notNull && named.has(c)) ?? found.find((c) => c.notNull) ?? found[0] ?? null;
}

/**
 * A column called like the tenant column is not one when its foreign key leads elsewhere, or its type can't hold the key; nor is a
 * key that is only called `id`, whatever it means in a table that people share their keys with.
 */
function meansRoot(table: Table, given: Column, own: readonly Reference[], root: Root, model: SchemaModel): boolean {
	const column = given.name;
	const declared = own.filter((r) => r.declared && r.columns.includes(column));
	if (root.table !== null && declared.some((r) => isKeyOf(r.target, root))) return true;
	if (declared.some((r) => r.columns.length === 1)) return false;
	if (/^(id|uuid|guid|uid|pk)$/.test(snake(column)) && table.primaryKey?.columns.includes(column)) return false;
	return fitsRoot(model, root, given);
}

/** A column that is plainly called after tenants, as the tenant column is, and can't hold the key of their table. */
export interface Mistyped {
	readonly column: Column;
	readonly root: string;
	/** Of the root's key. */
	readonly type: string;
}

/** The column of the table that its type alone keeps from being its tenant column: the rows are some tenant's all the same. */
export function mistypedColumn(
	table: Table,
	model: SchemaModel,
	references: References,
	roots: readonly Root[],
): Mistyped | null {
	const keyed = new Set(references.of(qualified(table)).flatMap(({ columns, declared }) => (declared ? columns : [])));
	for (const column of table.columns) {
		if (keyed.has(column.name) || tenantWeight(referenceNoun(column.name) ?? "") < 5) continue;
		for (const root of roots) {
			const target = root.table === null ? undefined : model.tables.get(root.table);
			const isNamed = root.columns.some((name) => snake(name) === snake(column.name));
			if (target && isNamed && !fitsRoot(model, root, column))
				return { column, root: qualified(target), type: keyType(target) };
		}
	}
	return null;
}

/** Whether a table's key is the root's: it is the root, or a twin of it. */
const isKeyOf = (target: string, root: Root) => target === root.table || root.twins?.includes(target) === true;

function pointsAt(own: readonly Reference[], column: string, root: Root): boolean {
	return own.some((r) => r.declared && r.columns.includes(column) && isKeyOf(r.target, root));
}
