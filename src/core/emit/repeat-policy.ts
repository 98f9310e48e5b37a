import type { Policy, Table } from "../schema/model";
import { quoteIdentifier, quoteName, quoteRole } from "./identifier";

/** A policy as it is, to make it again after something that it stands in the way of. */
export function repeatPolicy(table: Table, policy: Policy): string {
	return [
		`CREATE POLICY ${quoteIdentifier(policy.name)} ON ${quoteName(table)}`,
		...(policy.permissive ? [] : ["AS RESTRICTIVE"]),
		`FOR ${policy.command.toUpperCase()} TO ${policy.roles.map(quoteRole).join(", ")}`,
		...(policy.using === null ? [] : [`USING (${policy.using})`]),
		...(policy.check === null ? [] : [`WITH CHECK (${policy.check})`]),
	].join("\n\t");
}
