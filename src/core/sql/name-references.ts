import { type Handler, type Handlers, NameCollector, RELATIONS } from "./name-collector";
import {
	ctesOf,
	type Fields,
	isFields,
	listOf,
	type NameReference,
	numberOf,
	type Scope,
	stringsOf,
	type TableName,
	visibleTables,
} from "./name-scope";
import type { Statement } from "./statement";

export type { NameReference, TableName } from "./name-scope";

const cache = new WeakMap<object, readonly NameReference[]>();

/** All names of tables and columns in a statement, by position. A statement that was not understood has none. */
export function nameReferences({ node, text }: Pick<Statement, "node" | "text">): readonly NameReference[] {
	if (node === null) return [];
	const known = cache.get(node);
	if (known) return known;
	const collector = new NameCollector(text, HANDLERS);
	collector.visit(node, { tables: new Map(), outer: null });
	const references = collector.references.sort((a, b) => a.span.start - b.span.start);
	cache.set(node, references);
	return references;
}

/** Commands of ALTER TABLE whose `name` is a column's. https://www.postgresql.org/docs/current/sql-altertable.html */
const COLUMN_COMMANDS =
	/^AT_(DropColumn|ColumnDefault|SetNotNull|DropNotNull|SetExpression|DropExpression|SetStatistics|SetOptions|ResetOptions|SetStorage|SetCompression|AlterColumnType|AddIdentity|SetIdentity|DropIdentity|AlterColumnGenericOptions|CookedColumnDefault)$/;
/** Statements about one table: its columns can be named without it. */
const about =
	(key: string, first: readonly string[] = []): Handler =>
	(collector, fields, outer) => {
		const scope: Scope = { tables: new Map(), outer };
		collector.relation(fields[key], scope);
		collector.inOrder(fields, scope, first, [key]);
	};

