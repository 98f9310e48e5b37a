import { bodyOf } from "../sql/body";
import { nameReferences, type TableName } from "../sql/name-references";
import type { SqlFile, Statement } from "../sql/statement";
import type { Location } from "../text/span";
import { qualified, type SchemaModel } from "./model";
import { as } from "./tree";

/** A name in a file, and what it means in the schema that the model shows. */
export interface ResolvedName {
	readonly location: Location;
	/** Qualified key of a table or view of the model. */
	readonly table: string;
	/** Null where the table itself is named. */
	readonly column: string | null;
	/** The statement makes the name, rather than using it. */
	readonly defines: boolean;
}

/** A moment in the run of all statements: the file's place in the order, and the statement's in the file. */
interface Moment {
	readonly file: number;
	readonly statement: number;
}

interface Rename {
	readonly at: Moment;
	readonly from: string;
	readonly to: string;
}

/**
 * Tells which table or column a name means. A name in an older migration is followed through the renames after it,
 * so that references are found under every name that a table has had. Files that are no part of the database
 * (queries, seeds) speak of what it is in the end.
 */
export class NameResolver {
	readonly #model: SchemaModel;
	readonly #positions: ReadonlyMap<string, number>;
	readonly #schemas: readonly string[];
	readonly #tableRenames: readonly Rename[];
	/** `table key\u0000column`, the table by its last name. */
	readonly #columnRenames: readonly Rename[];

