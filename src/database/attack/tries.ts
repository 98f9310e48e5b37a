import { qualified } from "../../core/schema/model";
import type { Refusal } from "../engine";
import type { Subject, Verdict } from "./scene";
import { inSession, NotPlayed, type Outcome, type Session } from "./session";
import type { FilledTenant, Target } from "./target";
import { held, isDenied, isRefused, leaked, said, untested } from "./verdict";
import { note, type Touched, touched } from "./whose";

/** One way to try an attack. */
export interface Try {
	/** What the superuser does before, so that nothing but isolation can refuse it. */
	readonly setUp?: readonly string[];
	readonly sql: string;
}

/** What a try came to. */
export interface Tried {
	readonly outcome: Outcome;
	readonly touched: Touched;
	readonly evidence: string;
}

/** Runs an attack; that the role can't be played at all makes it untested. */
export async function played(run: () => Promise<Verdict> | Verdict): Promise<Verdict> {
	try {
		return await run();
	} catch (error) {
		if (error instanceof NotPlayed)
			return untested(`The application's role could not be bound to a tenant: ${error.message}`);
		throw error;
	}
}

/** Tries one way of writing to a table, bound to the attacker's tenant. */
export async function tryWrite(target: Target, subject: Subject, { setUp = [], sql }: Try): Promise<Tried> {
	return inSession(target, target.tenants[0] as FilledTenant, async (session) => {
		for (const each of setUp) await session.superuser(each);
		await note(session, subject.table, subject.whose);
		const outcome = await attemptChecked(session, subject, sql);
		return { outcome, touched: await touched(session, subject.table, subject.whose), evidence: session.evidence() };
	});
}

/** Constraints that would wait for the end of the transaction have their say at once. */
async function attemptChecked(session: Session, { table }: Subject, sql: string): Promise<Outcome> {
	const outcome = await session.attempt(sql);
	const waits = [...table.foreignKeys, ...table.uniques].some(
		({ deferrable }) => deferrable !== false && deferrable !== undefined,
	);
	if (isRefused(outcome) || !waits) return outcome;
	const late = await session.attempt("SET CONSTRAINTS ALL IMMEDIATE");
	return isRefused(late) ? late : outcome;
}

/** What writing to others' rows is called. */
export interface Words {
	/** What happened to others' rows: `changed`, `deleted`. */
	readonly done: string;
	/** What was tried: `change rows`. */
	readonly todo: string;
	/** The command whose policies decide. */
	readonly command: "insert" | "update" | "delete";
}

/**
 * Tries to write to others' rows in several ways. It leaks where one of them reaches a row of another tenant; it held where
 * none does and one of them was refused for want of a right, or did reach the attacker's own rows, or the control did.
 *
 * @param control what the role should be able to do with its own rows; left out where the tries themselves reach them
 */
export async function writes(
	target: Target,
	subject: Subject,
	words: Words,
	tries: readonly Try[],
	control?: Try,
): Promise<Verdict> {
	const all: Tried[] = [];
	for (const each of tries) {
		const tried = await tryWrite(target, subject, each);
		const { theirs, added } = tried.touched;
		const reached = Math.max(theirs, added);
		if (reached > 0)
			return leaked(
				tried.evidence,
				`Bound to its own tenant, the application ${words.done} ${reached === 1 ? "a row" : `${reached} rows`} of other tenants in ${qualified(subject.table)}.`,
			);
		all.push(tried);
	}
	const [last] = all;
	if (!last) return untested("There is no column that the application could write.");
	const own = all.find(({ touched }) => touched.own > 0);
	if (own) return held(own.evidence, "It reached its own rows, and none of another tenant.");
	const worked = all.filter(({ outcome }) => !isRefused(outcome));
	const denied = all.find(({ outcome }) => isDenied(outcome));
	const isClosed = subject.facts.closed.includes(words.command);
	const tested = control && (await tryWrite(target, subject, control));
	if (denied && worked.length === 0) {
		// Where some rows may be written and not even its own are, the refusal says nothing of tenants.
		const isOfPolicy = (outcome: Outcome) => isDenied(outcome) && /row-level security/.test(outcome.message);
		if (tested && !isClosed && isOfPolicy(tested.outcome))
			return untested(
				`The application could not ${words.todo} of its own either, so nothing was proved. ${said(tested.outcome as Refusal)}`,
			);
		return held(denied.evidence, `PostgreSQL refuses to ${words.todo} of another tenant.`);
	}
	if (isClosed && worked.length > 0)
		return held(last.evidence, `No policy lets the application ${words.todo} of anybody.`);
	if (tested && worked.length > 0 && (tested.touched.own > 0 || isDenied(tested.outcome)))
		return held(
			(worked[0] as Tried).evidence,
			`Nothing of another tenant was reached, while the same works on its own rows.`,
		);
	const refusal = all.map(({ outcome }) => outcome).find(isRefused);
	if (refusal) return untested(`It was refused for another reason than isolation. ${said(refusal)}`);
	return untested("The application could not do it with its own rows either, so nothing was proved.");
}