const HANDLERS: Handlers = {
	ColumnRef: (collector, fields, scope) => collector.columnRef(fields, scope),
	CreateStmt(collector, fields, outer) {
		const scope: Scope = { tables: new Map(), outer };
		const table = collector.relation(fields.relation, scope, true);
		// Its parents' columns are found through the parents; here they would only hide its own.
		for (const parent of listOf(fields.inhRelations)) collector.relation(parent, { tables: new Map(), outer: null });
		for (const element of listOf(fields.tableElts)) tableElement(collector, element, scope, table);
		collector.inOrder(fields, scope, [], ["relation", "inhRelations", "tableElts"]);
	},
	CreateForeignTableStmt(collector, fields, scope) {
		if (isFields(fields.base)) HANDLERS.CreateStmt?.(collector, fields.base, scope);
	},
	AlterTableStmt(collector, fields, outer) {
		const scope: Scope = { tables: new Map(), outer };
		const table = collector.relation(fields.relation, scope);
		for (const item of listOf(fields.cmds)) {
			const command = isFields(item) && isFields(item.AlterTableCmd) ? item.AlterTableCmd : {};
			if (COLUMN_COMMANDS.test(String(command.subtype)) && typeof command.name === "string")
				collector.columns([command.name], table);
			tableElement(collector, command.def, scope, table);
		}
	},
	IndexStmt: about("relation"),
	IndexElem(collector, fields, scope) {
		const [table] = visibleTables(scope);
		if (typeof fields.name === "string") collector.columns([fields.name], table ?? null);
		collector.visit(fields.expr, scope);
	},
	PartitionElem(collector, fields, scope) {
		collector.columnAt(fields.location, fields.name, visibleTables(scope)[0] ?? null);
		collector.visit(fields.expr, scope);
	},
	CreatePolicyStmt: about("table"),
	AlterPolicyStmt: about("table"),
	CreateStatsStmt: about("relations"),
	CreateTrigStmt(collector, fields, outer) {
		const scope: Scope = { tables: new Map(), outer };
		// UPDATE OF stands before ON.
		const relation = isFields(fields.relation) ? fields.relation : {};
		const table = {
			schema: typeof relation.schemaname === "string" ? relation.schemaname : null,
			name: String(relation.relname),
		};
		collector.columns(stringsOf(fields.columns), table, collector.behindWord(3));
		collector.relation(fields.relation, scope);
		for (const name of ["new", "old"]) scope.tables.set(name, table);
		collector.visit(fields.whenClause, scope);
		collector.relation(fields.constrrel, { tables: new Map(), outer: null });
	},
	RuleStmt(collector, fields, outer) {
		const scope: Scope = { tables: new Map(), outer };
		const table = collector.relation(fields.relation, scope);
		for (const name of ["new", "old"]) scope.tables.set(name, table);
		collector.inOrder(fields, scope, [], ["relation"]);
	},
	ViewStmt(collector, fields, scope) {
		collector.relation(fields.view, { tables: new Map(), outer: null }, true);
		collector.visit(fields.query, scope);
	},
	CreateTableAsStmt(collector, fields, scope) {
		const into = isFields(fields.into) ? fields.into : {};
		collector.relation(into.rel, { tables: new Map(), outer: null }, true);
		collector.visit(fields.query, scope);
	},
	InsertStmt(collector, fields, outer) {
		const scope: Scope = { tables: new Map(), outer };
		collector.withClause(fields.withClause, scope);
		const table = collector.relation(fields.relation, scope);
		for (const item of listOf(fields.cols)) target(collector, item, scope, table);
		// The query of INSERT … SELECT doesn't see the target.
		collector.visit(fields.selectStmt, ctesOf(scope));
		scope.tables.set("excluded", table);
		const conflict = isFields(fields.onConflictClause) ? fields.onConflictClause : {};
		collector.visit(conflict.infer, scope);
		for (const item of listOf(conflict.targetList)) target(collector, item, scope, table);
		collector.visit(conflict.whereClause, scope);
		returning(collector, fields, scope);
	},
	UpdateStmt(collector, fields, outer) {
		const scope: Scope = { tables: new Map(), outer };
		collector.withClause(fields.withClause, scope);
		const table = collector.relation(fields.relation, scope);
		collector.visit(fields.fromClause, scope);
		for (const item of listOf(fields.targetList)) target(collector, item, scope, table);
		collector.visit(fields.whereClause, scope);
		returning(collector, fields, scope);
	},
	DeleteStmt(collector, fields, outer) {
		const scope: Scope = { tables: new Map(), outer };
		collector.withClause(fields.withClause, scope);
		collector.relation(fields.relation, scope);
		collector.inOrder(fields, scope, ["usingClause", "whereClause"], ["relation", "withClause"]);
	},
	MergeStmt(collector, fields, outer) {
		const scope: Scope = { tables: new Map(), outer };
		collector.withClause(fields.withClause, scope);
		const table = collector.relation(fields.relation, scope);
		collector.visit(fields.sourceRelation, scope);
		collector.visit(fields.joinCondition, scope);
		for (const item of listOf(fields.mergeWhenClauses)) {
			const clause = isFields(item) && isFields(item.MergeWhenClause) ? item.MergeWhenClause : {};
			collector.visit(clause.condition, scope);
			for (const each of listOf(clause.targetList)) target(collector, each, scope, table);
			collector.visit(clause.values, scope);
		}
		returning(collector, fields, scope);
	},
	JoinExpr(collector, fields, scope) {
		collector.visit(fields.larg, scope);
		collector.visit(fields.rarg, scope);
		// USING names a column of both sides; the left one stands for both.
		collector.columns(stringsOf(fields.usingClause), visibleTables(scope)[0] ?? null);
		collector.visit(fields.quals, scope);
	},
	RangeSubselect(collector, fields, scope) {
		collector.visit(fields.subquery, { tables: new Map(), outer: scope });
		if (isFields(fields.alias)) scope.tables.set(String(fields.alias.aliasname), null);
	},
	RangeFunction(collector, fields, scope) {
		collector.visit(fields.functions, scope);
		if (isFields(fields.alias)) scope.tables.set(String(fields.alias.aliasname), null);
	},
	CommonTableExpr: (collector, fields, scope) => collector.visit(fields.ctequery, { tables: new Map(), outer: scope }),
	CopyStmt(collector, fields, outer) {
		const scope: Scope = { tables: new Map(), outer };
		collector.columns(stringsOf(fields.attlist), collector.relation(fields.relation, scope));
		collector.inOrder(fields, scope, [], ["relation", "attlist"]);
	},
	GrantStmt(collector, fields, outer) {
		if (fields.objtype !== "OBJECT_TABLE") return;
		const object = listOf(fields.objects)[0];
		const relation = isFields(object) && isFields(object.RangeVar) ? object.RangeVar : null;
		const table = relation && {
			schema: typeof relation.schemaname === "string" ? relation.schemaname : null,
			name: String(relation.relname),
		};
		const columns = listOf(fields.privileges).flatMap((item) =>
			isFields(item) && isFields(item.AccessPriv) ? stringsOf(item.AccessPriv.cols) : [],
		);
		if (columns.length > 0) collector.columns(columns, table, collector.behindWord(1));
		collector.visit(fields.objects, { tables: new Map(), outer });
	},
	RenameStmt(collector, fields, outer) {
		const table = collector.relation(fields.relation, { tables: new Map(), outer });
		const token = collector.lastName(fields.newname);
		if (!table) return;
		if (fields.renameType === "OBJECT_COLUMN") {
			collector.columns([String(fields.subname)], table);
			if (token) collector.add(token, [table], token.name, true);
		} else if (RELATIONS.test(String(fields.renameType)) && token)
			collector.add(token, [{ schema: table.schema, name: token.name }], null, true);
	},
	CommentStmt(collector, fields) {
		const list = isFields(fields.object) && isFields(fields.object.List) ? fields.object.List.items : [];
		collector.objectName(stringsOf(list), String(fields.objtype), collector.behindWord(3));
	},
	DropStmt(collector, fields) {
		for (const item of listOf(fields.objects)) {
			const list = isFields(item) && isFields(item.List) ? item.List.items : [];
			collector.objectName(stringsOf(list), String(fields.removeType), collector.behindWord(2));
		}
	},
	DefElem(collector, fields, scope) {
		const list = isFields(fields.arg) && isFields(fields.arg.List) ? fields.arg.List.items : [];
		const names = stringsOf(list);
		if (fields.defname === "owned_by" && names.length > 1)
			collector.objectName(names, "OBJECT_COLUMN", numberOf(fields.location));
		else collector.visit(fields.arg, scope);
	},
};

