import { quoteIdentifier, quoteLiteral, quoteName } from "../../core/emit/identifier";
import type { SchemaModel } from "../../core/schema/model";
import type { Tenancy } from "../../core/tenancy/scope";
import { type Session, sqlStateOf } from "../engine";
import { askedOf } from "./asked";
import { type ColumnFacts, readTables, type TableFacts } from "./facts";
import { valueFor } from "./values";

/** Rows that a table got, by tenant. */
export interface Filled {
	/** Tables with rows for every tenant. */
	readonly tables: ReadonlySet<string>;
	/** Those that got none, and PostgreSQL's last word on it. */
	readonly empty: ReadonlyMap<string, string>;
	/** Partitions that were made for rows which none was there for, as `schema.name`. */
	readonly partitions: ReadonlySet<string>;
	/** The key of a tenant's row in each root, by the root's name; `""` holds that of a tenant key without a table. */
	keys(tenant: number): ReadonlyMap<string, string>;
	/** The tables as PostgreSQL has them. */
	readonly facts: readonly TableFacts[];
	/** What was put in, by table, then by tenant: values as text. */
	readonly rows: ReadonlyMap<string, readonly (readonly Row[])[]>;
}

export interface FillOptions {
	readonly signal?: AbortSignal;
	/** Called before each table. */
	onProgress?(done: number, total: number, table: string): void;
}

/** What ends the name of the partition that is made where a table has none for its rows. */
export const OTHERS = "_others";

export type Row = Readonly<Record<string, string | null>>;

const ROWS = 2;
const MOST_ROWS = 5;
/** Values are tried in turn until the checks are content: of all columns, then only of those that the refusing check names. */
const TRIES = 24;

/**
 * Puts rows of some tenants into every table that PostgreSQL has, in the order of the foreign keys: each row references rows
 * of its own tenant. Triggers don't run.
 */
