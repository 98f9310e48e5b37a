import { list, paragraph, say } from "./passages";
import type { Section } from "./report";

/** What the report takes for known, for somebody who has never run a database. */
const WORDS: readonly (readonly [string, string])[] = [
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

export function words(): Section {
	return {
		id: "words",
		title: "Words used here",
		blocks: [
			paragraph("For readers who don't work with databases every day:"),
			list(WORDS.map(([word, text]) => say(`**${word}.** ${text}`))),
		],
	};
}
