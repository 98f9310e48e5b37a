import type { Column, Table } from "../schema/model";
import { snake } from "./vocabulary";

/** Which values of a key somebody could guess: only those tell anything when they are taken. */

/** A UUID that is written out has 36 characters: https://www.rfc-editor.org/rfc/rfc9562#section-4 */
const WRITTEN_UUID = /^character(?: varying)?\(36\)$/;

/** Values that the product makes at random: a collision says nothing about another tenant. */
export function isRandom({ name, type }: Pick<Column, "name" | "type">): boolean {
	return type === "uuid" || hasRandomName(name) || (WRITTEN_UUID.test(type) && isCalledKey(name));
}

/** Whether the database gives each row its value: none collides, and gaps in numbers tell as much. */
export function isGivenByDatabase({ identity, default: value }: Column): boolean {
	return identity !== null || /^(nextval|gen_random)/i.test(value ?? "");
}

/** Whether a column of a primary key is given rather than chosen: a number, or what is called an id. */
export function isGivenKey(table: Table, name: string): boolean {
	const column = table.columns.find((each) => each.name === name);
	if (column === undefined || !/^(text|citext|character varying|character)\b/.test(column.type)) return true;
	return isCalledKey(name) || hasRandomName(name);
}

function hasRandomName(column: string): boolean {
	const name = snake(column);
	return (
		/(^|_)(token|secret|hash|digest|uuid|guid|nonce|key_hash|external_id|public_id|credential_id)$/.test(name) ||
		// `secret_server_key`, `api_key`; `authorization_code`, not the `discount_code` that somebody thinks of.
		/(^|_)(api|secret|access|publishable)_(\w+_)?key$/.test(name) ||
		/(^|_)(authorization|auth|login|verification|activation|confirmation|recovery|device|polling)_code$/.test(name)
	);
}

function isCalledKey(column: string): boolean {
	return /(^|_)(id|key)$/.test(snake(column));
}
