import type { AttackKind } from "../../core/prove/proof";
import type { About } from "./scene";
import type { Target } from "./target";

/** Causes by which row-level security lets everything through. */
const OPEN = [
	"rls-disabled",
	"rls-turned-off",
	"rls-policies-inert",
	"rls-not-forced",
	"role-bypasses-rls",
	"role-owns-tables",
	"partition-without-rls",
	"child-without-rls",
];

/** Causes by which a policy's USING lets others' rows through. */
const WIDE = [
	"policy-always-true",
	"policy-null-opens",
	"policy-ignores-tenant",
	"policy-or-widens",
	"policy-subquery-loose",
	"policy-user-editable",
	"policy-literal-tenant",
	"policy-current-user",
	"policy-setting-unqualified",
	"policy-setting-missing-ok",
	"policies-overlap",
	"tenant-column-nullable",
	"function-search-path",
	"function-leakproof",
	"function-security-definer",
];

/** Causes by which a row may be written for another. */
const UNCHECKED = ["policy-insert-unchecked", "policy-check-weaker", ...WIDE, "tenant-column-mutable"];

/** The rules whose pages may explain a leak of each kind, the likeliest first. */
const RULES: Readonly<Record<AttackKind, readonly string[]>> = {
	read: [...OPEN, ...WIDE, "migration-table-unprotected"],
	update: [...OPEN, ...WIDE],
	delete: [...OPEN, ...WIDE],
	"insert-as-other": [...OPEN, ...UNCHECKED],
	"move-to-other": [...OPEN, "policy-check-weaker", ...UNCHECKED],
	upsert: [...OPEN, ...WIDE, ...UNCHECKED],
	merge: [...OPEN, ...WIDE, ...UNCHECKED],
	copy: [...OPEN, ...WIDE],
	returning: [...OPEN, ...WIDE],
	truncate: ["grant-truncate", ...OPEN],
	"shared-write": ["shared-writable", ...OPEN, ...WIDE],
	"reference-other": ["tenant-fk-crosses", "tenant-column-missing", ...OPEN],
	"unique-oracle": ["unique-crosses", ...OPEN],
	"foreign-key-oracle": ["tenant-fk-crosses", "tenant-column-missing", ...OPEN],
	"no-tenant": [...OPEN, ...WIDE],
	"empty-tenant": [...OPEN, ...WIDE],
	"malformed-tenant": [...OPEN, ...WIDE],
	"session-bleed": ["function-session-setting", "search-path-unsafe", "policy-setting-missing-ok"],
	partition: ["partition-without-rls", "child-without-rls", "grant-truncate"],
	view: [
		"schema-reference-crosses",
		"view-not-invoker",
		"view-definer-call",
		"matview-exposes",
		"function-security-definer",
		...OPEN,
		...WIDE,
	],
	"materialized-view": ["schema-reference-crosses", "matview-exposes"],
	function: [
		"schema-reference-crosses",
		"function-security-definer",
		"function-search-path",
		"view-definer-call",
		...OPEN,
		...WIDE,
	],
	"leaky-predicate": ["function-leakproof", "view-not-invoker", "view-definer-call", ...OPEN, ...WIDE],
	sequence: ["grant-sequence-update", "role-bypasses-rls", "role-owns-tables"],
	"set-role": ["role-bypasses-rls", "role-owns-tables"],
	"other-role": [...OPEN, ...UNCHECKED],
	"later-table": ["grant-default-wide", "role-bypasses-rls"],
	"other-schema": ["schema-role-crosses", "schema-reference-crosses", "role-bypasses-rls", "search-path-unsafe"],
	"search-path": ["function-search-path", "schema-role-crosses", "search-path-unsafe", "function-security-definer"],
};

/** Where no finding says more: what an attack of the kind tells by itself. */
const OTHERWISE: Partial<Record<AttackKind, string>> = {
	read: "policy-ignores-tenant",
	update: "policy-ignores-tenant",
	delete: "policy-ignores-tenant",
	copy: "policy-ignores-tenant",
	returning: "policy-ignores-tenant",
	upsert: "policy-ignores-tenant",
	merge: "policy-ignores-tenant",
	"insert-as-other": "policy-check-weaker",
	"move-to-other": "policy-check-weaker",
	"no-tenant": "policy-null-opens",
	"empty-tenant": "policy-null-opens",
	"malformed-tenant": "policy-ignores-tenant",
	"set-role": "role-owns-tables",
	"other-role": "policy-ignores-tenant",
};

/** Of the rules that may explain a leak, the one that has a finding there; null where none has. */
export function foundCause(
	{ database: { findings } }: Pick<Target, "database">,
	table: string,
	kind: AttackKind,
	{ tables = [], rules = [] }: About = {},
): string | null {
	const candidates = [...rules, ...RULES[kind]];
	const has = (rule: string, where: readonly (string | null)[]) =>
		findings.some((finding) => finding.rule === rule && where.includes(finding.table));
	// Who may write a row that other tables' policies ask decides what those show.
	if (candidates.includes("policy-user-editable") && has("policy-user-editable", [table]))
		return "policy-user-editable";
	for (const where of [[table], [...tables], [null]]) for (const rule of candidates) if (has(rule, where)) return rule;
	return null;
}

/** The rule whose page explains a leak: one that has a finding there, else what such a leak means by itself. */
export function causeOf(target: Pick<Target, "database">, table: string, kind: AttackKind, about: About = {}): string {
	return foundCause(target, table, kind, about) ?? about.rules?.[0] ?? OTHERWISE[kind] ?? (RULES[kind][0] as string);
}
