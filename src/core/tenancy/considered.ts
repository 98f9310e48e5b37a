import { factOf } from "../schema/facts";
import type { SchemaModel, Table } from "../schema/model";
import { isLedger } from "./vocabulary";

/** Tables that can hold tenants' data at all; ledgers and partitions can't, or say it through their parent. */
export function considered(model: SchemaModel): readonly Table[] {
	let tables = consideredOf.get(model);
	if (!tables) {
		tables = [...model.tables.values()].filter(isConsidered);
		consideredOf.set(model, tables);
	}
	return tables;
}

const consideredOf = new WeakMap<SchemaModel, readonly Table[]>();
const isConsidered = factOf((t: Table) => !t.partitionOf && !isLedger(t.name) && t.persistence !== "temporary");
