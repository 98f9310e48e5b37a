import { quoteIdentifier, quoteName } from "../../core/emit/identifier";
import { type ForeignKey, qualified } from "../../core/schema/model";
import { isGivenByDatabase, isGivenKey, isRandom } from "../../core/tenancy/guessable";
import { interference, type Probe } from "./interference";
import {
	type Attack,
	deleteReferences,
	deleteRow,
	insertRow,
	literal,
	type Row,
	type Scene,
	type Subject,
	type Verdict,
	without,
} from "./scene";
import { inSession } from "./session";
import type { FilledTenant } from "./target";
import { played } from "./tries";
import { held, isDenied, isRefused, leaked, said, untested } from "./verdict";
import { note, touched } from "./whose";

/** What keys tell and tie: unique keys and foreign keys see the rows of all tenants, whatever the policies say. */
export function keyAttacks(scene: Scene): Attack[] {
	const { subjects } = scene;
	return [...subjects.values()].flatMap((subject): Attack[] => {
		const keys = subject.facts.uniques.filter(({ columns }) => mayTell(subject, columns));
		const crossing = subject.table.foreignKeys.flatMap((key) => crossings(scene, subject, key));
		return [
			...(keys.length === 0
				? []
				: [
						{
							table: subject.key,
							attack: "unique-oracle" as const,
							run: () => played(() => each(keys, ({ columns, name }) => uniqueOracle(scene, subject, columns, name))),
						},
					]),
			...(crossing.length === 0
				? []
				: [
						{
							table: subject.key,
							attack: "reference-other" as const,
							run: () => played(() => each(crossing, (pair) => referenceOther(scene, subject, pair))),
						},
						{
							table: subject.key,
							attack: "foreign-key-oracle" as const,
							run: () => played(() => each(crossing, (pair) => foreignKeyOracle(scene, subject, pair))),
						},
					]),
		];
	});
}

/** The worst of several verdicts; the first of the worst. */
export async function each<T>(items: readonly T[], run: (item: T) => Promise<Verdict>): Promise<Verdict> {
	let worst: Verdict | undefined;
	for (const item of items) {
		const verdict = await run(item);
		if (verdict.result === "leaked") return verdict;
		if (!worst || (worst.result === "held" && verdict.result === "untested")) worst = verdict;
	}
	return worst ?? untested("There was nothing to try.");
}

/**
 * Whether a unique key can tell what others have: it holds something that can be guessed. That a random key is taken tells
 * nothing, and numbers that the database gives are told by every gap in them.
 */
function mayTell({ table, ties, isRoot }: Subject, columns: readonly string[]): boolean {
	if (isRoot) return false;
	const references = new Set(table.foreignKeys.flatMap((key) => key.columns));
	const isPrimary = table.primaryKey?.columns.join() === columns.join();
	return columns.some((name) => {
		const column = table.columns.find((one) => one.name === name);
		return (
			column &&
			!isRandom(column) &&
			!ties.includes(name) &&
			!references.has(name) &&
			!isGivenByDatabase(column) &&
			!(isPrimary && isGivenKey(table, name))
		);
	});
}

/** Keys that would wait for the end of the transaction have their say at once. */
function atOnce({ table }: Subject): string[] {
	const waits = [...table.foreignKeys, ...table.uniques].some(({ deferrable }) => deferrable);
	return waits ? ["SET CONSTRAINTS ALL IMMEDIATE"] : [];
}

/** A row of the attacker's own with the values that another tenant has in the key. */
async function uniqueOracle(
	{ target, others }: Scene,
	subject: Subject,
	columns: readonly string[],
	name: string,
): Promise<Verdict> {
	const { table, ownRow, theirRow, ties } = subject;
	const references = new Set(table.foreignKeys.flatMap((key) => key.columns));
	const given = columns.filter((column) => !references.has(column) && !ties.includes(column));
	const set = given.map((column) => `${quoteIdentifier(column)} = ${literal(theirRow.values.get(column))}`).join(", ");
	const probes: Probe[] = [
		{ setUp: without(deleteRow(table, ownRow)), sql: insertRow(subject, ownRow, { row: theirRow, columns: given }) },
		{ sql: `UPDATE ${quoteName(table)} SET ${set} WHERE (tableoid, ctid) = (${ownRow.place})` },
	];
	const tables = others.filter(({ key }) => key === subject.key);
	let refusal: Verdict | undefined;
	let fine: Verdict | undefined;
	for (const probe of probes) {
		const { all, alone, evidence } = await interference(target, tables, { ...probe, before: atOnce(subject) });
		// unique_violation, exclusion_violation
		if (isRefused(all) && /^23(505|P01)$/.test(all.code) && !(isRefused(alone) && alone.code === all.code))
			return leaked(
				evidence,
				`The key ${name} tells the application that another tenant has the same ${given.join(", ")}.`,
			);
		if (isDenied(all)) fine ??= held(evidence, "PostgreSQL refuses to write the row at all.");
		else if (isRefused(all)) refusal ??= untested(`It was refused for another reason than the key. ${said(all)}`);
		else if (all.count > 0) fine = held(evidence, "Two tenants can have the same, so nothing is told.");
	}
	return fine ?? refusal ?? untested("The application can write no row of its own, so nothing was proved.");
}

/** A foreign key from one table of tenants to another that doesn't say by itself whose the row is. */
interface Crossing {
	readonly key: ForeignKey;
	readonly parent: Subject;
	/** The columns that may point elsewhere: without those that tie the row to its tenant. */
	readonly free: readonly string[];
}

