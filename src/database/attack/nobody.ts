import { quoteName } from "../../core/emit/identifier";
import { read, seen } from "./read";
import type { Attack, Scene, Subject, Verdict } from "./scene";
import { inSession, NotPlayed } from "./session";
import type { Target } from "./target";
import { held, isRefused, leaked, numberOf, rowsOf, unlessRefused } from "./verdict";
import { note } from "./whose";

/** Who is no tenant, and how that is said. */
const NOBODY = [
	{ attack: "no-tenant", tenant: null, as: "Without a tenant" },
	{ attack: "empty-tenant", tenant: "", as: "With an empty tenant" },
	{ attack: "malformed-tenant", tenant: "x' OR true --", as: "With a text that is no tenant's key" },
] as const;

type Nobody = (typeof NOBODY)[number];

/**
 * Reads and deletes with no tenant, an empty one, or a text that is none: an error is fine, a tenant's row is not. What came of
 * no tenant was seen before any was bound (`asUnbound`).
 */
export function nobodyAttacks({ target, subjects, unbound }: Scene): Attack[] {
	return NOBODY.flatMap((nobody) =>
		[...subjects.values()].map(
			(subject): Attack => ({
				table: subject.key,
				attack: nobody.attack,
				async run() {
					const seenBefore = nobody.tenant === null ? unbound.get(subject.key) : undefined;
					const verdict = seenBefore ?? (await asNobody(target, subject, nobody));
					if (verdict.result !== "held") return verdict;
					// Where the tenant itself sees nothing, that nobody does says nothing.
					const control = await read(target, subject).catch(notPlayed);
					return control.result === "untested" ? control : verdict;
				},
			}),
		),
	);
}

/** What each table shows before any tenant is bound in the session: a setting that was bound once is no longer unset. */
export async function asUnbound(
	target: Target,
	subjects: ReadonlyMap<string, Subject>,
): Promise<ReadonlyMap<string, Verdict>> {
	const verdicts = new Map<string, Verdict>();
	for (const subject of subjects.values())
		verdicts.set(subject.key, await unlessRefused(() => asNobody(target, subject, NOBODY[0])));
	return verdicts;
}

function notPlayed(error: unknown): Verdict {
	if (!(error instanceof NotPlayed)) throw error;
	return {
		result: "untested",
		evidence: "",
		why: `The application's role could not be bound to a tenant: ${error.message}`,
	};
}

async function asNobody(target: Target, subject: Subject, { tenant, as }: Nobody): Promise<Verdict> {
	try {
		return await inSession(target, tenant, async (session) => {
			await note(session, subject.table, subject.whose);
			for (const which of ["theirs", "own"] as const) {
				const outcome = await seen(session, subject, which);
				if (isRefused(outcome))
					return held(session.evidence(), `${as} PostgreSQL refuses: ${outcome.message.split("\n")[0]}`);
				const count = numberOf(outcome);
				if (count > 0)
					return leaked(
						session.evidence(),
						`${as} the application reads ${rowsOf(count)} of tenants in ${subject.key}.`,
					);
			}
			const emptied = await session.attempt(`DELETE FROM ${quoteName(subject.table)}`);
			if (!isRefused(emptied) && emptied.count > 0)
				return leaked(
					session.evidence(),
					`${as} the application deletes ${rowsOf(emptied.count)} of tenants in ${subject.key}.`,
				);
			return held(session.evidence(), `${as} it sees no rows.`);
		});
	} catch (error) {
		if (!(error instanceof NotPlayed)) throw error;
		return held(`-- The binding itself is refused: ${error.message}\n`, `${as} the product's own binding is refused.`);
	}
}
