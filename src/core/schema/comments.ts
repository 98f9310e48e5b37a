import type { CommentStmt } from "@pgsql/types";
import type { Catalog } from "./catalog";
import { columnNamed } from "./columns";
import { functionNamed } from "./functions";
import { as, namePartsOf, stringOf } from "./tree";

/** COMMENT ON. Comments on what the model has no comment for are passed over. */
export function comment(catalog: Catalog, statement: CommentStmt): void {
	const text = statement.comment ? statement.comment : null;
	const parts = namePartsOf(statement.object);
	switch (statement.objtype) {
		case "OBJECT_TABLE":
		case "OBJECT_FOREIGN_TABLE":
		case "OBJECT_VIEW":
		case "OBJECT_MATVIEW": {
			const relation = catalog.relationNamed(parts);
			if (relation?.tag === "table") relation.commentLocation = text === null ? null : catalog.location();
			if (relation?.tag === "table" || relation?.tag === "view") relation.comment = text;
			else catalog.reportMissing("Table", catalog.meant(parts));
			break;
		}
		case "OBJECT_COLUMN": {
			const relation = catalog.relationNamed(parts.slice(0, -1));
			const column = relation?.tag === "table" ? columnNamed(relation, parts.at(-1)) : undefined;
			if (column) column.comment = text;
			else if (relation?.tag === "table")
				catalog.reportMissing("Column", { schema: `${relation.schema}.${relation.name}`, name: parts.at(-1) ?? "" });
			else if (!relation) catalog.reportMissing("Table", catalog.meant(parts.slice(0, -1)));
			break;
		}
		case "OBJECT_SCHEMA": {
			const schema = catalog.schemas.get(stringOf(statement.object) ?? "");
			if (schema) schema.comment = text;
			break;
		}
		case "OBJECT_EXTENSION": {
			const extension = catalog.extensions.get(stringOf(statement.object) ?? "");
			if (extension) extension.comment = text;
			break;
		}
		case "OBJECT_FUNCTION":
		case "OBJECT_PROCEDURE":
		case "OBJECT_ROUTINE":
		case "OBJECT_AGGREGATE": {
			const found = functionNamed(catalog, as(statement.object, "ObjectWithArgs"));
			if (found) found.comment = text;
			else catalog.reportMissing("Function", catalog.meant(parts));
		}
	}
}
