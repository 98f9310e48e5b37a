import { type QName, qualified, type Table } from "../schema/model";
import { chooseName, truncated } from "../schema/names";
import { quoteIdentifier, quoteName, quoteRole } from "./identifier";
import type { Step } from "./step";

/** `CREATE POLICY` for all commands. */
export function createPolicy(table: Table, name: string, roles: readonly string[], condition: string): string {
	const to = roles.length === 0 || roles.includes("public") ? "" : ` TO ${roles.map(quoteRole).join(", ")}`;
	return `CREATE POLICY ${quoteIdentifier(name)} ON ${quoteName(table)}${to}
	USING (${condition})
	WITH CHECK (${condition})`;
}

export function dropPolicy(table: Table, name: string): string {
	return `DROP POLICY IF EXISTS ${quoteIdentifier(name)} ON ${quoteName(table)}`;
}

/** A name for the tenant's policy that no policy of the table has. */
export function policyName(table: Table): string {
	const taken = new Set(table.policies.map(({ name }) => name));
	return chooseName(table.name, "tenant", "isolation", (name) => taken.has(truncated(name)));
}

/** What `ALTER POLICY` can change of a policy; what is left out stays. */
export interface PolicyParts {
	readonly roles?: readonly string[];
	readonly using?: string;
	readonly check?: string;
}

/** What a step changes of a policy, and what undoes it. */
export interface PolicyChange {
	readonly table: QName;
	readonly name: string;
	readonly to: PolicyParts;
	/** The same parts as they were. */
	readonly from: PolicyParts;
}

/** Changes a policy that is there. */
export function alterPolicyStep(policy: PolicyChange): Step {
	const { table, name, to, from } = policy;
	return {
		sql: alterPolicy(table, name, to),
		phase: "finish",
		down: alterPolicy(table, name, from),
		table: qualified(table),
		policy,
	};
}

function alterPolicy(table: QName, name: string, { roles, using, check }: PolicyParts): string {
	const parts = [
		...(roles === undefined ? [] : [`TO ${roles.map(quoteRole).join(", ")}`]),
		...(using === undefined ? [] : [`USING (${using})`]),
		...(check === undefined ? [] : [`WITH CHECK (${check})`]),
	];
	return `ALTER POLICY ${quoteIdentifier(name)} ON ${quoteName(table)}\n\t${parts.join("\n\t")}`;
}
