import type { Policy, Table } from "../schema/model";
import { quoteIdentifier, quoteName, quoteRole } from "./identifier";

/** A policy as it is, to make it again; `name` stands for the table's. */
export function repeatPolicy(table: Table, policy: Policy, name: string = quoteName(table)): string {
	return [
		`CREATE POLICY ${quoteIdentifier(policy.name)} ON ${name}`,
		...(policy.permissive ? [] : ["AS RESTRICTIVE"]),
		`FOR ${policy.command.toUpperCase()} TO ${policy.roles.map(quoteRole).join(", ")}`,
		...(policy.using === null ? [] : [`USING (${policy.using})`]),
		...(policy.check === null ? [] : [`WITH CHECK (${policy.check})`]),
	].join("\n\t");
}
