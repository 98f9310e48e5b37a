import type { RangeVar, RenameStmt } from "@pgsql/types";
import { type Catalog, partsOf } from "./catalog";
import { columnNamed } from "./columns";
import type { ColumnDraft, ConstraintDraft, TableDraft } from "./drafts";
import { functionOf, moveFunction, moveKey, moveRelation, moveType, typeNamed } from "./moves";
import { lastNamePart } from "./source-text";
import { relationKind } from "./statement-parts";
import { stringOf } from "./tree";

/** ALTER … RENAME TO, in all its forms. */
export function rename(catalog: Catalog, statement: RenameStmt): void {
	const newName = statement.newname ?? "";
	switch (statement.renameType) {
		case "OBJECT_COLUMN":
		case "OBJECT_ATTRIBUTE":
			renameColumn(catalog, statement, newName);
			break;
		case "OBJECT_TABCONSTRAINT":
			renameConstraint(catalog, statement, newName);
			break;
		case "OBJECT_POLICY":
		case "OBJECT_TRIGGER":
			renameOnTable(catalog, statement, newName);
			break;
		case "OBJECT_TYPE":
		case "OBJECT_DOMAIN": {
			const type = typeNamed(catalog, statement.object, statement.missing_ok);
			if (type) moveType(catalog, type, { schema: type.schema, name: newName });
			break;
		}
		case "OBJECT_FUNCTION":
		case "OBJECT_PROCEDURE":
		case "OBJECT_ROUTINE":
		case "OBJECT_AGGREGATE": {
			const found = functionOf(catalog, statement.object);
			if (found) moveFunction(catalog, found, { schema: found.schema, name: newName });
			break;
		}
		case "OBJECT_SCHEMA":
			renameSchema(catalog, statement.subname ?? "", newName);
			break;
		case "OBJECT_ROLE":
			renameKey(catalog.roles, statement.subname ?? "", newName);
			for (const role of catalog.roles.values())
				role.memberOf = role.memberOf.map((each) => (each === statement.subname ? newName : each));
			break;
		case "OBJECT_PUBLICATION":
			renameKey(catalog.publications, stringOf(statement.object) ?? "", newName);
			break;
		case "OBJECT_DOMCONSTRAINT":
			break;
		default:
			if (statement.relation) renameRelation(catalog, statement, statement.relation, newName);
	}
}

function renameRelation(catalog: Catalog, statement: RenameStmt, name: RangeVar, newName: string): void {
	const relation = catalog.relation(name);
	if (!relation) {
		if (!statement.missing_ok) catalog.reportMissing(relationKind(statement.renameType), catalog.meant(partsOf(name)));
		return;
	}
	if (catalog.relations.has(`${relation.schema}.${newName}`)) {
		catalog.reportExisting("A relation", { schema: relation.schema, name: newName });
		return;
	}
	if (relation.tag === "index" && relation.constraint) setConstraintName(catalog, relation.constraint, newName);
	moveRelation(catalog, relation, { schema: relation.schema, name: newName });
	if (relation.tag === "table") relation.alterations.push(catalog.location());
	if (relation.tag === "table" || relation.tag === "view") relation.nameLocation = newNameLocation(catalog);
}

/** Where the new name stands in a rename: at its end. */
function newNameLocation(catalog: Catalog): RelationLocation {
	const { text } = catalog.origin.statement;
	const at = text.toLowerCase().lastIndexOf(" to ");
	return catalog.location(at < 0 ? { start: 0, end: text.length } : lastNamePart(text, at + 4));
}

type RelationLocation = TableDraft["location"];

function renameColumn(catalog: Catalog, statement: RenameStmt, newName: string): void {
	const relation = statement.relation && catalog.relation(statement.relation);
	const name = statement.subname ?? "";
	if (relation?.tag === "table") {
		const column = columnNamed(relation, name);
		if (column && hasInherited(relation, newName)) {
			catalog.reportExisting("A column", { schema: `${relation.schema}.${relation.name}`, name: newName });
		} else if (column) {
			relation.alterations.push(catalog.location());
			renameInherited(column, newName, newNameLocation(catalog));
		} else catalog.reportMissing("Column", { schema: `${relation.schema}.${relation.name}`, name });
	} else if (relation?.tag === "view")
		relation.columns =
			relation.columns?.map((column) => (column.name === name ? { ...column, name: newName } : column)) ?? null;
	else if (relation?.tag === "composite") {
		const attribute = relation.type.attributes.find((each) => each.name === name);
		if (attribute) attribute.name = newName;
		for (const table of catalog.tables) {
			const column = table.ofType === relation.type ? columnNamed(table, name) : undefined;
			if (column) column.name = newName;
		}
	} else if (statement.relation && !statement.missing_ok)
		catalog.reportMissing("Table", catalog.meant(partsOf(statement.relation)));
}

