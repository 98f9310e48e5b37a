import type { DatabaseAnalysis } from "../analyze";
import type { Step } from "../emit/step";
import { qualified, type Table } from "../schema/model";
import { Lexer } from "../text/lexer";
import type { Location } from "../text/span";

/**
 * For each step the file to add it to, as an index into the database's: the one that creates its table, or the last that
 * creates something else that it names, or the one of a step before it that it may build on; the last file where its
 * table is not known.
 */
export function filesOfSteps(
	{ files, model }: Pick<DatabaseAnalysis, "files" | "model">,
	steps: readonly Step[],
): number[] {
	const order = new Map(files.map(({ file }, i) => [file, i]));
	const indexOf = (location: Location) => order.get(location.file) ?? -1;
	const others = [
		...model.functions.values(),
		...model.types.values(),
		...model.roles.values(),
		...model.views.values(),
	];
	/** By name: where steps have been put that change or make it. */
	const put = new Map<string, number>();
	return steps.map(({ sql, declared, inTransaction, table }) => {
		const names = namesIn(declared ?? inTransaction ?? sql);
		const own = model.tables.get(table);
		const tables = [...model.tables.values()].filter((each) => each === own || names.has(each.name));
		const needed = [
			own ? indexOf(own.location) : files.length - 1,
			...tables.flatMap((each) => partsNamed(each, names).map(indexOf)),
			...others.filter(({ name }) => names.has(name)).map(({ location }) => indexOf(location)),
			...[...names].map((name) => put.get(name) ?? -1),
			...tables.map((each) => put.get(qualified(each)) ?? -1),
		];
		const index = Math.max(...needed);
		for (const key of [table, ...tables.map(qualified), ...madeBy(sql)])
			put.set(key, Math.max(index, put.get(key) ?? -1));
		return index;
	});
}

/** Where the table and those of its parts stand that are named. */
function partsNamed(table: Table, names: ReadonlySet<string>): Location[] {
	const keys = [
		...table.uniques,
		...table.checks,
		...table.foreignKeys,
		...(table.primaryKey ? [table.primaryKey] : []),
	];
	const parts = [...table.columns, ...keys, ...table.indexes, ...table.policies, ...table.triggers];
	const named = parts.filter(({ name }) => names.has(name)).map(({ location }) => location);
	// What switches row-level security has no name.
	const { location, forcedLocation } = table.rls;
	const switched = names.has("row") && names.has("security") ? [location, forcedLocation] : [];
	return [table.location, ...named, ...switched.filter((place) => place !== null)];
}

/** What a statement makes that is no table's: later steps may name it. */
function madeBy(sql: string): string[] {
	const made = /^CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE|TYPE|DOMAIN|ROLE|VIEW|SCHEMA|SEQUENCE) /i.exec(sql)?.[0];
	if (made === undefined) return [];
	const lexer = new Lexer(sql, made.length);
	let name = "";
	for (let kind = lexer.nextCode(); kind === "word" || kind === "quoted-name" || lexer.is("."); kind = lexer.nextCode())
		name = lexer.is(".") ? name : nameOf(lexer);
	return [name];
}

/** Every name of the SQL, folded. */
function namesIn(sql: string): Set<string> {
	const names = new Set<string>();
	const lexer = new Lexer(sql);
	for (let kind = lexer.nextCode(); kind !== "end"; kind = lexer.nextCode())
		if (kind === "word" || kind === "quoted-name") names.add(nameOf(lexer));
	return names;
}

function nameOf(lexer: Lexer): string {
	const text = lexer.value();
	return lexer.kind === "word" ? text.toLowerCase() : text.slice(1, -1).replaceAll('""', '"');
}
