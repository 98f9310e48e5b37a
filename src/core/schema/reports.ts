import type { RangeVar } from "@pgsql/types";
import type { Statement } from "../sql/statement";
import type { Location, Problem, Span } from "../text/span";
import type { QName } from "./model";
import { lastNamePart } from "./source-text";

/** The statement that is being applied. */
export interface Origin {
	readonly file: string;
	readonly statement: Statement;
}

/** Where the statements stand that are applied, and what there is to say of them. */
export abstract class Reports {
	origin: Origin;
	readonly problems: Problem[] = [];
	/** Within a condition or beside an exception handler: what isn't there, or is there already, is no surprise. */
	tolerant = false;
	/** Dynamic SQL has been reported: what is missing later may be its work. */
	hadDynamic = false;
	/** What SQL that can't be read drops, as far as its words say: kinds of things, by file. */
	readonly #dropping = new Set<string>();
	/** Schemas that were reported as not created in the files. */
	readonly #elsewhere = new Set<string>();
	/** What was reported as missing, by its name: where that stands among the problems, and how often it was missed. */
	readonly #missing = new Map<string, { readonly at: number; count: number }>();

	constructor(origin: Origin) {
		this.origin = origin;
	}

	abstract hasSchema(name: string): boolean;

	/** A part of the current statement; without a span the whole. */
	location(span?: Span): Location {
		const { file, statement } = this.origin;
		const base = statement.span.start;
		// Dynamic SQL that isn't one literal of the file has no parts there.
		const isInFile = statement.text.length === statement.span.end - base;
		return { file, span: span && isInFile ? { start: base + span.start, end: base + span.end } : statement.span };
	}

	/** The place of a relation's bare name in the current statement. */
	nameLocation(relation: RangeVar): Location {
		return this.location(lastNamePart(this.origin.statement.text, relation.location ?? 0));
	}

	report(
		kind: Problem["kind"],
		severity: Problem["severity"],
		message: string,
		location: Location = this.location(),
	): void {
		if (this.tolerant && kind === "unresolved") return;
		this.problems.push({ kind, severity, message, location });
	}

	/**
	 * Says that a statement names something unknown: once for each thing, with how many statements name it, and once a schema
	 * where the whole schema is made elsewhere.
	 */
	reportMissing(what: string, name: QName, location: Location = this.location()): void {
		// A column's schema here is its table's qualified name.
		const schema = name.schema.split(".")[0] as string;
		const full = `${name.schema}.${name.name}`;
		if (full.includes("${")) this.#reportTemplate(full, location);
		else if (!this.hasSchema(schema)) this.reportElsewhere(schema, location);
		else if (this.hadDynamic)
			this.report(
				"unresolved",
				"info",
				`${what} ${full} is not created by any statement before this one, as far as reading can tell. The SQL reported above, which is put together while it runs, may create it.`,
				location,
			);
		else this.#reportNotThere(`${what} ${full}`, location);
	}

	#reportNotThere(what: string, location: Location): void {
		if (this.tolerant) return;
		const known = this.#missing.get(what);
		const count = (known?.count ?? 0) + 1;
		const more = count === 1 ? "" : `, nor for ${count - 1} later ${count === 2 ? "statement" : "statements"}`;
		const message = `${what} does not exist at this point${more}. Check the name, the order of the files, or whether the first ones are missing; PostgreSQL would refuse this statement.`;
		const first = known && this.problems[known.at];
		if (first) this.problems[known.at] = { ...first, message };
		else this.report("unresolved", "warning", message, location);
		this.#missing.set(what, { at: known?.at ?? this.problems.length - 1, count });
	}

	/** A name that is put in while the file runs: once a name. */
	#reportTemplate(name: string, location: Location): void {
		const what = name.slice(name.indexOf("${"));
		if (this.#missing.has(what)) return;
		this.#missing.set(what, { at: this.problems.length, count: 1 });
		this.report(
			"dynamic",
			"warning",
			`What stands for ${what} is put in when this file runs, so which tables it changes, and how, can't be known from reading.`,
			location,
		);
	}

	/** Says once of a schema that these files don't create it. */
	reportElsewhere(schema: string, location: Location): void {
		if (this.#elsewhere.has(schema)) return;
		this.#elsewhere.add(schema);
		this.report(
			"unresolved",
			"info",
			`Schema ${schema} is not created in these files, so what is in it is not known here. If an extension or another service makes it, nothing needs doing.`,
			location,
		);
	}

	/** Notes what dynamic SQL drops whose names can't be known: the kinds of things that its words tell. */
	noteDrops(command: string): void {
		for (const [, kind = ""] of command.matchAll(/\bdrop\s+(constraint|policy)\b/gi))
			this.#dropping.add(`${kind.toLowerCase()} ${this.origin.file}`);
	}

	/** Whether dynamic SQL in the present file drops such things: what is there by reading may be gone, and what a later statement makes in its place holds. */
	mayBeDropped(kind: "constraint" | "policy"): boolean {
		return this.#dropping.has(`${kind} ${this.origin.file}`);
	}

	/** Says that the current statement creates what is there already: PostgreSQL refuses it, so it changes nothing. */
	reportExisting(what: string, name: QName): void {
		this.report(
			"unresolved",
			"warning",
			`${what} named ${name.schema}.${name.name} exists already at this point, so PostgreSQL would refuse this statement. The first one is kept here.`,
		);
	}
}
