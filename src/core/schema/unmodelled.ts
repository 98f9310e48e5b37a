import type { Catalog } from "./catalog";

/** What is understood as SQL but has no place in the model: the kind of statement, and what it makes or changes. */
export const UNMODELLED: Readonly<Record<string, string>> = {
	RuleStmt: "a rewrite rule",
	DefineStmt: "an operator, collation or text search object",
	CreateCastStmt: "a cast",
	CreateConversionStmt: "a conversion",
	CreateOpClassStmt: "an operator class",
	CreateOpFamilyStmt: "an operator family",
	CreateTransformStmt: "a transform",
	CreatePLangStmt: "a language",
	CreateAmStmt: "an access method",
	CreateFdwStmt: "a foreign data wrapper",
	CreateForeignServerStmt: "a foreign server",
	CreateUserMappingStmt: "a user mapping",
	CreateSubscriptionStmt: "a subscription",
	CreateTableSpaceStmt: "a tablespace",
	ImportForeignSchemaStmt: "foreign tables, whose columns only the foreign server knows",
	SecLabelStmt: "a security label",
	DropOwnedStmt: "everything that a role owns, by dropping it",
};

/** Says of DDL that the model has no place for it. */
export function reportUnmodelled(catalog: Catalog, tag: string): void {
	const what = UNMODELLED[tag];
	if (what)
		catalog.report("unsupported", "info", `This makes or changes ${what}, which the schema shown here leaves out.`);
}
