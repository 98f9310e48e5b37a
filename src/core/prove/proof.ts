import type { Span } from "../text/span";

/** What an attack tries to do to another tenant's rows. The order is the one in which the matrix shows them. */
export const ATTACKS = [
	"read",
	"update",
	"delete",
	"insert-as-other",
	"move-to-other",
	"upsert",
	"merge",
	"copy",
	"returning",
	"truncate",
	"shared-write",
	"reference-other",
	"unique-oracle",
	"foreign-key-oracle",
	"no-tenant",
	"empty-tenant",
	"malformed-tenant",
	"session-bleed",
	"partition",
	"view",
	"materialized-view",
	"function",
	"leaky-predicate",
	"sequence",
	"set-role",
	"other-role",
	"later-table",
	"other-schema",
	"search-path",
] as const;
export type AttackKind = (typeof ATTACKS)[number];

/** One attack on one table, view, function or role, and what came of it. */
export interface AttackResult {
	/** `schema.name` of what was attacked: a table, view, function, sequence; of a role its name. */
	readonly table: string;
	readonly attack: AttackKind;
	/** `untested` where it could not be tried or could not be told; never counted as held. */
	readonly result: "held" | "leaked" | "untested";
	/** SQL that reproduces it with psql as a superuser on the filled database, and what came back, as comments. Empty where untested. */
	readonly evidence: string;
	/** One sentence for someone new to it: what got through, what refused, or why it is untested. */
	readonly why: string;
	/** The rule whose page explains the cause and whose fix closes it; null where it held. */
	readonly rule: string | null;
}

/** A statement of the workspace that the database refused, or that was replaced by a stand-in. */
export interface NotApplied {
	readonly file: string;
	readonly span: Span;
	readonly message: string;
}

/** What `tenancy prove` found of one database. */
export interface Proof {
	readonly version: 1;
	/** `PostgreSQL 18.0 (PGlite)`, or a server's version. */
	readonly engine: string;
	/** `inconclusive` where nothing leaked and there are reasons why that is not enough. */
	readonly verdict: "held" | "leaked" | "inconclusive";
	/** Why that nothing leaked would not be enough: tables of tenants on which nothing was decided, statements that were refused. */
	readonly undecided: readonly string[];
	/** Tables that were attacked or should have been. */
	readonly tables: number;
	/** Those that have rows of every tenant. */
	readonly filled: number;
	/** The role that was played, where it came from, and how a tenant was bound: sentences. */
	readonly assumptions: readonly string[];
	readonly attacks: readonly AttackResult[];
	readonly notApplied: readonly NotApplied[];
	/** What no PostgreSQL schema can close, said once. */
	readonly limits: readonly string[];
	/** What a team can keep; null where it was not asked for, or where there is nothing to test. */
	readonly tests: IsolationTests | null;
}

/** Tests of isolation as SQL scripts that need nothing of this tool. They assert isolation: what leaks now fails. */
export interface IsolationTests {
	/** For psql and PostgreSQL alone. */
	readonly plain: string;
	/** For pgTAP. https://pgtap.org */
	readonly pgtap: string;
}
