import {
	type Column,
	type FunctionModel,
	qualified,
	type SchemaModel,
	type Table,
	type Trigger,
	type View,
} from "../schema/model";
import type { SqlFile } from "../sql/statement";
import { Lexer } from "../text/lexer";
import { Dependencies, inOrder } from "./ddl/dependencies";
import { privileges } from "./ddl/grants";
import { leftOutOfModel, textAt } from "./ddl/left-out";
import { folded, Names } from "./ddl/names";
import type { LeftOut, ObjectKind, PrintOptions } from "./ddl/options";
import { createRoutine, signature } from "./ddl/routines";
import {
	addChecks,
	addForeignKeys,
	addRepeated,
	attach,
	createTable,
	indexes,
	indexesOnly,
	indexOn,
	isIdentity,
} from "./ddl/tables";
import { createSequence, createType } from "./ddl/types";
import { commentOn, createTrigger, createView } from "./ddl/views";
import { columnList, quoteIdentifier, quoteName } from "./identifier";
import { repeatPolicy } from "./repeat-policy";

export type { LeftOut, ObjectKind, PrintOptions } from "./ddl/options";

export interface PrintedSchema {
	/** In an order in which they run, without semicolons. */
	readonly statements: readonly string[];
	readonly leftOut: readonly LeftOut[];
}

/**
 * Prints a model as SQL that makes the same schema in an empty database (PostgreSQL 15 or later), as a dump would. Whoever
 * runs it owns everything; roles, rows and publications are no part of it. What can't be printed is listed with its place.
 *
 * @param files what the model was read from: only there stands what the model has no place for
 */
export function printSchema(model: SchemaModel, files: readonly SqlFile[], options: PrintOptions = {}): PrintedSchema {
	return new Printer(model, files, options).print();
}

class Printer {
	readonly #model: SchemaModel;
	readonly #files: readonly SqlFile[];
	readonly #options: PrintOptions;
	readonly #names: Names;
	readonly #leftOut: LeftOut[] = [];

	constructor(model: SchemaModel, files: readonly SqlFile[], options: PrintOptions) {
		this.#model = model;
		this.#files = files;
		this.#options = options;
		this.#names = new Names(model, options.schemaOf);
	}

