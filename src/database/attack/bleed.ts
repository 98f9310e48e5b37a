import { quoteName, quoteRole } from "../../core/emit/identifier";
import type { Table } from "../../core/schema/model";
import { Refusal } from "../engine";
import { argumentLists } from "./arguments";
import type { Attack, Scene, Verdict } from "./scene";
import { held, leaked, untested } from "./verdict";

/**
 * What a tenant's transaction leaves behind in its session, which a pool gives to the next one. Only where the binding is
 * for the session: one that ends with the transaction leaves nothing.
 */
export function bleedAttacks(scene: Scene): Attack[] {
	const { target, routines } = scene;
	const [first] = target.tenants;
	if (!first) return [];
	const binding = target.bind(first);
	// Functions of the product that bind a tenant: what they are called with is a key.
	const enter = routines.filter(
		({ body, mayExecute, returns }) => mayExecute && returns !== "boolean" && BINDS.test(body),
	);
	return [
		...(binding.every((sql) => isOfTransaction(sql))
			? []
			: [{ table: target.role, attack: "session-bleed" as const, run: () => bleed(scene, binding) }]),
		...enter.map((routine): Attack => {
			const [list = ""] = argumentLists(scene, routine, "own");
			const call = `${routine.kind === "p" ? "CALL" : "SELECT"} ${quoteName(routine)}(${list})`;
			return {
				table: `${routine.schema}.${routine.name}`,
				attack: "session-bleed",
				run: () => bleed(scene, [call]),
			};
		}),
	];
}

/** SET LOCAL, and set_config(…, true): https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SET */
function isOfTransaction(sql: string): boolean {
	return (
		/^\s*SET\s+LOCAL\b/i.test(sql) ||
		/^\s*SELECT\s+(pg_catalog\.)?set_config\s*\([^;]*,\s*true\s*\)\s*(AS\s+\S+\s*)?;?\s*$/i.test(sql)
	);
}

const BINDS = /\bset_config\s*\(\s*'[^']+\.[^']+'/i;

async function bleed({ target, subjects }: Scene, binding: readonly string[]): Promise<Verdict> {
	const { engine, role } = target;
	const script: string[] = [];
	const run = async (sql: string) => {
		script.push(`${sql};`);
		const answer = await engine.query(sql);
		for (const row of answer.rows.slice(0, 1))
			script.push(
				`-- ${Object.entries(row)
					.map(([name, value]) => `${name}: ${String(value)}`)
					.join(", ")}`,
			);
		return answer;
	};
	const become = ["BEGIN", `SET LOCAL ROLE ${quoteRole(role)}`];
	/** How many rows of a table are shown; none where it is refused. */
	const shown = async (table: Table): Promise<number> => {
		await run("SAVEPOINT attempt");
		try {
			const { rows } = await run(`SELECT count(*)::int AS rows_left_open FROM ${quoteName(table)}`);
			return Number(rows[0]?.rows_left_open);
		} catch (error) {
			if (!(error instanceof Refusal)) throw error;
			script.push(`-- ERROR ${error.code}: ${error.message}`);
			await run("ROLLBACK TO SAVEPOINT attempt");
			return 0;
		}
	};
	try {
		// What is open to everybody is not left open by a tenant.
		const open = new Map<string, number>();
		for (const sql of become) await run(sql);
		for (const { key, table } of subjects.values()) open.set(key, await shown(table));
		await run("ROLLBACK");
		script.splice(0, script.length, "-- One transaction of a tenant:");
		for (const sql of [...become, ...binding, "COMMIT"]) await run(sql);
		script.push("-- The next one in the same session, of nobody yet:");
		for (const sql of become) await run(sql);
		for (const { key, table } of subjects.values()) {
			const count = (await shown(table)) - (open.get(key) ?? 0);
			if (count > 0)
				return leaked(
					`${script.join("\n")}\nROLLBACK;\nRESET ALL;\n`,
					`The tenant's setting outlives its transaction: whoever gets the session next reads its ${count} rows of ${key}.`,
				);
		}
		return held(
			`${script.join("\n")}\nROLLBACK;\nRESET ALL;\n`,
			"Nothing of the tenant's transaction was left in the session.",
		);
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		return untested(`The application's role could not be bound to a tenant: ${error.message}`);
	} finally {
		await engine.query("ROLLBACK");
		await engine.query("RESET ALL");
	}
}
