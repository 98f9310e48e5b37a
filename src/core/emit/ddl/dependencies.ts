import { type FunctionModel, qualified, type SchemaModel, type Table, type TypeModel } from "../../schema/model";
import { Lexer } from "../../text/lexer";
import { folded, partsOf } from "./names";

/** Finds what an object needs to be there before it can be made. All keys are those of the model's maps. */
export class Dependencies {
	readonly #model: SchemaModel;
	/** Functions by their name, with and without schema; a call may mean any overload. */
	readonly #functions = new Map<string, string[]>();
	readonly #relations = new Map<string, string[]>();

	constructor(model: SchemaModel) {
		this.#model = model;
		const add = (to: Map<string, string[]>, name: string, key: string) => to.set(name, [...(to.get(name) ?? []), key]);
		for (const [key, each] of model.functions) {
			add(this.#functions, each.name, key);
			add(this.#functions, qualified(each), key);
		}
		for (const objects of [model.types, model.tables, model.views, model.sequences]) {
			for (const [key, each] of objects) {
				add(this.#relations, each.name, key);
				add(this.#relations, key, key);
			}
		}
	}

	ofType(type: TypeModel): string[] {
		return [
			...type.attributes.flatMap((attribute) => this.type(attribute.type)),
			...(type.base === null ? [] : this.type(type.base)),
			...type.checks.flatMap((check) => this.named(check.expression)),
			...this.named(type.definition ?? ""),
			...this.named(type.default ?? ""),
		];
	}

	/** What the table's CREATE TABLE names; its indexes and foreign keys come later. */
	ofTable(table: Table): string[] {
		const expressions = [
			...table.columns.flatMap((column) => [column.default, column.generated]),
			...table.checks.map((check) => check.expression),
			...table.excludes.flatMap(({ index }) => [...index.expressions, index.where]),
			...(table.partitionKey?.elements ?? []),
		];
		return [
			...table.columns.flatMap((column) => this.type(column.type)),
			// An expression of a table reads no other, but a column or a value may be called like one.
			...expressions
				.flatMap((expression) => this.named(expression ?? ""))
				.filter((key) => !this.#model.tables.has(key) && !this.#model.views.has(key)),
		];
	}

	/** What its declaration names: the body is read when it runs, but for one that is SQL itself. */
	ofFunction(routine: FunctionModel, source: string): string[] {
		return [
			...routine.arguments.flatMap((argument) => [...this.type(argument.type), ...this.named(argument.default ?? "")]),
			...this.type((routine.returns ?? "").replace(/^SETOF /, "")),
			...(routine.kind === "aggregate" ? this.named(source) : []),
			...(isAtomic(routine) ? this.named(routine.body) : []),
		];
	}

	/** What a printed type names. */
	type(type: string): string[] {
		const parts = partsOf(/^[^[(]+/.exec(type)?.[0].trim() ?? "");
		const key = parts.length === 1 ? `public.${parts[0]}` : parts.join(".");
		return this.#relations.has(key) ? [key] : [];
	}

	/**
	 * The objects that SQL may name: what a name without a schema means depends on the search path, so all of that name.
	 *
	 * @param inStrings also SQL in strings, such as a function's body or what it EXECUTEs
	 */
	named(sql: string, inStrings = false): string[] {
		const found = new Set<string>();
		const lexer = new Lexer(sql);
		for (let kind = lexer.nextCode(); kind !== "end"; kind = lexer.nextCode()) {
			if (kind === "string" || kind === "dollar-string") {
				const text = lexer.value().replace(/^\$[^$]*\$|\$[^$]*\$$|^'|'$/g, "");
				const keys = inStrings ? this.named(text, true) : this.#sequences(text);
				for (const key of keys) found.add(key);
			}
			if (kind !== "word" && kind !== "quoted-name") continue;
			const first = folded(lexer.value());
			let end = lexer.end;
			const after = new Lexer(sql, end);
			let name = first;
			if (after.nextCode() === "punctuation" && after.is(".") && /name|word/.test(after.nextCode())) {
				const both = `${first}.${folded(after.value())}`;
				if (this.#functions.has(both) || this.#relations.has(both)) {
					name = both;
					end = after.end;
				}
			}
			const isCall = new Lexer(sql, end).nextCode() === "punctuation" && /^\s*\(/.test(sql.slice(end));
			for (const key of (isCall ? this.#functions : this.#relations).get(name) ?? []) found.add(key);
			lexer.seek(end);
		}
		return [...found];
	}

	/** `nextval('numbers')`. */
	#sequences(literal: string): string[] {
		const keys = this.#relations.get(partsOf(literal).join(".")) ?? [];
		return keys.filter((key) => this.#model.sequences.has(key));
	}
}

/** Whether a function's body is SQL itself (BEGIN ATOMIC, RETURN) and no string. */
export function isAtomic({ language, body }: FunctionModel): boolean {
	return language === "sql" && /^\s*(begin\s+atomic\b|return\b)/i.test(body);
}

/** The keys in an order in which each comes behind what it needs; where they need each other, as they are. */
export function inOrder(keys: readonly string[], needs: (key: string) => readonly string[]): string[] {
	const known = new Set(keys);
	const done = new Set<string>();
	const order: string[] = [];
	const visit = (key: string) => {
		if (done.has(key) || !known.has(key)) return;
		done.add(key);
		for (const other of needs(key)) visit(other);
		order.push(key);
	};
	for (const key of keys) visit(key);
	return order;
}