/** Whether the table or a child of it has such a column. */
function hasInherited(table: TableDraft, name: string): boolean {
	return columnNamed(table, name) !== undefined || table.children.some((child) => hasInherited(child, name));
}

function renameInherited(column: ColumnDraft, newName: string, nameLocation: RelationLocation): void {
	for (const child of column.table.children) {
		const inherited = columnNamed(child, column.name);
		if (inherited) renameInherited(inherited, newName, nameLocation);
	}
	column.name = newName;
	column.nameLocation = nameLocation;
}

function renameConstraint(catalog: Catalog, statement: RenameStmt, newName: string): void {
	const table = statement.relation && catalog.table(statement.relation, statement.missing_ok);
	if (!table) return;
	const constraint = table.constraints.find((each) => each.name === statement.subname);
	if (!constraint) {
		catalog.reportMissing("Constraint", { schema: `${table.schema}.${table.name}`, name: statement.subname ?? "" });
		return;
	}
	if (table.constraints.some((each) => each.name === newName)) {
		catalog.reportExisting("A constraint", { schema: `${table.schema}.${table.name}`, name: newName });
		return;
	}
	table.alterations.push(catalog.location());
	if (constraint.tag === "key" || constraint.tag === "exclude")
		catalog.moveRelation(constraint.index, { schema: table.schema, name: newName });
	if (constraint.tag === "check") {
		for (const child of table.children) {
			const inherited = child.constraints.find((each) => each.tag === "check" && each.name === constraint.name);
			if (inherited) setConstraintName(catalog, inherited, newName);
		}
	}
	setConstraintName(catalog, constraint, newName);
}

function setConstraintName(catalog: Catalog, constraint: ConstraintDraft, name: string): void {
	catalog.removeConstraintName(constraint.table.schema, constraint.name);
	constraint.name = name;
	catalog.addConstraintName(constraint.table.schema, name);
}

function renameOnTable(catalog: Catalog, statement: RenameStmt, newName: string): void {
	const table = statement.relation && catalog.table(statement.relation, statement.missing_ok);
	if (!table) return;
	const list: { name: string }[] = statement.renameType === "OBJECT_POLICY" ? table.policies : table.triggers;
	const found = list.find((each) => each.name === statement.subname);
	if (found && list.some((each) => each.name === newName))
		catalog.reportExisting(statement.renameType === "OBJECT_POLICY" ? "A policy" : "A trigger", {
			schema: `${table.schema}.${table.name}`,
			name: newName,
		});
	else if (found) found.name = newName;
	else if (!statement.missing_ok)
		catalog.reportMissing(statement.renameType === "OBJECT_POLICY" ? "Policy" : "Trigger", {
			schema: `${table.schema}.${table.name}`,
			name: statement.subname ?? "",
		});
}

function renameSchema(catalog: Catalog, from: string, to: string): void {
	const schema = catalog.schemas.get(from);
	if (!schema && from !== "public") {
		catalog.reportMissing("Schema", { schema: from, name: "*" });
		return;
	}
	for (const relation of [...catalog.relations.values()]) {
		if (relation.schema !== from) continue;
		if (relation.tag === "table") {
			for (const constraint of relation.constraints) {
				catalog.removeConstraintName(from, constraint.name);
				catalog.addConstraintName(to, constraint.name);
			}
		}
		if (relation.tag !== "composite") moveRelation(catalog, relation, { schema: to, name: relation.name });
	}
	for (const type of [...catalog.types.values()])
		if (type.schema === from) moveType(catalog, type, { schema: to, name: type.name });
	for (const each of [...catalog.functions.values()].flat())
		if (each.schema === from) moveFunction(catalog, each, { schema: to, name: each.name });
	catalog.schemas.delete(from);
	catalog.schemas.set(to, {
		name: to,
		location: schema?.location ?? catalog.location(),
		comment: schema?.comment ?? null,
	});
}

function renameKey<T extends { name: string }>(map: Map<string, T>, from: string, to: string): void {
	const value = map.get(from);
	if (value) value.name = to;
	moveKey(map, from, to);
}
