import { quoteName } from "../emit/identifier";
import { qualified } from "../schema/model";
import { PRODUCT } from "./base/examples";
import type { Detection, Rule, RuleContext } from "./base/rule";

function same(leakproof: string): string {
	return `${PRODUCT}CREATE FUNCTION same_email(text, text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE ${leakproof} AS $$ BEGIN RETURN lower($1) = lower($2); END $$;\n`;
}

export const functionLeakproof: Rule = {
	id: "function-leakproof",
	summary:
		"A function of the product is declared LEAKPROOF, so PostgreSQL may run it on rows before a policy hides them.",
	severity: "warning",
	doc: {
		why: "LEAKPROOF promises that nothing of the arguments gets out: no error that quotes them, no notice, no difference in time. PostgreSQL doesn't check it. One cast that fails with the value in its message shows other tenants' rows.",
		remedy: "ALTER FUNCTION … NOT LEAKPROOF, unless someone has shown that it keeps the promise for all arguments.",
		sources: [
			{ title: "PostgreSQL: CREATE FUNCTION", url: "https://www.postgresql.org/docs/current/sql-createfunction.html" },
			{
				title: "PostgreSQL: Rules and Privileges",
				url: "https://www.postgresql.org/docs/current/rules-privileges.html",
			},
		],
		bad: same("LEAKPROOF"),
		good: same("NOT LEAKPROOF"),
		traps: [],
	},
	*detect({ model, tenancy }: RuleContext): Iterable<Detection> {
		if (tenancy.enforcement !== "rls") return;
		for (const [key, called] of model.functions) {
			// Functions in C are an extension's, whose authors know what they promise.
			if (!called.leakproof || !/^(sql|pl)/.test(called.language)) continue;
			const name = `${quoteName(called)}${key.slice(qualified(called).length)}`;
			const step = {
				sql: `ALTER FUNCTION ${name} NOT LEAKPROOF`,
				phase: "finish" as const,
				down: `ALTER FUNCTION ${name} LEAKPROOF`,
				table: qualified(called),
			};
			yield {
				table: null,
				location: called.location,
				message: `${qualified(called)} is LEAKPROOF, so PostgreSQL may run it on other tenants' rows before the policies hide them; an error in it tells what they hold.`,
				help: `ALTER FUNCTION ${name} NOT LEAKPROOF;`,
				remedies: () => [{ title: `Take LEAKPROOF from ${qualified(called)}`, steps: [step], automatic: true }],
			};
		}
	},
};
