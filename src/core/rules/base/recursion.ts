import type { Policy, Table } from "../../schema/model";
import { as } from "../../schema/tree";
import { usesOf } from "../../schema/uses";
import { nodesOf } from "./expressions";
import { concernsTenants } from "./policies";
import type { RuleContext } from "./rule";

/**
 * Where PostgreSQL stops with "infinite recursion detected in policy": what a policy's subquery reads is bound by the policies
 * for reading it. It looks no further than whether a table that has a policy with a subquery is met again, be that subquery
 * no more than (SELECT current_setting(…)).
 */

/** A policy, and the keys of the tables that its subqueries read. */
export interface Read {
	readonly table: Table;
	readonly policy: Policy;
	readonly reads: readonly string[];
}

/** The shortest way on which the policies for reading a table lead back to it; empty where there is none. */
export function wayBack(context: RuleContext, key: string, table: Table): readonly Read[] {
	return shortest(context, key, readsOf(context, table));
}

/** The same from its policies for writing, whether the table is then met again with a subquery or without. */
export function wayBackOfWrites(context: RuleContext, key: string, table: Table): readonly Read[] {
	if (!table.rls.enabled) return [];
	const writes = table.policies.filter(({ command, usesTables }) => command !== "select" && usesTables.length > 0);
	const bound = writes.filter((policy) => concernsTenants(context.model, policy));
	return shortest(
		context,
		key,
		bound.map((policy) => ({ table, policy, reads: policy.usesTables })),
	);
}

/** Whether a policy for reading the table has a subquery, whatever that reads. */
export function readsWithSubquery({ model, expression }: RuleContext, { policies }: Table): boolean {
	return policies.some((policy) => {
		const condition =
			isForReading(policy) && concernsTenants(model, policy) ? expression(policy.using ?? "true") : null;
		return condition !== null && [...nodesOf(condition)].some((node) => as(node, "SubLink"));
	});
}

function shortest(context: RuleContext, key: string, starts: readonly Read[]): readonly Read[] {
	const ways: (readonly Read[])[] = starts.map((read) => [read]);
	const seen = new Set<Policy>();
	for (const way of ways) {
		const { reads } = way.at(-1) as Read;
		if (reads.includes(key)) return way;
		for (const next of reads.flatMap((target) => readsOf(context, context.model.tables.get(target)))) {
			if (seen.has(next.policy) || !way.every(({ policy }) => shareRole(policy, next.policy))) continue;
			seen.add(next.policy);
			ways.push([...way, next]);
		}
	}
	return [];
}

function readsOf(context: RuleContext, table: Table | undefined): Read[] {
	if (!table?.rls.enabled) return [];
	return table.policies
		.filter((policy) => isForReading(policy) && policy.usesTables.length > 0 && concernsTenants(context.model, policy))
		.map((policy) => ({ table, policy, reads: readInUsing(context, policy) }));
}

const isForReading = ({ command }: Policy) => command === "select" || command === "all";

const shareRole = (a: Policy, b: Policy) =>
	a.roles.includes("public") || b.roles.includes("public") || a.roles.some((role) => b.roles.includes(role));

/** What WITH CHECK reads is no concern of who only reads the table. */
function readInUsing({ expression }: RuleContext, { using, check, usesTables }: Policy): readonly string[] {
	if (check === null) return usesTables;
	const condition = using === null ? null : expression(using);
	const names = new Set(condition === null ? [] : usesOf(condition).relations.map(({ relname }) => relname));
	return usesTables.filter((key) => names.has(key.slice(key.indexOf(".") + 1)));
}
