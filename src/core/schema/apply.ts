import type { DefineStmt, Node, SelectStmt } from "@pgsql/types";
import { alterTable } from "./alter-table";
import { createEventTrigger, doBlock, runCalls } from "./bodies";
import type { Catalog } from "./catalog";
import { comment } from "./comments";
import { createIndex } from "./create-index";
import { createTable } from "./create-table";
import { createTableAs, selectInto } from "./create-table-as";
import { alterPublication, createExtension, createPublication, createSchema } from "./databases";
import { drop } from "./drops";
import { alterFunction, createAggregate, createFunction } from "./functions";
import { alterDefaultPrivileges, grant } from "./grants";
import { setOwner, setSchema } from "./moves";
import { alterPolicy, createPolicy } from "./policies";
import { rename } from "./renames";
import type { Origin } from "./reports";
import { alterRole, createRole, dropRole, grantRole, reassignOwned } from "./roles";
import { setByFunction, setInitialVariable, setVariable } from "./search-path";
import { insert } from "./seeded";
import { alterSequence, createSequence } from "./sequences";
import { transaction } from "./session";
import { type Fields, type Tag, tagOf } from "./tree";
import { createTrigger } from "./triggers";
import { alterDomain, alterEnum, createComposite, createDomain, createEnum, createOtherType } from "./types";
import { reportUnmodelled, UNMODELLED } from "./unmodelled";
import { createView } from "./views";

type Handlers = { readonly [T in Tag]?: (catalog: Catalog, statement: Fields<T>) => void };

/** What each kind of statement does to the schema; kinds that aren't here do nothing. */
const HANDLERS: Handlers = {
	CreateStmt: createTable,
	CreateForeignTableStmt: (catalog, statement) => statement.base && createTable(catalog, statement.base, true),
	CreateTableAsStmt: createTableAs,
	AlterTableStmt: alterTable,
	IndexStmt: createIndex,
	DropStmt: drop,
	RenameStmt: rename,
	AlterObjectSchemaStmt: setSchema,
	AlterOwnerStmt: setOwner,
	CommentStmt: comment,
	ViewStmt: createView,
	CreateFunctionStmt: createFunction,
	AlterFunctionStmt: (catalog, statement) => alterFunction(catalog, statement.func, statement.actions),
	CreateTrigStmt: createTrigger,
	CreatePolicyStmt: createPolicy,
	AlterPolicyStmt: alterPolicy,
	CreateSeqStmt: createSequence,
	AlterSeqStmt: alterSequence,
	CreateEnumStmt: createEnum,
	AlterEnumStmt: alterEnum,
	CompositeTypeStmt: createComposite,
	CreateDomainStmt: createDomain,
	AlterDomainStmt: alterDomain,
	DefineStmt: define,
	CreateRangeStmt: (catalog, statement) => createOtherType(catalog, statement.typeName, "range"),
	CreateSchemaStmt: (catalog, statement) => {
		const schema = createSchema(catalog, statement);
		if (schema === null || !statement.schemaElts) return;
		const { searchPath } = catalog;
		catalog.searchPath = [schema, ...searchPath];
		for (const element of statement.schemaElts) applyStatement(catalog, catalog.origin, element);
		catalog.searchPath = searchPath;
	},
	CreateExtensionStmt: createExtension,
	CreatePublicationStmt: createPublication,
	AlterPublicationStmt: alterPublication,
	CreateRoleStmt: createRole,
	AlterRoleStmt: alterRole,
	DropRoleStmt: dropRole,
	ReassignOwnedStmt: reassignOwned,
	GrantRoleStmt: grantRole,
	GrantStmt: grant,
	AlterDefaultPrivilegesStmt: alterDefaultPrivileges,
	InsertStmt: insert,
	VariableSetStmt: setVariable,
	AlterDatabaseSetStmt: setInitialVariable,
	AlterRoleSetStmt: setInitialVariable,
	SelectStmt: select,
	CallStmt: (catalog, statement) => statement.funccall && runCalls(catalog, { FuncCall: statement.funccall }),
	DoStmt: doBlock,
	CreateEventTrigStmt: createEventTrigger,
	TransactionStmt: transaction,
};

/** Kinds that are followed but leave the schema as it is. */
const HARMLESS: ReadonlySet<string> = new Set<Tag>([
	"InsertStmt",
	"VariableSetStmt",
	"SelectStmt",
	"CallStmt",
	"DoStmt",
	"TransactionStmt",
]);

/** Whether a statement of this kind is one that changes the schema. */
export function changesSchema(node: Node): boolean {
	const tag = tagOf(node);
	return (tag in HANDLERS && !HARMLESS.has(tag)) || tag in UNMODELLED;
}

/** Does to the catalog what the statement does to a database. */
export function applyStatement(catalog: Catalog, origin: Origin, node: Node): void {
	const tag = tagOf(node);
	catalog.origin = origin;
	const handle = HANDLERS[tag] as ((catalog: Catalog, statement: unknown) => void) | undefined;
	if (handle) handle(catalog, (node as Record<string, unknown>)[tag]);
	else reportUnmodelled(catalog, tag);
}

/** CREATE AGGREGATE and base types; the other objects of that statement have no place in the model. */
function define(catalog: Catalog, statement: DefineStmt): void {
	if (statement.kind === "OBJECT_AGGREGATE") createAggregate(catalog, statement);
	else if (statement.kind === "OBJECT_TYPE") createOtherType(catalog, statement.defnames, "base");
	else reportUnmodelled(catalog, "DefineStmt");
}

function select(catalog: Catalog, statement: SelectStmt): void {
	setByFunction(catalog, statement);
	const node = { SelectStmt: statement };
	selectInto(catalog, node);
	runCalls(catalog, node);
}
