import { factOf } from "../schema/facts";
import type { SchemaModel, Table } from "../schema/model";
import { isLedger } from "./vocabulary";

/**
 * Tables that can hold tenants' data at all; ledgers and partitions can't, or say it through their parent. Of a copy whose
 * columns can't be known nothing can be said either way.
 */
export function considered(model: SchemaModel): readonly Table[] {
	let tables = consideredOf.get(model);
	if (!tables) {
		tables = [...model.tables.values()].filter(isConsidered);
		consideredOf.set(model, tables);
	}
	return tables;
}

const consideredOf = new WeakMap<SchemaModel, readonly Table[]>();
const isConsidered = factOf(
	(t: Table) => t.columns.length > 0 && !t.partitionOf && !isLedger(t.name) && t.persistence !== "temporary",
);
