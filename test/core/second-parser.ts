import {
	type AlterTableStatement,
	type CreateColumnDef,
	type CreateIndexStatement,
	type CreateTableStatement,
	type DataTypeDef,
	parse,
	type QName,
	type TableConstraint,
} from "pgsql-ast-parser";
import { quoteIdentifier as quote } from "../../src/core/sql/quote";

/** What one statement says of one table, in words that two parsers can agree on: `column id` -> `integer not null`. */
export interface Claims {
	/** Tables that the statement presupposes, as SQL to run before it. */
	readonly preamble: string;
	readonly table: { readonly schema: string; readonly name: string };
	readonly claims: ReadonlyMap<string, string>;
}

/**
 * What pgsql-ast-parser, a grammar written without PostgreSQL's, reads in a
 * statement. Null where it rejects it, or reads nothing that is compared here.
 */
export function secondOpinion(sql: string): Claims | null {
	try {
		const [statement, ...more] = parse(sql);
		if (statement === undefined || more.length > 0) return null;
		if (statement.type === "create table") return ofCreateTable(statement);
		if (statement.type === "alter table") return ofAlterTable(statement);
		if (statement.type === "create index") return ofCreateIndex(statement);
		return null;
	} catch {
		return null;
	}
}

function ofCreateTable(statement: CreateTableStatement): Claims | null {
	if (statement.inherits !== undefined || statement.temporary) return null;
	const claims = new Claimed();
	for (const column of statement.columns) {
		if (column.kind !== "column") return null;
		if (!claims.addColumn(column)) return null;
	}
	for (const constraint of statement.constraints ?? [])
		claims.addConstraint(constraint, constraint.constraintName?.name);
	return { preamble: "", table: nameOf(statement.name), claims: claims.result() };
}

function ofAlterTable(statement: AlterTableStatement): Claims | null {
	const claims = new Claimed();
	const needed = new Set<string>();
	for (const change of statement.changes) {
		if (change.type === "add column") {
			if (!claims.addColumn(change.column)) return null;
		} else if (change.type === "add constraint") {
			claims.addConstraint(change.constraint, change.constraint.constraintName?.name);
			for (const name of columnsOf(change.constraint)) needed.add(name);
		} else return null;
	}
	for (const name of claims.columns()) needed.delete(name);
	return {
		preamble: createTable(statement.table, needed),
		table: nameOf(statement.table),
		claims: claims.result(needed),
	};
}

function ofCreateIndex(statement: CreateIndexStatement): Claims | null {
	const keys = statement.expressions.map(({ expression }) => (expression.type === "ref" ? cut(expression.name) : null));
	const where = statement.where !== undefined ? " where" : "";
	const method = statement.using?.name ?? "btree";
	const claim = `(${keys.join(", ")})${statement.unique ? " unique" : ""} ${method}${where}`;
	const claims = new Map([[`index ${cut(statement.indexName?.name ?? "")}`, claim]]);
	return {
		preamble: createTable(statement.table, new Set(keys.filter((key) => key !== null))),
		table: nameOf(statement.table),
		claims,
	};
}

class Claimed {
	readonly #columns = new Map<string, { type: string; notNull: boolean }>();
	#primaryKey: readonly string[] | null = null;
	readonly #uniques: string[] = [];
	readonly #foreignKeys: string[] = [];

	/** False where the type isn't one that can be compared by its text. */
	addColumn(column: CreateColumnDef): boolean {
		const name = cut(column.name.name);
		const type = typeName(column.dataType);
		if (type === null) return false;
		this.#columns.set(name, { type: type.text, notNull: type.serial });
		for (const constraint of column.constraints ?? []) {
			const found = this.#columns.get(name);
			if (found === undefined) continue;
			if (constraint.type === "not null" || (constraint.type === "add generated" && !("expression" in constraint)))
				found.notNull = true;
			if (constraint.type === "primary key") this.#primaryKey = [name];
			if (constraint.type === "unique") this.#uniques.push(name);
			if (constraint.type === "reference") this.#addForeignKey([name], constraint);
		}
		return true;
	}

	addConstraint(constraint: TableConstraint, _name: string | undefined): void {
		if (constraint.type === "primary key") this.#primaryKey = columnsOf(constraint);
		if (constraint.type === "unique") this.#uniques.push(columnsOf(constraint).join(", "));
		if (constraint.type === "foreign key") this.#addForeignKey(columnsOf(constraint), constraint);
	}

	columns(): Iterable<string> {
		return this.#columns.keys();
	}

