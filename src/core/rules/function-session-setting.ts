import { PRODUCT } from "./base/examples";
import type { Detection, Rule, RuleContext } from "./base/rule";

const entering = (isLocal: string) =>
	`${PRODUCT}CREATE FUNCTION enter_tenant(tenant uuid) RETURNS void LANGUAGE sql AS $$ SELECT set_config('app.tenant_id', tenant::text, ${isLocal}) $$;\n`;

export const functionSessionSetting: Rule = {
	id: "function-session-setting",
	summary: "A function binds the tenant to the session rather than to the transaction.",
	severity: "warning",
	doc: {
		why: "A pool gives the session to the next request as it is. Whoever forgets to bind a tenant then works for the one before, and nothing fails.",
		remedy: "Give set_config true as its third argument: the setting ends with the transaction.",
		sources: [
			{
				title: "PostgreSQL: set_config",
				url: "https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SET",
			},
			{ title: "PgBouncer: features by pooling mode", url: "https://www.pgbouncer.org/features.html" },
		],
		bad: entering("false"),
		good: entering("true"),
		traps: [
			{
				title: "a setting that no policy asks for",
				sql: `${PRODUCT}CREATE FUNCTION note_request(id text) RETURNS void LANGUAGE sql AS $$ SELECT set_config('app.request_id', id, false) $$;\n`,
			},
		],
	},
	*detect({ model, tenantPolicies }: RuleContext): Iterable<Detection> {
		const setters = [...model.functions.values()].map((called) => ({ called, names: namesIn(called.body, SETS) }));
		if (setters.every(({ names }) => names.length === 0)) return;
		const bodies = [...model.functions.values()].map(({ body }) => body);
		const texts = [...tenantPolicies.flatMap(({ policy }) => [policy.using ?? "", policy.check ?? ""]), ...bodies];
		const asked = new Set(texts.flatMap((text) => namesIn(text, ASKS).map((name) => name.toLowerCase())));
		for (const { called, names } of setters)
			for (const name of names) {
				if (!asked.has(name.toLowerCase())) continue;
				yield {
					table: null,
					location: called.location,
					message: `${called.schema}.${called.name} sets ${name} for the whole session, so the pool's next request still works for this tenant.`,
					help: "Give set_config true as its third argument, and call the function within each transaction.",
				};
			}
	},
};

const ASKS = /\bcurrent_setting\s*\(\s*'([^']+)'/gi;
const SETS = /\bset_config\s*\(\s*'([^']+\.[^']+)'\s*,[^;]*?,\s*false\s*\)/gi;

/** The settings that a text names. */
function namesIn(text: string, pattern: RegExp): string[] {
	return [...text.matchAll(pattern)].map(([, name = ""]) => name);
}
