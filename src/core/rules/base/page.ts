import type { Rule, RuleInfo } from "./rule";

/** A rule's page in docs/rules, as Markdown. */
export function rulePage({ id, summary, severity, doc }: Rule): string {
	const where = "where the database keeps tenants apart";
	return page({ id, summary, severity, doc, where, schema: null, silence: COMMENT });
}

/** The page of a rule of queries; its examples are statements, for the tables of `schema`. */
export function queryRulePage({ id, summary, severity, doc }: RuleInfo & { readonly doc: QueryPage }): string {
	const where = "where the application's queries keep tenants apart";
	return page({ id, summary, severity, doc, where, schema: doc.schema, silence: COMMENTS });
}

interface Page {
	readonly id: string;
	readonly summary: string;
	readonly severity: string;
	readonly doc: Omit<QueryPage, "schema">;
	readonly where: string;
	readonly schema: string | null;
	readonly silence: (id: string) => string;
}

/** What the page of a rule of queries shows. */
interface QueryPage extends Pick<Rule["doc"], "why" | "remedy" | "sources" | "bad" | "good"> {
	readonly schema: string;
	readonly traps: readonly { readonly title: string }[];
}

const COMMENT = (id: string) => `Above the statement:

\`\`\`sql
-- tenancy-ignore ${id}: why it is fine here
\`\`\``;

const COMMENTS = (
	id: string,
) => `On the line above the query, or above the call that runs it, in a comment of the language that it stands in:

\`\`\`ts
// tenancy-ignore ${id}: why it is fine here
\`\`\`

\`\`\`python
# tenancy-ignore ${id}: why it is fine here
\`\`\`

\`\`\`sql
-- tenancy-ignore ${id}: why it is fine here
\`\`\``;

function page({ id, summary, severity, doc, where, schema, silence }: Page): string {
	const tables = schema === null ? "" : `For these tables:\n\n\`\`\`sql\n${schema.trim()}\n\`\`\`\n\n`;
	const traps =
		doc.traps.length === 0
			? ""
			: `## What is no mistake\n\n${doc.traps.map(({ title }) => `- ${title[0]?.toUpperCase()}${title.slice(1)}.`).join("\n")}\n\n`;
	return `# ${id}

${summary} Its findings are of severity \`${severity}\` ${where}; elsewhere they may say less.

## Why

${doc.why}

## What to do

${doc.remedy}

${traps}## An example

${tables}This is found:

\`\`\`sql
${doc.bad.trim()}
\`\`\`

This is not:

\`\`\`sql
${doc.good.trim()}
\`\`\`

## To silence it

${silence(id)}

Or in \`tenancy.config.json\`, for a table or altogether:

\`\`\`json
{ "tables": { "public.orders": { "ignore": ["${id}"] } }, "rules": { "${id}": "off" } }
\`\`\`

## Read more

${doc.sources.map(({ title, url }) => `- [${title}](${url})`).join("\n")}
`;
}

/** The list of all rules, as Markdown. */
export function rulesPage(rules: readonly RuleInfo[]): string {
	const rows = rules.map(({ id, summary, severity }) => `| [${id}](${id}.md) | ${severity} | ${summary} |`);
	return `# Rules\n\n| rule | severity | finds |\n|---|---|---|\n${rows.join("\n")}\n`;
}
