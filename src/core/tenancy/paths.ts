import type { SchemaModel } from "../schema/model";
import type { Reference, References } from "./references";
import type { PathStep } from "./scope";

/** A way over NOT NULL foreign keys from a table to one that says its tenant. */
export interface TenantPath {
	readonly steps: readonly PathStep[];
	readonly end: string;
	/** The root that the end belongs to, null for a free-standing key. */
	readonly root: string | null;
}

/**
 * For every table that reaches a tenant: its best path. Breadth first from the tables that say their tenant,
 * so that a path is as short as can be; of equal ones that along which rows are deleted together, which is
 * what "belongs to" means, goes first.
 * @param anchors tables that carry a tenant column or are roots, with their root
 */
export function findPaths(
	model: SchemaModel,
	references: References,
	anchors: ReadonlyMap<string, string | null>,
	passable: (table: string) => boolean,
): Map<string, TenantPath[]> {
	const paths = new Map<string, TenantPath[]>();
	const distance = new Map<string, number>([...anchors.keys()].map((name) => [name, 0]));
	let frontier = [...anchors.keys()];
	for (let depth = 1; frontier.length > 0; depth++) {
		const next: string[] = [];
		for (const target of frontier) {
			for (const reference of references.to(target)) {
				const from = reference.from;
				if (!usable(reference) || from === target || !model.tables.has(from) || !passable(from)) continue;
				const known = distance.get(from);
				if (known !== undefined && known < depth) continue;
				if (known === undefined) {
					distance.set(from, depth);
					next.push(from);
				}
			}
		}
		frontier = next;
	}
	const ordered = [...distance].filter(([name]) => !anchors.has(name)).sort((a, b) => a[1] - b[1]);
	for (const [name] of ordered) {
		const own: { reference: Reference; path: TenantPath }[] = [];
		for (const reference of references.of(name)) {
			if (!usable(reference) || reference.target === name) continue;
			const step: PathStep = { columns: reference.columns, references: reference.target, to: reference.to };
			const root = anchors.get(reference.target);
			if (root !== undefined) own.push({ reference, path: { steps: [step], end: reference.target, root } });
			else {
				const further = paths.get(reference.target)?.[0];
				if (further && (distance.get(reference.target) ?? 0) < (distance.get(name) ?? 0))
					own.push({ reference, path: { ...further, steps: [step, ...further.steps] } });
			}
		}
		own.sort((a, b) => rank(a.reference, a.path) - rank(b.reference, b.path));
		paths.set(
			name,
			own.map((entry) => entry.path),
		);
	}
	return paths;
}

function usable(reference: Reference): boolean {
	return reference.declared && reference.notNull;
}

function rank(reference: Reference, path: TenantPath): number {
	return path.steps.length * 10 + (reference.cascades ? 0 : 1);
}
