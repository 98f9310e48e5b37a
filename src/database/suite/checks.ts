import { quoteIdentifier, quoteName } from "../../core/emit/identifier";
import { concerned } from "../attack/concerned";
import { insertRow, literal, plainColumn, type Row, type Scene, type Subject } from "../attack/scene";

/** One assertion of the suite: what is tried as the application, and what must come of it. */
export interface Check {
	/** What has to hold, for the person who reads the test's output. */
	readonly name: string;
	/** Whom the session is bound to: the first tenant, or nobody. */
	readonly as: "tenant" | "nobody";
	/** What is run before, with all rights. */
	readonly setUp: readonly string[];
	/** What the application tries. `{theirs}` and `{own}` stand for the condition that a row is another tenant's, or its own. */
	readonly sql: string;
	/**
	 * `hidden`: it shows no row. `untouched`: no row of another tenant is changed, gone or new. `visible`: it shows rows, or the
	 * others would prove nothing. `same`: it shows the same when the others' rows are taken away.
	 */
	readonly expect: "hidden" | "untouched" | "visible" | "same";
	/** The table whose rows are judged; null for what is looked at through something else. */
	readonly subject: Subject | null;
	/** With `same`: the statements that take the others' rows away. */
	readonly without: readonly string[];
}

/**
 * The attacks that a script can repeat by itself: on each table that holds tenants' rows, and what each view shows. Those
 * without a tenant come first, as a setting that was set once is no longer unset.
 *
 * @param visible tables of which the application sees its own tenant's rows
 */
export function checksOf(scene: Scene, visible: ReadonlySet<string>): Check[] {
	const subjects = [...scene.subjects.values()];
	return [
		...subjects.map((subject) =>
			check(subject, "shows no row without a tenant", "hidden", read(subject, "{any}"), [], "nobody"),
		),
		...subjects.flatMap((subject) => tableChecks(subject, visible.has(subject.key))),
		...views(scene),
	];
}

function check(
	subject: Subject,
	what: string,
	expect: Check["expect"],
	sql: string,
	setUp: readonly string[] = [],
	as: Check["as"] = "tenant",
): Check {
	return { name: `${subject.key} ${what}`, as, setUp, sql, expect, subject, without: [] };
}

const read = ({ table }: Subject, which: string) => `SELECT 1 FROM ${quoteName(table)} WHERE ${which}`;

function tableChecks(subject: Subject, isVisible: boolean): Check[] {
	const { table, ties, ownRow, theirRow, isRoot } = subject;
	const name = quoteName(table);
	const column = plainColumn(subject);
	const set = ties
		.filter((each) => ownRow.values.get(each) !== theirRow.values.get(each))
		.map((each) => `${quoteIdentifier(each)} = ${literal(theirRow.values.get(each))}`);
	const other = keyOf(subject, theirRow);
	return [
		...(isVisible ? [check(subject, "shows a tenant its own rows", "visible", read(subject, "{own}"))] : []),
		check(subject, "shows no row of another tenant", "hidden", read(subject, "{theirs}")),
		...(column === null
			? []
			: [
					check(
						subject,
						"lets no row of another tenant be changed",
						"untouched",
						`UPDATE ${name} SET ${quoteIdentifier(column)} = ${literal(ownRow.values.get(column))}`,
					),
				]),
		check(subject, "lets no row of another tenant be deleted", "untouched", `DELETE FROM ${name}`),
		check(subject, "can't be emptied", "untouched", `TRUNCATE ${name} CASCADE`),
		...(other === null || isRoot
			? []
			: [
					check(subject, "takes no row for another tenant", "untouched", insertRow(subject, theirRow), [
						`DELETE FROM ${name} WHERE ${other}`,
					]),
				]),
		...(set.length === 0 || isRoot
			? []
			: [
					check(
						subject,
						"keeps a tenant's rows from being moved to another",
						"untouched",
						`UPDATE ${name} SET ${set.join(", ")} WHERE {own}`,
					),
				]),
	];
}

/** The condition for one row by its primary key; null where there is none. */
function keyOf({ table }: Subject, { values }: Row): string | null {
	const columns = table.primaryKey?.columns ?? [];
	if (columns.length === 0) return null;
	return columns.map((column) => `${quoteIdentifier(column)} = ${literal(values.get(column))}`).join(" AND ");
}

function views(scene: Scene): Check[] {
	const { model } = scene.target.database;
	return [...model.views].flatMap(([key, view]): Check[] => {
		const tables = concerned(scene, view.query);
		// What it holds was put in before there were rows.
		if (tables.length === 0 || view.kind !== "view") return [];
		return [
			{
				name: `${key} shows nothing that depends on another tenant's rows`,
				as: "tenant",
				setUp: [],
				sql: `SELECT count(*) || ' rows, ' || coalesce(md5(string_agg(shown::text, ',' ORDER BY shown::text)), 'none') FROM ${quoteName(view)} AS shown`,
				expect: "same",
				subject: null,
				without: tables.map(({ table, theirs }) => `DELETE FROM ${quoteName(table)} WHERE ${theirs}`),
			},
		];
	});
}
