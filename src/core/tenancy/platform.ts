import { factOf } from "../schema/facts";
import type { QName, SchemaModel } from "../schema/model";

/** The roles of those who come over Supabase's API, signed in or not. */
export const API_ROLES = ["anon", "authenticated"];

/** Whether the files lean on Supabase, whose owner of tables has BYPASSRLS: policies ask its functions who is signed in, and no file creates them. */
export const isOnPlatform = factOf((model: SchemaModel): boolean => {
	const asksPlatform = (name: string) => /^auth\.(?:uid|jwt|role)$/.test(name);
	return (
		!model.schemas.has("auth") &&
		[...model.tables.values()].some(({ policies }) =>
			policies.some(({ usesFunctions }) => usesFunctions.some(asksPlatform)),
		)
	);
});

/**
 * Whether the platform gives the application a privilege that no file grants: its default privileges open each table and
 * function in `public` to the API's roles, one by one, so that a REVOKE from PUBLIC leaves them what they have.
 * https://supabase.com/docs/guides/api/securing-your-api
 *
 * @param key of the object in the model
 */
export function isGivenByPlatform(
	model: SchemaModel,
	applicationRoles: readonly string[],
	kind: "table" | "function",
	{ schema }: QName,
	key: string,
	privilege: string,
): boolean {
	if (schema !== "public" || !applicationRoles.some((role) => API_ROLES.includes(role)) || !isOnPlatform(model))
		return false;
	const isTaken = (role: string) =>
		model.roles.has(role) ||
		model.revokes.some(
			({ objectKind, objects, roles, privileges }) =>
				objectKind === kind && objects.includes(key) && roles.includes(role) && privileges.includes(privilege),
		) ||
		model.defaultPrivileges.some(
			({ isGrant, objectKind, schemas, roles, privileges }) =>
				!isGrant &&
				objectKind === kind &&
				(schemas.length === 0 || schemas.includes(schema)) &&
				roles.includes(role) &&
				privileges.includes(privilege),
		);
	return API_ROLES.some((role) => !isTaken(role));
}
