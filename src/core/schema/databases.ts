import type {
	AlterPublicationStmt,
	CreateExtensionStmt,
	CreatePublicationStmt,
	CreateSchemaStmt,
	Node,
} from "@pgsql/types";
import type { Catalog } from "./catalog";
import type { PublicationDraft } from "./drafts";
import { roleName } from "./statement-parts";
import { as } from "./tree";

/** What a database has beside relations: schemas, extensions, publications. */

/** Creates the schema; true when the elements that the statement holds are to be applied in it. */
export function createSchema(catalog: Catalog, statement: CreateSchemaStmt): string | null {
	const name = statement.schemaname ?? roleName(statement.authrole);
	if (catalog.schemas.has(name)) {
		if (!statement.if_not_exists)
			catalog.report(
				"unresolved",
				"warning",
				`Schema ${name} exists already at this point, so PostgreSQL would refuse this statement.`,
			);
		return null;
	}
	catalog.schemas.set(name, { name, location: catalog.location(), comment: null });
	return name;
}

export function createExtension(catalog: Catalog, statement: CreateExtensionStmt): void {
	const name = statement.extname ?? "";
	if (!catalog.extensions.has(name))
		catalog.extensions.set(name, { name, location: catalog.location(), comment: null });
}

export function createPublication(catalog: Catalog, statement: CreatePublicationStmt): void {
	const publication: PublicationDraft = {
		name: statement.pubname ?? "",
		allTables: statement.for_all_tables === true,
		tables: [],
		filtered: [],
		schemas: [],
		location: catalog.location(),
	};
	catalog.publications.set(publication.name, publication);
	publish(catalog, publication, statement.pubobjects);
}

/** ALTER PUBLICATION … ADD, DROP, SET. */
export function alterPublication(catalog: Catalog, statement: AlterPublicationStmt): void {
	const publication = catalog.publications.get(statement.pubname ?? "");
	if (!publication) {
		catalog.report("unresolved", "info", `Publication ${statement.pubname ?? ""} is not created in these files.`);
		return;
	}
	if ((statement.pubobjects ?? []).length === 0) return;
	if (statement.action === "AP_DropObjects") {
		const dropped: PublicationDraft = { ...publication, tables: [], filtered: [], schemas: [] };
		publish(catalog, dropped, statement.pubobjects);
		publication.tables = publication.tables.filter((table) => !dropped.tables.includes(table));
		publication.filtered = publication.filtered.filter((table) => !dropped.tables.includes(table));
		publication.schemas = publication.schemas.filter((schema) => !dropped.schemas.includes(schema));
		return;
	}
	if (statement.action === "AP_SetObjects") {
		publication.tables = [];
		publication.filtered = [];
		publication.schemas = [];
	}
	publish(catalog, publication, statement.pubobjects);
}

function publish(catalog: Catalog, publication: PublicationDraft, objects: readonly Node[] | undefined): void {
	for (const node of objects ?? []) {
		const object = as(node, "PublicationObjSpec");
		const relation = object?.pubtable?.relation;
		if (relation) {
			const found = catalog.relation(relation);
			const meant = catalog.meant(
				relation.schemaname ? [relation.schemaname, relation.relname ?? ""] : [relation.relname ?? ""],
			);
			const table = found?.tag === "table" ? found : `${meant.schema}.${meant.name}`;
			publication.tables.push(table);
			if (object.pubtable?.whereClause) publication.filtered.push(table);
		} else if (object?.pubobjtype === "PUBLICATIONOBJ_TABLES_IN_CUR_SCHEMA")
			publication.schemas.push(catalog.creationSchema());
		else if (object?.name) publication.schemas.push(object.name);
	}
}
