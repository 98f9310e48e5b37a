import { factOf } from "../schema/facts";
import { type Column, qualified, type SchemaModel, type Table } from "../schema/model";
import { headNoun, referenceNoun, snake, wordsOf } from "./vocabulary";

/** A way from a row to a row of another table: a declared foreign key, or a column that is evidently meant as one. */
export interface Reference {
	readonly from: string;
	readonly columns: readonly string[];
	/** Qualified key; the table may be missing from the model (`auth.users`). */
	readonly target: string;
	readonly to: readonly string[];
	readonly notNull: boolean;
	/** False where only the name and the type say so. */
	readonly declared: boolean;
	readonly cascades: boolean;
	/** The referencing columns are unique: at most one row points at each target row. */
	readonly unique: boolean;
	readonly constraint: string | null;
}

export interface References {
	readonly of: (table: string) => readonly Reference[];
	readonly to: (table: string) => readonly Reference[];
	/** Every table that something points at; some may be created elsewhere, outside of these files. */
	readonly targets: readonly string[];
}

/** All references of a model, declared ones first. Partitions are left out: their parent speaks for them. */
export function collectReferences(model: SchemaModel): References {
	const byTable = new Map<string, readonly Reference[]>();
	const byTarget = new Map<string, Reference[]>();
	const targets = nounIndex(model);
	const keyed = keyedElsewhere(model);
	const keyNames = ownKeyNames(model);
	for (const table of model.tables.values()) {
		if (table.partitionOf) continue;
		const sure = declared(table);
		const meant = implied(table, { targets, keyed, keyNames, types: model.types });
		const references = meant.length === 0 ? sure : [...sure, ...meant];
		byTable.set(qualified(table), references);
		for (const reference of references) {
			const list = byTarget.get(reference.target);
			if (list) list.push(reference);
			else byTarget.set(reference.target, [reference]);
		}
	}
	return {
		of: (table) => byTable.get(table) ?? NONE,
		to: (table) => byTarget.get(table) ?? NONE,
		targets: [...byTarget.keys()],
	};
}

const NONE: readonly Reference[] = [];

export function isNotNull(table: Table, column: string): boolean {
	if (table.primaryKey?.columns.includes(column)) return true;
	if (table.columns.find((c) => c.name === column)?.notNull) return true;
	return table.checks.some((check) => isNotNullCheck(check.expression, column));
}

/** `CHECK (tenant_id IS NOT NULL)` is how a large table gets its NOT NULL without a long lock. */
function isNotNullCheck(expression: string, column: string): boolean {
	const match = /^\(*\s*"?([^"()\s]+)"?\s+is\s+not\s+null\s*\)*$/i.exec(expression.trim());
	return match?.[1] === column;
}

const declared = factOf((table: Table): readonly Reference[] => {
	const from = qualified(table);
	return table.foreignKeys.map((key) => ({
		from,
		columns: key.columns,
		target: qualified(key.references),
		to: key.to,
		notNull: key.columns.every((column) => isNotNull(table, column)),
		declared: true,
		cascades: key.onDelete === "cascade",
		unique: isUnique(table, key.columns),
		constraint: key.name,
	}));
});

export function isUnique(table: Table, columns: readonly string[]): boolean {
	const within = (key: readonly (string | null)[]) =>
		key.length > 0 && key.every((column) => column !== null && columns.includes(column));
	return (
		(table.primaryKey !== null && within(table.primaryKey.columns)) ||
		table.uniques.some((key) => within(key.columns)) ||
		table.indexes.some((index) => index.unique && index.where === null && within(index.columns))
	);
}

/** Columns that are in no foreign key, as they are and with what their name says that they may point at. */
const unkeyed = factOf((table: Table): readonly { readonly column: Column; readonly noun: string | null }[] => {
	const keyed = new Set(table.foreignKeys.flatMap((key) => key.columns));
	return table.columns
		.filter((column) => !keyed.has(column.name))
		.map((column) => ({ column, noun: referenceNoun(column.name) }));
});

/** What a schema's columns without a key may mean. */
interface Meanings {
	/** By noun. */
	readonly targets: ReadonlyMap<string, readonly Table[]>;
	/** By column, in `snake_case`. */
	readonly keyed: ReadonlyMap<string, Keyed | null>;
	readonly keyNames: readonly string[];
	readonly types: SchemaModel["types"];
}

function implied(table: Table, { targets, keyed, keyNames, types }: Meanings): Reference[] {
	const references: Reference[] = [];
	for (const { column, noun: plain } of unkeyed(table)) {
		const elsewhere = plain === null ? null : keyed.get(snake(column.name));
		const fitting = elsewhere && sameKind(column.type, elsewhere.type, types) ? elsewhere : null;
		const own = nounByOwnKey(column.name, keyNames);
		const noun = own?.noun ?? plain;
		if (noun === null) continue;
		const fits = (targets.get(noun) ?? []).filter(
			(t) => sameKind(column.type, keyType(t), types) && (!own || snake(keyOf(t) ?? "") === own.key),
		);
		const called = fits.find((t) => t.schema === table.schema) ?? (fits.length === 1 ? fits[0] : undefined);
		const target = fitting?.target ?? (called && qualified(called));
		const key = fitting?.key ?? (called && keyOf(called));
		if (target === undefined || key === undefined || (target === qualified(table) && column.name === key)) continue;
		references.push({
			from: qualified(table),
			columns: [column.name],
			target,
			to: [key],
			notNull: isNotNull(table, column.name),
			declared: false,
			cascades: false,
			unique: isUnique(table, [column.name]),
			constraint: null,
		});
	}
	return references;
}

