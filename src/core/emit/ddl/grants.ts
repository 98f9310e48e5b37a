import type { Grant, SchemaModel } from "../../schema/model";
import { columnList, quoteIdentifier, quoteRole } from "../identifier";
import type { Names } from "./names";
import type { ObjectKind } from "./options";
import { signature } from "./routines";

/** The GRANTs on objects that are printed. Their roles must exist. */
export function privileges(
	model: SchemaModel,
	names: Names,
	isIncluded: (kind: ObjectKind, key: string) => boolean,
): string[] {
	return model.grants.flatMap((grant) => {
		const objects = grant.objects.flatMap((key) => objectOf(grant, key, model, names, isIncluded) ?? []);
		if (objects.length === 0 || grant.privileges.length === 0) return [];
		const columns = grant.columns.length > 0 ? ` (${columnList(grant.columns)})` : "";
		const granted = grant.privileges.map((each) => `${each.toUpperCase()}${columns}`).join(", ");
		const roles = grant.roles.map(quoteRole).join(", ");
		return objects.map((object) => `GRANT ${granted} ON ${object} TO ${roles}`);
	});
}

function objectOf(
	grant: Grant,
	key: string,
	model: SchemaModel,
	names: Names,
	isIncluded: (kind: ObjectKind, key: string) => boolean,
): string | null {
	switch (grant.objectKind) {
		case "table": {
			const table = model.tables.get(key) ?? model.views.get(key);
			return table && isIncluded(model.tables.has(key) ? "table" : "view", key) ? names.of(table) : null;
		}
		case "sequence": {
			const sequence = model.sequences.get(key);
			return sequence && isIncluded("sequence", key) ? `SEQUENCE ${names.of(sequence)}` : null;
		}
		case "function": {
			const routine = model.functions.get(key);
			return routine && isIncluded("function", key) ? `ROUTINE ${signature(routine, names)}` : null;
		}
		case "type": {
			const type = model.types.get(key);
			return type && isIncluded("type", key) ? `TYPE ${names.of(type)}` : null;
		}
		case "schema":
			return model.schemas.has(key) || key === "public" ? `SCHEMA ${quoteIdentifier(key)}` : null;
		default:
			return null;
	}
}
