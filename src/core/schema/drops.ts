import type { DropStmt, Node } from "@pgsql/types";
import type { Catalog } from "./catalog";
import { removeFunction, removeSequence, removeTable, removeType, removeView } from "./dependents";
import type { IndexDraft, RelationDraft, TableDraft, TriggerDraft, TypeDraft } from "./drafts";
import { removeColumn } from "./drop-column";
import { removeConstraint, removeIndex } from "./drop-constraint";
import { EXTENSION_TYPES } from "./extension-types";
import { functionNamed } from "./functions";
import { as, namePartsOf, stringOf } from "./tree";

/** DROP of everything but roles and databases. */
export function drop(catalog: Catalog, statement: DropStmt): void {
	const cascade = statement.behavior === "DROP_CASCADE";
	const objects = statement.objects ?? [];
	switch (statement.removeType) {
		case "OBJECT_TABLE":
		case "OBJECT_FOREIGN_TABLE":
		case "OBJECT_VIEW":
		case "OBJECT_MATVIEW":
		case "OBJECT_INDEX":
		case "OBJECT_SEQUENCE":
			dropRelations(catalog, statement, cascade);
			break;
		case "OBJECT_TYPE":
		case "OBJECT_DOMAIN":
			for (const object of objects) dropType(catalog, namePartsOf(object), cascade, statement.missing_ok === true);
			break;
		case "OBJECT_FUNCTION":
		case "OBJECT_PROCEDURE":
		case "OBJECT_ROUTINE":
		case "OBJECT_AGGREGATE":
			for (const object of objects) {
				const found = functionNamed(catalog, as(object, "ObjectWithArgs"));
				if (found) removeFunction(catalog, found, cascade);
				else if (!statement.missing_ok) catalog.reportMissing("Function", catalog.meant(namePartsOf(object)));
			}
			break;
		case "OBJECT_SCHEMA":
			for (const object of objects) dropSchema(catalog, stringOf(object) ?? "", cascade, statement.missing_ok === true);
			break;
		case "OBJECT_TRIGGER":
		case "OBJECT_POLICY":
			for (const object of objects) dropFromTable(catalog, statement, object);
			break;
		case "OBJECT_EXTENSION":
			for (const object of objects) dropExtension(catalog, stringOf(object) ?? "", cascade);
			break;
		case "OBJECT_PUBLICATION":
			for (const object of objects) catalog.publications.delete(stringOf(object) ?? "");
			break;
	}
}

const KINDS: Readonly<Record<string, { readonly tag: RelationDraft["tag"]; readonly what: string }>> = {
	OBJECT_TABLE: { tag: "table", what: "Table" },
	OBJECT_FOREIGN_TABLE: { tag: "table", what: "Foreign table" },
	OBJECT_VIEW: { tag: "view", what: "View" },
	OBJECT_MATVIEW: { tag: "view", what: "Materialized view" },
	OBJECT_INDEX: { tag: "index", what: "Index" },
	OBJECT_SEQUENCE: { tag: "sequence", what: "Sequence" },
};

function dropRelations(catalog: Catalog, statement: DropStmt, cascade: boolean): void {
	const kind = KINDS[statement.removeType ?? ""];
	if (!kind) return;
	const found: RelationDraft[] = [];
	for (const object of statement.objects ?? []) {
		const parts = namePartsOf(object);
		const relation = catalog.relationNamed(parts);
		if (relation?.tag === kind.tag) found.push(relation);
		else if (!statement.missing_ok) catalog.reportMissing(kind.what, catalog.meant(parts));
	}
	const together = new Set<unknown>(found);
	for (const relation of found) {
		if (catalog.relations.get(`${relation.schema}.${relation.name}`) === relation)
			removeRelation(catalog, relation, cascade, together);
	}
}

function removeRelation(
	catalog: Catalog,
	relation: RelationDraft,
	cascade: boolean,
	together: ReadonlySet<unknown>,
): void {
	switch (relation.tag) {
		case "table":
			removeTable(catalog, relation, cascade, together);
			break;
		case "view":
			removeView(catalog, relation, cascade, together);
			break;
		case "index":
			dropIndex(catalog, relation, cascade);
			break;
		case "sequence":
			removeSequence(catalog, relation);
			break;
		case "composite":
			removeType(catalog, relation.type, cascade);
			break;
	}
}