function crossings({ subjects, target }: Scene, { ties }: Subject, key: ForeignKey): Crossing[] {
	const parent = subjects.get(qualified(key.references));
	const free = key.columns.filter((column) => !ties.includes(column));
	// Tenants may know of each other, as partners do.
	const isOutermost = parent?.isRoot && parent.key === target.database.tenancy.roots[0];
	return !parent || free.length === 0 || isOutermost ? [] : [{ key, parent, free }];
}

/** What the columns of a foreign key would hold to point at a row. */
function pointing({ key, free }: Crossing, { values }: Row): ReadonlyMap<string, string | null> {
	return new Map(free.map((column) => [column, values.get(key.to[key.columns.indexOf(column)] as string) ?? null]));
}

/** A row of the attacker's own that points at another tenant's row. */
async function referenceOther({ target, others }: Scene, subject: Subject, pair: Crossing): Promise<Verdict> {
	const { table, ownRow } = subject;
	const { parent } = pair;
	const row: Row = { place: ownRow.place, values: new Map([...ownRow.values, ...pointing(pair, parent.theirRow)]) };
	const set = [...pointing(pair, parent.theirRow)]
		.map(([column, value]) => `${quoteIdentifier(column)} = ${literal(value)}`)
		.join(", ");
	const own = [...pointing(pair, parent.ownRow)]
		.map(([column, value]) => `${quoteIdentifier(column)} = ${literal(value)}`)
		.join(", ");
	const update = (to: string) => `UPDATE ${quoteName(table)} SET ${to} WHERE (tableoid, ctid) = (${ownRow.place})`;
	const setUp = without(deleteRow(table, ownRow));
	const ways = [
		{ probe: { setUp, sql: insertRow(subject, row) }, control: { setUp, sql: insertRow(subject, ownRow) } },
		{ probe: { sql: update(set) }, control: { sql: update(own) } },
	];
	const tables = others.filter(
		({ key }) =>
			key === parent.key ||
			target.database.tenancy.tables.get(key)?.path?.some(({ references }) => references === parent.key),
	);
	const why: Verdict[] = [];
	for (const { probe, control } of ways) {
		const { all, evidence } = await interference(target, tables, { ...probe, before: atOnce(subject) });
		if (!isRefused(all) && all.count > 0)
			return leaked(
				evidence,
				`A row of the application's own tenant in ${subject.key} points at another tenant's row in ${parent.key}.`,
			);
		const works =
			isDenied(all) ||
			(await interference(target, [], control).then(
				({ all: own }) => isDenied(own) || (!isRefused(own) && own.count > 0),
			));
		// foreign_key_violation, check_violation (a trigger's, often raise_exception)
		if (isDenied(all) || (works && isRefused(all) && /^(23503|23514|P0001|23000)$/.test(all.code)))
			why.push(held(evidence, `PostgreSQL refuses a row that points at another tenant's. ${said(all)}`));
		else
			why.push(
				isRefused(all)
					? untested(`It was refused for another reason than isolation. ${said(all)}`)
					: untested("The application can write no row of its own, so nothing was proved."),
			);
	}
	return (why.find(({ result }) => result === "held") ?? why[0]) as Verdict;
}

/** Another tenant's row points at the attacker's: deleting that one tells so, or reaches the other's row. */
async function foreignKeyOracle(scene: Scene, subject: Subject, pair: Crossing): Promise<Verdict> {
	const possible = await referenceOther(scene, subject, pair);
	if (possible.result !== "leaked")
		return possible.result === "held"
			? held(possible.evidence, "Rows of two tenants can't point at each other, so no refusal tells of another's.")
			: possible;
	const { parent } = pair;
	const set = [...pointing(pair, parent.ownRow)]
		.map(([column, value]) => `${quoteIdentifier(column)} = ${literal(value)}`)
		.join(", ");
	return inSession(scene.target, scene.target.tenants[0] as FilledTenant, async (session) => {
		session.remark(
			`A row of another tenant in ${subject.key} that points at the application's own row in ${parent.key}, as it may:`,
		);
		const setUp = [
			...without(`UPDATE ${quoteName(subject.table)} SET ${set} WHERE (tableoid, ctid) = (${subject.theirRow.place})`),
			...without(
				`DELETE FROM ${quoteName(subject.table)} WHERE ${subject.whose.own} AND (tableoid, ctid) <> (${parent.ownRow.place})`,
			),
			...deleteReferences(parent).filter((sql) => sql !== `DELETE FROM ${quoteName(subject.table)}`),
		];
		for (const sql of setUp) await session.superuser(sql);
		await note(session, subject.table, subject.whose);
		for (const sql of atOnce(subject)) await session.attempt(sql);
		const outcome = await session.attempt(
			`DELETE FROM ${quoteName(parent.table)} WHERE (tableoid, ctid) = (${parent.ownRow.place})`,
		);
		const { theirs } = await touched(session, subject.table, subject.whose);
		if (theirs > 0)
			return leaked(
				session.evidence(),
				`Deleting its own row in ${parent.key} reaches a row of another tenant in ${subject.key}.`,
			);
		if (isDenied(outcome)) return held(session.evidence(), `The application may not delete rows of ${parent.key}.`);
		// foreign_key_violation, restrict_violation
		if (isRefused(outcome) && /^23(503|001)$/.test(outcome.code))
			return leaked(
				session.evidence(),
				`The application can't delete its own row in ${parent.key} and is told that a row of ${subject.key} is in the way, which is another tenant's.`,
			);
		if (isRefused(outcome)) return untested(`It was refused for another reason than isolation. ${said(outcome)}`);
		if (outcome.count === 0)
			return untested(`The application could not delete its own row in ${parent.key}, so nothing was proved.`);
		return held(session.evidence(), "Its own row went, and no row of another tenant with it.");
	});
}
