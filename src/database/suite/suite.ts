import { columnList, quoteLiteral, quoteName } from "../../core/emit/identifier";
import type { IsolationTests } from "../../core/prove/proof";
import { qualified } from "../../core/schema/model";
import { isOfTenants } from "../../core/tenancy/scope";
import type { Scene } from "../attack/scene";
import type { FilledTenant } from "../attack/target";
import { type Filled, OTHERS } from "../fill/fill";
import type { PlayedRole } from "../play/role";
import { checksOf } from "./checks";
import { printSuite } from "./script";

/**
 * Prints the attacks on tables and views as scripts that bring their own rows. They assert isolation: what leaks now fails.
 * Null where there is no table with rows of two tenants.
 *
 * @param visible tables of which the role sees its own tenant's rows
 */
export function suiteOf(
	scene: Scene,
	filled: Filled,
	role: PlayedRole,
	visible: ReadonlySet<string>,
): IsolationTests | null {
	const { target } = scene;
	if (scene.subjects.size === 0) return null;
	const { model, tenancy } = target.database;
	const leftOut = [...model.tables.values()].map(qualified).filter((key) => {
		const table = model.tables.get(key);
		const isTenants = isOfTenants(tenancy.tables.get(key)?.scope);
		return isTenants && table?.partitionOf === null && !scene.subjects.has(key);
	});
	const parts = {
		makeRole: role.made,
		role: role.name,
		rows: rowsOf(filled),
		bind: target.bind(target.tenants[0] as FilledTenant),
		checks: checksOf(scene, visible),
		leftOut,
	};
	return { plain: printSuite(parts, "plain"), pgtap: printSuite(parts, "pgtap") };
}

/** One INSERT a table, in the order in which they were filled. */
function rowsOf({ facts, rows, partitions }: Filled): string[] {
	const byKey = new Map(facts.map((table) => [table.key, table]));
	return [...rows].flatMap(([key, perTenant]) => {
		const table = byKey.get(key);
		const all = perTenant.flat();
		// Its rows went to a partition that the product makes by itself.
		if (!table || all.length === 0 || partitions.has(key + OTHERS)) return [];
		const columns = table.columns.filter(({ generated }) => !generated);
		const values = all.map(
			(row) => `(${columns.map(({ name }) => (row[name] == null ? "NULL" : quoteLiteral(row[name]))).join(", ")})`,
		);
		return [
			`INSERT INTO ${quoteName(table)} (${columnList(columns.map(({ name }) => name))}) OVERRIDING SYSTEM VALUE VALUES\n\t${values.join(",\n\t")}`,
		];
	});
}
