import { quoteIdentifier, quoteLiteral, quoteName } from "../../core/emit/identifier";
import type { Table } from "../../core/schema/model";
import type { Engine } from "../engine";
import { type RelationFacts, readRelations } from "./catalog";
import type { Row, Scene, Subject } from "./scene";
import type { Target } from "./target";
import { whose } from "./whose";

/** Looks at the filled database as the superuser: what there is to attack. */
export async function buildScene(target: Target): Promise<Scene> {
	const { engine, role, database, filled } = target;
	const relations = new Map((await readRelations(engine, role)).map((each) => [each.key, each]));
	const subjects = new Map<string, Subject>();
	for (const [key, table] of database.model.tables) {
		const facts = relations.get(key);
		if (!facts || !filled.has(key)) continue;
		const subject = await subjectOf(target, key, table, facts);
		if (subject) subjects.set(key, subject);
	}
	return { target, relations, subjects, version: majorOf(engine.version) };
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
