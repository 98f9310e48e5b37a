import type { AlterTableStmt, CommentStmt, CreateStmt, CreateTableAsStmt, RenameStmt, SelectStmt } from "@pgsql/types";
import type { Statement } from "../sql/statement";
import { as, namePartsOf, stringsOf, tagOf } from "./tree";
import { usesOf } from "./uses";

/**
 * What a statement is about, as far as that can be told from itself: by it `refold.ts` knows which statements an edit
 * concerns. Names are without their schema and in small letters, so one may stand for several relations, never for too few.
 */
export type Subject =
	/** It creates or alters a table, and otherwise only takes names that are free. */
	| { readonly kind: "table"; readonly name: string; readonly creates: boolean; readonly joins?: Joined }
	/** It makes a view or function: what names that depends on what it names itself. */
	| { readonly kind: "source"; readonly name: string }
	/** It says something of the session, and leaves no place in the model. */
	| { readonly kind: "session" }
	/** A DO block, or calls of functions: what it does is what it looked for when it was applied (`namesReached`). */
	| { readonly kind: "program"; readonly calls: readonly string[] | null }
	/** It has nothing to do with the schema, or its text is no SQL. */
	| { readonly kind: "nothing" }
	/** What it does follows from its text and from the relations that this names. */
	| { readonly kind: "other"; readonly joins?: Joined };

/** Relations of which each may change with another: a table's old and new name, its parents and partitions; or all that a text names. */
export type Joined = readonly string[] | "all named";

const NOTHING: Subject = { kind: "nothing" };
const SESSION: Subject = { kind: "session" };
const OTHER: Subject = { kind: "other" };

/** Kinds of statements whose effect can be told from their own text. */
const OTHERS = new Set([
	"AlterDatabaseSetStmt",
	"AlterRoleSetStmt",
	"AlterSeqStmt",
	"AlterEnumStmt",
	"AlterDomainStmt",
	"AlterOwnerStmt",
	"AlterFunctionStmt",
	"AlterObjectSchemaStmt",
	"AlterDefaultPrivilegesStmt",
	"AlterPublicationStmt",
	"AlterRoleStmt",
	"CompositeTypeStmt",
	"CreateDomainStmt",
	"CreateEnumStmt",
	"CreateExtensionStmt",
	"CreatePublicationStmt",
	"CreateRangeStmt",
	"CreateRoleStmt",
	"CreateSeqStmt",
	"DropRoleStmt",
	"DropStmt",
	"GrantRoleStmt",
	"GrantStmt",
	"InsertStmt",
	"ReassignOwnedStmt",
]);

/** Kinds that change no schema, and that nothing is reported of. */
const WITHOUT_EFFECT = new Set([
	"NotifyStmt",
	"ExplainStmt",
	"UpdateStmt",
	"DeleteStmt",
	"CopyStmt",
	"LockStmt",
	"VacuumStmt",
	"TruncateStmt",
]);

/** Null for what may do anything to anything. */
export function subjectOf({ node }: Statement): Subject | null {
	if (node === null) return NOTHING;
	const tag = tagOf(node);
	const statement = (node as Record<string, unknown>)[tag];
	switch (tag) {
		case "CreateStmt":
			return ofCreate(statement as CreateStmt);
		case "AlterTableStmt":
			return ofAlter(statement as AlterTableStmt);
		case "IndexStmt":
		case "CreateTrigStmt":
			return table((statement as { relation?: { relname?: string } }).relation?.relname);
		case "CreatePolicyStmt":
		case "AlterPolicyStmt":
			return table((statement as { table?: { relname?: string } }).table?.relname);
		case "CommentStmt":
			return ofComment(statement as CommentStmt);
		case "ViewStmt":
			return source(as(node, "ViewStmt")?.view?.relname);
		case "CreateTableAsStmt":
			return ofCreateAs(statement as CreateTableAsStmt);
		case "CreateFunctionStmt":
			return source(stringsOf(as(node, "CreateFunctionStmt")?.funcname).at(-1));
		case "RenameStmt":
			return ofRename(statement as RenameStmt);
		case "CreateSchemaStmt":
			return as(node, "CreateSchemaStmt")?.schemaElts ? null : OTHER;
		case "DoStmt":
			return { kind: "program", calls: null };
		case "CallStmt":
			return { kind: "program", calls: joined(stringsOf(as(node, "CallStmt")?.funccall?.funcname).at(-1)) };
		case "VariableSetStmt":
		case "TransactionStmt":
			return SESSION;
		case "SelectStmt":
			return ofSelect(statement as SelectStmt);
		default:
			return OTHERS.has(tag) ? OTHER : WITHOUT_EFFECT.has(tag) ? NOTHING : null;
	}
}

function table(name: string | undefined, creates = false, joins?: Joined): Subject | null {
	return name ? { kind: "table", name: name.toLowerCase(), creates, ...(joins ? { joins } : {}) } : null;
}

function joined(...names: readonly (string | undefined)[]): readonly string[] {
	return names.flatMap((name) => name?.toLowerCase() ?? []);
}

function source(name: string | undefined): Subject | null {
	return name ? { kind: "source", name: name.toLowerCase() } : null;
}

function ofCreate({ relation, inhRelations = [], tableElts = [] }: CreateStmt): Subject | null {
	const likes = tableElts.map((element) => as(element, "TableLikeClause")?.relation?.relname);
	const others = joined(...inhRelations.map((parent) => as(parent, "RangeVar")?.relname), ...likes);
	return table(relation?.relname, true, others.length > 0 ? [...joined(relation?.relname), ...others] : undefined);
}

function ofCreateAs({ objtype, into }: CreateTableAsStmt): Subject | null {
	return objtype === "OBJECT_MATVIEW" ? source(into?.rel?.relname) : table(into?.rel?.relname, true, "all named");
}

function ofAlter({ objtype, relation, cmds = [] }: AlterTableStmt): Subject | null {
	if (objtype !== "OBJECT_TABLE") return OTHER;
	const others = cmds.flatMap((each) => {
		const def = as(each, "AlterTableCmd")?.def;
		return joined(as(def, "PartitionCmd")?.name?.relname, as(def, "RangeVar")?.relname);
	});
	return table(relation?.relname, false, others.length > 0 ? [...joined(relation?.relname), ...others] : undefined);
}

function ofComment({ objtype, object }: CommentStmt): Subject | null {
	const parts = namePartsOf(object);
	if (objtype === "OBJECT_TABLE") return table(parts.at(-1));
	return objtype === "OBJECT_COLUMN" ? table(parts.at(-2)) : OTHER;
}

function ofRename({ renameType, relation, newname }: RenameStmt): Subject | null {
	switch (renameType) {
		case "OBJECT_TABLE":
		case "OBJECT_VIEW":
		case "OBJECT_MATVIEW":
			return { kind: "other", joins: joined(relation?.relname, newname) };
		case "OBJECT_COLUMN":
		case "OBJECT_TABCONSTRAINT":
		case "OBJECT_INDEX":
		case "OBJECT_SEQUENCE":
		case "OBJECT_POLICY":
		case "OBJECT_TRIGGER":
		case "OBJECT_TYPE":
			return OTHER;
		default:
			return null;
	}
}

function ofSelect(statement: SelectStmt): Subject | null {
	if (statement.intoClause) return null;
	const functions = usesOf({ SelectStmt: statement }).calls.map(({ path }) => path.at(-1) ?? "");
	return functions.every((name) => name === "set_config") ? SESSION : { kind: "program", calls: joined(...functions) };
}