	/** @param ignored Columns of the table that the statement doesn't make. */
	result(ignored: ReadonlySet<string> = new Set()): Map<string, string> {
		const claims = new Map<string, string>();
		for (const [name, { type, notNull }] of this.#columns) {
			claims.set(`column ${name}`, `${type}${notNull || this.#primaryKey?.includes(name) ? " not null" : ""}`);
		}
		for (const name of ignored)
			claims.set(`column ${name}`, `integer${this.#primaryKey?.includes(name) ? " not null" : ""}`);
		if (this.#primaryKey !== null) claims.set("primary key", this.#primaryKey.join(", "));
		if (this.#uniques.length > 0) claims.set("uniques", this.#uniques.sort().join(" | "));
		if (this.#foreignKeys.length > 0) claims.set("foreign keys", this.#foreignKeys.sort().join(" | "));
		return claims;
	}

	#addForeignKey(
		columns: readonly string[],
		key: { foreignTable: QName; foreignColumns: { name: string }[]; onDelete?: string; onUpdate?: string },
	): void {
		const { schema, name } = nameOf(key.foreignTable);
		const to = (key.foreignColumns ?? []).map((column) => cut(column.name));
		this.#foreignKeys.push(
			describeForeignKey(columns, `${schema}.${name}`, to, key.onDelete ?? "no action", key.onUpdate ?? "no action"),
		);
	}
}

/** A foreign key in the words that both sides use. Without columns it means the key of a table that isn't known here. */
export function describeForeignKey(
	columns: readonly string[],
	target: string,
	to: readonly string[],
	onDelete: string,
	onUpdate: string,
): string {
	return `(${columns.join(", ")}) references ${target} (${to.join(", ")}) on delete ${onDelete} on update ${onUpdate}`;
}

function columnsOf(constraint: TableConstraint): string[] {
	if (constraint.type === "foreign key") return constraint.localColumns.map(({ name }) => cut(name));
	if (constraint.type === "primary key" || constraint.type === "unique")
		return constraint.columns.map(({ name }) => cut(name));
	return [];
}

function createTable(table: QName, columns: ReadonlySet<string>): string {
	const { schema, name } = nameOf(table);
	const list = [...columns].map((column) => `${quote(column)} integer`).join(", ");
	return `${schema === "public" ? "" : `CREATE SCHEMA ${quote(schema)};\n`}CREATE TABLE ${quote(schema)}.${quote(name)} (${list});\n`;
}

function nameOf(name: QName): { schema: string; name: string } {
	return { schema: cut(name.schema ?? "public"), name: cut(name.name) };
}

/**
 * A name as PostgreSQL stores it: this parser leaves doubled quotes doubled and
 * long names whole. They are cut to 63 bytes without splitting a character
 * ("Identifiers and Key Words" in PostgreSQL's manual).
 */
function cut(name: string): string {
	let bytes = 0;
	let result = "";
	for (const character of name.replaceAll('""', '"')) {
		bytes += new TextEncoder().encode(character).length;
		if (bytes > 63) break;
		result += character;
	}
	return result;
}

/** SQL's type names as PostgreSQL prints them ("Data Types", table 8.1 of its manual). */
const PRINTED: Readonly<Record<string, string>> = {
	int: "integer",
	int2: "smallint",
	int4: "integer",
	int8: "bigint",
	serial: "integer",
	serial2: "smallint",
	serial4: "integer",
	serial8: "bigint",
	bigserial: "bigint",
	smallserial: "smallint",
	float4: "real",
	float8: "double precision",
	decimal: "numeric",
	dec: "numeric",
	bool: "boolean",
	varchar: "character varying",
	"char varying": "character varying",
	char: "character",
	varbit: "bit varying",
	timestamp: "timestamp without time zone",
	timestamptz: "timestamp with time zone",
	time: "time without time zone",
	timetz: "time with time zone",
};

function typeName(type: DataTypeDef): { text: string; serial: boolean } | null {
	if (type.kind === "array") {
		const inner = typeName(type.arrayOf);
		return inner === null ? null : { text: inner.text.endsWith("[]") ? inner.text : `${inner.text}[]`, serial: false };
	}
	if (type.doubleQuoted && type.name === "char") return { text: '"char"', serial: false };
	const written = type.doubleQuoted || type.schema !== undefined ? type.name : type.name.toLowerCase();
	const name = (type.doubleQuoted ? undefined : PRINTED[written]) ?? written;
	// Its fields and the binary precision of float say more than this parser keeps.
	if (name === "interval" || name === "float") return null;
	const config = [...(type.config ?? [])];
	if (name === "numeric" && config.length === 1) config.push(0);
	if ((name === "character" || name === "bit") && config.length === 0) config.push(1);
	const modifier = config.length === 0 ? "" : `(${config.join(",")})`;
	const [first, ...rest] = name.split(" ");
	const text = /^time/.test(name) ? [`${first}${modifier}`, ...rest].join(" ") : `${name}${modifier}`;
	return { text, serial: /serial/.test(written) };
}
