import { readFileSync } from "node:fs";
import type { QueryRule } from "../../../../src/core/queries/rule";
import { QUERY_RULES } from "../../../../src/core/queries/rules";
import { SEVERITIES, type Severity } from "../../../../src/core/rules/base/rule";
import { SCHEMAS, type SchemaName } from "./schemas";

/** What a case says is to be found in one of its lines. */
export interface Expected {
	/** From 1 on. */
	readonly line: number;
	readonly rule: QueryRule["id"];
	/** Null where the case leaves it open. */
	readonly severity: Severity | null;
}

/** A piece of a program with what is to be found in it. */
export interface Case {
	readonly id: string;
	readonly schema: SchemaName;
	readonly path: string;
	readonly code: string;
	readonly expected: readonly Expected[];
}

/** Begins a case: its id, schema and the end of its file's name. */
const HEADER = /^=== (\S+) (\w+) \.(\w+)(?: \S.*)?$/;
/** Ends a line in which something is to be found; it is no part of the code. */
const MARK = /[ \t]*← ([\w-]+)(?: (\w+))?$/;

/**
 * Reads a table of cases. Each begins with `=== id schema .extension what it is about`; a line of its code in which something
 * is to be found ends with `← rule` or `← rule severity`, once for each finding.
 *
 * @throws where a case names a schema, rule or severity that there is not
 */
export function readCases(file: string): Case[] {
	const cases: (Case & { expected: Expected[] })[] = [];
	for (const line of readFileSync(file, "utf8").split("\n")) {
		const header = HEADER.exec(line);
		if (header) {
			const [, id = "", schema = "", extension = ""] = header;
			if (!Object.hasOwn(SCHEMAS, schema)) throw new Error(`${id}: no schema ${schema}`);
			cases.push({ id, schema: schema as SchemaName, path: `app/${id}.${extension}`, code: "", expected: [] });
			continue;
		}
		const current = cases.pop();
		if (!current) throw new Error(`${file} begins with no case`);
		const number = current.code.split("\n").length;
		let code = line;
		for (let mark = MARK.exec(code); mark; mark = MARK.exec(code)) {
			code = code.slice(0, mark.index);
			current.expected.push(expectedOf(current.id, number, mark));
		}
		cases.push({ ...current, code: `${current.code}${code}\n` });
	}
	return cases;
}

function expectedOf(id: string, line: number, [, rule = "", severity]: RegExpExecArray): Expected {
	if (!QUERY_RULES.some((each) => each.id === rule)) throw new Error(`${id}: no rule ${rule}`);
	const known = SEVERITIES.find((each) => each === severity) ?? null;
	if (severity !== undefined && known === null) throw new Error(`${id}: no severity ${severity}`);
	return { line, rule, severity: known };
}