export async function fillTables(
	client: Session,
	model: SchemaModel,
	tenancy: Tenancy,
	tenants = 2,
	/** Above what was filled before, so that values don't collide with it. */
	from = 0,
	{ signal, onProgress }: FillOptions = {},
): Promise<Filled> {
	const facts = await readTables(client);
	const asked = askedOf(model);
	const rows = new Map<string, Row[][]>();
	const empty = new Map<string, string>();
	const partitions = new Set<string>();
	const promises = new Map<string, (string | null)[]>();
	await client.query("SET session_replication_role = replica");
	let serial = from;
	for (const [done, table] of inOrder(facts, tenancy.roots).entries()) {
		signal?.throwIfAborted();
		onProgress?.(done, facts.length, table.key);
		const own = tenancy.tables.get(table.key);
		const perTenant: Row[][] = [];
		for (let tenant = 0; tenant < tenants; tenant++) {
			const made: Row[] = [];
			let refusal = "";
			// A root has one row a tenant: its own.
			for (let i = 0; i < (own?.scope === "tenant-root" ? 1 : rowsFor(table)); i++) {
				const varied = new Map<string, number>();
				for (let attempt = 0; attempt < 2 * TRIES; attempt++) {
					serial++;
					const row =
						attempt < TRIES
							? rowOf(table, tenant, i, serial, attempt)
							: rowOf(table, tenant, i, serial, 1, ({ name }) => varied.get(name) ?? 0);
					const put =
						row === null ? "it references a table without rows" : await insert(client, table, row, partitions);
					if (typeof put !== "string") {
						made.push(put);
						break;
					}
					refusal = put;
					if (row === null) break;
					if (attempt < TRIES - 1) continue;
					const named = columnsOfCheck(table, refusal);
					if (attempt >= TRIES) for (const name of named) varied.set(name, (varied.get(name) ?? 0) + 1);
					if (named.length === 0) break;
				}
			}
			if (made.length === 0) empty.set(table.key, refusal);
			perTenant.push(made);
		}
		rows.set(table.key, perTenant);
	}
	await client.query("SET session_replication_role = origin");
	return { tables: new Set([...rows.keys()].filter((key) => !empty.has(key))), empty, partitions, facts, rows, keys };

	function rowOf(
		table: TableFacts,
		tenant: number,
		i: number,
		at: number,
		attempt: number,
		turnOf: (column: ColumnFacts) => number = () => attempt + (i % 2),
	): Row | null {
		const row: Record<string, string | null> = {};
		const own = tenancy.tables.get(table.key);
		for (const column of table.columns) row[column.name] = valueFor(column, at, turnOf(column));
		if (attempt === 0) ask(table, row, i);
		// A small number that a check asks for is taken as a key soon.
		const [key, ...more] = model.tables.get(table.key)?.primaryKey?.columns ?? [];
		const isNumber = table.columns.some(({ name, base }) => name === key && /^int[248]$/.test(base));
		if (key !== undefined && more.length === 0 && isNumber && attempt >= 2 && attempt % 2 === 0) row[key] = String(at);
		// A tenant that a policy names by its key is one of them.
		if (own?.scope === "tenant-root" && tenant > 0 && attempt === 0 && more.length === 0 && key !== undefined)
			row[key] = named(table.key)[tenant - 1] ?? row[key] ?? null;
		const promise = promises.get(table.key)?.[tenant];
		if (key !== undefined && i === 0 && promise) row[key] = promise;
		const tenantColumn = own?.tenantColumn ? table.columns.find(({ name }) => name === own.tenantColumn) : undefined;
		if (tenantColumn) row[tenantColumn.name] = tenantValue(tenantColumn, own?.root ?? null, tenant);
		// "Exactly one of these" is a common check: one reference after the other, and as little else as may be.
		const optional = table.foreignKeys.filter(({ columns }) =>
			columns.every((name) => isOptional(table, name, tenantColumn)),
		);
		const only = attempt >= 3 ? optional[attempt % Math.max(1, optional.length)] : null;
		if (attempt >= 8 && attempt % 2 === 0)
			for (const { name } of table.columns) if (isOptional(table, name, tenantColumn)) row[name] = null;
		// Who is played is the tenant's first person: another one is of the product's own staff, which sees every tenant.
		const isOfStaff = table.columns.some(({ name }) => /role/.test(name) && STAFF.test(row[name] ?? ""));
		for (const key of table.foreignKeys) {
			if (only && key !== only && optional.includes(key)) {
				for (const name of key.columns) row[name] = null;
				continue;
			}
			const candidates = rows.get(key.references)?.[tenant] ?? [];
			// The tenant's column is set already, and decides which rows may be referenced.
			const fitting = candidates.filter((candidate) =>
				key.columns.every(
					(column, k) => column !== tenantColumn?.name || candidate[key.to[k] as string] === row[column],
				),
			);
			const target = isOfStaff ? fitting.at(-1) : fitting[i % Math.max(1, fitting.length)];
			for (const [k, name] of key.columns.entries()) {
				const column = table.columns.find((each) => each.name === name);
				if (target) row[name] = target[key.to[k] as string] ?? null;
				else if (column && !column.notNull && name !== tenantColumn?.name) row[name] = null;
				else if (name !== tenantColumn?.name) return null;
			}
		}
		document(table, row);
		return row;
	}

	/** What columns are generated from: documents that hold at its place what each of them is to be. */
	function document(table: TableFacts, row: Record<string, string | null>): void {
		const documents = new Map<string, Record<string, unknown>>();
		for (const { name, from } of table.columns)
			for (const { document: source, path } of from) {
				const whole = documents.get(source) ?? {};
				documents.set(source, whole);
				let inner = whole;
				for (const key of path.slice(0, -1)) {
					const next = inner[key];
					inner[key] = typeof next === "object" && next !== null ? next : {};
					inner = inner[key] as Record<string, unknown>;
				}
				inner[path.at(-1) ?? ""] ??= row[name] ?? null;
			}
		for (const [source, whole] of documents) if (source in row) row[source] = JSON.stringify(whole);
	}

	/** Of a root that a platform makes, such as auth.users, the files tell no key. */
	function keyOf(root: string): readonly string[] {
		return facts.find(({ key }) => key === root)?.primaryKey ?? [];
	}

	/** The keys of tenants that conditions spell out. */
	function named(root: string): string[] {
		const columns = [...tenancy.tables].flatMap(([key, own]) => {
			if (own.root === root && own.tenantColumn !== null) return [[key, own.tenantColumn]] as const;
			const [column] = key === root ? keyOf(root) : [];
			return column === undefined ? [] : ([[key, column]] as const);
		});
		const values = columns.flatMap(([key, column]) => asked(key).get(column) ?? []);
		return [...new Set(values.filter((value) => value !== null && value !== ""))] as string[];
	}

	/** As many rows as it takes to have each value once that a condition asks for. */
	function rowsFor({ key }: TableFacts): number {
		const most = Math.max(0, ...[...asked(key).values()].map((values) => values.length));
		return Math.min(ROWS + Math.max(0, most - 1), MOST_ROWS);
	}

	/** The first row is as any; the others have what conditions ask for. */
	function ask(table: TableFacts, row: Record<string, string | null>, i: number): void {
		for (const [name, values] of i === 0 ? [] : asked(table.key)) {
			const value = values[(i - 1) % values.length];
			const column = table.columns.find((each) => each.name === name);
			if (value !== undefined && column && !(value === null && column.notNull)) row[name] = value;
		}
	}

	function keys(tenant: number): Map<string, string> {
		const found = new Map<string, string>([["", freeKey(tenant)]]);
		for (const root of tenancy.roots) {
			const [key, ...more] = keyOf(root);
			const value = key === undefined ? undefined : rows.get(root)?.[tenant]?.[0]?.[key];
			if (value !== undefined && value !== null && more.length === 0) found.set(root, value);
		}
		return found;
	}

	/** The key of a tenant that stands in no table, as the columns' type wants it. */
	function freeKey(tenant: number): string {
		for (const { key, columns } of facts) {
			const own = tenancy.tables.get(key);
			const column = own?.root === null ? columns.find(({ name }) => name === own.tenantColumn) : undefined;
			if (column) return tenantValue(column, null, tenant) ?? "";
		}
		return String(900_001 + tenant);
	}

	function tenantValue(column: ColumnFacts, root: string | null, tenant: number): string | null {
		const [key, ...more] = root === null ? [] : keyOf(root);
		if (root === null || key === undefined || more.length > 0) return valueFor(column, 900_001 + tenant, 0);
		const rootRow = rows.get(root)?.[tenant]?.[0];
		return rootRow ? (rootRow[key] ?? null) : promised(root, key, tenant);
	}

	/** The key that a root's row will have whose turn comes later, as the root references what belongs to it: a default, an owner. */
	function promised(root: string, key: string, tenant: number): string | null {
		const own = promises.get(root) ?? [];
		promises.set(root, own);
		const column = facts.find((table) => table.key === root)?.columns.find(({ name }) => name === key);
		own[tenant] ??= named(root)[tenant - 1] ?? (column ? valueFor(column, 900_001 + tenant, 0) : null);
		return own[tenant] ?? null;
	}
}

