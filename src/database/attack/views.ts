import { quoteIdentifier, quoteName } from "../../core/emit/identifier";
import type { View } from "../../core/schema/model";
import type { RelationFacts } from "./catalog";
import { concerned } from "./concerned";
import { interference } from "./interference";
import {
	type Attack,
	deleteReferences,
	deleteRow,
	literal,
	type Scene,
	type Subject,
	type Verdict,
	without,
} from "./scene";
import { played, tryWrite } from "./tries";
import { held, isDenied, isRefused, leaked, said, untested } from "./verdict";

/** Reads, and writes, through views of tables that hold tenants' rows. */
export function viewAttacks(scene: Scene): Attack[] {
	return [...scene.target.database.model.views].flatMap(([key, view]): Attack[] => {
		const facts = scene.relations.get(key);
		const tables = concerned(scene, view.query);
		if (!facts || tables.length === 0) return [];
		const attack = view.kind === "materialized" ? "materialized-view" : "view";
		return [{ table: key, attack, run: () => played(() => through(scene, view, facts)) }];
	});
}

async function through(scene: Scene, view: View, facts: RelationFacts): Promise<Verdict> {
	const read = await readThrough(scene, view, facts);
	if (read.result === "leaked" || view.kind === "materialized") return read;
	const written = await writeThrough(scene, view, facts);
	return written ?? read;
}

async function readThrough(scene: Scene, view: View, facts: RelationFacts): Promise<Verdict> {
	const tables = concerned(scene, view.query);
	const readable = facts.columns.filter(({ maySelect }) => maySelect);
	const columns = (readable.length > 0 ? readable : facts.columns).map(({ name }) => `shown.${quoteIdentifier(name)}`);
	const row = `ROW(${columns.join(", ")})::text`;
	const name = quoteName(view);
	// The rows were filled in after the view was made.
	const stored = view.kind === "materialized" ? [view] : storedBehind(scene, view);
	const refresh = stored.map((each) => `REFRESH MATERIALIZED VIEW ${quoteName(each)}`);
	const { all, differs, showsOwn, evidence } = await interference(scene.target, tables, {
		sql: `SELECT count(*)::int AS rows, md5(string_agg(${row}, ' ' ORDER BY ${row})) AS digest FROM ${name} AS shown`,
		refresh,
	});
	if (differs)
		return {
			...leaked(evidence, `What ${view.schema}.${view.name} shows to a tenant depends on the rows of others.`),
			about: { tables: tables.map(({ key }) => key) },
		};
	if (isDenied(all)) return held(evidence, "The application has no right to read it, or what is behind it.");
	if (isRefused(all)) return untested(`Reading was refused for another reason than isolation. ${said(all)}`);
	if (!showsOwn)
		return untested("It shows nothing that depends on the tenant's own rows either, so nothing was proved.");
	return held(evidence, "It shows the same whether others have rows or not.");
}

/** The materialized views that a view reads, over other views too. */
function storedBehind(scene: Scene, { reads }: View): View[] {
	const { views } = scene.target.database.model;
	return reads.flatMap((key) => {
		const read = views.get(key);
		if (!read) return [];
		return read.kind === "materialized" ? [read] : storedBehind(scene, read);
	});
}

/** Writes to rows of others through a view that PostgreSQL can write through; null where there is nothing to say of it. */
async function writeThrough(scene: Scene, view: View, facts: RelationFacts): Promise<Verdict | null> {
	const bases = concerned(scene, view.query).flatMap(({ key }) =>
		view.reads.includes(key) ? (scene.subjects.get(key) ?? []) : [],
	);
	const name = quoteName(view);
	for (const base of bases) {
		const shared = facts.columns.filter(({ name: column }) =>
			base.facts.columns.some((each) => each.name === column && !each.generated),
		);
		const plain = shared.find(({ name: column, mayUpdate }) => mayUpdate && !keysOf(base).has(column));
		const list = shared.filter(({ mayInsert }) => mayInsert).map(({ name: column }) => column);
		const values = list.map((column) => literal(base.theirRow.values.get(column))).join(", ");
		const tries = [
			...(plain
				? [
						{
							sql: `UPDATE ${name} SET ${quoteIdentifier(plain.name)} = ${literal(base.ownRow.values.get(plain.name))}`,
						},
					]
				: []),
			{ setUp: deleteReferences(base), sql: `DELETE FROM ${name}` },
			...(list.length > 0 && !base.isRoot
				? [
						{
							setUp: without(deleteRow(base.table, base.theirRow)),
							sql: `INSERT INTO ${name} (${list.map(quoteIdentifier).join(", ")}) VALUES (${values})`,
						},
					]
				: []),
		];
		for (const each of tries) {
			const { touched, evidence } = await tryWrite(scene.target, base, each);
			if (Math.max(touched.theirs, touched.added) > 0)
				return {
					...leaked(
						evidence,
						`Through ${view.schema}.${view.name} the application writes to rows of other tenants in ${base.key}.`,
					),
					about: { tables: [base.key] },
				};
		}
	}
	return null;
}

function keysOf({ table, facts, ties }: Subject): Set<string> {
	return new Set([
		...ties,
		...facts.uniques.flatMap(({ columns }) => columns),
		...table.foreignKeys.flatMap(({ columns }) => columns),
	]);
}
