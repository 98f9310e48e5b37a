import { dollarQuoted } from "../../emit/dollar-quote";
import { quoteLiteral, quoteName } from "../../emit/identifier";
import type { Step } from "../../emit/step";
import type { QName, SchemaModel } from "../../schema/model";
import type { TenantSetting } from "./tenant-setting";

/** A name that no function of the workspace has. */
function freeFunction(model: SchemaModel, schema: string, wanted: string): QName {
	const taken = new Set([...model.functions.values()].filter((each) => each.schema === schema).map(({ name }) => name));
	let name = wanted;
	for (let i = 1; taken.has(name); i++) name = `${wanted}_${i}`;
	return { schema, name };
}

/** The workspace's own function that binds a transaction: it sets the setting, until the transaction ends. */
function ownBinding({ functions }: SchemaModel, { name }: TenantSetting): QName | undefined {
	return [...functions.values()].find(
		({ body, arguments: given }) =>
			given.length === 1 &&
			/\bset_config\s*\(/i.test(body) &&
			body.includes(`'${name}'`) &&
			/,\s*true\s*\)/i.test(body),
	);
}

/** The functions with which a transaction is bound to a tenant and asks for it. */
export interface TenantFunctions {
	readonly bind: QName;
	/** It takes no argument. */
	readonly current: QName;
	/** What makes them; the workspace's own binding is taken where it has one. */
	readonly steps: readonly Step[];
}

export function tenantFunctions(before: SchemaModel, setting: TenantSetting): TenantFunctions {
	const own = ownBinding(before, setting);
	const bind = own ?? freeFunction(before, setting.schema, "bind_tenant");
	const current = freeFunction(before, setting.schema, "current_tenant");
	const binding = `CREATE OR REPLACE FUNCTION ${quoteName(bind)}(tenant ${setting.type}) RETURNS void
	LANGUAGE plpgsql
	SET search_path = pg_catalog
	AS ${dollarQuoted(`
BEGIN
	IF tenant IS NULL THEN
		RAISE EXCEPTION 'A transaction cannot be bound to no tenant.' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	PERFORM pg_catalog.set_config(${quoteLiteral(setting.name)}, tenant::text, true);
END
`)}`;
	const asking = `CREATE OR REPLACE FUNCTION ${quoteName(current)}() RETURNS ${setting.type}
	LANGUAGE plpgsql STABLE
	SET search_path = pg_catalog
	AS ${dollarQuoted(`
DECLARE
	tenant text := pg_catalog.current_setting(${quoteLiteral(setting.name)}, true);
BEGIN
	-- Empty after a transaction that had it, on the same connection.
	IF tenant IS NULL OR tenant = '' THEN
		RAISE EXCEPTION 'No tenant is bound to this transaction.'
			USING HINT = ${quoteLiteral(`Begin it with SELECT ${quoteName(bind)}(…).`)};
	END IF;
	RETURN tenant;
END
`)}`;
	const alike = { phase: "prepare", table: "" } as const;
	return {
		bind,
		current,
		steps: [
			...(own
				? []
				: [
						{
							...alike,
							sql: binding,
							down: `DROP FUNCTION IF EXISTS ${quoteName(bind)}(${setting.type})`,
							why: "Called first in every transaction. The value ends with it, so that a pooled connection never carries one tenant into the next request.",
						},
					]),
			{
				...alike,
				sql: asking,
				down: `DROP FUNCTION IF EXISTS ${quoteName(current)}()`,
				why: `Raises where no tenant is bound: a mistake is an error, never everybody's rows.${own ? ` ${quoteName(own)} binds one.` : ""}`,
			},
		],
	};
}
