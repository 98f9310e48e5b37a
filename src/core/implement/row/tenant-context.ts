import { quoteIdentifier, quoteName } from "../../emit/identifier";
import type { Step } from "../../emit/step";
import type { SchemaModel } from "../../schema/model";
import type { RowPlan } from "../base/row-plan";
import { tenantFunctions } from "../base/tenant-functions";
import { type TenantSetting, tenantColumns } from "../base/tenant-setting";

/** Where the tenant's identity comes from in the database: functions, and the tenant columns' defaults. */
export function tenantContext({ after }: RowPlan, setting: TenantSetting, before: SchemaModel): Step[] {
	const { current, steps } = tenantFunctions(before, setting);
	const defaults = [...tenantColumns(before, after.tenancy, setting)].flatMap(([key, column]): Step[] => {
		const table = before.tables.get(key);
		const has = table?.columns.find(({ name }) => name === column);
		if (!table || !has || has.default !== null || has.identity !== null || has.generated !== null) return [];
		const alter = `ALTER TABLE ${quoteName(table)} ALTER COLUMN ${quoteIdentifier(column)}`;
		return [
			{
				sql: `${alter} SET DEFAULT ${quoteName(current)}()`,
				phase: "prepare",
				down: `${alter} DROP DEFAULT`,
				table: key,
			},
		];
	});
	const [first, ...others] = defaults;
	const why = "INSERTs need not name the tenant; policies check those that do.";
	return [...steps, ...(first ? [{ ...first, why }, ...others] : [])];
}
