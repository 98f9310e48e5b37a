import type { Node } from "@pgsql/types";
import type { Remedy } from "../rules/base/remedy";
import type { RuleContext, RuleInfo, Severity } from "../rules/base/rule";
import type { Span } from "../text/span";
import type { Query } from "./query";
import type { Isolation } from "./reading/isolation";
import type { Reading } from "./reading/reading";
import type { Relation } from "./reading/relation";

/** One check of the queries that an application runs. One file a rule; `rules/index.ts` is the only list. */
export interface QueryRule extends RuleInfo {
	readonly doc: QueryRuleDoc;
	readonly detect: (context: QueryContext, query: ReadQuery) => Iterable<QueryDetection>;
}

/** The rule's page in docs/rules. Its examples are run on a real PostgreSQL, on the schema that they are for. */
export interface QueryRuleDoc {
	readonly why: string;
	readonly remedy: string;
	readonly sources: readonly { readonly title: string; readonly url: string }[];
	/** The tables that the examples are about. */
	readonly schema: string;
	/** Statements, in SQL, in which the rule finds something. */
	readonly bad: string;
	/** The same with nothing to find. */
	readonly good: string;
	/** Statements that look like the mistake and are none; with a schema of their own where they need one. */
	readonly traps: readonly { readonly title: string; readonly sql: string; readonly schema?: string }[];
}

/** What rules know of the database that a query is for. */
export interface QueryContext extends RuleContext {
	/** Settings that policies, functions or the configuration take the tenant from. */
	readonly tenantSettings: ReadonlySet<string>;
	/** A statement's tree, null where PostgreSQL's grammar rejects it. */
	readonly parse: (sql: string) => Node | null;
}

/** A query with what it reads and writes. */
export interface ReadQuery {
	readonly query: Query;
	readonly reading: Reading;
	/** Every place that holds tenants' data. */
	readonly isolation: ReadonlyMap<Relation, Isolation>;
}

/** What a rule found in a query. */
export interface QueryDetection {
	/** Qualified key; null where it concerns no table. */
	readonly table: string | null;
	/** In the statement's text; null for all of it. */
	readonly span: Span | null;
	readonly message: string;
	readonly help: string;
	readonly severity?: Severity;
	readonly remedies?: () => readonly Remedy[];
}
