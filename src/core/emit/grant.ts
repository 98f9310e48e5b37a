import type { QName } from "../schema/model";
import { quoteName, quoteRole } from "./identifier";

/** `GRANT … ON` a table or view; privileges in lower case, as the model has them, each with its columns, if any. */
export function grantOn(object: QName, privileges: readonly string[], roles: readonly string[]): string {
	return `GRANT ${privilegeList(privileges)} ON ${quoteName(object)} TO ${roles.map(quoteRole).join(", ")}`;
}

/** `REVOKE … ON` a table or view. */
export function revokeOn(object: QName, privileges: readonly string[], roles: readonly string[]): string {
	return `REVOKE ${privilegeList(privileges)} ON ${quoteName(object)} FROM ${roles.map(quoteRole).join(", ")}`;
}

function privilegeList(privileges: readonly string[]): string {
	return privileges.map((each) => each.replace(/^\w+/, (word) => word.toUpperCase())).join(", ");
}
