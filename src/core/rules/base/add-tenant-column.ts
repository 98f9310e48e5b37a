import { backfill, setNotNull } from "../../emit/columns";
import { addForeignKey, type ForeignKeyPlan, referencesClause } from "../../emit/foreign-keys";
import { quoteIdentifier, quoteName } from "../../emit/identifier";
import { addIndex, indexOn } from "../../emit/indexes";
import { constraintName } from "../../emit/names";
import type { Step } from "../../emit/step";
import { qualified, type Table } from "../../schema/model";
import { shown } from "./protection";
import type { Remedy } from "./remedy";
import type { RuleContext } from "./rule";
import { sessionTenant } from "./session-tenant";
import { tenantIndexColumns } from "./tenant-index";
import { keysToRoot, onlyKey, prefixedColumnFor, tenantColumnFor, type Way } from "./ways";

/**
 * Adds the tenant column to a table and fills it over a way to the tenant. Where every row has one on that way, the column
 * ends NOT NULL. Null where the table has another column of that name, or can't be altered so.
 */
export function addTenantColumn(context: RuleContext, table: Table, way: Way): Remedy | null {
	const root = way.root === null ? undefined : context.model.tables.get(way.root);
	const isRoot = way.path.at(-1)?.references === way.root;
	const usual = isRoot ? tenantColumnFor(context, way.root) : way.column;
	const column = prefixedColumnFor(context, way.root, table) ?? usual;
	if (column === null) return null;
	const strict = !way.nullable;
	const fill = backfill(context.model, table, column, way);
	const value = sessionTenant(context, way.type, !strict);
	const added = columnSteps(context, table, { column, type: way.type, root, value, strict });
	if (fill === null || added === null) return null;
	const from = context.model.tables.get(way.path[0]?.references ?? "");
	const over = way.path[0]?.columns.join(", ");
	return {
		title: `Add ${column} to ${shown(table)}, from ${from ? shown(from) : ""} over ${over}`,
		steps: [
			...added,
			fill,
			...indexSteps(context, table, column),
			...(strict ? setNotNullSteps(context, table, column) : []),
		],
		// Without a default the application's INSERTs have to name the new column first.
		automatic: strict && value !== null,
	};
}

/** Adds the tenant column where nothing says what belongs into it: rows that are there stay without a tenant. */
export function addEmptyTenantColumn(context: RuleContext, table: Table): Remedy | null {
	const root = mainRoot(context);
	const usual = root === undefined ? null : tenantColumnFor(context, root);
	if (root === undefined || usual === null) return null;
	const column = prefixedColumnFor(context, root, table) ?? usual;
	const parent = root === null ? undefined : context.model.tables.get(root);
	const type = typeOf(context, root, usual);
	if (type === undefined) return null;
	const value = sessionTenant(context, type, true);
	const added = columnSteps(context, table, { column, type, root: parent, value, strict: false });
	if (added === null) return null;
	return {
		title: `Add ${column} to ${shown(table)}; which tenant its rows belong to is yours to fill in`,
		steps: [...added, ...indexSteps(context, table, column)],
		automatic: false,
	};
}

interface NewColumn {
	readonly column: string;
	readonly type: string;
	/** The table that lists the tenants, where there is one. */
	readonly root: Table | undefined;
	/** Its default. */
	readonly value: string | null;
	readonly strict: boolean;
}

function columnSteps(
	context: RuleContext,
	table: Table,
	{ column, type, root, value, strict }: NewColumn,
): Step[] | null {
	if (table.kind === "foreign" || table.columns.some(({ name }) => name === column)) return null;
	const name = quoteName(table);
	const own = qualified(table);
	const key = root ? keyTo(context, table, column, type, root) : null;
	const parts = [
		`ALTER TABLE ${name} ADD COLUMN ${quoteIdentifier(column)} ${type}`,
		...(value === null ? [] : [`DEFAULT ${value}`]),
		...(strict ? ["NOT NULL"] : []),
		...(key === null ? [] : [referencesClause(key)]),
	];
	const set = `ALTER TABLE ${name} ALTER COLUMN ${quoteIdentifier(column)}`;
	return [
		{
			sql: parts[0] as string,
			phase: "prepare",
			declared: parts.join(" "),
			down: `ALTER TABLE ${name} DROP COLUMN IF EXISTS ${quoteIdentifier(column)}`,
			table: own,
		},
		...(value === null ? [] : [defaultStep(own, set, value, strict)]),
		...(key === null
			? []
			: addForeignKey(table, key, table.kind === "partitioned" ? "finish" : "prepare").map((step) => ({
					...step,
					declared: null,
				}))),
	];
}

/** Apart from ADD COLUMN, which would give the default to the rows that are there. */
function defaultStep(table: string, set: string, value: string, strict: boolean): Step {
	return {
		sql: `${set} SET DEFAULT ${value}`,
		phase: "prepare",
		declared: null,
		down: `${set} DROP DEFAULT`,
		table,
		why: strict
			? "So that INSERTs that do not name the column go on working: they get the session's tenant."
			: "INSERTs that do not name the column get the session's tenant, where one is bound.",
	};
}

/** The foreign key to the root, which does what most others do when a tenant is deleted; null where it can't be. */
export function keyTo(
	context: RuleContext,
	table: Table,
	column: string,
	type: string,
	root: Table,
): ForeignKeyPlan | null {
	const to = onlyKey(root);
	if (to === null || root.columns.find(({ name }) => name === to)?.type !== type) return null;
	const others = keysToRoot(context, qualified(root));
	const styles = others.map(({ onDelete, onUpdate }) => ({ onDelete, onUpdate }));
	const usual = styles
		.map((style) => ({
			style,
			count: styles.filter((each) => each.onDelete === style.onDelete && each.onUpdate === style.onUpdate).length,
		}))
		.sort((a, b) => b.count - a.count)[0]?.style ?? { onDelete: "no action", onUpdate: "no action" };
	return {
		name: constraintName(context.model, table, [column], "fkey"),
		columns: [column],
		references: { schema: root.schema, name: root.name },
		to: [to],
		...usual,
		deferrable: false,
	};
}

function indexSteps({ model }: RuleContext, table: Table, column: string): Step[] {
	const { columns, why } = tenantIndexColumns(table, column);
	return [addIndex(table, indexOn(model, table, columns), why)];
}

function setNotNullSteps({ model }: RuleContext, table: Table, column: string): Step[] {
	// In a file that describes the schema, ADD COLUMN says it.
	return setNotNull(model, table, column).map((step) => ({ ...step, declared: null }));
}

/** The root that most tables belong to; undefined where no table belongs to any. */
function mainRoot({ tenancy }: RuleContext): string | null | undefined {
	const counts = new Map<string | null, number>();
	for (const { tenantColumn, root } of tenancy.tables.values())
		if (tenantColumn !== null) counts.set(root, (counts.get(root) ?? 0) + 1);
	return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** The type of the root's key, or of the column in the first table that has it. */
function typeOf({ model, tenancy }: RuleContext, root: string | null, column: string): string | undefined {
	const parent = root === null ? undefined : model.tables.get(root);
	const key = parent ? onlyKey(parent) : null;
	const own = parent?.columns.find(({ name }) => name === key)?.type;
	if (own !== undefined) return own;
	for (const [name, each] of tenancy.tables) {
		if (each.root !== root || each.tenantColumn !== column) continue;
		return model.tables.get(name)?.columns.find((candidate) => candidate.name === column)?.type;
	}
	return undefined;
}
