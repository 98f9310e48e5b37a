import { quoteName } from "../../core/emit/identifier";
import type { OtherRows } from "./scene";
import { inSession, type Outcome, type Session } from "./session";
import type { FilledTenant, Target } from "./target";
import { isRefused } from "./verdict";

/**
 * What a tenant gets must not depend on what others have: the same statement is run with and without the rows of other
 * tenants. This is non-interference (J. A. Goguen, J. Meseguer: Security Policies and Security Models, IEEE Symposium on
 * Security and Privacy, 1982, https://doi.org/10.1109/SP.1982.10014); it needs to know nothing of what the statement shows.
 */
export interface Interference {
	/** With everybody's rows. */
	readonly all: Outcome;
	/** Without those of others. */
	readonly alone: Outcome;
	/** Without the attacker's own either. */
	readonly none: Outcome;
	/** Whether the first two differ, though the statement gives the same twice. */
	readonly differs: boolean;
	/** Whether the attacker's own rows make a difference: else nothing was seen at all. */
	readonly showsOwn: boolean;
	readonly evidence: string;
}

export interface Probe {
	/** Statements of the superuser before everything. */
	readonly setUp?: readonly string[];
	/** Statements of the application before the probe; where one is refused, the probe is run all the same. */
	readonly before?: readonly string[];
	readonly sql: string;
	/** Statements of the superuser after rows were taken away. */
	readonly refresh?: readonly string[];
}

/** Runs a probe bound to the attacker's tenant, with and without the rows of others in the tables that have to do with it. */
export async function interference(
	target: Target,
	tables: readonly OtherRows[],
	{ setUp = [], before = [], sql, refresh = [] }: Probe,
): Promise<Interference> {
	return inSession(target, target.tenants[0] as FilledTenant, async (session) => {
		for (const each of [...setUp, ...refresh]) await session.superuser(each);
		for (const each of before) await session.attempt(each);
		const all = await session.probe(sql);
		session.remark("Does it give the same without the rows of other tenants?");
		await takeAway(session, tables, "theirs", refresh);
		const alone = await session.probe(sql);
		const evidence = session.evidence();
		const differs = told(all) !== told(alone);
		if (!differs) {
			session.remark("And without the tenant's own?");
			await takeAway(session, tables, "own", refresh);
		}
		const none = differs ? alone : await session.probe(sql);
		return {
			all,
			alone,
			none,
			differs: differs && (await isSteady(session, sql, alone)),
			showsOwn: told(alone) !== told(none),
			evidence: differs ? evidence : session.evidence(),
		};
	});
}

/** Whether a statement gives the same again; a new key or a clock does not. */
async function isSteady(session: Session, sql: string, before: Outcome): Promise<boolean> {
	return told(await session.probe(sql)) === told(before);
}

async function takeAway(
	session: Session,
	tables: readonly OtherRows[],
	which: "own" | "theirs",
	refresh: readonly string[],
): Promise<void> {
	await session.superuser("SET LOCAL session_replication_role = replica");
	for (const each of tables) await session.superuser(`DELETE FROM ${quoteName(each.table)} WHERE ${each[which]}`);
	await session.superuser("SET LOCAL session_replication_role = origin");
	for (const each of refresh) await session.superuser(each);
}

/** What the attacker learns from an outcome. */
function told(outcome: Outcome): string {
	if (isRefused(outcome)) return `${outcome.code} ${outcome.message} ${outcome.detail}`;
	return JSON.stringify([outcome.rows, outcome.count]);
}
