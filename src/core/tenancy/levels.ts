import { compareText } from "../text/compare";
import type { Candidate } from "./candidate";
import { isAuditColumn } from "./logins";
import type { People } from "./people";
import type { References } from "./references";
import { isAmbiguousNoun } from "./vocabulary";

/** A root that itself belongs to something tenant-like has that above it: project › organization. */
export function climb(
	accepted: Map<string, Candidate>,
	candidates: ReadonlyMap<string, Candidate>,
	references: References,
	people: People,
): void {
	const queue = [...accepted.keys()];
	for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
		for (const reference of references.of(name)) {
			const above = candidates.get(reference.target);
			if (!above || accepted.has(above.table) || people.isPerson(above.table)) continue;
			const plain = above.weight >= 3 && !isAmbiguousNoun(above.noun);
			if (
				above.membership !== null
					? above.weight >= 2 || reference.notNull
					: plain && (reference.notNull || above.weight >= 5)
			) {
				accepted.set(above.table, above);
				queue.push(above.table);
			}
		}
	}
}

/** A candidate below another one is a level of its own only where tables rely on it alone. */
export function prune(accepted: Map<string, Candidate>, references: References, total: number): void {
	for (const candidate of [...accepted.values()].sort((a, b) => a.carriers.size - b.carriers.size)) {
		const above = references.of(candidate.table).some((r) => {
			const other = accepted.get(r.target);
			return other !== undefined && other !== candidate && !isBelow(other, candidate, references);
		});
		if (above && !standsAlone(candidate, accepted, references, total)) accepted.delete(candidate.table);
	}
}

/** Whether it belongs to the candidate that points back at it, as at an organization's default project. */
function isBelow(other: Candidate, candidate: Candidate, references: References): boolean {
	return (
		other.weight < candidate.weight && references.of(other.table).some((r) => r.notNull && r.target === candidate.table)
	);
}

/** Below a root: a table that others use as their tenant because they carry no column of a level above. */
export function descend(
	accepted: Map<string, Candidate>,
	candidates: ReadonlyMap<string, Candidate>,
	references: References,
	people: People,
	total: number,
): void {
	for (let grown = true; grown; ) {
		grown = false;
		for (const candidate of candidates.values()) {
			if (accepted.has(candidate.table) || people.isPerson(candidate.table)) continue;
			const below = references
				.of(candidate.table)
				.some(
					(r) => r.notNull && accepted.has(r.target) && accepted.get(r.target)?.carriers.get(candidate.table) === r,
				);
			if (!below && !belowOrPersonal(candidate, accepted, references, people)) continue;
			if (!standsAlone(candidate, accepted, references, total)) continue;
			accepted.set(candidate.table, candidate);
			grown = true;
		}
	}
}

/**
 * What belongs to a group or to a person alone, so that either may be NULL (a site of a team, or of somebody's own): a level
 * where nearly everything in it is found by it, which an ordinary table with children is not.
 */
function belowOrPersonal(
	candidate: Candidate,
	accepted: ReadonlyMap<string, Candidate>,
	references: References,
	people: People,
): boolean {
	const own = references.of(candidate.table).filter((r) => !r.notNull && r.columns.length === 1);
	return (
		candidate.leading / candidate.carriers.size >= 0.5 &&
		own.some((r) => accepted.get(r.target)?.carriers.get(candidate.table) === r) &&
		own.some((r) => people.isPerson(r.target) && !isAuditColumn(r.columns))
	);
}

function standsAlone(
	candidate: Candidate,
	accepted: ReadonlyMap<string, Candidate>,
	references: References,
	total: number,
): boolean {
	const { table } = candidate;
	// That a table also names a level further in says nothing against this one.
	const inner = new Set(
		[...accepted.keys()].filter((name) => references.of(name).some((r) => r.notNull && r.target === table)),
	);
	const others = [...accepted.values()].filter((root) => root.table !== table && !inner.has(root.table));
	const lonely = [...candidate.carriers.values()].filter(({ from }) => !others.some((root) => root.carriers.has(from)));
	const alone = lonely.length;
	// Who belongs to it is always found by it, and what may do without it isn't: neither says that people share what is in it.
	const { membership } = candidate;
	const isShared = membership !== null && lonely.some(({ from, notNull }) => notNull && from !== membership);
	// Most who point at it may name the tenant themselves; then it is one of the tenant's tables, with children.
	const relied = alone / candidate.carriers.size >= 0.3;
	if (candidate.weight >= 3)
		return (
			(alone >= 3 &&
				relied &&
				!isAmbiguousNoun(candidate.noun) &&
				(candidate.carriers.size >= 6 || candidate.share >= 0.3)) ||
			(isShared && candidate.carriers.size >= 3)
		);
	return alone >= 4 && alone / total >= (candidate.weight >= 2 ? 0.2 : 0.35);
}

export function outermostFirst(roots: Candidate[], references: References): Candidate[] {
	const depth = (c: Candidate, seen: ReadonlySet<string>): number => {
		const above = references
			.of(c.table)
			.flatMap((r) => roots.filter((other) => other.table === r.target && !seen.has(other.table)));
		return above.length === 0
			? 0
			: 1 + Math.max(...above.map((other) => depth(other, new Set([...seen, other.table]))));
	};
	return roots
		.map((c) => ({ c, depth: depth(c, new Set([c.table])) }))
		.sort((a, b) => a.depth - b.depth || b.c.carriers.size - a.c.carriers.size || compareText(a.c.table, b.c.table))
		.map(({ c }) => c);
}
