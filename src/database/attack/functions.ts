import { columnList, quoteIdentifier, quoteName } from "../../core/emit/identifier";
import { argumentLists } from "./arguments";
import type { RoutineFacts } from "./catalog";
import { concerned } from "./concerned";
import { type Interference, interference } from "./interference";
import { type Attack, literal, type OtherRows, type Scene, type Verdict } from "./scene";
import { inSession } from "./session";
import type { FilledTenant } from "./target";
import { played } from "./tries";
import { held, isDenied, isRefused, leaked, said, untested } from "./verdict";

/** Calls functions that have to do with tenants' rows, with the keys of others. */
export function functionAttacks(scene: Scene): Attack[] {
	return scene.routines.flatMap((routine): Attack[] => {
		const tables = concerned(scene, routine.body);
		// What binds a tenant is trusted to name one: who may run any statement can set the setting itself.
		if (tables.length === 0 || /\bset_config\b/i.test(routine.body)) return [];
		const key = `${routine.schema}.${routine.name}`;
		const attacks: Attack[] = [
			{ table: key, attack: "function", run: () => played(() => call(scene, routine, tables)) },
		];
		if (routine.definer)
			attacks.push({
				table: key,
				attack: "search-path",
				run: () => played(() => callShadowed(scene, routine, tables)),
			});
		return attacks;
	});
}

/** A function of an attacker's choosing may not end. */
const LIMIT = "SET LOCAL statement_timeout = '10s'";

function callOf(routine: RoutineFacts, list: string): string {
	const name = quoteName(routine);
	if (routine.kind === "p") return `CALL ${name}(${list})`;
	return `SELECT count(*)::int AS rows, md5(string_agg(given::text, ' ' ORDER BY given::text)) AS digest FROM ${name}(${list}) AS given`;
}

async function call(
	scene: Scene,
	routine: RoutineFacts,
	tables: readonly OtherRows[],
	before: readonly string[] = [],
): Promise<Verdict> {
	const { target } = scene;
	const seen: Interference[] = [];
	let works: Verdict | undefined;
	for (const whose of ["theirs", "own"] as const)
		for (const list of argumentLists(scene, routine, whose)) {
			const sql = callOf(routine, list);
			const found = await interference(target, tables, { setUp: [LIMIT], before, sql });
			if (found.differs && !(isRefused(found.all) && (await isToldByKey(scene, tables, sql, before))))
				return {
					...leaked(
						found.evidence,
						`What ${routine.schema}.${routine.name} gives depends on the rows of other tenants.`,
					),
					about: about(routine, tables),
				};
			const written = isRefused(found.all) ? null : await changes(scene, sql, tables, before);
			if (written?.theirs)
				return {
					...leaked(written.evidence, "Calling it changes rows of other tenants."),
					about: about(routine, tables),
				};
			if (written?.own) works ??= held(written.evidence, "It changes the tenant's own rows, and none of others.");
			if (isDenied(found.all) && whose === "theirs" && !routine.mayExecute)
				return held(found.evidence, "The application has no right to call it.");
			seen.push(found);
		}
	if (works) return works;
	const shows = seen.find(({ showsOwn }) => showsOwn);
	if (shows)
		return held(shows.evidence, "It works on the tenant's own rows, and is the same whether others have any or not.");
	const denied = seen.find(({ all }) => isDenied(all));
	if (denied && seen.every(({ all }) => isRefused(all)))
		return held(denied.evidence, "What it does is refused to the application.");
	const refused = seen.map(({ all }) => all).find(isRefused);
	return untested(
		refused
			? `No arguments were found that it takes. ${said(refused)}`
			: "No arguments were found with which it gives the tenant's own rows.",
	);
}

/**
 * Whether a refusal says no more than that a key is taken, in the function's own words or not: without the keys there is no
 * difference. That is the key's doing, and judged there.
 */
