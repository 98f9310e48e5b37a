/**
 * What a database holds, as lines that can be compared one by one: from the
 * catalog (catalog.ts) and from our model (model-facts.ts) in the same words.
 */
export interface Facts {
	/** `column public.orders.id` -> `uuid not null`. */
	readonly values: Map<string, string>;
	/** SQL expressions: the model has them as written, the catalog as PostgreSQL prints them back. */
	readonly expressions: Map<string, Expression>;
}

/** An expression with what is needed to have PostgreSQL read it at the same place again. */
export interface Expression {
	readonly sql: string;
	readonly place: ExpressionPlace;
}

export type ExpressionPlace =
	| {
			readonly kind: "default" | "generated";
			readonly schema: string;
			readonly table: string;
			readonly column: string;
			readonly type: string;
	  }
	| {
			readonly kind: "check" | "using" | "with check" | "index predicate" | "index expression";
			readonly schema: string;
			readonly table: string;
	  };

export interface Difference {
	readonly key: string;
	/** Null where the catalog has no such thing. */
	readonly postgres: string | null;
	/** Null where the model has no such thing. */
	readonly model: string | null;
}

export function emptyFacts(): Facts {
	return { values: new Map(), expressions: new Map() };
}

/** The facts on which both sides differ, in the order of their keys. */
export function differencesOf(postgres: ReadonlyMap<string, string>, model: ReadonlyMap<string, string>): Difference[] {
	return [...new Set([...postgres.keys(), ...model.keys()])]
		.filter((key) => postgres.get(key) !== model.get(key))
		.sort()
		.map((key) => ({ key, postgres: postgres.get(key) ?? null, model: model.get(key) ?? null }));
}

/** One difference as a line for people. */
export function printDifference({ key, postgres, model }: Difference): string {
	if (model === null) return `missing in the model: ${key}: ${postgres}`;
	if (postgres === null) return `only in the model: ${key}: ${model}`;
	return `differs: ${key}\n    PostgreSQL: ${postgres}\n    the model:  ${model}`;
}

/** The words of a fact's value, without the absent ones. */
export function words(...parts: readonly (string | false | null | undefined)[]): string {
	return parts.filter((part) => typeof part === "string" && part !== "").join(" ");
}

/** Names in parentheses; an expression (null) is shown as such. */
export function list(names: readonly (string | null)[]): string {
	return `(${names.map((name) => name ?? "<expression>").join(", ")})`;
}

/**
 * A default of NULL means no default; PostgreSQL stores it all the same where the
 * type has a length or is a domain (`NULL::character varying`).
 */
export function isNullDefault(expression: string | null): boolean {
	return expression !== null && /^NULL(::|$)/i.test(expression);
}