interface Keyed {
	/** Qualified key; the table may be created elsewhere. */
	readonly target: string;
	readonly key: string;
	readonly type: string;
}

/**
 * What a column's foreign key leads to in the tables that have one for it, at least two and all to the same: that is meant where
 * the key is missing, whatever is called like the column. Null where they differ. What these files create goes before what is
 * created elsewhere.
 */
function keyedElsewhere(model: SchemaModel): Map<string, Keyed | null> {
	const counted = new Map<string, (Keyed & { from: number }) | null>();
	const outside = new Map<string, (Keyed & { from: number }) | null>();
	for (const each of model.tables.values()) {
		if (each.partitionOf) continue;
		for (const { name, target, key, type } of singleKeys(each)) {
			const counts = model.tables.has(target) ? counted : outside;
			const known = counts.get(name);
			if (known === undefined) counts.set(name, { target, key, type, from: 1 });
			else if (known !== null && known.target === target && known.key === key) known.from++;
			else counts.set(name, null);
		}
	}
	for (const [name, keyed] of outside) if (keyed && !counted.has(name)) counted.set(name, keyed);
	const found = new Map<string, Keyed | null>();
	for (const [name, keyed] of counted) if (!keyed || keyed.from >= 2) found.set(name, keyed);
	return found;
}

/** Foreign keys of one column, which is written in `snake_case`. */
const singleKeys = factOf(({ columns, foreignKeys }: Table) =>
	foreignKeys
		.filter(({ columns }) => columns.length === 1)
		.map(({ columns: [column = ""], references, to: [key = ""] }) => ({
			name: snake(column),
			target: qualified(references),
			key,
			type: columns.find(({ name }) => name === column)?.type ?? "",
		})),
);

/** Tables that a column `noun_id` may mean: those called `nouns`, else those whose last word it is (`app_nouns`). */
function nounIndex(model: SchemaModel): Map<string, Table[]> {
	const exact = new Map<string, Table[]>();
	const byHead = new Map<string, Table[]>();
	for (const table of model.tables.values()) {
		if (table.partitionOf || table.primaryKey?.columns.length !== 1) continue;
		push(exact, wordsOf(table.name).join("_"), table);
		push(byHead, headNoun(table.name), table);
	}
	for (const [noun, tables] of byHead) if (!exact.has(noun) && tables.length === 1) exact.set(noun, tables);
	return exact;
}

function push(map: Map<string, Table[]>, key: string, table: Table): void {
	const list = map.get(key);
	if (list) list.push(table);
	else map.set(key, [table]);
}

/**
 * What a schema calls the keys of its tables whatever they hold, beyond `id` (`record_id`): a column that ends in it is
 * named after the table whose key it holds, as `tenant_record_id` after `tenants`.
 */
export function ownKeyNames(model: SchemaModel): readonly string[] {
	const counts = new Map<string, number>();
	let total = 0;
	for (const table of model.tables.values()) {
		const key = table.partitionOf || table.primaryKey?.columns.length !== 1 ? undefined : keyOf(table);
		if (key === undefined) continue;
		total++;
		// `order_id` in `orders` is called after the orders.
		if (!wordsOf(table.name).includes(wordsOf(key)[0] ?? "")) counts.set(snake(key), (counts.get(snake(key)) ?? 0) + 1);
	}
	const isBeyond = (key: string) => referenceNoun(`x_${key}`) !== "x";
	return [...counts].filter(([key, count]) => isBeyond(key) && (count >= 3 || count === total)).map(([key]) => key);
}

/** Of a column that is called after a table and after what this schema calls its keys: both. */
export function nounByOwnKey(
	column: string,
	keyNames: readonly string[],
): { readonly noun: string; readonly key: string } | null {
	if (keyNames.length === 0) return null;
	const name = snake(column);
	const key = keyNames.find((k) => name.endsWith(`_${k}`));
	const noun = key === undefined ? "" : wordsOf(name.slice(0, -key.length)).join("_");
	return key === undefined || noun === "" ? null : { noun, key };
}

function keyOf(table: Table): string | undefined {
	return table.primaryKey?.columns[0];
}

export function keyType(table: Table): string {
	const key = keyOf(table);
	return table.columns.find((column) => column.name === key)?.type ?? "";
}

/**
 * Types that a foreign key may join: all integers are one kind, all strings another.
 * @param types the model's, as a domain is of its base type's kind
 */
export function sameKind(a: string, b: string, types: SchemaModel["types"]): boolean {
	return kindOf(a, types) === kindOf(b, types);
}

function kindOf(type: string, types: SchemaModel["types"]): string {
	const domain = types.size === 0 ? undefined : (types.get(type) ?? types.get(`public.${type}`));
	if (domain?.kind === "domain" && domain.base !== null) return kindOf(domain.base, types);
	const base = type.replace(/\(.*\)/, "").toLowerCase();
	if (/^(smallint|integer|bigint|numeric|serial|bigserial|oid)$/.test(base)) return "number";
	if (/^(text|character varying|character|citext|name|bpchar)$/.test(base)) return "string";
	return base;
}