function dropIndex(catalog: Catalog, index: IndexDraft, cascade: boolean): void {
	if (index.constraint) {
		catalog.report(
			"unresolved",
			"info",
			`Index ${index.name} belongs to a constraint of that name, so PostgreSQL refuses to drop it alone. Drop the constraint: ALTER TABLE … DROP CONSTRAINT.`,
		);
		removeConstraint(catalog, index.constraint, cascade);
	} else removeIndex(catalog, index, cascade);
}

function dropType(catalog: Catalog, parts: readonly string[], cascade: boolean, missingOk: boolean): void {
	const type = catalog.find(parts, (key) => catalog.types.get(key));
	if (type) removeType(catalog, type, cascade);
	else if (!missingOk) catalog.reportMissing("Type", catalog.meant(parts));
}

/** DROP EXTENSION: with CASCADE the columns of its types go too. */
function dropExtension(catalog: Catalog, name: string, cascade: boolean): void {
	catalog.extensions.delete(name);
	const types = EXTENSION_TYPES[name];
	if (!cascade || !types) return;
	for (const table of catalog.tables) {
		for (const column of [...table.columns]) {
			const { named, text } = column.type;
			const type = text.replace(/\(.*\)$/, "").replace(/^.*\./, "");
			if (named === null && types.includes(type) && table.columns.includes(column))
				removeColumn(catalog, column, true, true);
		}
	}
}

/** DROP SCHEMA: what is in it goes too, with or without CASCADE; without, that is reported. */
function dropSchema(catalog: Catalog, name: string, cascade: boolean, missingOk: boolean): void {
	if (!catalog.hasSchema(name) && !missingOk) catalog.reportMissing("Schema", { schema: name, name: "*" });
	const relations = [...catalog.relations.values()].filter((relation) => relation.schema === name);
	const types = [...catalog.types.values()].filter((type: TypeDraft) => type.schema === name);
	const functions = [...catalog.functions.values()].flat().filter((each) => each.schema === name);
	if (!cascade && relations.length + types.length + functions.length > 0) {
		catalog.report(
			"unresolved",
			"info",
			`Schema ${name} is not empty, so PostgreSQL refuses to drop it without CASCADE. It is taken here as dropped with all that is in it.`,
		);
	}
	const together = new Set<unknown>(relations);
	for (const relation of relations) {
		if (catalog.relations.get(`${relation.schema}.${relation.name}`) !== relation) continue;
		if (relation.tag === "table" || relation.tag === "view" || relation.tag === "sequence")
			removeRelation(catalog, relation, true, together);
	}
	for (const type of types)
		if (catalog.types.get(`${type.schema}.${type.name}`) === type) removeType(catalog, type, true);
	for (const each of functions) removeFunction(catalog, each, true);
	catalog.schemas.delete(name);
	catalog.forgetGrants(name);
}

/** DROP TRIGGER and DROP POLICY: the name's last part is theirs, the rest the table's. */
function dropFromTable(catalog: Catalog, statement: DropStmt, object: Node): void {
	const parts = namePartsOf(object);
	const name = parts.at(-1) ?? "";
	const relation = catalog.relationNamed(parts.slice(0, -1));
	if (relation?.tag !== "table") {
		if (!statement.missing_ok && relation?.tag !== "view")
			catalog.reportMissing("Table", catalog.meant(parts.slice(0, -1)));
		return;
	}
	if (statement.removeType === "OBJECT_POLICY") {
		const at = relation.policies.findIndex((policy) => policy.name === name);
		if (at >= 0) relation.policies.splice(at, 1);
		else if (!statement.missing_ok)
			catalog.reportMissing("Policy", { schema: `${relation.schema}.${relation.name}`, name });
		return;
	}
	const trigger = relation.triggers.find((each) => each.name === name);
	if (trigger) {
		relation.triggers = relation.triggers.filter((each) => each !== trigger);
		dropTriggerParts(relation.children, trigger);
	} else if (!statement.missing_ok)
		catalog.reportMissing("Trigger", { schema: `${relation.schema}.${relation.name}`, name });
}

function dropTriggerParts(children: readonly TableDraft[], parent: TriggerDraft): void {
	for (const child of children) {
		const part = child.triggers.find((trigger) => trigger.parent === parent);
		if (!part) continue;
		child.triggers = child.triggers.filter((trigger) => trigger !== part);
		dropTriggerParts(child.children, part);
	}
}
