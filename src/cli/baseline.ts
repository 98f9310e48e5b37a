import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Failure } from "./failure";
import { why } from "./files/walk";
import { writeAtomically } from "./files/write";
import type { Finding } from "./findings";

/**
 * Findings that were there when somebody began to check, by what doesn't change when lines move: the rule, the table, and the
 * message, as a hash. `count` is how many are alike; one more than that is new.
 */
export interface BaselineEntry {
	readonly rule: string;
	readonly table: string | null;
	readonly message: string;
	readonly count: number;
}

/** @throws {Failure} where the file can't be read, or is none that `writeBaseline` wrote */
export function readBaseline(path: string): readonly BaselineEntry[] {
	let text: string;
	try {
		text = readFileSync(resolve(path), "utf8");
	} catch (error) {
		throw new Failure(
			`The baseline ${path} can't be read: ${why(error)}. \`tenancy check --write-baseline ${path}\` writes it.`,
		);
	}
	const entries = entriesOf(text);
	if (entries === null)
		throw new Failure(
			`${path} is not a baseline of version 1. Write it anew with \`tenancy check --write-baseline ${path}\`.`,
		);
	return entries;
}

/** @throws {Failure} where it can't be written */
export function writeBaseline(path: string, findings: readonly Finding[]): void {
	const target = resolve(path);
	if (!existsSync(dirname(target))) throw new Failure(`There is no folder ${dirname(path)} to write ${path} into.`);
	const value = { version: 1, findings: countAlike(findings) };
	try {
		writeAtomically(target, new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`));
	} catch (error) {
		throw new Failure(`${path} could not be written: ${(error as Error).message}.`);
	}
}

/** The findings that are not in the baseline, and how many of its entries are found no more. */
export function beyondBaseline(
	findings: readonly Finding[],
	entries: readonly BaselineEntry[],
): { readonly beyond: Finding[]; readonly gone: number } {
	const left = new Map(entries.map((entry) => [keyOf(entry), entry.count]));
	const beyond = findings.filter((finding) => {
		const key = keyOf(entryOf(finding));
		const known = left.get(key) ?? 0;
		left.set(key, known - 1);
		return known <= 0;
	});
	const gone = entries.reduce((sum, entry) => sum + Math.max(0, left.get(keyOf(entry)) ?? 0), 0);
	return { beyond, gone };
}

/** In an order of their own, so that the file changes only where the findings do. */
function countAlike(findings: readonly Finding[]): BaselineEntry[] {
	const alike = new Map<string, BaselineEntry>();
	for (const finding of findings) {
		const entry = entryOf(finding);
		const key = keyOf(entry);
		alike.set(key, { ...entry, count: (alike.get(key)?.count ?? 0) + 1 });
	}
	return [...alike].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

function entryOf({ rule, table, message }: Finding): BaselineEntry {
	return { rule, table, message: createHash("sha256").update(message).digest("hex").slice(0, 16), count: 1 };
}

function keyOf({ rule, table, message }: BaselineEntry): string {
	return JSON.stringify([rule, table, message]);
}

/** Null where the text is no baseline. */
function entriesOf(text: string): BaselineEntry[] | null {
	try {
		const value: unknown = JSON.parse(text);
		if (typeof value !== "object" || value === null || !("version" in value) || value.version !== 1) return null;
		return "findings" in value && Array.isArray(value.findings) && value.findings.every(isEntry)
			? value.findings
			: null;
	} catch {
		return null;
	}
}

function isEntry(value: unknown): value is BaselineEntry {
	if (typeof value !== "object" || value === null) return false;
	const { rule, table, message, count } = value as Partial<Record<keyof BaselineEntry, unknown>>;
	return (
		typeof rule === "string" &&
		(table === null || typeof table === "string") &&
		typeof message === "string" &&
		Number.isInteger(count) &&
		(count as number) > 0
	);
}
