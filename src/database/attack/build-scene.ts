import { quoteIdentifier, quoteLiteral, quoteName } from "../../core/emit/identifier";
import type { Table } from "../../core/schema/model";
import { findPlacement } from "../../core/tenancy/placement";
import type { Engine } from "../engine";
import { type RelationFacts, readRelations, readRoutines } from "./catalog";
import { asUnbound } from "./nobody";
import type { OtherRows, Row, Scene, Subject } from "./scene";
import { inSession } from "./session";
import type { Target } from "./target";
import { isRefused } from "./verdict";
import { makeNotes, whose } from "./whose";

/** Looks at the filled database as the superuser: what there is to attack. */
export async function buildScene(target: Target): Promise<Scene> {
	const { engine, role, database, filled } = target;
	await makeNotes(engine);
	const relations = new Map((await readRelations(engine, role)).map((each) => [each.key, each]));
	const subjects = new Map<string, Subject>();
	for (const [key, table] of database.model.tables) {
		const facts = relations.get(key);
		if (!facts || !filled.has(key)) continue;
		const subject = await subjectOf(target, key, table, facts);
		if (subject) subjects.set(key, subject);
	}
	const unbound = await asUnbound(target, subjects);
	const schemas = await tenantSchemas(target);
	return {
		target,
		relations,
		unbound,
		routines: await readRoutines(engine, role),
		subjects,
		schemas,
		others: [...dependentFirst(target, subjects), ...rowsInSchemas(target, schemas)],
		version: majorOf(engine.version),
	};
}

/** A row is told by the rows that it references: those go last. */
function dependentFirst({ database: { tenancy } }: Target, subjects: ReadonlyMap<string, Subject>): OtherRows[] {
	const distance = ({ key, isRoot, ties }: Subject) => {
		const own = tenancy.tables.get(key);
		if (isRoot) return -1;
		return own?.tenantColumn == null ? (own?.path?.length ?? 0) * 2 + ties.length : 0;
	};
	return [...subjects.values()]
		.sort((a, b) => distance(b) - distance(a))
		.map(({ key, table, whose: { own, theirs } }) => ({ key, table, own, theirs }));
}

/** Every row in a tenant's schema is that tenant's. */
function rowsInSchemas({ database: { model } }: Target, schemas: Scene["schemas"]): OtherRows[] {
	if (!schemas) return [];
	return [...model.tables].flatMap(([key, table]) => {
		if (schemas.others.includes(table.schema)) return [{ key, table, own: "false", theirs: "true" }];
		return table.schema === schemas.own ? [{ key, table, own: "true", theirs: "false" }] : [];
	});
}

/** The attacker's schema is the one that the product's binding leads to, else the one that the role may use. */
async function tenantSchemas(target: Target): Promise<Scene["schemas"]> {
	const { engine, role, database } = target;
	const placement = findPlacement(database.model);
	if (!placement || (database.tenancy.mode !== "schema" && database.tenancy.mode !== "hybrid")) return null;
	const all = [...placement.schemas].filter((schema) => schema !== placement.template);
	const { rows } = await engine.query(
		`SELECT nspname AS schema FROM pg_namespace WHERE has_schema_privilege(${quoteLiteral(role)}, oid, 'USAGE')`,
	);
	const usable = new Set(rows.map(({ schema }) => schema));
	const bound = await inSession(target, target.tenants[0] ?? null, async (session) => {
		const outcome = await session.attempt("SELECT current_schema()::text AS schema");
		return isRefused(outcome) ? null : String(outcome.rows[0]?.schema);
	}).catch(() => null);
	const own = all.find((schema) => schema === bound) ?? all.find((schema) => usable.has(schema)) ?? null;
	return { own, others: all.filter((schema) => schema !== own) };
}

/** Null where it can't be told whose the rows are, or where there are no rows of both. */
export async function subjectOf(
	target: Target,
	key: string,
	table: Table,
	facts: RelationFacts,
): Promise<Subject | null> {
	const own = target.database.tenancy.tables.get(key);
	const of = whose(target, table);
	if (!own || !of || own.scope === "shared" || own.scope === "unscoped") return null;
	const ownRow = await readRow(target.engine, facts, of.own);
	const theirRow = await readRow(target.engine, facts, of.theirs);
	if (!ownRow || !theirRow) return null;
	const isRoot =
		own.scope === "tenant-root" && own.tenantColumn === null && (own.path === null || own.path.length === 0);
	const ties =
		own.tenantColumn !== null ? [own.tenantColumn] : (own.path?.[0]?.columns ?? table.primaryKey?.columns ?? []);
	return { key, table, facts, whose: of, ties, isRoot, ownRow, theirRow };
}

async function readRow(engine: Engine, facts: RelationFacts, condition: string): Promise<Row | null> {
	const values = facts.columns.map(({ name }, i) => `${quoteIdentifier(name)}::text AS c${i}`);
	const list = ["tableoid::regclass::text AS relation", "ctid::text AS place", ...values].join(", ");
	const { rows } = await engine.query(
		`SELECT ${list} FROM ${quoteName(facts)} WHERE ${condition} ORDER BY tableoid, ctid LIMIT 1`,
	);
	const [row] = rows;
	if (!row) return null;
	const read = (name: string) => (row[name] === null || row[name] === undefined ? null : String(row[name]));
	return {
		place: `${quoteLiteral(String(row.relation))}::regclass, ${quoteLiteral(String(row.place))}::tid`,
		values: new Map(facts.columns.map(({ name }, i) => [name, read(`c${i}`)])),
	};
}

/** `PostgreSQL 15.8`, `PostgreSQL 18.0 (PGlite)`: 15, 18. */
function majorOf(version: string): number {
	return Number(/\d+/.exec(version)?.[0] ?? 0);
}
