import { dollarQuoted } from "../../emit/dollar-quote";
import { quoteIdentifier, quoteLiteral, quoteName } from "../../emit/identifier";
import { comment } from "../../fix/script";
import type { QName, SchemaModel } from "../../schema/model";
import { transactionFile } from "../base/sql-file";
import { type TenantSetting, tenantColumns } from "../base/tenant-setting";
import type { RowPlan } from "./plan";

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

/** `sql/…-tenant-context.sql`: where the tenant's identity comes from in the database. */
export function tenantContext({ after }: RowPlan, setting: TenantSetting, before: SchemaModel): string {
	const own = ownBinding(before, setting);
	const bind = own ?? freeFunction(before, setting.schema, "bind_tenant");
	const current = freeFunction(before, setting.schema, "current_tenant");
	const defaults = [...tenantColumns(before, after.tenancy, setting)].flatMap(([key, column]) => {
		const table = before.tables.get(key);
		const has = table?.columns.find(({ name }) => name === column);
		if (!table || !has || has.default !== null || has.identity !== null || has.generated !== null) return [];
		return `ALTER TABLE ${quoteName(table)} ALTER COLUMN ${quoteIdentifier(column)} SET DEFAULT ${quoteName(current)}();`;
	});
	return transactionFile(
		[
			`The tenant of a transaction: the setting ${setting.name}, which policies compare with each row.`,
			"The application sets it from what it has verified (the session, the token), never from a request's body.",
		],
		[
			own
				? `${comment(`${quoteName(own)}, which is there already, binds a transaction to its tenant.`)}`
				: `-- Called first in every transaction. The value ends with the transaction, so that a pooled connection never carries
-- one tenant into the next request.
CREATE OR REPLACE FUNCTION ${quoteName(bind)}(tenant ${setting.type}) RETURNS void
	LANGUAGE plpgsql
	SET search_path = pg_catalog
	AS ${dollarQuoted(`
BEGIN
	IF tenant IS NULL THEN
		RAISE EXCEPTION 'A transaction cannot be bound to no tenant.' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	PERFORM pg_catalog.set_config(${quoteLiteral(setting.name)}, tenant::text, true);
END
`)};`,
			`-- Raises where no tenant is bound: a mistake is an error, never everybody's rows.
CREATE OR REPLACE FUNCTION ${quoteName(current)}() RETURNS ${setting.type}
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
`)};`,
			...(defaults.length === 0
				? []
				: [`-- INSERTs need not name the tenant; policies check those that do.\n${defaults.join("\n")}`]),
		],
	);
}
