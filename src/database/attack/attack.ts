import { quoteIdentifier, quoteLiteral, quoteName } from "../../core/emit/identifier";
import { rowsOfTenant } from "../../core/implement/base/rows-of-tenant";
import type { AttackResult } from "../../core/prove/proof";
import { sqlStateOf } from "../engine";
import type { Target } from "./target";

/** Reads every table as the first tenant. */
export async function attack(
	target: Target,
	{ signal, onProgress }: { signal?: AbortSignal; onProgress?(done: number, total: number, what: string): void },
): Promise<AttackResult[]> {
	const { engine, database, tenants, role, filled, unfilled } = target;
	const { model, tenancy } = database;
	const results: AttackResult[] = [];
	const own = [...model.tables].filter(([key, table]) => {
		const scope = tenancy.tables.get(key)?.scope;
		return !table.partitionOf && (scope === "tenant-root" || scope === "tenant-scoped" || scope === "tenant-derived");
	});
	const [attacker] = tenants;
	for (const [i, [table, model_]] of own.entries()) {
		signal?.throwIfAborted();
		onProgress?.(i, own.length, table);
		const key = attacker?.keys.get(tenancy.roots[0] ?? "") ?? attacker?.keys.get("") ?? "";
		const isOwn = rowsOfTenant(model, tenancy, model_, quoteLiteral(key));
		if (!filled.has(table) || isOwn === null || !attacker) {
			results.push({
				table,
				attack: "read",
				result: "untested",
				evidence: "",
				why: unfilled.get(table) ?? "Nothing in the table says whose rows they are.",
				rule: null,
			});
			continue;
		}
		const statements = [...target.bind(attacker), `SET LOCAL ROLE ${quoteIdentifier(role)}`];
		const sql = `SELECT count(*) AS rows FROM ${quoteName(model_)} WHERE NOT coalesce(${isOwn}, false)`;
		await engine.query("BEGIN");
		try {
			for (const each of statements) await engine.query(each);
			const { rows } = await engine.query(sql);
			const count = Number(rows[0]?.rows);
			const evidence = ["BEGIN", ...statements, sql].map((each) => `${each};`).join("\n");
			results.push({
				table,
				attack: "read",
				result: count > 0 ? "leaked" : "held",
				evidence: `${evidence}\n-- ${count}\nROLLBACK;`,
				why: count > 0 ? "Another tenant's rows can be read." : "No row of another tenant can be read.",
				rule: count > 0 ? "rls-disabled" : null,
			});
		} catch (error) {
			if (sqlStateOf(error) === null) throw error;
			const isRefused = sqlStateOf(error) === "42501";
			results.push({
				table,
				attack: "read",
				result: isRefused ? "held" : "untested",
				evidence: "",
				why: (error as Error).message,
				rule: null,
			});
		} finally {
			await engine.query("ROLLBACK");
		}
	}
	return results;
}
