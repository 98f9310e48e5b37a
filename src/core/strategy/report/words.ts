import { list, paragraph, say } from "./passages";
import type { Section } from "./report";

/** A word with what it means. */
type Word = readonly [string, string];

/** What every report takes for known, for somebody who has never run a database. */
const WORDS: readonly Word[] = [
	["Tenant", "A customer whose data must stay apart from other customers': a company, a team, a person."],
	["Table, row", "A table is a list, such as all orders. Each of its rows is one entry: one order."],
	["Schema", "A folder of tables within a database."],
	[
		"Server, database",
		"A server is a machine that runs PostgreSQL. It can hold many databases; a connection sees one of them.",
	],
	["Role", "A user that PostgreSQL knows. It says what a connection may read and write."],
	[
		"Row-level security, policy",
		"PostgreSQL adds a condition, the policy, to each query: only rows of this tenant. Roles with `BYPASSRLS` are let past it.",
	],
	[
		"Session, transaction",
		"A session is one connection at work. A transaction is a group of its queries that happen all or not at all.",
	],
	[
		"Pool, pooler",
		"Connections are costly, so they are kept and lent to one request after the other. A pooler, such as PgBouncer, does that for many processes. What one request leaves behind on a connection, the next one finds.",
	],
	["Migration", "A script that changes tables, run once when a new version of the product goes live."],
	["Tenant catalog", "A small table of your own that says for each tenant where its data is."],
	["System catalog", "PostgreSQL's own list of all tables and columns. It grows with each table."],
];

/** Words that only some reports use: each is explained where one of its forms is read. */
const SOMETIMES: readonly (readonly [RegExp, ...Word])[] = [
	[
		/\btenant column\b|`tenant_id`/i,
		"Tenant column",
		"The column that says of each row which tenant it belongs to, often `tenant_id`.",
	],
	[
		/\bindex(es)?\b/i,
		"Key, index",
		"A key is what tells rows apart. An index is a sorted copy of some columns, which finds rows without reading the whole table.",
	],
	[
		/\brouter\b/i,
		"Router",
		"The part of your application that asks the tenant catalog where a tenant is, and connects there.",
	],
	[/\bfence[ds]?\b/i, "Fence", "While a tenant's rows are moved, its writes are refused for a while. Reads go on."],
	[
		/\bledger\b/i,
		"Ledger",
		"The list of which migrations have run in which place, so that none is forgotten or run twice.",
	],
	[/\bCitus\b/, "Citus", "An extension of PostgreSQL that spreads tables over several machines."],
	[/\breplicas?\b/i, "Replica", "A copy of a database that follows it all the time: to read from, or to take over."],
	[
		/\bpoint[- ](?:in|of)[- ]time\b/i,
		"Point in time",
		"Bringing data back as it was at a chosen moment, such as a minute before a mistake.",
	],
	[
		/\bprepared statements?\b/i,
		"Prepared statement",
		"A query that a program sends once and then only calls by its name. Many libraries do that by themselves.",
	],
	[/\bwarehouse\b/i, "Warehouse", "A database for reports, filled with copies from the others."],
	[/\bvacuum\b/i, "Vacuum", "PostgreSQL clears away old versions of rows from time to time."],
	[/\bSQL injection\b/, "SQL injection", "Somebody types a piece of a query into a field, and the program runs it."],
	[
		/\bpenetration tests?\b/i,
		"Penetration test",
		"People who are paid for it try to break in, and report what they found.",
	],
	[/\bboundary\b/i, "Boundary", "All that an assessment looks at. What is inside must meet the rules."],
];

/** @param others the report without this part */
export function words(others: readonly Section[]): Section {
	const read = JSON.stringify(others);
	const some = SOMETIMES.flatMap(([form, word, text]): Word[] => (form.test(read) ? [[word, text]] : []));
	return {
		id: "words",
		title: "Words used here",
		blocks: [
			paragraph("For readers who don't work with databases every day:"),
			list([...WORDS, ...some].map(([word, text]) => say(`**${word}.** ${text}`))),
		],
	};
}
