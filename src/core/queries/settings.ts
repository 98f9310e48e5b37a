import type { RuleContext } from "../rules/base/rule";

/** The settings that the database takes the tenant from: in policies, functions, views and defaults, and as configured. */
export function tenantSettings({ model, decisions, tenantPolicies }: RuleContext): ReadonlySet<string> {
	const settings = new Set(tenantPolicies.flatMap(({ policy }) => policy.usesSettings));
	if (decisions.setting !== undefined) settings.add(decisions.setting);
	const texts = [
		...[...model.functions.values()].map(({ body }) => body),
		...[...model.views.values()].map(({ query }) => query),
		...[...model.tables.values()].flatMap(({ columns }) => columns.map((column) => column.default ?? "")),
	];
	for (const text of texts)
		for (const [, name] of text.matchAll(/current_setting\s*\(\s*'([\w.]+)'/gi))
			if (name?.includes(".")) settings.add(name.toLowerCase());
	return settings;
}
