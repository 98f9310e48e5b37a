import { quoteIdentifier, quoteLiteral, quoteName } from "../../core/emit/identifier";
import type { RelationFacts } from "./catalog";
import { concerned } from "./concerned";
import { interference } from "./interference";
import { type Attack, type Scene, type Subject, type Verdict, without } from "./scene";
import { inSession } from "./session";
import type { FilledTenant } from "./target";
import { played } from "./tries";
import { held, isDenied, isRefused, leaked, numberOf, said, untested } from "./verdict";

/**
 * Functions in WHERE that see rows before the condition that hides them. PostgreSQL holds them back behind policies and
 * security_barrier views, unless they are marked LEAKPROOF: https://www.postgresql.org/docs/current/rules-privileges.html
 */
export function leakyAttacks(scene: Scene): Attack[] {
	const { views } = scene.target.database.model;
	const leakproof = scene.routines.filter(
		(routine) => routine.leakproof && routine.mayExecute && routine.arguments.length === 1,
	);
	return [
		...[...scene.subjects.values()].map(
			(subject): Attack => ({
				table: subject.key,
				attack: "leaky-predicate",
				run: () =>
					played(async () => {
						for (const {
							schema,
							name,
							arguments: [argument],
						} of leakproof)
							for (const column of subject.table.columns.filter(({ type }) => type === argument?.type)) {
								const verdict = await marked(scene, subject, quoteName({ schema, name }), column.name);
								if (verdict.result === "leaked") return verdict;
							}
						return peek(scene, subject.facts, [subject]);
					}),
			}),
		),
		...[...views.values()].flatMap((view): Attack[] => {
			const bases = concerned(scene, view.query).flatMap(({ key }) => scene.subjects.get(key) ?? []);
			const facts = scene.relations.get(`${view.schema}.${view.name}`);
			if (view.kind === "materialized" || bases.length === 0 || !facts) return [];
			return [
				{
					table: `${view.schema}.${view.name}`,
					attack: "leaky-predicate",
					run: () => played(() => peek(scene, facts, bases)),
				},
			];
		}),
	];
}

/** Whoever asks may tell the planner what to leave alone: an index would find the tenant's rows before any function is called. */
const NO_INDEX = ["SET LOCAL enable_indexscan = off", "SET LOCAL enable_bitmapscan = off"];

/** A function of the attacker's own that is as cheap as can be, and says what it sees. */
async function peek({ target }: Scene, facts: RelationFacts, bases: readonly Subject[]): Promise<Verdict> {
	const relation = quoteName(facts);
	// What only rows of others hold: their keys.
	const keys = bases.flatMap(({ table, theirRow, ownRow }) =>
		(table.primaryKey?.columns ?? []).flatMap((column) => {
			const value = theirRow.values.get(column);
			return value && value.length > 3 && value !== ownRow.values.get(column) ? [{ column, value }] : [];
		}),
	);
	const values = keys.map(({ value }) => value);
	// To be given a column costs less than to be given the row as text, and what costs least is run first.
	const own = keys.find(({ column }) => facts.columns.some(({ name, maySelect }) => name === column && maySelect));
	const given = own ? `shown.${quoteIdentifier(own.column)}` : "shown::text";
	const sees =
		values.length > 0 ? values.map((value) => `strpos($1::text, ${quoteLiteral(value)}) > 0`).join(" OR ") : "false";
	return inSession(target, target.tenants[0] as FilledTenant, async (session) => {
		const plain = await session.attempt(
			`SELECT count(*)::int AS rows FROM ${relation} AS shown WHERE shown::text <> ''`,
		);
		if (isDenied(plain)) return held(session.evidence(), "The application has no right to read it.");
		if (values.length === 0) return untested("Its rows hold no key by which another tenant's could be told.");
		const made = await session.attempt(
			`CREATE FUNCTION pg_temp.tenancy_peek(anyelement) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS ${quoteLiteral(`BEGIN IF ${sees} THEN RAISE EXCEPTION USING ERRCODE = 'TT001', MESSAGE = 'another tenant''s row: ' || $1; END IF; RETURN true; END`)}`,
		);
		for (const sql of NO_INDEX) await session.attempt(sql);
		if (isRefused(made)) return untested(`The application may not make a function. ${said(made)}`);
		const outcome = await session.attempt(
			`SELECT count(*)::int AS rows FROM ${relation} AS shown WHERE pg_temp.tenancy_peek(${given})`,
		);
		if (isRefused(outcome) && outcome.code === "TT001")
			return {
				...leaked(session.evidence(), `A function in a condition sees rows of other tenants in ${relation}.`),
				about: { tables: bases.map(({ key }) => key) },
			};
		if (isRefused(outcome)) return untested(`It was refused for another reason than isolation. ${said(outcome)}`);
		if (numberOf(outcome) === 0)
			return untested("There were no rows of the tenant's own for the function to see, so nothing was proved.");
		return held(session.evidence(), "The function saw the tenant's own rows alone.");
	});
}

/** A function that the product marks as one that tells nothing of what it is given. */
async function marked(scene: Scene, subject: Subject, name: string, column: string): Promise<Verdict> {
	const tables = scene.others.filter(({ key }) => key === subject.key);
	const { differs, evidence } = await interference(scene.target, tables, {
		// Its own rows, of which it may tell, would be the first that it fails on.
		setUp: [...without(`DELETE FROM ${quoteName(subject.table)} WHERE ${subject.whose.own}`), ...NO_INDEX],
		sql: `SELECT count(*)::int AS rows FROM ${quoteName(subject.table)} WHERE ${name}(${quoteIdentifier(column)}) IS NOT NULL`,
	});
	if (!differs) return held(evidence, "It tells nothing of rows of others.");
	return {
		...leaked(evidence, `${name} is marked LEAKPROOF and tells of rows of other tenants in ${subject.key}.`),
		about: { rules: ["function-leakproof"] },
	};
}