	/** @param files those of the database, in the order in which they run */
	constructor(files: readonly SqlFile[], model: SchemaModel) {
		this.#model = model;
		this.#positions = new Map(files.map(({ file }, index) => [file, index]));
		// PostgreSQL looks in public unless told otherwise; a name that is only elsewhere can only mean that.
		this.#schemas = [
			...new Set(["public", ...[...model.tables.values(), ...model.views.values()].map(({ schema }) => schema)]),
		];
		const statements = files.flatMap((file, index) =>
			file.statements.map((statement, i) => ({ statement, at: { file: index, statement: i } })),
		);
		this.#tableRenames = statements.flatMap(({ statement, at }) => this.#tableRename(statement, at));
		this.#columnRenames = statements.flatMap(({ statement, at }) => this.#columnRename(statement, at));
	}

	/** The name that stands at an offset of a file (or that ends there), if it is one of the schema's. */
	nameAt(file: SqlFile, offset: number): ResolvedName | null {
		const index = file.statements.findIndex(({ span }) => offset >= span.start && offset <= span.end);
		const statement = file.statements[index];
		if (!statement) return null;
		return (
			this.#resolveAll(file, statement, index).find(
				({ location: { span } }) => offset >= span.start && offset <= span.end,
			) ?? null
		);
	}

	/** Every place in the files that names the table, or the column; by file and position. */
	references(files: readonly SqlFile[], table: string, column: string | null): ResolvedName[] {
		const names = this.#pastNames(table, column);
		return files.flatMap((file) =>
			file.statements.flatMap((statement, index) => {
				// Most statements don't have the name at all, and needn't be looked through.
				const text = statement.text.toLowerCase();
				if (!names.some((name) => text.includes(name))) return [];
				return this.#resolveAll(file, statement, index).filter(
					(name) => name.table === table && name.column === column,
				);
			}),
		);
	}

	#resolveAll({ file }: SqlFile, statement: Statement, index: number): ResolvedName[] {
		const position = this.#positions.get(file);
		const at = position === undefined ? null : { file: position, statement: index };
		return [statement, ...innerStatements(statement)].flatMap((each) =>
			nameReferences(each).flatMap(({ span, tables, column, defines }) => {
				const found = column === null ? this.#table(tables[0], at, defines) : this.#column(tables, column, at, defines);
				if (found === null) return [];
				const { start } = each.span;
				return [{ location: { file, span: { start: start + span.start, end: start + span.end } }, ...found, defines }];
			}),
		);
	}

	#table(name: TableName | undefined, at: Moment | null, defines: boolean): { table: string; column: null } | null {
		const table = name && this.#keyOf(name, at, defines);
		return table ? { table, column: null } : null;
	}

	#column(
		tables: readonly TableName[],
		column: string,
		at: Moment | null,
		defines: boolean,
	): { table: string; column: string } | null {
		for (const name of tables) {
			// A rename of the column doesn't rename its table: that has the name it had before.
			const table = this.#keyOf(name, at, false);
			if (!table) continue;
			const [, last = column] = follow(this.#columnRenames, `${table}\u0000${column}`, at, defines).split("\u0000");
			if (this.#model.tables.get(table)?.columns.some((candidate) => candidate.name === last))
				return { table, column: last };
		}
		return null;
	}

	/** The key that the table has in the end; null where there is no such table (any more). */
	#keyOf({ schema, name }: TableName, at: Moment | null, defines: boolean): string | null {
		for (const candidate of schema === null ? this.#schemas : [schema]) {
			const key = follow(this.#tableRenames, qualified({ schema: candidate, name }), at, defines);
			if (this.#model.tables.has(key) || this.#model.views.has(key)) return key;
		}
		return null;
	}

	#pastNames(table: string, column: string | null): string[] {
		const key = column === null ? table : `${table}\u0000${column}`;
		const keys = [key];
		for (const { from, to } of [...(column === null ? this.#tableRenames : this.#columnRenames)].reverse())
			if (keys.includes(to)) keys.push(from);
		// Within quotes a quotation mark is doubled.
		return keys.map((each) =>
			each
				.slice(each.search(column === null ? /\./ : /\0/) + 1)
				.replaceAll('"', '""')
				.toLowerCase(),
		);
	}

	#tableRename({ node }: Statement, at: Moment): Rename[] {
		const rename = as(node, "RenameStmt");
		const move = as(node, "AlterObjectSchemaStmt");
		const relation = rename?.relation ?? move?.relation;
		if (!relation?.relname) return [];
		const isColumn = rename && !/^OBJECT_(TABLE|VIEW|MATVIEW|FOREIGN_TABLE)$/.test(String(rename.renameType));
		if (isColumn) return [];
		const name = rename?.newname ?? relation.relname;
		const schema = relation.schemaname || this.#schemaOf(name) || "public";
		const to = qualified({ schema: move?.newschema ?? schema, name });
		return [{ at, from: qualified({ schema, name: relation.relname }), to }];
	}

	/** Where an unqualified name is found. */
	#schemaOf(name: string): string | undefined {
		return this.#schemas.find((schema) => this.#model.tables.has(qualified({ schema, name })));
	}

	#columnRename({ node }: Statement, at: Moment): Rename[] {
		const rename = as(node, "RenameStmt");
		if (rename?.renameType !== "OBJECT_COLUMN" || !rename.relation?.relname) return [];
		const table = this.#keyOf({ schema: rename.relation.schemaname ?? null, name: rename.relation.relname }, at, false);
		return table ? [{ at, from: `${table}\u0000${rename.subname}`, to: `${table}\u0000${rename.newname}` }] : [];
	}
}

/** The statements in a function's or DO block's body, each where it stands. Those that are put together when they run stand nowhere. */
function innerStatements(statement: Statement): Statement[] {
	// BEGIN ATOMIC bodies are part of the outer tree.
	if (as(statement.node, "CreateFunctionStmt")?.sql_body) return [];
	const inner =
		bodyOf(statement)?.items.flatMap((item) => ("statement" in item ? [item.statement] : item.statements)) ?? [];
	return inner.filter(({ span, text }) => span.end - span.start === text.length);
}

/** What a name has become by the renames from a moment on; one that is made by a rename, by those after it. */
function follow(renames: readonly Rename[], name: string, at: Moment | null, defines: boolean): string {
	if (at === null) return name;
	let current = name;
	for (const rename of renames) {
		const order = rename.at.file - at.file || rename.at.statement - at.statement;
		if (rename.from === current && (order > 0 || (order === 0 && !defines))) current = rename.to;
	}
	return current;
}
