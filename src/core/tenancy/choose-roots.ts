import type { SchemaModel } from "../schema/model";
import type { TenancyDecisions } from "./config";
import { findFreeKey, plainKey } from "./free-key";
import { findLoginRoot } from "./login-root";
import type { Override } from "./overrides";
import type { People } from "./people";
import { catalogRoot, type Placement } from "./placement";
import type { References } from "./references";
import { findRoots, type Root } from "./roots";
import { findUserRoot } from "./user-tenancy";
import { snake } from "./vocabulary";

/**
 * The roots of a workspace: those that a person named, else those that the structure shows, else a free-standing
 * key, else the people themselves where policies compare each row with the caller, or with a row of the caller's.
 */
export function chooseRoots(
	model: SchemaModel,
	references: References,
	people: People,
	decisions: TenancyDecisions,
	overrides: ReadonlyMap<string, Override>,
	placement: Placement | null,
): Root[] {
	const marked = [...overrides].filter(([, o]) => o.scope === "tenant-root").map(([name]) => name);
	const named = [...new Set([...(decisions.roots ?? []), ...marked])];
	const unmarked = (root: Root) =>
		root.table === null || (overrides.get(root.table)?.scope ?? "tenant-root") === "tenant-root";
	// Naming the roots says what they are; marking one more table adds to what was found.
	const found = decisions.roots ? [] : findRoots(model, references, people).filter(unmarked);
	const roots = [
		...named.filter((name) => !found.some((r) => r.table === name)).map((name) => namedRoot(name, model, references)),
		...found,
	];
	const listed = placement ? catalogRoot(placement) : null;
	if (listed && !roots.some((r) => r.table === listed.table) && unmarked(listed)) roots.unshift(listed);
	if (decisions.tenantColumns && decisions.tenantColumns.length > 0) return withColumns(roots, decisions.tenantColumns);
	const users = named.length === 0 ? findUserRoot(model, references, people) : null;
	// Policies are the plainest word: where they know the caller and not the group, the caller is the tenant.
	const policed = Math.max(0, ...roots.map((r) => r.policed));
	if (users && !listed && users.policed >= 4 * policed && users.policed >= 2) return [users];
	if (roots.some((r) => r.carriers > 0) || (listed && !placement?.said && roots.length > 0)) return roots;
	const other = findFreeKey(model) ?? users ?? (named.length === 0 ? findLoginRoot(model, references, people) : null);
	if (other) return [...roots, other];
	return placement?.said ? withPlainKey(roots, model, references) : roots;
}

/** Where each tenant has a schema of its own, a table whose rows name tenants is none of those schemas': it holds the rows of all. */
function withPlainKey(roots: readonly Root[], model: SchemaModel, references: References): Root[] {
	const key = plainKey(model);
	if (!key) return [...roots];
	const { columns, carriers } = key;
	const named = {
		columns,
		carriers,
		policed: 0,
		evidence: `${carriers === 1 ? "one table names" : `${carriers} tables name`} it in \`${columns[0]}\``,
	};
	const [listed] = roots;
	if (listed) return [{ ...listed, ...named }, ...roots.slice(1)];
	const isMeant = (target: string) =>
		references.to(target).some((r) => r.declared && r.columns.length === 1 && columns.includes(r.columns[0] ?? ""));
	return [{ table: references.targets.find(isMeant) ?? null, ...named }];
}

function namedRoot(name: string, model: SchemaModel, references: References): Root {
	const counts = new Map<string, number>();
	for (const r of references.to(name)) {
		const column = r.columns[0];
		if (r.columns.length === 1 && column !== undefined && r.from !== name && model.tables.has(r.from))
			counts.set(column, (counts.get(column) ?? 0) + 1);
	}
	const columns = [...counts].sort((a, b) => b[1] - a[1]).map(([column]) => column);
	const main = columns[0] === undefined ? undefined : snake(columns[0]);
	const same = columns.filter((column) => snake(column) === main);
	return {
		table: name,
		columns: same,
		carriers: counts.get(columns[0] ?? "") ?? 0,
		policed: 0,
		evidence: "you said so",
	};
}

/** The tenant columns that a person named: they belong to the root that they point at, else they stand free. */
function withColumns(roots: readonly Root[], columns: readonly string[]): Root[] {
	const known = roots.map((root) => ({
		...root,
		columns: root.columns.filter((c) => columns.some((given) => snake(given) === snake(c))),
	}));
	const rest = columns.filter((c) => !known.some((root) => root.columns.some((k) => snake(k) === snake(c))));
	const kept = known.filter((root) => root.columns.length > 0 || root.evidence === "you said so");
	if (rest.length === 0) return kept;
	const bare = kept.find((root) => root.columns.length === 0);
	if (bare) return kept.map((root) => (root === bare ? { ...root, columns: rest } : root));
	return [...kept, { table: null, columns: rest, carriers: 0, policed: 0, evidence: "you named the column" }];
}
