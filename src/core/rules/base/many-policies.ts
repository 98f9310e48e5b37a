import { shown } from "./protection";
import type { TenantPolicy } from "./rule";

/** Several policies as the subject of a sentence, with what they do: one is named, of more the first one and how many they are. */
export function manyPolicies(policies: readonly TenantPolicy[], verb: { one: string; many: string }): string {
	const [first] = policies as readonly [TenantPolicy, ...TenantPolicy[]];
	const name = `${first.policy.name} of ${shown(first.table)}`;
	if (policies.length === 1) return `policy ${name} ${verb.one}`;
	const tables = new Set(policies.map(({ key }) => key)).size;
	const where =
		tables === 1 ? `${shown(first.table)}, ${first.policy.name} the first,` : `${tables} tables, ${name} the first,`;
	return `${policies.length} policies of ${where} ${verb.many}`;
}
