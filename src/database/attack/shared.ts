import { quoteIdentifier, quoteName } from "../../core/emit/identifier";
import { isLedger } from "../../core/tenancy/vocabulary";
import type { RelationFacts } from "./catalog";
import { seen } from "./read";
import {
	type Attack,
	deleteRow,
	insertRow,
	literal,
	plainColumn,
	type Scene,
	type Subject,
	type Verdict,
	without,
} from "./scene";
import { inSession } from "./session";
import type { FilledTenant } from "./target";
import { played, type Try, tryWrite } from "./tries";
import { held, isDenied, isRefused, leaked, numberOf, said, untested } from "./verdict";
import { note } from "./whose";

/** Changes what all tenants read: rows that belong to nobody, and the tables that the product's own files fill. */
export function sharedAttacks(scene: Scene): Attack[] {
	const { target, relations, subjects } = scene;
	const { model, tenancy } = target.database;
	const ofNobody = [...subjects.values()].flatMap((subject): Attack[] => {
		const column = tenancy.tables.get(subject.key)?.tenantColumn;
		const facts = subject.facts.columns.find(({ name }) => name === column);
		// Where nothing keeps rows apart, that is told by other attacks.
		if (!column || !facts || facts.notNull || !subject.table.rls.enabled) return [];
		return [
			{ table: subject.key, attack: "shared-write", run: () => played(() => rowsOfNobody(scene, subject, column)) },
		];
	});
	const common = [...model.seeded.keys()].flatMap((key): Attack[] => {
		const facts = relations.get(key);
		const isShared = tenancy.tables.get(key)?.scope === "shared" && tenancy.enforcement === "rls";
		if (!facts || !isShared || isLedger(facts.name)) return [];
		return [{ table: key, attack: "shared-write", run: () => played(() => commonRows(scene, facts)) }];
	});
	return [...ofNobody, ...common];
}

/** A row without a tenant that every tenant sees is for the product to write. */
async function rowsOfNobody({ target }: Scene, subject: Subject, column: string): Promise<Verdict> {
	const { table, ownRow, theirRow, key } = subject;
	const name = quoteName(table);
	const isNobodys = `${quoteIdentifier(column)} IS NULL`;
	const nobody = { ...subject, whose: { ...subject.whose, theirs: isNobodys, known: isNobodys } };
	const setUp = without(
		`UPDATE ${name} SET ${quoteIdentifier(column)} = NULL WHERE (tableoid, ctid) = (${theirRow.place})`,
	);
	const shows = await inSession(target, target.tenants[0] as FilledTenant, async (session) => {
		for (const sql of setUp) await session.superuser(sql);
		await note(session, table, nobody.whose);
		const outcome = await seen(session, nobody, "theirs");
		return { outcome, evidence: session.evidence() };
	});
	if (isDenied(shows.outcome)) return held(shows.evidence, "The application has no right to read it.");
	if (isRefused(shows.outcome)) return untested(`Reading was refused for another reason. ${said(shows.outcome)}`);
	if (numberOf(shows.outcome) === 0) return held(shows.evidence, "A row that belongs to no tenant is shown to none.");
	const plain = plainColumn(subject);
	const noTenant = { row: { place: ownRow.place, values: new Map([[column, null]]) }, columns: [column] };
	const tries: (Try & { how: string })[] = [
		...(plain === null
			? []
			: [
					{
						how: "changes",
						setUp,
						sql: `UPDATE ${name} SET ${quoteIdentifier(plain)} = ${literal(ownRow.values.get(plain))} WHERE ${isNobodys}`,
					},
				]),
		{ how: "deletes", setUp, sql: `DELETE FROM ${name} WHERE ${isNobodys}` },
		{ how: "adds", setUp: without(deleteRow(table, ownRow)), sql: insertRow(subject, ownRow, noTenant) },
	];
	let evidence = "";
	for (const each of tries) {
		const tried = await tryWrite(target, nobody, each);
		if (Math.max(tried.touched.theirs, tried.touched.added) > 0)
			return leaked(
				tried.evidence,
				`One tenant ${each.how} rows of ${key} that belong to nobody and that every tenant sees.`,
			);
		evidence ||= tried.evidence;
	}
	return held(evidence, "A tenant sees the rows that belong to nobody, and can't change them.");
}

/** What the files fill is the same for all tenants: who changes it changes what the others see. */
async function commonRows({ target }: Scene, facts: RelationFacts): Promise<Verdict> {
	const name = quoteName(facts);
	return inSession(target, target.tenants[0] as FilledTenant, async (session) => {
		const outcome = await session.attempt(`SELECT count(*)::int AS rows_for_all FROM ${name}`);
		if (isDenied(outcome)) return held(session.evidence(), "The application has no right to read it.");
		if (isRefused(outcome)) return untested(`Reading was refused for another reason. ${said(outcome)}`);
		if (numberOf(outcome) === 0) return untested("The application sees no rows there, so nothing was proved.");
		const column =
			facts.columns.find(({ generated, mayUpdate }) => !generated && mayUpdate)?.name ?? facts.columns[0]?.name;
		const quoted = quoteIdentifier(column ?? "");
		const changed = await session.attempt(`UPDATE ${name} SET ${quoted} = ${quoted}`);
		await session.superuser("SET LOCAL session_replication_role = replica");
		const deleted = await session.attempt(`DELETE FROM ${name}`);
		for (const [how, outcome] of [
			["changes", changed],
			["deletes", deleted],
		] as const)
			if (!isRefused(outcome) && outcome.count > 0)
				return leaked(session.evidence(), `One tenant ${how} rows of ${facts.key}, which every tenant reads.`);
		const refused = [changed, deleted].filter(isRefused).find((each) => !isDenied(each));
		if (refused) return untested(`It was refused for another reason. ${said(refused)}`);
		return held(session.evidence(), "The application may only read what all tenants share.");
	});
}
