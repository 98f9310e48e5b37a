import { describe, expect, test } from "vitest";
import { alterPolicyStep, type PolicyParts } from "../../../src/core/emit/policy";
import type { Step } from "../../../src/core/emit/step";
import { joinPolicies } from "../../../src/core/fix/join-policies";

const ORDERS = { schema: "public", name: "orders" };

function alter(to: PolicyParts, from: PolicyParts, name = "own", table = ORDERS): Step {
	return alterPolicyStep({ table, name, to, from });
}
function other(sql: string): Step {
	return { sql, phase: "finish", down: null, table: "public.orders" };
}

const sqlOf = (steps: readonly Step[]) => steps.map(({ sql }) => sql.replace(/\s+/g, " "));

describe("ALTER POLICY", () => {
	const using = alter({ using: "a" }, { using: "old" });
	const again = alter({ using: "b", check: "b" }, { using: "a", check: "true" });
	const roles = alter({ roles: ["app"] }, { roles: ["public"] });

	test("what is changed of one policy is changed at once, the last word last, and undone to what it was first", () => {
		const [step, ...others] = joinPolicies([using, again, roles]);
		expect(others).toEqual([]);
		expect(step?.sql).toBe("ALTER POLICY own ON public.orders\n\tTO app\n\tUSING (b)\n\tWITH CHECK (b)");
		expect(step?.down).toBe("ALTER POLICY own ON public.orders\n\tTO PUBLIC\n\tUSING (old)\n\tWITH CHECK (true)");
		expect(joinPolicies([step as Step, alter({ using: "c" }, { using: "b" })])[0]?.down).toBe(step?.down);
	});

	test("it stands where the last of them stood: what that names may be made in between", () => {
		const helper = other("CREATE FUNCTION mine() RETURNS uuid LANGUAGE sql AS 'SELECT 1'");
		expect(sqlOf(joinPolicies([using, helper, again]))).toEqual([
			helper.sql,
			"ALTER POLICY own ON public.orders USING (b) WITH CHECK (b)",
		]);
	});

	test("a policy of that name of another table, and another policy, are others", () => {
		const steps = [
			using,
			alter({ using: "x" }, { using: "y" }, "theirs"),
			alter({ using: "x" }, { using: "y" }, "own", { schema: "public", name: "items" }),
		];
		expect(joinPolicies(steps)).toEqual(steps);
	});

	test.each([
		"ALTER TABLE public.orders DROP COLUMN old",
		"ALTER TABLE public.orders ALTER COLUMN old TYPE uuid USING old::uuid",
		"DROP FUNCTION public.old()",
		"DROP POLICY own ON public.orders",
		"ALTER TABLE public.orders RENAME COLUMN old TO new",
	])("what may need the first change keeps both apart: %s", (sql) => {
		const steps = [using, other(sql), again];
		expect(joinPolicies(steps)).toEqual(steps);
	});

	test.each([
		"ALTER TABLE public.orders DROP CONSTRAINT orders_type_check",
		"ALTER TABLE public.orders ALTER COLUMN total DROP NOT NULL",
		"ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY",
		"REVOKE TRUNCATE ON public.orders FROM app",
	])("what no condition depends on doesn't: %s", (sql) => {
		expect(joinPolicies([using, other(sql), again])).toHaveLength(2);
	});
});
