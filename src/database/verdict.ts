import type { DatabaseAnalysis } from "../core/analyze";
import type { AttackResult, Proof } from "../core/prove/proof";
import { isOfTenants } from "../core/tenancy/scope";
import type { Target } from "./attack/target";
import type { Seen } from "./play/sees";

/** Attacks that need rows to be seen: where a session doesn't even see its own, that it sees no others' says nothing. */
const BY_SIGHT: ReadonlySet<string> = new Set([
	"read",
	"update",
	"delete",
	"returning",
	"copy",
	"merge",
	"move-to-other",
]);

/** The results, with `untested` in place of a `held` that came about because the role sees no rows at all. */
export function withoutVacuous(
	results: readonly AttackResult[],
	{ role }: Pick<Target, "role">,
	{ blind }: Pick<Seen, "blind">,
): AttackResult[] {
	return results.map((each) =>
		each.result === "held" && BY_SIGHT.has(each.attack) && blind.has(each.table)
			? {
					...each,
					result: "untested",
					evidence: "",
					why: `${role} did not even see its own tenant's rows here, so that it reached no others' says nothing.`,
				}
			: each,
	);
}

/** Leaked where anything leaked; held only where every table that holds tenants' rows had an attack that was decided. */
export function verdictOf(results: readonly AttackResult[], undecided: readonly string[]): Proof["verdict"] {
	if (results.some(({ result }) => result === "leaked")) return "leaked";
	return undecided.length === 0 ? "held" : "inconclusive";
}

/** Why nothing can be said of the whole, for want of attacks that were decided: sentences. */
export function undecidedIn({ model, tenancy }: DatabaseAnalysis, results: readonly AttackResult[]): string[] {
	const decided = new Set(results.flatMap(({ table, result }) => (result === "held" ? table : [])));
	if (decided.size === 0) return ["No attack could be decided."];
	return [...tenancy.tables].flatMap(([key, { scope }]) => {
		const table = model.tables.get(key);
		if (!table || table.partitionOf || table.persistence === "temporary") return [];
		return isOfTenants(scope) && !decided.has(key) ? [`No attack on ${key} could be decided.`] : [];
	});
}
