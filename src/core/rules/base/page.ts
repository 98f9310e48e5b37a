import type { Rule } from "./rule";

/** A rule's page in docs/rules, as Markdown. */
export function rulePage({ id, summary, severity, doc }: Rule): string {
	const traps =
		doc.traps.length === 0
			? ""
			: `## What is no mistake\n\n${doc.traps.map(({ title }) => `- ${title[0]?.toUpperCase()}${title.slice(1)}.`).join("\n")}\n\n`;
	return `# ${id}

${summary} Its findings are of severity \`${severity}\` where the database keeps tenants apart; elsewhere they may say less.

## Why

${doc.why}

## What to do

${doc.remedy}

${traps}## An example

This is found:

\`\`\`sql
${doc.bad.trim()}
\`\`\`

This is not:

\`\`\`sql
${doc.good.trim()}
\`\`\`

## To silence it

Above the statement:

\`\`\`sql
-- tenancy-ignore ${id}: why it is fine here
\`\`\`

Or in \`tenancy.config.json\`, for a table or altogether:

\`\`\`json
{ "tables": { "public.orders": { "ignore": ["${id}"] } }, "rules": { "${id}": "off" } }
\`\`\`

## Read more

${doc.sources.map(({ title, url }) => `- [${title}](${url})`).join("\n")}
`;
}

/** The list of all rules, as Markdown. */
export function rulesPage(rules: readonly Rule[]): string {
	const rows = rules.map(({ id, summary, severity }) => `| [${id}](${id}.md) | ${severity} | ${summary} |`);
	return `# Rules\n\n| rule | severity | finds |\n|---|---|---|\n${rows.join("\n")}\n`;
}
