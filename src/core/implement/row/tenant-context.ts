import { quoteIdentifier, quoteName } from "../../emit/identifier";
import type { SchemaModel } from "../../schema/model";
import type { RowPlan } from "../base/row-plan";
import { transactionFile } from "../base/sql-file";
import { tenantFunctions } from "../base/tenant-functions";
import { type TenantSetting, tenantColumns } from "../base/tenant-setting";

/** `sql/…-tenant-context.sql`: where the tenant's identity comes from in the database. */
export function tenantContext({ after }: RowPlan, setting: TenantSetting, before: SchemaModel): string {
	const { current, sql } = tenantFunctions(before, setting);
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
			...sql,
			...(defaults.length === 0
				? []
				: [`-- INSERTs need not name the tenant; policies check those that do.\n${defaults.join("\n")}`]),
		],
	);
}
