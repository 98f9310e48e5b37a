import { onlyKey } from "../../rules/base/ways";
import { type ForeignKey, qualified, type SchemaModel, type Table } from "../../schema/model";
import type { Tenancy } from "../../tenancy/scope";
import { referencedFirst } from "../base/reference-order";
import { type TenantSetting, tenantColumns } from "../base/tenant-setting";

/** Where each table lives in a Citus cluster. */
export interface Placement {
	/** Spread over the nodes by this column; the tenants' own table first, then referenced ones before those that point at them. */
	readonly distributed: ReadonlyMap<string, string>;
	/** A copy on each node. */
	readonly reference: readonly string[];
	/** On the coordinator alone, and why. */
	readonly local: readonly { readonly table: string; readonly why: string }[];
}

export function placementOf(model: SchemaModel, tenancy: Tenancy, setting: TenantSetting): Placement {
	const columns = tenantColumns(model, tenancy, setting);
	const distributed = new Map<string, string>();
	const reference: string[] = [];
	const local: { table: string; why: string }[] = [];
	const root = model.tables.get(setting.root ?? "");
	const rootKey = root ? onlyKey(root) : null;
	if (root && rootKey !== null) distributed.set(qualified(root), rootKey);
	for (const table of referencedFirst(model.tables.values(), model.tables)) {
		const key = qualified(table);
		const own = tenancy.tables.get(key);
		const column = columns.get(key);
		// Partitions go with their parent.
		if (distributed.has(key) || table.partitionOf !== null) continue;
		if (column !== undefined) distributed.set(key, column);
		else if (own?.scope === "shared" && table.kind === "table") reference.push(key);
		else local.push({ table: key, why: whyLocal(table, own?.scope, setting) });
	}
	return { distributed, reference, local };
}

function whyLocal(table: Table, scope: string | undefined, { root }: TenantSetting): string {
	if (table.kind === "foreign") return "it is a foreign table";
	if (scope === "unscoped") return "nothing says which tenant its rows belong to";
	return `it has no column of its own that holds the key of ${root ?? "the tenant"}`;
}

/** What Citus would refuse. */
export interface Violation {
	readonly table: string;
	/** The key, constraint or index. */
	readonly name: string;
	readonly message: string;
}

/**
 * The keys that Citus refuses: each primary key, unique key and exclusion has to contain the distribution column, and a foreign
 * key between distributed tables has to pair the two distribution columns. One from a distributed to a reference table may have
 * any columns, one the other way round can't be.
 * https://docs.citusdata.com/en/stable/develop/reference_ddl.html#adding-removing-constraints
 */
export function violations(model: SchemaModel, placement: Placement): Violation[] {
	const { distributed, reference } = placement;
	const found: Violation[] = [];
	for (const [key, table] of model.tables) {
		const column = distributed.get(key);
		const say = (name: string, message: string) => found.push({ table: key, name, message });
		if (column !== undefined) {
			for (const each of uniqueKeys(table))
				if (!each.columns.includes(column)) say(each.name, `${each.name} of ${key} does not contain ${column}.`);
		}
		for (const each of table.foreignKeys) {
			const message = foreignKeyProblem(key, each, placement, reference.includes(key));
			if (message !== null) say(each.name, message);
		}
	}
	return found;
}

/** What has to be unique, and on which columns; an expression is null. */
export function uniqueKeys(table: Table): { readonly name: string; readonly columns: readonly (string | null)[] }[] {
	return [
		...(table.primaryKey ? [table.primaryKey] : []),
		...table.uniques,
		...table.indexes.filter(({ unique }) => unique),
		...table.excludes,
	];
}

function foreignKeyProblem(
	from: string,
	{ name, columns, references, to }: ForeignKey,
	{ distributed, reference }: Placement,
	isReference: boolean,
): string | null {
	const target = qualified(references);
	const [own, theirs] = [distributed.get(from), distributed.get(target)];
	if (isReference && theirs !== undefined)
		return `${name}: a reference table can't point at the distributed ${target}.`;
	if (own === undefined) return theirs === undefined ? null : `${name}: ${from} is local and can't point at ${target}.`;
	if (reference.includes(target)) return null;
	if (theirs === undefined) return `${name}: ${from} is distributed and can't point at the local ${target}.`;
	const pairs = columns.some((column, i) => column === own && to[i] === theirs);
	return pairs ? null : `${name} of ${from} does not pair ${own} with ${theirs} of ${target}.`;
}
