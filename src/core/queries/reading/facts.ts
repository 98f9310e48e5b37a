import type { ColumnId } from "./relation";

/** What a condition says for sure of every row that it lets through. */
export type Fact =
	/** The column has this value; `value` is the same text for the same value. */
	| { readonly kind: "value"; readonly column: ColumnId; readonly value: string }
	/** The column is NULL. */
	| { readonly kind: "absent"; readonly column: ColumnId }
	/** Both columns have the same value. */
	| { readonly kind: "same"; readonly a: ColumnId; readonly b: ColumnId };

/** What OR leaves of its arms' facts: those that hold in each. */
export function inEachArm(arms: readonly (readonly Fact[])[]): Fact[] {
	const [first = [], ...others] = arms;
	return first.flatMap((fact): Fact[] => {
		const alike = others.map((arm) => arm.find((each) => isAlike(each, fact)));
		if (alike.includes(undefined) || others.length === 0) return others.length === 0 ? [fact] : [];
		// A value, or none: those of one tenant and what belongs to nobody.
		const value = [fact, ...alike].find((each) => each?.kind === "value");
		return value?.kind === "value" ? [{ ...value, value: `any of ${value.value}` }] : [fact];
	});
}

function isAlike(one: Fact, other: Fact): boolean {
	if (one.kind !== "same" || other.kind !== "same")
		return one.kind !== "same" && other.kind !== "same" && one.column === other.column;
	return (one.a === other.a && one.b === other.b) || (one.a === other.b && one.b === other.a);
}

/** The number of the relation that a column belongs to. */
export function relationOf(column: ColumnId): number {
	return Number(column.slice(0, column.indexOf(".")));
}

/** Who follows whom: if a column's value is one tenant's, so is that of those that it leads to. */
export class FactGraph {
	readonly values = new Map<ColumnId, string>();
	/** Columns that are NULL. */
	readonly absent = new Set<ColumnId>();
	readonly #leads = new Map<ColumnId, Set<ColumnId>>();
	/** A column that is as many things as a UNION has arms. */
	readonly #unions: { readonly arms: readonly ColumnId[]; readonly column: ColumnId }[] = [];

	/**
	 * Facts restrict only relations from this one on: those within a subquery whose conditions say nothing for sure of the rows
	 * around it.
	 */
	floor = 0;

	/**
	 * @param only the relations whose rows the condition restricts; null: all. An outer join's condition restricts one side.
	 */
	add(facts: readonly Fact[], only: ReadonlySet<number> | null = null): void {
		const may = (column: ColumnId) => {
			const relation = relationOf(column);
			return relation >= this.floor && (only === null || only.has(relation));
		};
		for (const fact of facts) {
			if (fact.kind === "value") {
				if (may(fact.column) && !this.values.has(fact.column)) this.values.set(fact.column, fact.value);
			} else if (fact.kind === "absent") {
				if (may(fact.column)) this.absent.add(fact.column);
			} else {
				if (may(fact.b)) this.lead(fact.a, fact.b);
				if (may(fact.a)) this.lead(fact.b, fact.a);
			}
		}
	}

	lead(from: ColumnId, to: ColumnId): void {
		const leads = this.#leads.get(from);
		if (leads) leads.add(to);
		else this.#leads.set(from, new Set([to]));
	}

	/** The column is what a query's arms give. */
	union(column: ColumnId, arms: readonly ColumnId[]): void {
		for (const arm of arms) this.lead(column, arm);
		if (arms.length === 1) this.lead(arms[0] as ColumnId, column);
		else this.#unions.push({ arms, column });
	}

	/** The columns of a relation that conditions are about. */
	columnsOf(relation: number): ColumnId[] {
		const all = new Set([
			...this.values.keys(),
			...this.#leads.keys(),
			...[...this.#leads.values()].flatMap((to) => [...to]),
		]);
		return [...all].filter((column) => relationOf(column) === relation);
	}

	/** Gives values to what follows from the values that there are. Returns whether there are more now. */
	spread(): boolean {
		const before = this.values.size;
		const pending = [...this.values.keys()];
		for (let column = pending.pop(); column !== undefined; column = pending.pop()) {
			const value = this.values.get(column) as string;
			for (const next of this.#leads.get(column) ?? [])
				if (!this.values.has(next)) {
					this.values.set(next, value);
					pending.push(next);
				}
		}
		for (const { arms, column } of this.#unions)
			if (!this.values.has(column) && arms.every((arm) => this.values.has(arm)))
				this.values.set(column, this.values.get(arms[0] as ColumnId) as string);
		return this.values.size > before;
	}

	/** Whether a row's value in the first column decides that in the second. */
	leadsTo(from: ColumnId, to: ColumnId): boolean {
		return this.reachedFrom([from]).has(to);
	}

	/** The columns that a column leads to by itself. */
	ledFrom(column: ColumnId): ReadonlySet<ColumnId> {
		return this.#leads.get(column) ?? new Set();
	}

	/** Every column that the columns lead to, themselves among them. */
	reachedFrom(columns: Iterable<ColumnId>): Set<ColumnId> {
		const reached = new Set(columns);
		const pending = [...reached];
		for (let column = pending.pop(); column !== undefined; column = pending.pop())
			for (const next of this.#leads.get(column) ?? [])
				if (!reached.has(next)) {
					reached.add(next);
					pending.push(next);
				}
		return reached;
	}
}