/** A column or a constraint, in CREATE TABLE or behind ADD and ALTER. */
function tableElement(collector: NameCollector, element: unknown, scope: Scope, table: TableName | null): void {
	if (!isFields(element)) return;
	const { ColumnDef: column, Constraint: constraint } = element;
	if (isFields(column)) {
		if (typeof column.colname === "string") collector.columnAt(column.location, column.colname, table, true);
		for (const item of listOf(column.constraints)) tableElement(collector, item, scope, table);
		collector.visit(column.raw_default, scope);
	} else if (isFields(constraint)) collector.constraint(constraint, scope, table);
	else collector.visit(element, { tables: new Map(), outer: null });
}

/** An assignment's left side, `SET a = …` or a column of INSERT's list, and its right side. */
function target(collector: NameCollector, item: unknown, scope: Scope, table: TableName | null): void {
	const fields = isFields(item) && isFields(item.ResTarget) ? item.ResTarget : {};
	collector.columnAt(fields.location, fields.name, table);
	collector.visit(fields.val, scope);
}

/** RETURNING is a list up to PostgreSQL 17, and a clause with options from 18 on. */
function returning(collector: NameCollector, fields: Fields, scope: Scope): void {
	collector.visit(fields.returningList ?? fields.returningClause, scope);
}