async function isToldByKey(
	{ target, relations }: Scene,
	tables: readonly OtherRows[],
	sql: string,
	before: readonly string[],
): Promise<boolean> {
	const dropped = tables.flatMap(({ key, table }) =>
		(relations.get(key)?.uniques ?? []).flatMap(({ name, primary }) =>
			primary
				? []
				: [
						`ALTER TABLE ${quoteName(table)} DROP CONSTRAINT IF EXISTS ${quoteIdentifier(name)} CASCADE`,
						`DROP INDEX IF EXISTS ${quoteName({ schema: table.schema, name })} CASCADE`,
					],
		),
	);
	const { all, differs } = await interference(target, tables, { setUp: [LIMIT, ...dropped], before, sql });
	return !differs || (isRefused(all) && all.code === "23505");
}

function about(routine: RoutineFacts, tables: readonly OtherRows[]) {
	return { tables: tables.map(({ key }) => key), rules: routine.definer ? ["function-security-definer"] : [] };
}

/** Whose rows a call changes: their places are compared, as a changed row has another. */
async function changes(
	{ target, subjects }: Scene,
	sql: string,
	tables: readonly OtherRows[],
	before: readonly string[],
): Promise<{ readonly theirs: boolean; readonly own: boolean; readonly evidence: string } | null> {
	const judged = tables.flatMap(({ key }) => subjects.get(key) ?? []);
	if (judged.length === 0) return null;
	return inSession(target, target.tenants[0] as FilledTenant, async (session) => {
		const look = async (which: "known" | "own") => {
			const places = judged.map(
				({ key, table, whose }) =>
					`(SELECT count(*) || ' ' || coalesce(sum(hashtext(tableoid::text || ctid::text)), 0) FROM ${quoteName(table)} WHERE ${whose[which]}) AS ${quoteIdentifier(key)}`,
			);
			return JSON.stringify((await session.superuser(`SELECT ${places.join(", ")}`)).rows);
		};
		await session.superuser(LIMIT);
		const [theirs, own] = [await look("known"), await look("own")];
		for (const each of before) await session.attempt(each);
		await session.attempt(sql);
		return { theirs: (await look("known")) !== theirs, own: (await look("own")) !== own, evidence: session.evidence() };
	});
}

/**
 * A SECURITY DEFINER function that doesn't say where names are looked up finds a temporary table of the caller's before the
 * real one. https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY
 */
async function callShadowed(scene: Scene, routine: RoutineFacts, tables: readonly OtherRows[]): Promise<Verdict> {
	const shadows = tables.flatMap(({ key }) => {
		const subject = scene.subjects.get(key);
		if (!subject) return [];
		const { table, facts, ownRow, theirRow, ties } = subject;
		const columns = facts.columns.filter(({ generated }) => !generated).map(({ name }) => name);
		const values = columns.map((name) => literal((ties.includes(name) ? theirRow : ownRow).values.get(name)));
		const shadow = `pg_temp.${quoteName(table).slice(quoteName(table).indexOf(".") + 1)}`;
		return [
			[
				`CREATE TEMP TABLE ${shadow.slice("pg_temp.".length)} AS SELECT * FROM ${quoteName(table)} LIMIT 0`,
				`INSERT INTO ${shadow} (${columnList(columns)}) VALUES (${values.join(", ")})`,
				`GRANT ALL ON ${shadow} TO PUBLIC`,
				// A plan that was made before goes on meaning the real table.
				"DISCARD PLANS",
			],
		];
	});
	let verdict: Verdict | null = null;
	for (const before of shadows) {
		const found = await call(scene, routine, tables, before);
		if (found.result === "leaked")
			return {
				...found,
				about: {
					tables: found.about?.tables ?? [],
					rules: ["function-search-path"],
				},
			};
		if (verdict === null || found.result === "held") verdict = found;
	}
	return verdict ?? untested("It names no table that could be put in the way.");
}
