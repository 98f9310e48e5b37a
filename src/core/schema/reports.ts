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
	/** Schemas that were reported as not created in the files. */
	readonly #elsewhere = new Set<string>();

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

	/** Says that a statement names something unknown: once a schema where the whole schema is made elsewhere. */
	reportMissing(what: string, name: QName, location: Location = this.location()): void {
		// A column's schema here is its table's qualified name.
		const schema = name.schema.split(".")[0] as string;
		if (!this.hasSchema(schema)) this.reportElsewhere(schema, location);
		else if (this.hadDynamic)
			this.report(
				"unresolved",
				"info",
				`${what} ${name.schema}.${name.name} is not created by any statement before this one, as far as reading can tell. The SQL reported above, which is put together while it runs, may create it.`,
				location,
			);
		else
			this.report(
				"unresolved",
				"warning",
				`${what} ${name.schema}.${name.name} does not exist at this point. Check the name, or the order of the files; PostgreSQL would refuse this statement.`,
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

	/** Says that the current statement creates what is there already: PostgreSQL refuses it, so it changes nothing. */
	reportExisting(what: string, name: QName): void {
		this.report(
			"unresolved",
			"warning",
			`${what} named ${name.schema}.${name.name} exists already at this point, so PostgreSQL would refuse this statement. The first one is kept here.`,
		);
	}
}