	print(): PrintedSchema {
		const { grants = false } = this.#options;
		const tables = this.#included("table", this.#model.tables).filter((table) => this.#isPlain(table));
		const views = this.#included("view", this.#model.views);
		const routines = this.#included("function", this.#model.functions);
		const extensions = this.#included("extension", this.#model.extensions).filter(({ name }) => name !== "plpgsql");
		const names = this.#names;
		const schemas = this.#schemas();
		const objects = this.#objects(tables);
		const statements = [
			...this.#session([...schemas]),
			...[...schemas].map((name) => `CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(name)}`),
			...extensions.flatMap((each) => this.#extension(each.name, textAt(this.#files, each.location))),
			...objects,
			...tables.flatMap((table) => addRepeated(table, names)),
			...tables.flatMap((table) => indexes(table, this.#model, names)),
			...views.flatMap((view) => view.indexes.map((index) => indexOn(view, index, names))),
			...tables.flatMap((table) => addChecks(table, names)),
			...tables.flatMap((table) => addForeignKeys(table, names)),
			...tables.flatMap((table) => (this.#hasOwnExpression(table) ? [] : attach(table, names))),
			...tables.flatMap((table) => indexesOnly(table, this.#model, names)),
			...this.#ownedSequences(),
			...tables.flatMap((table) => table.triggers.flatMap((each) => this.#trigger(table, each))),
			...(this.#options.policies === false ? [] : tables.flatMap((table) => this.#rowSecurity(table))),
			...this.#comments(schemas, tables, views, routines),
			...routines.flatMap((each) => this.#revoke(each)),
			...(grants ? privileges(this.#model, names, (kind, key) => this.#isIncluded(kind, key)) : []),
		];
		const isIncluded = (table: Table) => this.#isIncluded("table", qualified(table));
		return { statements, leftOut: [...this.#leftOut, ...leftOutOfModel(this.#model, this.#files, isIncluded)] };
	}

	#isIncluded(kind: ObjectKind, key: string): boolean {
		return this.#options.include?.(kind, key) ?? true;
	}

	#included<T>(kind: ObjectKind, objects: ReadonlyMap<string, T>): T[] {
		return [...objects].filter(([key]) => this.#isIncluded(kind, key)).map(([, object]) => object);
	}

	/** Temporary tables end with their session, foreign ones need their server. */
	#isPlain(table: Table): boolean {
		if (table.kind === "foreign")
			this.#leftOut.push({
				what: `the foreign table ${qualified(table)}`,
				why: "It needs its foreign server, which is set up outside the schema.",
				location: table.location,
			});
		if (table.partitionOf !== null && table.partitionBound === undefined)
			this.#leftOut.push({
				what: `that ${qualified(table)} is a partition of ${qualified(table.partitionOf)}`,
				why: "Its bounds could not be read: attach it by hand.",
				location: table.location,
			});
		return table.persistence !== "temporary" && table.kind !== "foreign";
	}

	/** INHERIT refuses a child whose generated column has another expression than its parent's, which CREATE TABLE made. */
	#hasOwnExpression(table: Table): boolean {
		const parent = table.inherits.find((each) =>
			this.#model.tables
				.get(qualified(each))
				?.columns.some((of) => table.columns.some((own) => own.name === of.name && own.generated !== of.generated)),
		);
		if (parent === undefined) return false;
		this.#leftOut.push({
			what: `that ${qualified(table)} inherits from ${qualified(parent)}`,
			why: "A generated column has another expression than its parent's.",
			location: table.location,
		});
		return true;
	}

	/** Those that something is printed into; `public` is always there. */
	#schemas(): Set<string> {
		const schemas = new Set<string>();
		const { tables, views, sequences, types, functions } = this.#model;
		const add = (kind: ObjectKind, objects: ReadonlyMap<string, { schema: string; name: string }>) => {
			for (const object of this.#included(kind, objects)) {
				const schema = this.#names.schemaOf(object);
				if (schema !== null && schema !== "public" && !schema.startsWith("pg_temp")) schemas.add(schema);
			}
		};
		add("table", new Map([...tables].filter(([, { persistence }]) => persistence !== "temporary")));
		add("view", views);
		add("sequence", sequences);
		add("type", types);
		add("function", functions);
		if (!this.#options.include)
			for (const name of this.#model.schemas.keys()) if (!this.#options.schemaOf) schemas.add(name);
		schemas.delete("public");
		return schemas;
	}

	/** As pg_dump does: bodies are read when they run, and names without schema are found as they were. */
	#session(schemas: readonly string[]): string[] {
		if (this.#options.session === false) return [];
		const extensions = [...this.#model.extensions.values()].flatMap(
			({ location }) => schemaOfExtension(textAt(this.#files, location)) ?? [],
		);
		const path = [...new Set(["public", ...schemas, ...extensions])];
		return ["SET check_function_bodies = off", `SET search_path = ${path.map(quoteIdentifier).join(", ")}`];
	}

	#extension(name: string, source: string): string[] {
		const schema = schemaOfExtension(source);
		const create = `CREATE EXTENSION IF NOT EXISTS ${quoteIdentifier(name)}`;
		if (schema === null || schema === "pg_catalog") return [create];
		return [
			`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`,
			`${create} WITH SCHEMA ${quoteIdentifier(schema)}`,
		];
	}

	/** Types, sequences, functions, tables and views, each behind what it needs. */
	#objects(plain: readonly Table[]): string[] {
		const { types, sequences, functions, views } = this.#model;
		const names = this.#names;
		const needs = new Dependencies(this.#model);
		const made = new Map<
			string,
			{ needs: () => readonly string[]; sql: () => string | null; what: string; location: LeftOut["location"] }
		>();
		for (const [key, type] of types)
			if (this.#isIncluded("type", key))
				made.set(key, {
					needs: () => needs.ofType(type),
					sql: () => createType(type, names),
					what: `the type ${key}`,
					location: type.location,
				});
		for (const [key, each] of sequences)
			if (this.#isIncluded("sequence", key) && !isIdentity(each, this.#model) && each.schema !== "pg_temp")
				made.set(key, { needs: () => [], sql: () => createSequence(each, names), what: key, location: each.location });
		for (const [key, routine] of functions) {
			if (!this.#isIncluded("function", key)) continue;
			const source = textAt(this.#files, routine.location);
			made.set(key, {
				needs: () => needs.ofFunction(routine, source),
				sql: () => this.#routine(routine, source),
				what: `the ${routine.kind} ${key}`,
				location: routine.location,
			});
		}
		for (const table of plain)
			made.set(qualified(table), {
				needs: () => needs.ofTable(table),
				sql: () => createTable(table, this.#model, names, (column) => this.#collation(column)),
				what: qualified(table),
				location: table.location,
			});
		for (const [key, view] of views)
			if (this.#isIncluded("view", key) && view.schema !== "pg_temp")
				made.set(key, {
					needs: () => [...view.reads, ...needs.named(view.query)],
					sql: () => createView(view, names),
					what: `the view ${key}`,
					location: view.location,
				});
		return inOrder([...made.keys()], (key) => made.get(key)?.needs() ?? []).flatMap((key) => {
			const { sql, what, location } = made.get(key) as NonNullable<ReturnType<typeof made.get>>;
			const statement = sql();
			if (statement === null)
				this.#leftOut.push({ what, why: "Its definition could not be read, or needs code in C.", location });
			return statement ?? [];
		});
	}

	/** An aggregate, and a function in C, as its own statement has it. */
	#routine(routine: FunctionModel, source: string): string | null {
		if (routine.kind !== "aggregate" && routine.language !== "c" && routine.language !== "internal")
			return createRoutine(routine, this.#names, this.#options.functionPath);
		const lexer = new Lexer(source);
		while (lexer.nextCode() !== "end") if (lexer.isWord(routine.kind)) break;
		let start = -1;
		for (let kind = lexer.nextCode(); kind !== "end" && !lexer.is("("); kind = lexer.nextCode())
			if (start < 0) start = lexer.start;
		if (start < 0) return null;
		return `CREATE ${routine.kind.toUpperCase()} ${this.#names.of(routine)}${this.#names.sql(source.slice(lexer.start))}`;
	}

	#collation({ location }: Column): string | null {
		const text = textAt(this.#files, location);
		// Where a place is a whole CREATE TABLE, it isn't this column's own.
		if (!/\bcollate\b/i.test(text) || /^\s*(create|alter)\b/i.test(text)) return null;
		return /\bcollate\s+((?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))?)/i.exec(text)?.[1] ?? null;
	}

	#ownedSequences(): string[] {
		return [...this.#model.sequences].flatMap(([key, sequence]) => {
			const { ownedBy } = sequence;
			const isLeft = ownedBy === null || isIdentity(sequence, this.#model) || !this.#isIncluded("sequence", key);
			if (isLeft || !this.#isIncluded("table", qualified(ownedBy.table))) return [];
			const column = `${this.#names.of(ownedBy.table)}.${quoteIdentifier(ownedBy.column)}`;
			return [`ALTER SEQUENCE ${this.#names.of(sequence)} OWNED BY ${column}`];
		});
	}

	#trigger(table: Table, trigger: Trigger): string[] {
		if (trigger.inherited) return [];
		const dot = trigger.function.indexOf(".");
		const [schema, name] = [trigger.function.slice(0, dot), trigger.function.slice(dot + 1)];
		const own = [...this.#model.functions.values()].find((each) => qualified(each) === trigger.function);
		// One that no file makes may be an extension's: the search path finds it.
		const run = own ? this.#names.of(own) : schema === "public" ? quoteIdentifier(name) : quoteName({ schema, name });
		return [createTrigger(table, trigger, run, this.#names)];
	}

	#rowSecurity(table: Table): string[] {
		const names = this.#names;
		const own = names.of(table);
		return [
			...(table.rls.enabled ? [`ALTER TABLE ${own} ENABLE ROW LEVEL SECURITY`] : []),
			...(table.rls.forced ? [`ALTER TABLE ${own} FORCE ROW LEVEL SECURITY`] : []),
			...table.policies.map((policy) => {
				const { using, check } = policy;
				return repeatPolicy(
					table,
					{ ...policy, using: using && names.sql(using), check: check && names.sql(check) },
					own,
				);
			}),
		];
	}

	#comments(
		schemas: ReadonlySet<string>,
		tables: readonly Table[],
		views: readonly View[],
		routines: readonly FunctionModel[],
	): string[] {
		const names = this.#names;
		return [
			...[...this.#model.schemas.values()]
				.filter(({ name }) => schemas.has(name))
				.flatMap(({ name, comment }) => commentOn(`SCHEMA ${quoteIdentifier(name)}`, comment)),
			...tables.flatMap((table) => [
				...commentOn(`TABLE ${names.of(table)}`, table.comment),
				...table.columns.flatMap((column) =>
					commentOn(`COLUMN ${names.of(table)}.${columnList([column.name])}`, column.comment),
				),
			]),
			...views.flatMap((view) =>
				commentOn(`${view.kind === "materialized" ? "MATERIALIZED " : ""}VIEW ${names.of(view)}`, view.comment),
			),
			...routines.flatMap((each) => commentOn(`${each.kind.toUpperCase()} ${signature(each, names)}`, each.comment)),
		];
	}

	#revoke(routine: FunctionModel): string[] {
		if (routine.publicExecute) return [];
		const what = routine.kind === "procedure" ? "PROCEDURE" : "FUNCTION";
		return [`REVOKE EXECUTE ON ${what} ${signature(routine, this.#names)} FROM PUBLIC`];
	}
}

/** The schema that CREATE EXTENSION names; null where it names none. */
function schemaOfExtension(source: string): string | null {
	const name = /\bschema\s+("(?:[^"]|"")+"|[\w$]+)/i.exec(source)?.[1];
	return name === undefined ? null : folded(name);
}

/** A script of the statements, each with its semicolon. */
export function script(statements: readonly string[]): string {
	return statements.map((statement) => `${statement};\n`).join("\n");
}