/** Roles above all tenants. */
const STAFF = /^(?:(?:super|platform|system|global)[ _-]?\w*|staff|root)$/i;

/** The columns that the check is about which PostgreSQL says was violated. */
function columnsOfCheck({ checks }: TableFacts, refusal: string): readonly string[] {
	const [, name] = /violates check constraint "(.+)"$/.exec(refusal) ?? [];
	return checks.find((check) => check.name === name)?.columns ?? [];
}

function isOptional(table: TableFacts, name: string, tenantColumn: ColumnFacts | undefined): boolean {
	return name !== tenantColumn?.name && table.columns.find((column) => column.name === name)?.notNull === false;
}

/** The row as PostgreSQL holds it, or why it refused it. */
async function insert(client: Session, table: TableFacts, row: Row, partitions: Set<string>): Promise<Row | string> {
	const columns = table.columns.filter((column) => !column.generated);
	const values = columns.map((column) => {
		const value = row[column.name];
		return value === null || value === undefined ? "NULL" : `${quoteLiteral(value)}::${column.type}`;
	});
	const into = `INSERT INTO ${quoteName(table)} (${columns.map(({ name }) => quoteIdentifier(name)).join(", ")})`;
	const all = table.columns.map(({ name }, i) => `${quoteIdentifier(name)}::text AS c${i}`).join(", ");
	try {
		const { rows } = await client.query(
			`${into} OVERRIDING SYSTEM VALUE VALUES (${values.join(", ")}) RETURNING ${all || "1"}`,
		);
		return Object.fromEntries(
			table.columns.map(({ name }, i) => [name, (rows[0]?.[`c${i}`] ?? null) as string | null]),
		);
	} catch (error) {
		if (sqlStateOf(error) === null) throw error;
		const { message } = error as Error;
		if (!/^no partition of relation/.test(message)) return message;
		return makePartition(client, table).then(
			() => {
				partitions.add(table.key + OTHERS);
				return message;
			},
			(refused: Error) => refused.message,
		);
	}
}

/** Partitions are often made by a job that doesn't run here: one for all rows. */
async function makePartition(client: Session, table: TableFacts): Promise<void> {
	const name = quoteName({ schema: table.schema, name: table.name.slice(0, 50) + OTHERS });
	const make = `CREATE TABLE ${name} PARTITION OF ${quoteName(table)}`;
	await client.query(`${make} DEFAULT`).catch(() => client.query(`${make} FOR VALUES WITH (MODULUS 1, REMAINDER 0)`));
}

/** Referenced tables first; a circle is entered at its first table. */
function inOrder(tables: readonly TableFacts[], roots: readonly string[]): TableFacts[] {
	const byKey = new Map(tables.map((table) => [table.key, table]));
	const done = new Set<TableFacts>();
	const order: TableFacts[] = [];
	const visit = (table: TableFacts) => {
		if (done.has(table)) return;
		done.add(table);
		for (const { references } of table.foreignKeys) {
			const target = byKey.get(references);
			if (target) visit(target);
		}
		order.push(table);
	};
	// A tenant column without a foreign key holds a tenant's key, too.
	for (const root of roots) {
		const table = byKey.get(root);
		if (table) visit(table);
	}
	for (const table of tables) visit(table);
	return order;
}
