import { SECRET } from "../../rules/base/openings";
import { qualified, type SchemaModel, type Table } from "../../schema/model";
import type { Tenancy } from "../../tenancy/scope";
import { isPersonNoun, referenceNoun, snake } from "../../tenancy/vocabulary";
import type { FactGraph } from "./facts";
import { relationOf } from "./facts";
import type { Relation } from "./relation";

/**
 * Whether the statement asks for rows that the caller may have whatever tenant they belong to, because this is how a program
 * finds the tenant in the first place: by a secret, by the address that somebody logs in with, by a person's memberships, by
 * the tenant's own name in the address bar.
 */
export function provesCaller(relation: Relation, graph: FactGraph, model: SchemaModel, tenancy: Tenancy): boolean {
	const { table, own } = relation;
	if (!table) return false;
	const given = [...graph.values].flatMap(([column, value]) =>
		relationOf(column) === relation.id && !/^(?:any of|')/.test(value) ? [column.slice(column.indexOf(".") + 1)] : [],
	);
	if (given.length === 0) return false;
	if (given.some((name) => SECRET.test(name))) return true;
	if (own?.scope === "tenant-root" && given.some((name) => isUnique(table, name))) return true;
	if (
		logsIn(table) &&
		given.some((name) => /^(?:email|email_address|e_mail|username|user_name|login)$/.test(snake(name)))
	)
		return true;
	const person = given.find((name) => isPersonColumn(table, name, model, tenancy));
	return person !== undefined && isMembership(table, person, own?.tenantColumn ?? null);
}

/** Whether one column alone finds one row. */
export function isUnique(table: Table, name: string): boolean {
	const isAlone = (columns: readonly (string | null)[]) => columns.length === 1 && columns[0] === name;
	return (
		[table.primaryKey, ...table.uniques].some((key) => key && isAlone(key.columns)) ||
		table.indexes.some((index) => index.unique && index.where === null && isAlone(index.columns)) ||
		// lower(email) and the like.
		table.indexes.some(
			({ unique, expressions }) => unique && expressions.length === 1 && expressions[0]?.includes(name),
		)
	);
}

function logsIn({ columns }: Table): boolean {
	return columns.some(({ name }) => /password|passwd|passcode/.test(snake(name)));
}

/** `user_id`: it names a person, and the people are no tenant's. */
function isPersonColumn(table: Table, name: string, model: SchemaModel, tenancy: Tenancy): boolean {
	if (/(^|_)by(_|$)/.test(snake(name))) return false;
	const key = table.foreignKeys.find(({ columns }) => columns.length === 1 && columns[0] === name);
	if (key && model.tables.has(qualified(key.references)))
		return tenancy.tables.get(qualified(key.references))?.scope === "shared" && isPersonNoun(referenceNoun(name) ?? "");
	return isPersonNoun(referenceNoun(name) ?? "");
}

/** Whether the table says to which tenants people belong: it is called so, or has each pair once. */
function isMembership(table: Table, person: string, tenant: string | null): boolean {
	if (/(^|_)(?:member|members|membership|memberships)($|_)/.test(snake(table.name))) return true;
	const isPair = (columns: readonly (string | null)[]) =>
		columns.length === 2 && columns.includes(person) && columns.includes(tenant);
	return (
		[table.primaryKey, ...table.uniques].some((key) => key && isPair(key.columns)) ||
		table.indexes.some(({ unique, columns }) => unique && isPair(columns))
	);
}
