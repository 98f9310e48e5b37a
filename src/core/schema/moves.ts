import type { AlterObjectSchemaStmt, AlterOwnerStmt, Node } from "@pgsql/types";
import { type Catalog, partsOf } from "./catalog";
import type { FunctionDraft, RelationDraft, TypeDraft } from "./drafts";
import { linkPending } from "./foreign-keys";
import { functionNamed } from "./functions";
import type { QName } from "./model";
import { relationKind, roleName } from "./statement-parts";
import { as, namePartsOf } from "./tree";

/** Gives objects another name, schema or owner; what holds them by identity sees it. */

export function typeNamed(catalog: Catalog, object: Node | undefined, missingOk = false): TypeDraft | null {
	const parts = namePartsOf(object);
	const type = catalog.find(parts, (key) => catalog.types.get(key));
	if (!type && !missingOk) catalog.reportMissing("Type", catalog.meant(parts));
	return type ?? null;
}

export function moveType(catalog: Catalog, type: TypeDraft, to: QName): void {
	const relation = catalog.relations.get(`${type.schema}.${type.name}`);
	if (relation?.tag === "composite") catalog.moveRelation(relation, to);
	moveKey(catalog.types, `${type.schema}.${type.name}`, `${to.schema}.${to.name}`);
	type.schema = to.schema;
	type.name = to.name;
}

export function functionOf(catalog: Catalog, object: Node | undefined): FunctionDraft | null {
	const found = functionNamed(catalog, as(object, "ObjectWithArgs"));
	if (!found) catalog.reportMissing("Function", catalog.meant(namePartsOf(object)));
	return found;
}

export function moveFunction(catalog: Catalog, moved: FunctionDraft, to: QName): void {
	const from = `${moved.schema}.${moved.name}`;
	const left = (catalog.functions.get(from) ?? []).filter((each) => each !== moved);
	if (left.length > 0) catalog.functions.set(from, left);
	else catalog.functions.delete(from);
	moved.schema = to.schema;
	moved.name = to.name;
	catalog.functionNames.add(to.name);
	const key = `${to.schema}.${to.name}`;
	catalog.functions.set(key, [...(catalog.functions.get(key) ?? []), moved]);
}

export function moveRelation(catalog: Catalog, relation: RelationDraft, to: QName): void {
	catalog.moveRelation(relation, to);
	if (relation.tag === "table") linkPending(catalog, relation);
	if (relation.tag === "composite") moveType(catalog, relation.type, to);
}

/** Moves a table with its indexes, constraints and owned sequences, or another relation. */
function moveToSchema(catalog: Catalog, relation: RelationDraft, schema: string): void {
	if (relation.tag === "table") {
		for (const constraint of relation.constraints) {
			catalog.removeConstraintName(relation.schema, constraint.name);
			catalog.addConstraintName(schema, constraint.name);
		}
		for (const sequence of catalog.sequences)
			if (sequence.ownedBy?.table === relation) catalog.moveRelation(sequence, { schema, name: sequence.name });
	}
	if (relation.tag === "table" || relation.tag === "view")
		for (const index of relation.indexes) catalog.moveRelation(index, { schema, name: index.name });
	moveRelation(catalog, relation, { schema, name: relation.name });
}

/** ALTER … SET SCHEMA. */
export function setSchema(catalog: Catalog, statement: AlterObjectSchemaStmt): void {
	const schema = statement.newschema ?? "public";
	switch (statement.objectType) {
		case "OBJECT_TYPE":
		case "OBJECT_DOMAIN": {
			const type = typeNamed(catalog, statement.object, statement.missing_ok);
			if (type) moveType(catalog, type, { schema, name: type.name });
			break;
		}
		case "OBJECT_FUNCTION":
		case "OBJECT_PROCEDURE":
		case "OBJECT_ROUTINE":
		case "OBJECT_AGGREGATE": {
			const found = functionOf(catalog, statement.object);
			if (found) moveFunction(catalog, found, { schema, name: found.name });
			break;
		}
		default: {
			const relation = statement.relation && catalog.relation(statement.relation);
			if (relation && catalog.relations.has(`${schema}.${relation.name}`)) {
				catalog.reportExisting("A relation", { schema, name: relation.name });
			} else if (relation) {
				if (relation.tag === "table") relation.alterations.push(catalog.location());
				if (relation.tag === "sequence" && relation.ownedBy) {
					catalog.report(
						"unresolved",
						"info",
						`Sequence ${relation.schema}.${relation.name} belongs to a column and moves with its table only; PostgreSQL refuses this statement.`,
					);
					break;
				}
				moveToSchema(catalog, relation, schema);
			} else if (statement.relation && !statement.missing_ok)
				catalog.reportMissing(relationKind(statement.objectType), catalog.meant(partsOf(statement.relation)));
		}
	}
}

/** ALTER … OWNER TO of what isn't a table. */
export function setOwner(catalog: Catalog, statement: AlterOwnerStmt): void {
	const kind = statement.objectType;
	if (
		kind !== "OBJECT_FUNCTION" &&
		kind !== "OBJECT_PROCEDURE" &&
		kind !== "OBJECT_ROUTINE" &&
		kind !== "OBJECT_AGGREGATE"
	)
		return;
	const found = functionOf(catalog, statement.object);
	if (found) found.owner = roleName(statement.newowner);
}

export function moveKey<T>(map: Map<string, T>, from: string, to: string): void {
	const value = map.get(from);
	if (value === undefined) return;
	map.delete(from);
	map.set(to, value);
}
