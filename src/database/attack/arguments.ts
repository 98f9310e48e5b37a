import { quoteLiteral } from "../../core/emit/identifier";
import type { RoutineFacts } from "./catalog";
import type { Scene, Subject } from "./scene";

/** Whose keys a function is called with. */
export type Whose = "own" | "theirs";

/** How many calls are tried of one function. */
const CALLS = 6;
/** How many values are tried of one argument. */
const VALUES = 3;

/** Lists of arguments, as SQL, to call a function with: made of what their names and types suggest of a tenant's rows. */
export function argumentLists(scene: Scene, routine: RoutineFacts, whose: Whose): string[] {
	const each = routine.arguments.map((argument) => valuesFor(scene, argument, whose));
	const lists: string[] = [];
	for (let i = 0; i < CALLS; i++) {
		const list = each.map((values) => values[i % values.length] as string).join(", ");
		if (!lists.includes(list)) lists.push(list);
	}
	return lists;
}

function valuesFor(scene: Scene, { name, type }: RoutineFacts["arguments"][number], whose: Whose): string[] {
	const word = name.toLowerCase().replace(/^_|^(p|in|arg|v)_|_$/g, "");
	const subjects = [...scene.subjects.values()];
	const row = (subject: Subject) => (whose === "own" ? subject.ownRow : subject.theirRow).values;
	const found: string[] = [];
	const add = (value: string | null | undefined) => {
		if (value !== null && value !== undefined) found.push(`${quoteLiteral(value)}::${type}`);
	};
	const isOfType = (subject: Subject, column: string) =>
		subject.table.columns.some((each) => each.name === column && alike(each.type, type));
	// The key of the table that the name means, then columns of that name, then any key of that type.
	for (const subject of subjects) {
		const key = subject.table.primaryKey?.columns.find((column) => !subject.ties.includes(column) || subject.isRoot);
		const singular = subject.table.name.replace(/ies$/, "y").replace(/s$/, "");
		const means = [`${singular}_id`, singular, `${singular}_uuid`, subject.table.name].includes(word);
		if (key !== undefined && means && isOfType(subject, key)) add(row(subject).get(key));
	}
	for (const subject of subjects) if (isOfType(subject, word)) add(row(subject).get(word));
	for (const subject of subjects)
		for (const column of [...(subject.table.primaryKey?.columns ?? []), ...subject.ties])
			if (found.length < VALUES && isOfType(subject, column)) add(row(subject).get(column));
	if (found.length === 0) found.push(constant(type));
	return [...new Set(found)].slice(0, VALUES);
}

function alike(a: string, b: string): boolean {
	const family = (type: string) =>
		/^(text|character varying|citext|name)/.test(type)
			? "text"
			: /^(integer|bigint|smallint)$/.test(type)
				? "integer"
				: type;
	return family(a) === family(b);
}

function constant(type: string): string {
	if (/\[\]$/.test(type)) return `'{}'::${type}`;
	if (/^(integer|bigint|smallint|numeric|real|double precision)/.test(type)) return `100::${type}`;
	if (type === "boolean") return "true";
	if (/^jsonb?$/.test(type)) return `'{}'::${type}`;
	if (/^(date|timestamp)/.test(type)) return `'2024-01-01'::${type}`;
	if (/^(text|character|citext|name)/.test(type)) return `''::${type}`;
	return `NULL::${type}`;
}
