import { qualified, type SchemaModel, type Table } from "../../src/core/schema/model";

/** Turns raw numbers into choices: the same numbers make the same statement of the same world. */
export class Choices {
	#next = 0;
	readonly #numbers: readonly number[];

	constructor(numbers: readonly number[]) {
		this.#numbers = numbers;
	}

	below(limit: number): number {
		const number = this.#numbers[this.#next % this.#numbers.length] ?? 0;
		this.#next += 1;
		return number % limit;
	}

	of<T>(items: readonly T[]): T {
		return items[this.below(items.length)] as T;
	}

	/** Most often the first, which is what keeps most statements valid. */
	mostly<T>(usual: T, ...others: readonly T[]): T {
		return this.below(3) > 0 ? usual : this.of(others);
	}
}

/** Few names, so that they collide, some of which need quotes. */
const TABLES = ["orgs", "users", "Order Items", "notes", "tags", "events"];
const COLUMNS = ["id", "org_id", "user_id", "name", "At", "kind"];
const OTHERS = ["n1", "n2", "N 3", "n4"];
const SCHEMAS = ["public", "public", "public", "s1", "s2"];

type TableName = Pick<Table, "schema" | "name" | "columns">;

/** What exists when a statement is made up, as far as the model knows, and the choices for that statement. */
export class World {
	readonly pick: Choices;
	readonly model: SchemaModel;
	readonly #tables: readonly Table[];

	constructor(model: SchemaModel, pick: Choices) {
		this.model = model;
		this.pick = pick;
		this.#tables = [...model.tables.values()].filter(({ persistence }) => persistence !== "temporary");
	}

	/** An existing table of those wanted, where there is one; now and then one that may not exist. */
	table(wanted: (table: Table) => boolean = () => true): TableName {
		const tables = this.#tables.filter(wanted);
		if (tables.length === 0 || this.pick.below(40) === 0) return { ...this.newTable(), columns: [] };
		return this.pick.of(tables);
	}

	newTable(): { schema: string; name: string } {
		return { schema: this.pick.of(SCHEMAS), name: this.pick.of(TABLES) };
	}

	/** Some columns for a new table, `id` among them. */
	newColumns(): string[] {
		return COLUMNS.filter((_, index) => index === 0 || this.pick.below(2) === 0);
	}

	newColumn(): string {
		return quote(this.pick.of(COLUMNS));
	}

	column(table: TableName): string {
		const names = table.columns.map(({ name }) => name);
		return quote(names.length === 0 || this.pick.below(40) === 0 ? this.pick.of(COLUMNS) : this.pick.of(names));
	}

	/** One or two columns. */
	columns(table: TableName): string {
		const first = this.column(table);
		const second = this.column(table);
		return this.pick.below(2) === 0 || first === second ? first : `${first}, ${second}`;
	}

	/** A name for what isn't a table or column; often free. */
	newName(): string {
		return quote(this.pick.of(OTHERS));
	}

	schema(): string {
		return this.#any([...this.model.schemas.keys()].filter((name) => name !== "public"));
	}

	/** The table may be known without what is asked of it: then the name is made up. */
	constraint(
		of: (table: Table) => readonly { readonly name: string }[] = constraintsOf,
	): [table: string, name: string] {
		return this.#part(of);
	}

	policy(): [table: string, name: string] {
		return this.#part((table) => table.policies);
	}

	trigger(): [table: string, name: string] {
		return this.#part((table) => table.triggers);
	}

	/** A table, and a unique index on plain columns that could become its constraint. */
	uniqueIndex(): [table: string, name: string] {
		return this.#part((table) =>
			table.indexes.filter(({ unique, where, columns }) => unique && where === null && !columns.includes(null)),
		);
	}

	/** Qualified; indexes of constraints too, some of the time. */
	index(): string {
		const ofConstraints = this.pick.below(5) === 0;
		const names = [...this.#tables, ...this.model.views.values()].flatMap((holder) => {
			const keys =
				"primaryKey" in holder && ofConstraints
					? [holder.primaryKey, ...holder.uniques].filter((key) => key !== null)
					: [];
			return [...holder.indexes, ...keys].map(({ name }) => `${quote(holder.schema)}.${quote(name)}`);
		});
		return this.#any(names, (name) => name);
	}

	/** A partition or child with its parent; made up where there is none. */
	link(kind: "partitionOf" | "inherits"): [child: string, parent: string] {
		const links = this.#tables.flatMap((child) => {
			const parents = kind === "inherits" ? child.inherits : child.partitionOf === null ? [] : [child.partitionOf];
			return parents.map((parent): [string, string] => [ref(child), ref(parent)]);
		});
		return links.length === 0 ? [ref(this.table()), ref(this.table())] : this.pick.of(links);
	}

	/** A table made without ties, of the same columns as another: what can be attached to it. */
	twin(of: TableName): TableName {
		const columns = of.columns.map(({ name }) => name).join();
		return this.table(
			(table) =>
				table.columns.map(({ name }) => name).join() === columns &&
				table.partitionOf === null &&
				qualified(table) !== qualified(of),
		);
	}

	view(kind?: "view" | "materialized"): string {
		const views = [...this.model.views.values()].filter((view) => kind === undefined || view.kind === kind);
		return this.#any(views.map(ref), (name) => name);
	}

	sequence(): string {
		const names = [...this.model.sequences.values()].map(ref);
		return this.pick.of([...names, "public.q"]);
	}

	type(kind: "enum" | "domain"): string {
		return this.#any([...this.model.types.values()].filter((type) => type.kind === kind).map(ref), (name) => name);
	}

	function(): string {
		return this.#any([...this.model.functions.values()].map(ref), (name) => name);
	}

	#part(of: (table: Table) => readonly { readonly name: string }[]): [table: string, name: string] {
		const parts = this.#tables.flatMap((table) =>
			of(table).map(({ name }): [string, string] => [ref(table), quote(name)]),
		);
		return parts.length === 0 || this.pick.below(40) === 0 ? [ref(this.table()), this.newName()] : this.pick.of(parts);
	}

	#any(names: readonly string[], print = quote): string {
		return names.length === 0 || this.pick.below(40) === 0 ? this.newName() : print(this.pick.of(names));
	}
}

function constraintsOf(table: Table): { readonly name: string }[] {
	const key = table.primaryKey === null ? [] : [table.primaryKey];
	return [...key, ...table.uniques, ...table.excludes, ...table.checks, ...table.foreignKeys];
}

export function ref({ schema, name }: { readonly schema: string; readonly name: string }): string {
	return `${quote(schema)}.${quote(name)}`;
}

export function quote(name: string): string {
	return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
