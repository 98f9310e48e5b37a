import type { Table } from "../schema/model";

/** Which values of a key somebody could guess: only those tell anything when they are taken. */

/** Values that the product makes at random: a collision says nothing about another tenant. */
export function hasRandomName(column: string): boolean {
	return /(^|_)(token|secret|hash|digest|uuid|guid|nonce|key_hash|external_id)$/i.test(column);
}

/** Whether a column of a primary key is given rather than chosen: a number, or what is called an id. */
export function isGivenKey(table: Table, name: string): boolean {
	const column = table.columns.find((each) => each.name === name);
	if (column === undefined || !/^(text|citext|character varying|character)\b/.test(column.type)) return true;
	return /(^|_)(id|key)$|Id$/.test(name) || hasRandomName(name);
}
