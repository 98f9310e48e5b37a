import type { Node } from "@pgsql/types";
import { as } from "../../schema/tree";
import type { Fact } from "./facts";
import { columnId, type Output, type OutputColumn, type Relation, type Scope } from "./relation";

export function newScope(outer: Scope | null): Scope {
	return { relations: [], ctes: new Map(), outer };
}

/** The columns that USING, or NATURAL (null), makes the same on both sides. */
export function sharedNames(
	using: readonly string[] | null,
	left: readonly Relation[],
	right: readonly Relation[],
): readonly Fact[] {
	const namesIn = (relations: readonly Relation[]) =>
		relations.flatMap((each) => columnsOf(each).map(({ name }) => name));
	const names = using ?? namesIn(left).filter((name) => namesIn(right).includes(name));
	const side = (relations: readonly Relation[], name: string) => {
		const found =
			relations.find((each) => columnsOf(each).some((column) => column.name === name)) ??
			relations.find(({ kind }) => kind === "unknown");
		return found && columnId(found, name);
	};
	return [...new Set(names)].flatMap((name): Fact[] => {
		const [a, b] = [side(left, name), side(right, name)];
		return a !== undefined && b !== undefined ? [{ kind: "same", a, b }] : [];
	});
}

export function columnsOf(relation: Relation): OutputColumn[] {
	const names = (relation.table?.columns ?? relation.output?.columns ?? []).map(({ name }) => name);
	return names.map((name) => ({ name, sources: [columnId(relation, name)], expression: null, value: null }));
}

export function united(left: Output, right: Output): Output {
	return {
		columns: left.columns.map((column, i) => ({
			name: column.name,
			sources: [...column.sources, ...(right.columns[i]?.sources ?? [])],
			expression: null,
			value: null,
		})),
		isPartial: left.isPartial || right.isPartial,
	};
}

export function renamed(output: Output, names: readonly string[]): Output {
	if (names.length === 0) return output;
	return { ...output, columns: output.columns.map((column, i) => ({ ...column, name: names[i] ?? column.name })) };
}

/** What VALUES gives. @param columnValue what the expressions of a column, one for each row, have for value */
export function valuesOutput(
	lists: readonly Node[],
	columnValue: (expressions: readonly (Node | undefined)[]) => string | null,
): Output {
	const rows = lists.map((list) => as(list, "List")?.items ?? []);
	const [first = []] = rows;
	return {
		columns: first.map((expression, i) => ({
			name: `column${i + 1}`,
			sources: rows.map(() => null),
			expression,
			value: columnValue(rows.map((row) => row[i])),
		})),
		isPartial: false,
	};
}

/** A list up to PostgreSQL 17, a clause with options from 18 on. */
export function returningOf(node: object | undefined): readonly Node[] {
	const { returningList, returningClause } = (node ?? {}) as {
		readonly returningList?: readonly Node[];
		readonly returningClause?: { readonly exprs?: readonly Node[] };
	};
	return returningList ?? returningClause?.exprs ?? [];
}
