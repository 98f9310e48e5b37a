import type { Node } from "@pgsql/types";
import { quoteLiteral } from "../../emit/identifier";
import { as, constantOf, stringsOf } from "../../schema/tree";
import { comparedWith, joinedBy } from "./expressions";
import type { RuleContext } from "./rule";

/**
 * The tenant of the session as an expression for a column's DEFAULT, where the product binds one by a setting; null where
 * it doesn't.
 *
 * @param optional gives NULL where no tenant is bound; otherwise that is an error
 */
export function sessionTenant(context: RuleContext, type: string, optional: boolean): string | null {
	if (context.tenancy.enforcement !== "rls") return null;
	const setting = boundSetting(context);
	if (setting === null) return null;
	const name = quoteLiteral(setting);
	return textAs(optional ? `nullif(current_setting(${name}, true), '')` : `current_setting(${name})`, type);
}

/** A setting's text, an SQL expression, as a value of the type. */
export function textAs(expression: string, type: string): string {
	return /^(text|character varying)/.test(type) ? expression : `${expression}::${type}`;
}

/** The setting whose value policies compare with the tenant column. One that holds more than the tenant (a token) is none. */
function boundSetting({ decisions, tenantPolicies }: RuleContext): string | null {
	if (decisions.setting !== undefined) return decisions.setting;
	for (const { using, check, columns } of tenantPolicies) {
		const condition = using ?? check;
		if (condition === null) continue;
		for (const each of joinedBy(condition, "AND_EXPR")) {
			const setting = settingOf(comparedWith(each, columns));
			if (setting !== null) return setting;
		}
	}
	return null;
}

/** The setting that an expression reads and does nothing else with than casts. */
function settingOf(node: Node | null | undefined): string | null {
	if (!node) return null;
	const cast = as(node, "TypeCast");
	if (cast) return settingOf(cast.arg);
	const query = as(as(node, "SubLink")?.subselect, "SelectStmt");
	if (query) {
		const [target, ...others] = query.targetList ?? [];
		return others.length === 0 && !query.fromClause ? settingOf(as(target, "ResTarget")?.val) : null;
	}
	const call = as(node, "FuncCall");
	const name = stringsOf(call?.funcname).at(-1);
	if (name === "current_setting") return constantOf(call?.args?.[0]);
	// nullif(current_setting(…), '') may be parsed as a call, too.
	const nullif = as(node, "A_Expr");
	return nullif?.kind === "AEXPR_NULLIF" ? settingOf(nullif.lexpr) : null;
}
