import type { Node } from "@pgsql/types";
import { nodesOf } from "../../rules/base/expressions";
import { as, constantOf, stringsOf } from "../../schema/tree";

/** A statement that gives a setting a value. */
export interface SettingChange {
	readonly name: string;
	/** Only to the end of the transaction. */
	readonly isLocal: boolean;
	/** Where the third argument of set_config stands; null for SET. */
	readonly argument: number | null;
}

/** The settings that a statement changes, by SET or set_config; not those whose name only the program knows. */
export function settingChanges(node: Node | null): SettingChange[] {
	const set = as(node, "VariableSetStmt");
	if (set) {
		const isSet = set.kind === "VAR_SET_VALUE" && set.name;
		return isSet ? [{ name: set.name ?? "", isLocal: set.is_local === true, argument: null }] : [];
	}
	return [...nodesOf(node)].flatMap((each): SettingChange[] => {
		const call = as(each, "FuncCall");
		const [name, , isLocal] = call?.args ?? [];
		if (stringsOf(call?.funcname).at(-1) !== "set_config") return [];
		const [setting, local] = [constantOf(name), constantOf(isLocal)];
		if (setting === null || local === null) return [];
		return [
			{
				name: setting,
				isLocal: /^(?:true|t|on|1)$/.test(local),
				argument: (as(isLocal, "A_Const") as { readonly location?: number } | undefined)?.location ?? null,
			},
		];
	});
}
